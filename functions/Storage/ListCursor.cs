using System.Globalization;
using Planable.Platform;

namespace Planable.Storage;

/// <summary>Where a list goes on: after the item with this key, and how many items are still to be skipped.</summary>
readonly record struct ListCursor(string Key, int Skip)
{
    public static bool TryParse(string text, out ListCursor cursor)
    {
        var parts = text.Split('~');
        var skip = 0;
        var isCursor = parts[0].Length == Ids.KeyLength && !parts[0].AsSpan().ContainsAnyExcept(Base32.Characters)
            && (parts is [_] || (parts is [_, var left] && int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out skip)));
        cursor = new(parts[0], skip);
        return isCursor;
    }

    public override string ToString() => Skip <= 0 ? Key : string.Create(CultureInfo.InvariantCulture, $"{Key}~{Skip}");
}

namespace Planable.Content.NetworkRules;

/// <summary>Recognizes emoji, with skin tones, joined ones, flags and keycaps.</summary>
static class Emoji
{
    static readonly HashSet<string> All = new(DataFile.Words("Emoji.txt"), StringComparer.Ordinal);
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = All.GetAlternateLookup<ReadOnlySpan<char>>();
    static readonly HashSet<char> Beginnings = [.. All.Select(emoji => emoji[0])];
    static readonly int Longest = All.Max(emoji => emoji.Length);

    /// <summary>The length, in UTF-16 units, of the emoji that a text begins with; 0 if it begins with none.</summary>
    public static int LengthAt(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !Beginnings.Contains(text[0]))
        {
            return 0;
        }
        Span<char> candidate = stackalloc char[Math.Min(text.Length, Longest)];
        text[..candidate.Length].CopyTo(candidate);
        for (var at = 1; at < candidate.Length; at++)
        {
            // The list has the lightest skin tone for all of them.
            if (candidate[at - 1] == '\uD83C' && candidate[at] is >= '\uDFFC' and <= '\uDFFF')
            {
                candidate[at] = '\uDFFB';
            }
        }
        var length = candidate.Length;
        while (length > 0 && !Lookup.Contains(candidate[..length]))
        {
            length--;
        }
        return length;
    }
}

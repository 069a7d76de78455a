using System.Globalization;
using Planable.Platform;

namespace Planable.Storage;

/// <summary>
/// A kind of id: <c>prefix</c> + <c>partition</c> + <c>key</c> in lowercase Crockford base32. The partition is the company's key (8
/// characters) or the workspace's (14, starting with its company's). So any id can be read with one point read, and its company is known
/// before any read.
/// </summary>
sealed record IdKind(string Prefix, int PartitionLength, int KeyLength)
{
    public static readonly IdKind Company = new("cmp_", 8, 0);
    public static readonly IdKind User = new("usr_", 8, Ids.KeyLength);
    public static readonly IdKind Token = new("tok_", 8, Ids.KeyLength);
    public static readonly IdKind Grant = new("app_", 8, Ids.KeyLength);
    public static readonly IdKind Workspace = new("wks_", 14, 0);
    public static readonly IdKind Page = new("pg_", 14, Ids.KeyLength);
    public static readonly IdKind Label = new("lbl_", 14, Ids.KeyLength);
    public static readonly IdKind Campaign = new("cpn_", 14, Ids.KeyLength);
    public static readonly IdKind Post = new("pst_", 14, Ids.KeyLength);
    public static readonly IdKind Media = new("med_", 14, Ids.KeyLength);
    public static readonly IdKind Comment = new("cmt_", 14, Ids.KeyLength);
    public static readonly IdKind Group = new("grp_", 14, Ids.KeyLength - 1);
    public static readonly IdKind Event = new("evt_", 14, Ids.KeyLength + 1);
    public static readonly IdKind Webhook = new("whk_", 8, Ids.KeyLength);
    public static readonly IdKind ContentConnection = new("cms_", 14, Ids.KeyLength);
    public static readonly IdKind ContentDelivery = new("cmd_", 14, Ids.KeyLength);

    /// <summary>An id of this kind, whose partition and key are written one after the other.</summary>
    public Id Split(string text) => new(text[..PartitionLength], text[PartitionLength..]);

    public bool TryParse(string? text, out Id id)
    {
        id = default;
        if (text is null || text.Length != Prefix.Length + PartitionLength + KeyLength || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text.AsSpan(Prefix.Length).ContainsAnyExcept(Base32.Characters))
        {
            return false;
        }
        id = Split(text[Prefix.Length..]);
        return true;
    }

    public string Format(string partition, string key = "") => Prefix + partition + key;
}

/// <summary>The parts of an id: the partition key of its row, and the end of the row key.</summary>
readonly record struct Id(string Partition, string Key)
{
    public string Company => Partition[..8];
}

static class Ids
{
    const int TimeLength = 11, RandomLength = 5;

    /// <summary>Inverted microseconds, a random part, and one character that numbers the members of a group.</summary>
    public const int KeyLength = TimeLength + RandomLength + 1;

    public static string NewCompanyKey() => Base32.Random(8);

    public static string NewWorkspaceKey(string company) => company + Base32.Random(6);

    /// <summary>A key that sorts before all older keys, so that lists are newest first without an index.</summary>
    public static string NewKey(TimeProvider time) => NewGroup(time) + Base32.Alphabet[0];

    /// <summary>A part of a key that sorts later days first.</summary>
    public static string DayKey(int dayNumber) => (DateOnly.MaxValue.DayNumber - dayNumber).ToString("D7", CultureInfo.InvariantCulture);

    /// <summary>The part that the keys of a group's members share; <see cref="Member"/> adds the last character.</summary>
    public static string NewGroup(TimeProvider time) => At(time.GetUtcNow()) + Base32.Random(RandomLength);

    /// <summary>The beginning of the keys that are made at this time. It sorts before all keys of older times.</summary>
    public static string At(DateTimeOffset time)
    {
        var microseconds = time.Subtract(DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return string.Create(TimeLength, (1L << (TimeLength * 5)) - 1 - microseconds, static (text, inverted) =>
        {
            for (var i = TimeLength - 1; i >= 0; i--, inverted >>= 5)
            {
                text[i] = Base32.Alphabet[(int)(inverted & 31)];
            }
        });
    }

    public static string Member(string group, int index) => group + Base32.Alphabet[index];

    public static string GroupOf(string key) => key[..^1];

    /// <summary>The key of one of up to 1,024 events of a write.</summary>
    public static string Numbered(string group, int index) => $"{group}{Base32.Alphabet[index >> 5]}{Base32.Alphabet[index & 31]}";
}

using System.Security.Cryptography;
using Planable.Platform;

namespace Planable.Storage;

/// <summary>
/// A kind of id: <c>prefix</c> + <c>place</c> + <c>own</c> in lowercase Crockford base32. The place is the company's key (8 characters) or
/// the workspace's (14, which begins with its company's), so whatever an id names is one point read away, and whose it is shows before any
/// read.
/// </summary>
sealed record IdKind(string Prefix, int PlaceLength, int OwnLength)
{
    public static readonly IdKind Company = new("cmp_", 8, 0);
    public static readonly IdKind User = new("usr_", 8, Ids.OwnLength);
    public static readonly IdKind Token = new("tok_", 8, Ids.OwnLength);
    public static readonly IdKind Workspace = new("wks_", 14, 0);
    public static readonly IdKind Page = new("pg_", 14, Ids.OwnLength);
    public static readonly IdKind Label = new("lbl_", 14, Ids.OwnLength);
    public static readonly IdKind Campaign = new("cpn_", 14, Ids.OwnLength);
    public static readonly IdKind Post = new("pst_", 14, Ids.OwnLength);
    public static readonly IdKind Media = new("med_", 14, Ids.OwnLength);
    public static readonly IdKind Comment = new("cmt_", 14, Ids.OwnLength);
    public static readonly IdKind Group = new("grp_", 14, Ids.OwnLength - 1);

    public bool TryParse(string? text, out Id id)
    {
        id = default;
        if (text is null || text.Length != Prefix.Length + PlaceLength + OwnLength || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text.AsSpan(Prefix.Length).ContainsAnyExcept(Base32.Characters))
        {
            return false;
        }
        id = new Id(text[Prefix.Length..(Prefix.Length + PlaceLength)], text[(Prefix.Length + PlaceLength)..]);
        return true;
    }

    public string Format(string place, string own = "") => Prefix + place + own;
}

/// <summary>What an id says: the place it belongs to (a partition's key) and its own part (the tail of a row's key).</summary>
readonly record struct Id(string Place, string Own)
{
    public string Company => Place[..8];
}

static class Ids
{
    const int TimeLength = 11, RandomLength = 5;

    /// <summary>Inverted microseconds, a random part, and one character that numbers the members of a group.</summary>
    public const int OwnLength = TimeLength + RandomLength + 1;

    public static string NewCompanyKey() => Base32.Random(8);

    public static string NewWorkspaceKey(string company) => company + Base32.Random(6);

    /// <summary>An own part that sorts before all older ones: lists are newest first without an index.</summary>
    public static string NewOwn(TimeProvider time) => NewGroup(time) + Base32.Alphabet[0];

    /// <summary>What the own parts of a group's members share; <see cref="Member"/> adds the rest.</summary>
    public static string NewGroup(TimeProvider time)
    {
        var microseconds = time.GetUtcNow().Subtract(DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return string.Create(TimeLength + RandomLength, (1L << (TimeLength * 5)) - 1 - microseconds, static (text, inverted) =>
        {
            for (var i = TimeLength - 1; i >= 0; i--, inverted >>= 5)
            {
                text[i] = Base32.Alphabet[(int)(inverted & 31)];
            }
            RandomNumberGenerator.GetItems<char>(Base32.Alphabet, text[TimeLength..]);
        });
    }

    public static string Member(string group, int index) => group + Base32.Alphabet[index];

    public static string GroupOf(string own) => own[..^1];
}

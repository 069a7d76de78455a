using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Doors.OAuth;

/// <summary>What a code or refresh token says of itself.</summary>
readonly record struct GrantText(string Company, string Key, int Generation);

/// <summary>
/// The codes and tokens of grants. Each is an HMAC of what it stands for, so that none is stored, an invented one is recognized without a
/// read, and the answer to a repeated request is the same. Codes and refresh tokens have the grant and its generation before the HMAC.
/// </summary>
sealed class GrantTexts(GrantKey key)
{
    public const string Code = "plc_", Refresh = "plr_";

    const int GenerationLength = 6, MacLength = 32, NameLength = 8 + Ids.KeyLength + GenerationLength;

    public ValueTask<string> CodeOf(Grant grant, CancellationToken cancel) => MakeAsync(Code, Name(grant, 0), cancel);

    public ValueTask<string> RefreshOf(Grant grant, CancellationToken cancel) =>
        MakeAsync(Refresh, Name(grant, grant.Generation), cancel);

    /// <summary>The access token of a generation, in the form of an API token.</summary>
    public async ValueTask<string> AccessOf(Grant grant, int generation, CancellationToken cancel) =>
        TokenText.Of(Mac(TokenText.Prefix + Name(grant, generation), await key.GetAsync(cancel)));

    /// <summary>The hash of the access token of a generation, by which its row is found.</summary>
    public async ValueTask<string> HashOf(Grant grant, int generation, CancellationToken cancel) =>
        TokenText.Hash(await AccessOf(grant, generation, cancel));

    /// <summary>What a text stands for; null if it is none of ours.</summary>
    /// <param name="kind"><see cref="Code"/> or <see cref="Refresh"/>.</param>
    public async ValueTask<GrantText?> ReadAsync(string kind, string text, CancellationToken cancel)
    {
        if (text.Length != kind.Length + NameLength + MacLength || !text.StartsWith(kind, StringComparison.Ordinal)
            || text.AsSpan(kind.Length).ContainsAnyExcept(Base32.Characters)
            || !int.TryParse(
                text.AsSpan(kind.Length + NameLength - GenerationLength, GenerationLength), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out var generation))
        {
            return null;
        }
        var named = text[..^MacLength];
        var right = Mac(named, await key.GetAsync(cancel));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(text[^MacLength..]), Encoding.ASCII.GetBytes(right))
            ? new(named.Substring(kind.Length, 8), named.Substring(kind.Length + 8, Ids.KeyLength), generation) : null;
    }

    async ValueTask<string> MakeAsync(string kind, string name, CancellationToken cancel) =>
        kind + name + Mac(kind + name, await key.GetAsync(cancel));

    static string Name(Grant grant, int generation) =>
        grant.Company + grant.Key + generation.ToString("x6", CultureInfo.InvariantCulture);

    static string Mac(string named, byte[] key) => Base32.Derive(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(named)), MacLength);
}

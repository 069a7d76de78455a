using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Planable.Company.Tokens;

/// <summary>
/// The text of a token: <c>pln_</c>, 32 random characters (190 bits) and 6 check characters (CRC-32), all base62. So mistyped and invented
/// tokens are recognized without a read.
/// </summary>
static class TokenText
{
    public const string Prefix = "pln_";
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int RandomLength = 32, CheckLength = 6;
    const int Length = 4 + RandomLength + CheckLength;

    public static string New() => Of(RandomNumberGenerator.GetString(Alphabet, RandomLength));

    /// <summary>The token with these characters, which nobody may be able to guess.</summary>
    /// <param name="random">32 characters of base62.</param>
    public static string Of(string random) => Prefix + random + Check(random);

    public static bool IsWellFormed(string text) => text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(Prefix.Length + RandomLength).SequenceEqual(Check(text.AsSpan(Prefix.Length, RandomLength)));

    /// <summary>SHA-256, in hex. Tables store only this.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static string Check(ReadOnlySpan<char> random)
    {
        Span<byte> bytes = stackalloc byte[random.Length * 3];
        var crc = Crc32.HashToUInt32(bytes[..Encoding.UTF8.GetBytes(random, bytes)]);
        return string.Create(CheckLength, crc, static (check, value) =>
        {
            for (var i = CheckLength - 1; i >= 0; i--, value /= 62)
            {
                check[i] = Alphabet[(int)(value % 62)];
            }
        });
    }
}

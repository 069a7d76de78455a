using System.Buffers;
using System.Security.Cryptography;

namespace Planable.Platform;

/// <summary>Lowercase Crockford base32, five bits a character. Used for ids and for the names of calls, runs and operations.</summary>
/// <remarks>Source: crockford.com/base32.html.</remarks>
static class Base32
{
    public const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Characters of a unique name: 130 random bits.</summary>
    public const int NameLength = 26;

    public static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static string NewName() => Random(NameLength);

    public static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>The first <paramref name="length"/> characters of a hash: the same input always gives the same name.</summary>
    public static string Derive(ReadOnlySpan<byte> hash, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = Alphabet[hash[i] & 31];
        }
        return new string(text);
    }
}

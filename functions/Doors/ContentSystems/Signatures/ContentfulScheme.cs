using System.Security.Cryptography;
using System.Text;

namespace Planable.Doors.ContentSystems.Signatures;

/// <summary>
/// Contentful signs method, path, the headers that it lists, and the body. The list must have the time, or a call could be sent again with
/// another.
/// </summary>
sealed class ContentfulScheme : ISignatureScheme
{
    const string Signature = "x-contentful-signature", Signed = "x-contentful-signed-headers", Time = "x-contentful-timestamp";

    /// <summary>What JavaScript's encodeURI and querystring.escape leave as it is, besides letters and digits.</summary>
    const string LeftInUri = "-_.!~*'();,/?:@&=+$#", LeftInQuery = "-_.!~*'()";

    public Verdict Verify(SignedCall call, string secret, DateTimeOffset now)
    {
        var (signature, listed, time) = (call.Header(Signature), call.Header(Signed).Split(','), call.Header(Time));
        if (signature.Length == 0)
        {
            return Verdict.Unsigned;
        }
        var headers = listed.Where(name => name != Signature && call.Headers.ContainsKey(name)).Order(StringComparer.Ordinal)
            .Select(name => $"{name}:{call.Header(name).Trim()}");
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{call.Method}\n{Encoded(call.Target)}\n{string.Join(';', headers)}\n"));
        hmac.AppendData(call.Body.Span);
        return !listed.Contains(Time) || !Signing.AreEqual(Convert.ToHexStringLower(hmac.GetHashAndReset()), signature) ? Verdict.Wrong
            : Signing.AtTime(time, TimeSpan.FromMilliseconds(1), now);
    }

    /// <summary>Path and query as they are signed: the query is encoded twice.</summary>
    static string Encoded(string target) => target.Split('?') is [var path, { Length: > 0 } query, ..]
        ? Escape(path + "?" + Escape(query, LeftInQuery), LeftInUri) : Escape(target.Split('?')[0], LeftInUri);

    static string Escape(string text, string left)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            _ = char.IsAsciiLetterOrDigit((char)unit) || left.Contains((char)unit, StringComparison.Ordinal)
                ? escaped.Append((char)unit) : escaped.Append('%').Append(Convert.ToHexString([unit]));
        }
        return escaped.ToString();
    }
}

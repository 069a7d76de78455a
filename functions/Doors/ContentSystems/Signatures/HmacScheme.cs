using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Doors.ContentSystems.Signatures;

/// <summary>How a signature is written.</summary>
enum SignatureText
{
    Hex,
    Base64,

    /// <summary>Base64 for URLs, without padding.</summary>
    Base64Url,
}

/// <summary>An HMAC of the body, and of the time in milliseconds where the header has one.</summary>
/// <param name="headers">The headers that may have the signature; the first that was sent counts.</param>
sealed class HmacScheme(params string[] headers) : ISignatureScheme
{
    public HashAlgorithmName Algorithm { get; init; } = HashAlgorithmName.SHA256;

    public SignatureText Text { get; init; } = SignatureText.Hex;

    /// <summary>The form of a header that has more than the signature. Its groups are <c>sign</c> and <c>time</c>.</summary>
    public Regex? Form { get; init; }

    /// <summary>The header that has the time, if the signature's own does not.</summary>
    public string? TimeHeader { get; init; }

    /// <summary>What is signed before the body, made of the time.</summary>
    public Func<string, string> Before { get; init; } = static _ => "";

    /// <summary>What is signed after the body, made of the time.</summary>
    public Func<string, string> After { get; init; } = static _ => "";

    public Verdict Verify(SignedCall call, string secret, DateTimeOffset now)
    {
        if (headers.Select(call.Header).FirstOrDefault(value => value.Length > 0) is not { } header)
        {
            return Verdict.Unsigned;
        }
        var (signature, time) = (header, TimeHeader is null ? null : call.Header(TimeHeader));
        if (Form is not null)
        {
            if (Form.Match(header) is not { Success: true } match)
            {
                return Verdict.Wrong;
            }
            (signature, time) = (match.Groups["sign"].Value, match.Groups["time"].Value);
        }
        return !Signing.AreEqual(Sign(call.Body, secret, time ?? ""), signature) ? Verdict.Wrong
            : time is null ? Verdict.Valid
            : Signing.AtTime(time, TimeSpan.FromMilliseconds(1), now);
    }

    string Sign(ReadOnlyMemory<byte> body, string secret, string time)
    {
        using var hmac = IncrementalHash.CreateHMAC(Algorithm, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(Before(time)));
        hmac.AppendData(body.Span);
        hmac.AppendData(Encoding.UTF8.GetBytes(After(time)));
        var hash = hmac.GetHashAndReset();
        return Text switch
        {
            SignatureText.Hex => Convert.ToHexStringLower(hash),
            SignatureText.Base64 => Convert.ToBase64String(hash),
            _ => System.Buffers.Text.Base64Url.EncodeToString(hash),
        };
    }
}

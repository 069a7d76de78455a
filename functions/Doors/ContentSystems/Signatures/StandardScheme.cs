using System.Security.Cryptography;
using System.Text;

namespace Planable.Doors.ContentSystems.Signatures;

/// <summary>Standard Webhooks: one of a list of signatures is right. A call without any may carry the secret as a bearer token.</summary>
sealed class StandardScheme : ISignatureScheme
{
    const string SecretPrefix = "whsec_", Version = "v1,";

    public Verdict Verify(SignedCall call, string secret, DateTimeOffset now)
    {
        var (id, time, list) = (call.Header("webhook-id"), call.Header("webhook-timestamp"), call.Header("webhook-signature"));
        if (list.Length == 0)
        {
            return Schemes.Bearer.Verify(call, secret, now);
        }
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{time}."));
        hmac.AppendData(call.Body.Span);
        var expected = Version + Convert.ToBase64String(hmac.GetHashAndReset());
        return id.Length == 0 || !Array.Exists(list.Split(' '), signature => Signing.AreEqual(expected, signature)) ? Verdict.Wrong
            : Signing.AtTime(time, TimeSpan.FromSeconds(1), now);
    }

    /// <summary>The key is written in base64, as the libraries of senders read it. A text that is none is the key itself.</summary>
    static byte[] Key(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) ? key[..length] : Encoding.UTF8.GetBytes(secret);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Planable.Doors.Webhooks;

/// <summary>Signs a delivery, so that its receiver knows who sent it and that it is unchanged.</summary>
/// <remarks>Source: standardwebhooks.com, version 1: HMAC-SHA256 over <c>id.timestamp.body</c>.</remarks>
static class WebhookSignature
{
    public const string SecretPrefix = "whsec_";
    const int SecretLength = 32;

    /// <summary>A new secret: the key in Base64 behind a prefix.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>The three headers of a delivery.</summary>
    /// <param name="secrets">The newest first.</param>
    public static IEnumerable<(string Name, string Value)> Headers(
        IEnumerable<string> secrets, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return
        [
            ("webhook-id", id), ("webhook-timestamp", timestamp),
            ("webhook-signature", string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(
                HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), signed))))),
        ];
    }
}

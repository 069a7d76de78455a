using System.Text.Json;

namespace Planable.Doors.ContentSystems.Signatures;

/// <summary>The call carries the secret in <c>Authorization</c>, with or without <c>Bearer</c> before it.</summary>
sealed class BearerScheme : ISignatureScheme
{
    const string Prefix = "Bearer ";

    public Verdict Verify(SignedCall call, string secret, DateTimeOffset now) =>
        call.Header("Authorization") is not { Length: > 0 } sent ? Verdict.Unsigned
        : Signing.AreEqual(Bare(secret), Bare(sent)) ? Verdict.Valid : Verdict.Wrong;

    static string Bare(string text) => text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
}

/// <summary>The call carries the secret in the field <c>secret</c> of its body.</summary>
sealed class BodySecretScheme : ISignatureScheme
{
    public Verdict Verify(SignedCall call, string secret, DateTimeOffset now)
    {
        try
        {
            using var body = JsonDocument.Parse(call.Body);
            return body.RootElement.ValueKind is not JsonValueKind.Object
                || !body.RootElement.TryGetProperty("secret", out var sent) || sent.ValueKind is not JsonValueKind.String ? Verdict.Unsigned
                : Signing.AreEqual(secret, sent.GetString()!) ? Verdict.Valid : Verdict.Wrong;
        }
        // The latter is for a text that is not valid Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Verdict.Unsigned;
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using Planable.Company.Tokens;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Work;

/// <summary>
/// The name of a write, chosen before its first attempt and kept through every retry. A caller who sends an <c>Idempotency-Key</c> chooses it
/// too: a repeat by the same token, of the same method and path, has the same name and finds what the first one did.
/// </summary>
/// <remarks>Keys follow draft-ietf-httpapi-idempotency-key-header-07: a quoted string; a bare one is taken as well.</remarks>
sealed class WriteId
{
    public const string Header = "Idempotency-Key";
    const int LongestKey = 255;

    public required string Record { get; init; }

    /// <summary>SHA-256 of the request's body; null where the caller gave no key.</summary>
    public byte[]? Fingerprint { get; init; }

    public bool IsRepeatable => Fingerprint is not null;

    /// <summary>Whether the answer is an earlier call's.</summary>
    public bool Replayed { get; set; }

    /// <summary>The name of one of several writes that a call makes.</summary>
    public WriteId Part(int index) => IsRepeatable
        ? new() { Record = Ids.Derive(SHA256.HashData(Encoding.UTF8.GetBytes($"{Record}\n{index}")), Ids.RecordLength), Fingerprint = Fingerprint } : Once();

    public static WriteId Once() => new() { Record = Ids.NewRecord() };

    public static async ValueTask<WriteId> BindAsync(HttpContext http)
    {
        if (http.Request.Headers[Header].ToString() is not { Length: > 0 } key)
        {
            return Once();
        }
        var text = key is ['"', .., '"'] ? key[1..^1] : key;
        if (text.Length is 0 or > LongestKey || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new InvalidField(Header, $"Must have 1 to {LongestKey} printable ASCII characters.");
        }
        var caller = http.Caller();
        var name = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.TokenId}\n{http.Request.Method}\n{http.Request.Path.Value!.TrimEnd('/').ToLowerInvariant()}\n{text}"));
        http.Request.EnableBuffering(bufferThreshold: Limits.Body, bufferLimit: Limits.Body + 1);
        var write = new WriteId
        {
            Record = Ids.Derive(name, Ids.RecordLength),
            Fingerprint = await SHA256.HashDataAsync(http.Request.Body, http.RequestAborted),
        };
        http.Request.Body.Position = 0;
        http.Response.OnStarting(() =>
        {
            if (write.Replayed)
            {
                http.Response.Headers["Idempotent-Replayed"] = "true";
            }
            return Task.CompletedTask;
        });
        return write;
    }
}

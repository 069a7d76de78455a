using System.Security.Cryptography;
using System.Text;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Company.Tokens;

/// <summary>
/// The operation id of an API call. A caller who sends <c>Idempotency-Key</c> chooses it: a repeat by the same token, with the same method
/// and path, has the same id and finds the result of the first call.
/// </summary>
/// <remarks>Keys follow draft-ietf-httpapi-idempotency-key-header-07: a quoted string. A bare one is accepted as well.</remarks>
sealed class IdempotencyKey : OperationId
{
    public const string Header = "Idempotency-Key";
    const int LongestKey = 255;

    public static async ValueTask<IdempotencyKey> BindAsync(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(Header, out var sent))
        {
            return new() { Name = Base32.NewName() };
        }
        var key = sent.ToString();
        var text = key is ['"', .., '"'] ? key[1..^1] : key;
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestKey || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new InvalidField(Header, $"Must have 1 to {LongestKey} printable ASCII characters, not only blanks.");
        }
        var path = http.Request.Path.Value!.TrimEnd('/').ToLowerInvariant();
        var name = SHA256.HashData(Encoding.UTF8.GetBytes($"{http.Caller().TokenId}\n{http.Request.Method}\n{path}\n{text}"));
        http.Request.EnableBuffering(bufferThreshold: Limits.Body, bufferLimit: Limits.Body + 1);
        var operation = new IdempotencyKey
        {
            Name = Base32.Derive(name, Base32.NameLength),
            Fingerprint = await SHA256.HashDataAsync(http.Request.Body, http.RequestAborted),
        };
        http.Request.Body.Position = 0;
        http.Response.OnStarting(() =>
        {
            if (operation.Replayed)
            {
                http.Response.Headers["Idempotent-Replayed"] = "true";
            }
            return Task.CompletedTask;
        });
        return operation;
    }
}

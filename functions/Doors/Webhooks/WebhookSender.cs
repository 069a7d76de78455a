using System.Net.Http.Headers;
using System.Net.Mime;
using Planable.Platform.Http;
using Planable.Platform.Secrets;

namespace Planable.Doors.Webhooks;

/// <summary>Sends an event to a webhook's address, once.</summary>
sealed class WebhookSender(GuardedClient http, RememberedSecrets secrets, WebhookSettings settings, TimeProvider time)
{
    /// <summary>Bytes of an answer that are kept.</summary>
    const int KeptAnswer = 1_024;

    /// <returns>The attempt, and how long the address asks to wait before the next.</returns>
    public async Task<(DeliveryAttempt Attempt, TimeSpan? RetryAfter)> SendAsync(
        Webhook webhook, string id, byte[] body, CancellationToken cancel)
    {
        var (at, begun) = (time.GetUtcNow(), time.GetTimestamp());
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        if (await SecretsAsync(webhook, at, cancel) is not { Count: > 0 } signing)
        {
            return (Attempt(null, "The webhook has no secret any more.", null), null);
        }
        foreach (var (name, value) in WebhookSignature.Headers(signing, id, at, body))
        {
            request.Headers.Add(name, value);
        }
        try
        {
            var answer = await http.SendAsync(request, settings.Timeout, KeptAnswer, cancel);
            return (Attempt(answer.Status, answer.Status is >= 200 and < 300 ? null : $"The address answered {answer.Status}.",
                answer.Body.Replace('\0', ' ')), answer.RetryAfter);
        }
        catch (FetchFailure e)
        {
            return (Attempt(null, e.Message, null), null);
        }

        DeliveryAttempt Attempt(int? status, string? error, string? answer) =>
            new(at, (int)time.GetElapsedTime(begun).TotalMilliseconds, status, error, answer);
    }

    async Task<List<string>> SecretsAsync(Webhook webhook, DateTimeOffset now, CancellationToken cancel)
    {
        List<string> all = [];
        foreach (var name in webhook.SecretsAt(now))
        {
            if (await secrets.GetAsync(name, cancel) is { } secret)
            {
                all.Add(secret);
            }
        }
        return all;
    }
}

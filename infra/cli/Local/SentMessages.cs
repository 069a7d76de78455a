using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Cli;

/// <summary>Notices the messages that this process sends, so that its listeners receive them without waiting for the next poll.</summary>
sealed class SentMessages : HttpPipelineSynchronousPolicy
{
    readonly ConcurrentDictionary<string, SemaphoreSlim> _sent = new(StringComparer.Ordinal);

    /// <summary>Waits until a message was sent to the queue since the last wait, but not longer than <paramref name="longest"/>.</summary>
    public Task WaitAsync(string queue, TimeSpan longest, CancellationToken cancel) => Of(queue).WaitAsync(longest, cancel);

    public override void OnReceivedResponse(HttpMessage message)
    {
        // Messages with a delay are left to polling.
        if (message.Request.Method == RequestMethod.Post && message.Response.Status == StatusCodes.Status201Created
            && message.Request.Uri.Path.Split('/') is [.., var queue, "messages"] && IsVisibleAtOnce(message.Request.Uri.Query)
            && Of(queue) is { CurrentCount: 0 } sent)
        {
            sent.Release();
        }
    }

    SemaphoreSlim Of(string queue) => _sent.GetOrAdd(queue, _ => new(0));

    static bool IsVisibleAtOnce(string query) =>
        !query.Contains("visibilitytimeout=", StringComparison.Ordinal) || query.Contains("visibilitytimeout=0", StringComparison.Ordinal);
}

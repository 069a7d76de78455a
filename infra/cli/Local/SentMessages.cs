using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Cli;

/// <summary>Sees what this process itself sends to queues, so that its listeners need not leave that until they poll next.</summary>
sealed class SentMessages : HttpPipelineSynchronousPolicy
{
    readonly ConcurrentDictionary<string, SemaphoreSlim> _sent = new(StringComparer.Ordinal);

    /// <summary>Waits until something was sent to a queue since the last wait, and no longer than this.</summary>
    public Task WaitAsync(string queue, TimeSpan longest, CancellationToken cancel) => Of(queue).WaitAsync(longest, cancel);

    public override void OnReceivedResponse(HttpMessage message)
    {
        // What is to be seen later is left to the poll.
        if (message.Request.Method == RequestMethod.Post && message.Response.Status == StatusCodes.Status201Created
            && message.Request.Uri.Path.Split('/') is [.., var queue, "messages"] && IsSeenAtOnce(message.Request.Uri.Query)
            && Of(queue) is { CurrentCount: 0 } sent)
        {
            sent.Release();
        }
    }

    SemaphoreSlim Of(string queue) => _sent.GetOrAdd(queue, _ => new(0));

    static bool IsSeenAtOnce(string query) =>
        !query.Contains("visibilitytimeout=", StringComparison.Ordinal) || query.Contains("visibilitytimeout=0", StringComparison.Ordinal);
}

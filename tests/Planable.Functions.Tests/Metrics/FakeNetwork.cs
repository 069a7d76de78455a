using System.Collections.Concurrent;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Sandbox;

namespace Planable.Functions.Tests.Metrics;

/// <summary>A network that counts what it is asked and answers as it is told; the sandbox's figures where it is told nothing.</summary>
sealed class FakeNetwork : IMetricsSource
{
    readonly SandboxMetrics _sandbox = new(TimeProvider.System);

    /// <summary>By the key in the page's or post's id.</summary>
    public ConcurrentQueue<(string Key, DateOnly From, DateOnly To, string? Credentials)> Asked { get; } = [];

    /// <summary>What comes of being asked about a page or post; null for figures.</summary>
    public Func<string, CancellationToken, Task<(NetworkVerdict Verdict, TimeSpan? RetryAfter)?>> Answer { get; set; } = (_, _) =>
        Task.FromResult<(NetworkVerdict, TimeSpan?)?>(null);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        Asked.Enqueue((page.Key, from, to, grant?.AccessToken));
        return await Answer(page.Key, cancel) is var (verdict, after) ? new(verdict, Message: "As told.", RetryAfter: after)
            : await _sandbox.PageAsync(workspace, page, from, to, grant, cancel);
    }

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        Asked.Enqueue((post.Key, today, today, grant?.AccessToken));
        return await Answer(post.Key, cancel) is var (verdict, after) ? new(verdict, Message: "As told.", RetryAfter: after)
            : await _sandbox.PostAsync(page, post, today, grant, cancel);
    }
}

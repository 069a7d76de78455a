using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>What came of asking for a sync.</summary>
sealed record SyncStart(bool Started, string Message);

/// <summary>
/// Syncs that somebody asks for. The state in the subject's partition says whether one is underway, so of many who ask at once storage lets one start it;
/// what follows has it done, and watched until it is.
/// </summary>
sealed class SyncRequests(
    Tables tables, Commits commits, MetricsStore metrics, PageStore pages, PostStore posts, SyncQueue queue, IServiceProvider services, TimeProvider time) : IFollowUp
{
    public const string Kind = "sync-metrics";

    /// <summary>How long a sync counts as underway without a sign of it: longer than its worker's death takes to be found.</summary>
    public static readonly TimeSpan Sign = TimeSpan.FromMinutes(5);

    /// <summary>How long it is waited for a sign before somebody looks.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <param name="whyNot">Why it cannot be synced; null where it can.</param>
    public Task<Outcome<SyncStart>> StartAsync(Subject subject, WriteId write, Func<Task<ProblemHttpResult?>> whyNot, CancellationToken cancel)
    {
        return commits.CommitAsync(
            tables.Metrics, subject.Partition, write, StoredJson.Default.SyncStart, PrepareAsync, cancel, new FollowUp(Kind, $"{subject}~{write.Record}"));

        async Task<Outcome<Draft<SyncStart>>> PrepareAsync()
        {
            var known = metrics.StateAsync(subject, cancel);
            var problem = await whyNot();
            var (state, now) = (await known, time.GetUtcNow());
            return problem is not null ? problem
                : state.IsUnderway(now) ? new Draft<SyncStart>(new(Started: false, "A sync is under way already."), [])
                : new Draft<SyncStart>(new(Started: true, "The sync has started."), [MetricsStore.Action(subject, state.Ask(write.Record, now + Sign))]);
        }
    }

    /// <summary>Why a page cannot be synced.</summary>
    public async Task<ProblemHttpResult?> WhyNotPageAsync(Id id, CancellationToken cancel) => await pages.FindAsync(id, cancel) is { } page
        ? Analytics.HasPages(page.Platform) ? WhyNot(page) : Problems.Malformed($"There are no analytics for {page.Platform}.")
        : Problems.NotFound("page");

    /// <summary>Why a post cannot be synced.</summary>
    public async Task<ProblemHttpResult?> WhyNotPostAsync(Id id, Func<Post, bool> sees, CancellationToken cancel) => await posts.FindAsync(id, cancel) is { } post && sees(post)
        ? post.Delivery is not Delivery.Published ? Problems.Malformed("The post is not published.")
            : Analytics.HasPosts(post.Platform) ? null : Problems.Malformed($"There are no analytics for posts on {post.Platform}.")
        : Problems.NotFound("post");

    public async Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel)
    {
        var (subject, run) = followUp.Subject.Split('~') is [var id, var name] ? (Subject.Parse(id)!.Value, name) : throw new InvalidOperationException("It names no run.");
        if ((await metrics.StateAsync(subject, cancel)).Run == run)
        {
            await metrics.WatchAsync(subject, time.GetUtcNow() + Look, cancel);
            await queue.SendAsync(new(id, at, run), cancel);
        }
        return null;
    }

    public Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel) => Task.CompletedTask;

    ProblemHttpResult? WhyNot(Page page) =>
        !page.IsConnected ? Problems.Malformed("The page is not connected.")
        : services.GetKeyedService<IMetricsSource>(page.Network) is null ? Problems.Malformed($"There are no analytics for {page.Network} yet.")
        : null;
}

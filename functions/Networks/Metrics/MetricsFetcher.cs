using Azure.Data.Tables;
using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks.Metrics;

/// <summary>The result of fetching metrics from a network.</summary>
/// <param name="Rows">The snapshots to store; empty unless the verdict is Done.</param>
sealed record FetchResult(NetworkVerdict Verdict, TableEntity[] Rows, string? Message = null, TimeSpan? RetryAfter = null);

/// <summary>Fetches the metrics of a page or of a post on it from its network, with the page's credentials and a time limit.</summary>
sealed partial class MetricsFetcher(
    PageGrants grants, IServiceProvider services, SyncSettings settings, TimeProvider time, ILogger<MetricsFetcher> log)
{
    /// <summary>Days that are fetched again, because networks revise them.</summary>
    const int RevisedDays = 2;

    /// <param name="lastSync">When the subject was last synced; null for never.</param>
    public async Task<FetchResult> FetchAsync(Subject subject, Page page, Post? post, DateTimeOffset? lastSync, CancellationToken cancel)
    {
        if (!page.IsConnected || services.GetKeyedService<IMetricsSource>(page.Network) is not { } source)
        {
            return new(NetworkVerdict.Refused, [],
                page.IsConnected ? $"There are no analytics for {page.Network} yet." : "The page is not connected.");
        }
        using var limit = new CancellationTokenSource(settings.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return post is null ? await FetchAsync(source, subject, page, lastSync, either.Token)
                : await FetchAsync(source, subject, page, post, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(NetworkVerdict.NotNow, [], "The network did not answer in time.");
        }
        catch (HttpRequestException)
        {
            return new(NetworkVerdict.NotNow, [], "The network could not be reached.");
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // The vault does not answer, or the network's answer cannot be read.
            LogNotFetched(subject.ToString(), page.Network, e);
            return new(NetworkVerdict.NotNow, [], "The network could not be asked, or its answer could not be read.");
        }
    }

    async Task<FetchResult> FetchAsync(
        IMetricsSource source, Subject subject, Page page, DateTimeOffset? lastSync, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var today = Day(now);
        var earliest = today.AddDays(1 - IMetricsSource.MostDays);
        var from = lastSync is { } last && Day(last).AddDays(-RevisedDays) is var missed && missed > earliest ? missed : earliest;
        var workspace = subject.Id.Partition;
        var answer = await grants.CallAsync(
            workspace, page, grant => source.PageAsync(workspace, page, from, today, grant, cancel), cancel);
        return new(
            answer.Verdict,
            [.. (answer.Value ?? []).Select(day => MetricsStore.Row(subject, new PageSnapshot(day.Date, now, day.Figures)))],
            answer.Message, answer.RetryAfter);
    }

    async Task<FetchResult> FetchAsync(IMetricsSource source, Subject subject, Page page, Post post, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var answer = await grants.CallAsync(
            post.Workspace, page, grant => source.PostAsync(page, post, Day(now), grant, cancel), cancel);
        return new(
            answer.Verdict, answer.Value is { } figures ? [MetricsStore.Row(subject, new PostSnapshot(Day(now), now, figures))] : [],
            answer.Message, answer.RetryAfter);
    }

    [LoggerMessage(LogLevel.Warning, "{Network} could not be asked about {Subject}")]
    partial void LogNotFetched(string subject, string network, Exception exception);

    static DateOnly Day(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);
}

using Azure.Data.Tables;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform.Secrets;

namespace Planable.Networks.Metrics;

/// <summary>What came of asking a network.</summary>
/// <param name="Rows">Snapshots to keep; none unless it is done.</param>
sealed record FetchResult(NetworkVerdict Verdict, TableEntity[] Rows, string? Message = null, TimeSpan? RetryAfter = null);

/// <summary>
/// Asks a page's network about the page or a post on it, with the page's credentials,
/// for as long as a network is waited for.
/// </summary>
sealed partial class NetworkQuestions(
    SecretStore secrets, IServiceProvider services, SyncSettings settings, TimeProvider time, ILogger<NetworkQuestions> log)
{
    /// <summary>Days that are asked for again, for networks revise them.</summary>
    const int Revised = 2;

    /// <param name="known">When the subject was synced last; null where it never was.</param>
    public async Task<FetchResult> AskAsync(Subject subject, Page page, Post? post, DateTimeOffset? known, CancellationToken cancel)
    {
        if (!page.IsConnected || services.GetKeyedService<IMetricsSource>(page.Network) is not { } source)
        {
            return new(NetworkVerdict.Refused, [],
                page.IsConnected ? $"There are no analytics for {page.Network} yet." : "The page is not connected.");
        }
        using var patience = new CancellationTokenSource(settings.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            var credentials = page.Secret is null ? null : await secrets.GetAsync(page.Secret, either.Token);
            return page.Secret is not null && credentials is null
                ? new(NetworkVerdict.GrantExpired, [], "Its credentials are not there any more.")
                : post is null ? await AskAsync(source, subject, page, known, credentials, either.Token)
                : await AskAsync(source, subject, page, post, credentials, either.Token);
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
            // The vault is away, or the answer cannot be read.
            LogNotAsked(subject.ToString(), page.Network, e);
            return new(NetworkVerdict.NotNow, [], "The network could not be asked, or its answer not be understood.");
        }
    }

    async Task<FetchResult> AskAsync(
        IMetricsSource source, Subject subject, Page page, DateTimeOffset? known, string? credentials, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var today = Day(now);
        var earliest = today.AddDays(1 - IMetricsSource.MostDays);
        var from = known is { } last && Day(last).AddDays(-Revised) is var missed && missed > earliest ? missed : earliest;
        var answer = await source.PageAsync(subject.Id.Partition, page, from, today, credentials, cancel);
        return new(
            answer.Verdict,
            [.. (answer.Value ?? []).Select(day => MetricsStore.Row(subject, new PageSnapshot(day.Date, now, day.Figures)))],
            answer.Message, answer.RetryAfter);
    }

    async Task<FetchResult> AskAsync(
        IMetricsSource source, Subject subject, Page page, Post post, string? credentials, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var answer = await source.PostAsync(page, post, Day(now), credentials, cancel);
        return new(
            answer.Verdict, answer.Value is { } figures ? [MetricsStore.Row(subject, new PostSnapshot(Day(now), now, figures))] : [],
            answer.Message, answer.RetryAfter);
    }

    [LoggerMessage(LogLevel.Warning, "{Network} could not be asked about {Subject}")]
    partial void LogNotAsked(string subject, string network, Exception exception);

    static DateOnly Day(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);
}

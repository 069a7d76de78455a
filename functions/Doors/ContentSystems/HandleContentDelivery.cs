using System.Text.Json;
using Planable.Company.Companies;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.ContentSystems;

/// <summary>Does what follows from a delivery, with the permissions that the connection's maker has now.</summary>
sealed class HandleContentDelivery(
    ConnectionStore connections, ContentDeliveryStore deliveries, EntryPosts posts, CompanyDirectory directory, ContentReader reader,
    FetchChanges changes)
{
    /// <summary>The most results that are kept of a delivery.</summary>
    const int MostResults = 100;

    public async Task RunAsync(ContentDeliveryJob job, bool isLastAttempt, CancellationToken cancel)
    {
        if (job.Delivery is null)
        {
            await changes.RunAsync(job, isLastAttempt, cancel);
            return;
        }
        var id = new Id(job.Workspace, job.Connection);
        if (await connections.FindAsync(id, cancel) is not { } connection
            || await deliveries.FindAsync(id, job.Delivery, cancel) is not var (delivery, body))
        {
            return;
        }
        if (isLastAttempt)
        {
            await FinishAsync([new(null, EntryOutcome.failed, "Something went wrong on our side.", [])]);
        }
        try
        {
            await FinishAsync(await ResultsAsync(connection, delivery, body, cancel));
        }
        catch (FetchFailure e) when (!e.IsTransient || isLastAttempt)
        {
            await FinishAsync(Whole(EntryOutcome.failed, e.Message));
        }

        Task FinishAsync(EntryResult[] results) =>
            deliveries.FinishAsync(id, delivery with { Results = [.. results.Take(MostResults)] }, cancel);
    }

    async Task<EntryResult[]> ResultsAsync(ContentConnection connection, ContentDelivery delivery, string body, CancellationToken cancel)
    {
        if (Events(connection, delivery, body) is not { } events)
        {
            return Whole(EntryOutcome.ignored, "The call is not JSON.");
        }
        if (events is [])
        {
            return Whole(EntryOutcome.ignored, "The call names no entry.");
        }
        var company = connection.Workspace[..8];
        var view = await directory.FindAsync(company, connection.Creator, cancel);
        if (view?.User is null)
        {
            return Whole(EntryOutcome.refused, "Whoever made the connection is no longer in the company.");
        }
        var caller = ConnectionCaller.Of(connection.Workspace, connection.Key, view, directory);
        var (workspace, problem) = await caller.WorkspaceAsync(IdKind.Workspace.Format(connection.Workspace), Permission.WRITE, cancel);
        if (problem is not null)
        {
            return Whole(EntryOutcome.refused, problem.Message);
        }
        List<EntryResult> results = [];
        foreach (var happened in events)
        {
            results.Add(await posts.ApplyAsync(connection, caller, workspace!, await WholeAsync(happened), cancel));
        }
        return [.. results];

        // A call that has no content says which entry to read. One that cannot be read is not published any more.
        async Task<EntryEvent> WholeAsync(EntryEvent happened) =>
            delivery.IsFetched || happened.Change is not (EntryChange.Published or EntryChange.Changed) || !ContentReader.Reads(connection)
                ? happened
                : await reader.FindAsync(connection, happened.Entry, cancel) ?? happened with { Change = EntryChange.Unpublished };
    }

    /// <summary>What a delivery says; null if it is not JSON.</summary>
    static EntryEvent[]? Events(ContentConnection connection, ContentDelivery delivery, string body)
    {
        if (delivery.IsFetched)
        {
            return JsonSerializer.Deserialize(body, ContentSystemStoredJson.Default.EntryEventArray)!;
        }
        try
        {
            using var document = JsonDocument.Parse(body);
            var site = connection.SiteUrl is { } url ? new Uri(url) : null;
            return [.. EventSources.Of(connection.Provider).Read(
                new(delivery.Headers, document.RootElement), connection.ArticleFields, site)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static EntryResult[] Whole(EntryOutcome outcome, string reason) => [new(null, outcome, reason, [])];
}

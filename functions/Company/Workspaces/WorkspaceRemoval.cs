using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Platform.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Workspaces;

/// <summary>
/// Empties a deleted workspace: a minute after it was marked, when no instance remembers it as living and no call that did is under way, and
/// again a minute later, for what such a call may have left. Every feature adds what it keeps of a workspace here.
/// </summary>
sealed class WorkspaceRemoval(
    Tables tables, CompanyStore companies, PageConnections pages, Schedule schedule, MetricsStore metrics, MediaBlobs blobs, TimeProvider time,
    AppSettings settings) : IFollowUp
{
    public const string Kind = "remove-workspace";

    public async Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel)
    {
        var waited = time.GetUtcNow() - at;
        if (waited < settings.RemovalWait)
        {
            return settings.RemovalWait - waited;
        }
        await pages.ForgetAsync(followUp.Subject, cancel);
        await schedule.ForgetAsync(followUp.Subject, cancel);
        await tables.Imports.DeleteAllAsync(followUp.Subject, "", cancel);
        await tables.Content.DeleteAllAsync(followUp.Subject, "", cancel);
        await metrics.RemoveAsync(followUp.Subject, cancel);
        await blobs.DeleteAllAsync(followUp.Subject, cancel);
        if (waited < 2 * settings.RemovalWait)
        {
            return 2 * settings.RemovalWait - waited;
        }
        // Its row, and those of its deleted campaigns.
        await tables.Companies.DeleteAllAsync(followUp.Subject[..8], CompanyStore.WorkspacePrefix + followUp.Subject, cancel);
        return null;
    }

    /// <summary>Lists the workspace again, marked: whoever deleted it sees that its data is still there, and may delete it once more.</summary>
    public async Task LastAttemptAsync(FollowUp followUp, CancellationToken cancel)
    {
        if (await companies.FindWorkspaceAsync(followUp.Subject, cancel) is { } workspace)
        {
            await tables.Companies.UpsertEntityAsync(CompanyStore.Row(workspace with { RemovalFailed = true }), TableUpdateMode.Replace, cancel);
        }
    }

    public Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel) => Task.CompletedTask;
}

using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Workspaces;

/// <summary>The data of a workspace that a feature keeps outside of table content.</summary>
interface IWorkspaceData
{
    /// <summary>Removes the data. Called while the rows in table content still exist. It must be idempotent.</summary>
    Task RemoveAsync(string workspace, CancellationToken cancel);
}

/// <summary>
/// Empties a deleted workspace a minute after it was marked, when no instance caches it any more and no call that saw it is still running.
/// Empties it again a minute later, in case such a call left something.
/// </summary>
sealed class WorkspaceRemoval(
    Tables tables, CompanyStore companies, IEnumerable<IWorkspaceData> data,
    WorkspaceRemovalSettings settings, TimeProvider time) : IEventHandler
{
    public const string Deleted = "workspace-deleted";

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        var (workspace, waited) = (happened.Subject, time.GetUtcNow() - at);
        if (waited < settings.Wait)
        {
            return settings.Wait - waited;
        }
        foreach (var one in data)
        {
            await one.RemoveAsync(workspace, cancel);
        }
        await tables.Content.DeleteAllAsync(workspace, "", cancel);
        if (waited < 2 * settings.Wait)
        {
            return 2 * settings.Wait - waited;
        }
        // The workspace's row, and the rows of its deleted campaigns.
        await tables.Companies.DeleteAllAsync(workspace[..8], CompanyStore.WorkspacePrefix + workspace, cancel);
        return null;
    }

    /// <summary>Marks the removal as failed, so that the workspace is listed again and can be deleted once more.</summary>
    public async Task LastAttemptAsync(DomainEvent happened, CancellationToken cancel)
    {
        if (await companies.FindWorkspaceAsync(happened.Subject, cancel) is { } workspace)
        {
            await tables.Companies.UpsertEntityAsync(
                CompanyStore.Row(workspace with { RemovalFailed = true }), TableUpdateMode.Replace, cancel);
        }
    }
}

using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Workspaces;

/// <summary>What a feature keeps of a workspace besides its rows in table content.</summary>
interface IWorkspaceData
{
    /// <summary>Removes it, while the rows in table content are still there. It must be idempotent.</summary>
    Task RemoveAsync(string workspace, CancellationToken cancel);
}

/// <summary>
/// Empties a deleted workspace: a minute after it was marked, when no instance remembers it as living and no call that did is under way,
/// and again a minute later, for what such a call may have left.
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
        // Its row, and those of its deleted campaigns.
        await tables.Companies.DeleteAllAsync(workspace[..8], CompanyStore.WorkspacePrefix + workspace, cancel);
        return null;
    }

    /// <summary>
    /// Lists the workspace again, marked: whoever deleted it sees that its data is still there,
    /// and may delete it once more.
    /// </summary>
    public async Task LastAttemptAsync(DomainEvent happened, CancellationToken cancel)
    {
        if (await companies.FindWorkspaceAsync(happened.Subject, cancel) is { } workspace)
        {
            await tables.Companies.UpsertEntityAsync(
                CompanyStore.Row(workspace with { RemovalFailed = true }), TableUpdateMode.Replace, cancel);
        }
    }
}

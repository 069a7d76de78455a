using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Workspaces;

/// <summary>
/// Workspaces. Table companies, partition = company: row <c>company~</c>workspace. The ETag of the company's own row guards their number.
/// </summary>
sealed class WorkspaceStore(
    Tables tables, Outbox outbox, CompanyStore companies, CompanyDirectory directory, TimeProvider time)
{
    /// <summary>A company's workspaces with their labels, read from storage.</summary>
    public async Task<WorkspaceResponse[]> ListAsync(Caller caller, CancellationToken cancel)
    {
        var (_, all) = await companies.ReadAsync(caller.CompanyKey, cancel);
        return [.. caller.Visible(all).Select(WorkspaceResponse.Of)];
    }

    /// <summary>A workspace with its labels, read from storage.</summary>
    public async Task<WorkspaceResponse?> FindAsync(string key, CancellationToken cancel) =>
        await companies.FindWorkspaceAsync(key, cancel) is { DeletedAt: null } workspace
            ? WorkspaceResponse.Of(workspace) : null;

    public async Task<Outcome<Data<WorkspaceResponse>>> CreateAsync(
        Caller caller, NewWorkspace wanted, OperationId operation, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var workspace = new Workspace(
            Ids.NewWorkspaceKey(caller.CompanyKey), wanted.Name, TimeZones.Canonical(wanted.Timezone)!, wanted.WebsiteUrl,
            wanted.ApprovalSettings, DefaultTeamOnlyPosts: false, HideEmailsFromClients: false, now, now, Labels: [], Pages: []);
        var outcome = await outbox.CommitAsync(
            tables.Companies, caller.CompanyKey, operation, WorkspaceApiJson.Default.DataWorkspaceResponse, PrepareAsync, cancel);
        directory.Forget(caller.CompanyKey);
        return outcome;

        async Task<Outcome<Commit<Data<WorkspaceResponse>>>> PrepareAsync()
        {
            var approverCheck = CheckApproversAsync(caller.CompanyKey, workspace: null, wanted.ApprovalSettings, cancel);
            var (company, all) = await companies.ReadAsync(caller.CompanyKey, cancel);
            if (await approverCheck is { } problem)
            {
                return problem;
            }
            if (company!.Value.WorkspaceLimit is { } limit && all.Count >= limit)
            {
                return Problems.WorkspaceLimitReached(limit);
            }
            return new Commit<Data<WorkspaceResponse>>(new(WorkspaceResponse.Of(workspace)),
            [
                CompanyStore.Touch(caller.CompanyKey, company!),
                new(TableTransactionActionType.Add, CompanyStore.Row(workspace)),
            ]);
        }
    }

    public async Task<Outcome<Data<WorkspaceResponse>>> UpdateAsync(
        Caller caller, string key, WorkspaceEdit wanted, OperationId operation, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var outcome = await outbox.CommitAsync(
            tables.Companies, caller.CompanyKey, operation, WorkspaceApiJson.Default.DataWorkspaceResponse, PrepareAsync, cancel);
        directory.Forget(caller.CompanyKey);
        return outcome;

        async Task<Outcome<Commit<Data<WorkspaceResponse>>>> PrepareAsync()
        {
            var approverCheck = CheckApproversAsync(caller.CompanyKey, key, wanted.ApprovalSettings, cancel);
            if (await companies.ReadWorkspaceAsync(key, cancel) is not { Value.DeletedAt: null } workspace)
            {
                return Problems.NotFound("workspace");
            }
            if (await approverCheck is { } problem)
            {
                return problem;
            }
            var updated = wanted.Apply(workspace.Value, now);
            return new Commit<Data<WorkspaceResponse>>(
                new(WorkspaceResponse.Of(updated)),
                [new(TableTransactionActionType.UpdateReplace, CompanyStore.Row(updated), workspace.ETag)]);
        }
    }

    /// <summary>Marks a workspace as deleted; <see cref="WorkspaceRemoval"/> empties it later.</summary>
    public async Task<Outcome<Done>> DeleteAsync(Caller caller, string key, OperationId operation, CancellationToken cancel)
    {
        var outcome = await outbox.CommitAsync(
            tables.Companies, caller.CompanyKey, operation, ApiJson.Default.Done, PrepareAsync, cancel,
            new DomainEvent(WorkspaceRemoval.Deleted, key));
        directory.Forget(caller.CompanyKey);
        return outcome;

        async Task<Outcome<Commit<Done>>> PrepareAsync()
        {
            var (company, all) = await companies.ReadAsync(caller.CompanyKey, cancel);
            if (all.Find(one => one.Key == key) is not { } workspace)
            {
                return Problems.NotFound("workspace");
            }
            return new Commit<Done>(new(),
            [
                CompanyStore.Touch(caller.CompanyKey, company!),
                new(TableTransactionActionType.UpsertReplace,
                    CompanyStore.Row(workspace with { DeletedAt = time.GetUtcNow(), RemovalFailed = false })),
            ]);
        }
    }

    /// <summary>Turns the analytics add-on of a workspace on or off.</summary>
    public async Task<Outcome<Workspace>> SetAnalyticsAsync(string key, bool on, CancellationToken cancel)
    {
        var outcome = await outbox.CommitAsync(
            tables.Companies, key[..8], OperationId.Once(), CompanyStoredJson.Default.Workspace, PrepareAsync, cancel);
        directory.Forget(key[..8]);
        return outcome;

        async Task<Outcome<Commit<Workspace>>> PrepareAsync()
        {
            if (await companies.ReadWorkspaceAsync(key, cancel) is not { Value.DeletedAt: null } known)
            {
                return Problems.NotFound("workspace");
            }
            var changed = known.Value with { Analytics = on, UpdatedAt = time.GetUtcNow() };
            return new Commit<Workspace>(changed, [new(TableTransactionActionType.UpdateReplace, CompanyStore.Row(changed), known.ETag)]);
        }
    }

    /// <summary>
    /// The problem with the first approver who does not exist or may not approve in the workspace; null if there is none.
    /// </summary>
    /// <param name="workspace">Null for a new workspace, to which users get access later.</param>
    async Task<Problem?> CheckApproversAsync(string company, string? workspace, ApprovalSettings? settings, CancellationToken cancel)
    {
        var named = (from level in (settings?.ApprovalLevels ?? []).Index()
                     from approver in level.Item.ApproversIds.Index()
                     select (Id: approver.Item, Field: $"approvalSettings.approvalLevels[{level.Index}].approversIds[{approver.Index}]"))
                         .ToArray();
        if (named.Length == 0)
        {
            return null;
        }
        var people = (await companies.UsersAsync(company, cancel)).ToDictionary(user => user.Id(company), StringComparer.Ordinal);
        foreach (var (id, field) in named)
        {
            if (id is null || !people.TryGetValue(id, out var user))
            {
                return Problems.Invalid(field, "There is no such member.");
            }
            if (workspace is not null && !user.MayApprove(workspace))
            {
                return Problems.Invalid(field, "This member may not approve in this workspace.");
            }
        }
        return null;
    }
}

static class WorkspaceServices
{
    public static IServiceCollection AddWorkspaces(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(WorkspaceRemovalSettings.Read(configuration)).AddApiJson(WorkspaceApiJson.Default)
        .AddSingleton<WorkspaceStore>().AddSingleton<WorkspaceRemoval>().AddEventHandler<WorkspaceRemoval>(WorkspaceRemoval.Deleted);
}

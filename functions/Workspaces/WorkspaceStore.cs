using Azure.Data.Tables;
using Planable.Companies;
using Planable.Http;
using Planable.Labels;
using Planable.Storage;
using Planable.Tokens;

namespace Planable.Workspaces;

/// <summary>Workspaces. Table companies, partition = company: row <c>company~</c>workspace, beside the company's own row, whose ETag guards their number.</summary>
sealed class WorkspaceStore(Tables tables, Commits commits, CompanyStore companies, CompanyDirectory directory, LabelStore labels, TimeProvider time)
{
    /// <summary>A company's workspaces, each with its labels, as they are now.</summary>
    public async Task<WorkspaceResponse[]> ListAsync(Caller caller, CancellationToken cancel)
    {
        var (_, all) = await companies.ReadAsync(caller.CompanyKey, cancel);
        return await caller.Visible(all).EachAsync(async (workspace, stop) =>
            WorkspaceResponse.Of(workspace, await labels.ListAsync(workspace.Key, stop)), cancel);
    }

    public async Task<Outcome<Data<WorkspaceResponse>>> CreateAsync(Caller caller, NewWorkspace wanted, WriteId write, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var workspace = new Workspace(
            Ids.NewWorkspaceKey(caller.CompanyKey), wanted.Name, wanted.Timezone, wanted.WebsiteUrl, wanted.ApprovalSettings,
            DefaultTeamOnlyPosts: false, HideEmailsFromClients: false, now, now);
        var outcome = await commits.CommitAsync(
            tables.Companies, caller.CompanyKey, write, ApiJson.Default.DataWorkspaceResponse, PrepareAsync, cancel);
        directory.Forget(caller.CompanyKey);
        return outcome;

        async Task<Outcome<Draft<Data<WorkspaceResponse>>>> PrepareAsync()
        {
            var (company, all) = await companies.ReadAsync(caller.CompanyKey, cancel);
            if (company!.Read(StoredJson.Default.Company).WorkspaceLimit is { } limit && all.Count >= limit)
            {
                return Problems.WorkspaceLimitReached(limit);
            }
            return new Draft<Data<WorkspaceResponse>>(new(WorkspaceResponse.Of(workspace, [])),
            [
                CompanyStore.Touch(company!),
                new(TableTransactionActionType.Add, CompanyStore.Row(workspace)),
            ]);
        }
    }

    /// <summary>Marks a workspace as deleted; <see cref="WorkspaceRemoval"/> empties it later.</summary>
    public async Task<Outcome<Done>> DeleteAsync(Caller caller, string key, WriteId write, CancellationToken cancel)
    {
        var outcome = await commits.CommitAsync(
            tables.Companies, caller.CompanyKey, write, ApiJson.Default.Done, PrepareAsync, cancel, new FollowUp(WorkspaceRemoval.Kind, key));
        directory.Forget(caller.CompanyKey);
        return outcome;

        async Task<Outcome<Draft<Done>>> PrepareAsync()
        {
            var (company, all) = await companies.ReadAsync(caller.CompanyKey, cancel);
            if (all.Find(one => one.Key == key) is not { } workspace)
            {
                return Problems.NotFound("workspace");
            }
            return new Draft<Done>(new(),
            [
                CompanyStore.Touch(company!),
                new(TableTransactionActionType.UpsertReplace, CompanyStore.Row(workspace with { DeletedAt = time.GetUtcNow(), RemovalFailed = false })),
            ]);
        }
    }

    /// <summary>Gives a workspace the analytics add-on, or takes it away.</summary>
    public async Task<Outcome<Workspace>> SetAnalyticsAsync(string key, bool on, CancellationToken cancel)
    {
        var outcome = await commits.CommitAsync(
            tables.Companies, key[..8], WriteId.Once(), StoredJson.Default.Workspace, PrepareAsync, cancel);
        directory.Forget(key[..8]);
        return outcome;

        async Task<Outcome<Draft<Workspace>>> PrepareAsync()
        {
            var (company, all) = await companies.ReadAsync(key[..8], cancel);
            if (all.Find(one => one.Key == key) is not { DeletedAt: null } known)
            {
                return Problems.NotFound("workspace");
            }
            var changed = known with { Analytics = on, UpdatedAt = time.GetUtcNow() };
            return new Draft<Workspace>(
                changed, [CompanyStore.Touch(company!), new(TableTransactionActionType.UpsertReplace, CompanyStore.Row(changed))]);
        }
    }
}

static class WorkspaceServices
{
    public static IServiceCollection AddWorkspaces(this IServiceCollection services) => services
        .AddSingleton<WorkspaceStore>().AddSingleton<LabelStore>().AddSingleton<Pages.PageStore>().AddSingleton<Pages.PageConnections>()
        .AddKeyedSingleton<IFollowUp, WorkspaceRemoval>(WorkspaceRemoval.Kind);
}

using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Workspaces;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Pages;

/// <summary>
/// Connects pages with their networks. Credentials are a secret <c>page-</c>workspace own<c>-</c>random, a name for each value, and the
/// page's row says which: the vault comes first when there are new ones, and last when they go, so that no page names what is not there.
/// </summary>
sealed class PageConnections(Tables tables, Outbox outbox, PageStore pages, CompanyStore companies, SecretStore secrets, TimeProvider time)
    : IWorkspaceData
{
    public const string SecretPrefix = "page-";

    /// <summary>Connects a new page.</summary>
    public Task<Outcome<Page>> ConnectAsync(
        string workspace, string name, string platform, string network, string? link, string? credentials, CancellationToken cancel)
    {
        var page = new Page(Ids.NewKey(time), name, platform, network, IsConnected: true, null, link, time.GetUtcNow());
        return ChangeAsync(new(workspace, page.Key), _ => page, credentials, cancel);
    }

    /// <summary>Connects a page that was connected before, or is, with new credentials.</summary>
    public Task<Outcome<Page>> ReconnectAsync(Id id, string? credentials, CancellationToken cancel) => ChangeAsync(id,
        known => known is null ? Problems.NotFound("page")
            : known with { IsConnected = true, DisconnectedReason = null, PausedUntil = null }, credentials, cancel);

    /// <summary>Disconnects a page, for good or until it is connected again. Its posts stay.</summary>
    public Task<Outcome<Page>> DisconnectAsync(Id id, CancellationToken cancel) => ChangeAsync(id,
        known => known is null ? Problems.NotFound("page") : known with { IsConnected = false, DisconnectedReason = null }, null, cancel);

    /// <summary>Forgets the credentials of all of a workspace's pages.</summary>
    public async Task RemoveAsync(string workspace, CancellationToken cancel)
    {
        foreach (var secret in (await pages.ListAsync(workspace, cancel)).Select(page => page.Secret).OfType<string>())
        {
            await secrets.DeleteAsync(secret, cancel);
        }
    }

    async Task<Outcome<Page>> ChangeAsync(Id id, Func<Page?, Outcome<Page>> change, string? credentials, CancellationToken cancel)
    {
        var secret = credentials is null ? null : $"{SecretPrefix}{id.Partition}{id.Key}-{Base32.NewName()[..8]}";
        var (isLaid, replaced) = (false, (string?)null);
        var (changed, problem) = await outbox.CommitAsync(
            tables.Content, id.Partition, OperationId.Once(), PageStoredJson.Default.Page, PrepareAsync, cancel);
        // Where storage was too busy to say, the page may name it yet.
        if ((problem is null ? replaced : isLaid && problem.Kind is not ProblemKind.Busy ? secret : null) is { } useless)
        {
            await secrets.DeleteAsync(useless, cancel);
        }
        return problem is not null ? problem : changed!;

        async Task<Outcome<Commit<Page>>> PrepareAsync()
        {
            var head = pages.HeadAsync(id.Partition, cancel);
            var (company, workspaces) = await companies.ReadAsync(id.Company, cancel);
            var (counters, all) = await head;
            if (workspaces.Find(one => one.Key == id.Partition) is not { DeletedAt: null })
            {
                return Problems.NotFound("workspace");
            }
            var known = all.Find(page => page.Key == id.Key);
            var (wanted, refused) = change(known);
            if (refused is not null)
            {
                return refused;
            }
            var plan = company!.Read(CompanyStoredJson.Default.CompanyProfile).Plan;
            if (wanted!.IsConnected && plan.Limits().Pages is { } most && all.Count(page => page.IsConnected && page.Key != id.Key) >= most)
            {
                return Problems.Forbidden($"The {plan} plan has {most} connected pages a workspace, and they are connected.");
            }
            // It names ours where an answer was lost.
            replaced = known?.Secret == secret ? replaced : known?.Secret;
            wanted = wanted with { Secret = secret };
            // The counters go along as they are: whoever decides by how many pages there are must find them so.
            return new Commit<Page>(
                wanted,
                [counters.Action(counters.Value), new(TableTransactionActionType.UpsertReplace, PageStore.Row(id.Partition, wanted))],
                LayAsync);
        }

        async Task LayAsync()
        {
            if (!isLaid && secret is not null)
            {
                isLaid = true;
                await secrets.SetAsync(secret, credentials!, cancel);
            }
        }
    }
}

static class PageServices
{
    public static IServiceCollection AddPages(this IServiceCollection services) => services.AddApiJson(PageApiJson.Default)
        .AddSingleton<PageStore>().AddSingleton<PageConnections>()
        .AddSingleton<IWorkspaceData>(provider => provider.GetRequiredService<PageConnections>());
}

using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Workspaces;
using Planable.Content.Events;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Pages;

/// <summary>The access to a page on its network.</summary>
/// <param name="Credentials">For the vault only.</param>
/// <param name="Account">The page's id on the network; null if unknown.</param>
/// <param name="EndsAt">When a person must connect it again; null if unknown.</param>
sealed record PageAccess(string Credentials, string? Account = null, DateTimeOffset? EndsAt = null)
{
    public override string ToString() => $"access to {Account}";
}

/// <summary>
/// Connects pages with their networks. Credentials are a secret <c>page-</c>workspace key<c>-</c>random, with a new name for each value;
/// the page's row stores the name. A new secret is stored before the page's row and an old one deleted after it, so that a page never names
/// a missing secret.
/// </summary>
sealed class PageConnections(
    Tables tables, Outbox outbox, PageStore pages, CompanyStore companies, EventLog events, SecretStore secrets, TimeProvider time)
    : IWorkspaceData
{
    public const string SecretPrefix = "page-";

    /// <summary>Connects a new page.</summary>
    public Task<Outcome<Page>> ConnectAsync(
        string workspace, string name, string platform, string network, string? link, PageAccess? access, CancellationToken cancel)
    {
        var page = new Page(Ids.NewKey(time), name, platform, network, IsConnected: true, null, link, time.GetUtcNow());
        return ChangeAsync(new(workspace, page.Key), _ => page, access, cancel);
    }

    /// <summary>Connects an existing page, connected or not, with new credentials.</summary>
    public Task<Outcome<Page>> ReconnectAsync(Id id, PageAccess? access, CancellationToken cancel) => ChangeAsync(id,
        known => known is null ? Problems.NotFound("page")
            : known with { IsConnected = true, DisconnectedReason = null, PausedUntil = null }, access, cancel);

    /// <summary>Disconnects a page. Its posts stay, and it can be connected again.</summary>
    public Task<Outcome<Page>> DisconnectAsync(Id id, CancellationToken cancel) => ChangeAsync(id,
        known => known is null ? Problems.NotFound("page") : known with { IsConnected = false, DisconnectedReason = null }, null, cancel);

    /// <summary>Deletes the credentials of all pages of a workspace.</summary>
    public async Task RemoveAsync(string workspace, CancellationToken cancel)
    {
        foreach (var secret in (await pages.ListAsync(workspace, cancel)).Select(page => page.Secret).OfType<string>())
        {
            await secrets.DeleteAsync(secret, cancel);
        }
    }

    /// <summary>A new name for a page's credentials.</summary>
    public static string NewSecret(Id id) => $"{SecretPrefix}{id.Partition}{id.Key}-{Base32.NewName()[..8]}";

    async Task<Outcome<Page>> ChangeAsync(Id id, Func<Page?, Outcome<Page>> change, PageAccess? access, CancellationToken cancel)
    {
        var (secret, connection) = (access is null ? null : NewSecret(id), Base32.NewName()[..8]);
        var (isStored, replaced) = (false, (string?)null);
        var (changed, problem) = await outbox.CommitAsync(
            tables.Content, id.Partition, OperationId.Once(), PageStoredJson.Default.Page, PrepareAsync, cancel);
        // If storage was too busy, the outcome is unknown: the page may name the new secret.
        if ((problem is null ? replaced : isStored && problem.Kind is not ProblemKind.Busy ? secret : null) is { } useless)
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
            var plan = company!.Value.Plan;
            if (wanted!.IsConnected && plan.Limits().Pages is { } most && all.Count(page => page.IsConnected && page.Key != id.Key) >= most)
            {
                return Problems.Forbidden($"The {plan} plan allows {most} connected pages per workspace, and this one has them.");
            }
            // On a retry after a lost answer, the page may already name the new secret, which must not be deleted.
            replaced = known?.Secret == secret ? replaced : known?.Secret;
            wanted = wanted with
            {
                Secret = secret,
                Connection = connection,
                Account = access?.Account ?? wanted.Account,
                EndsAt = access?.EndsAt,
                Holder = null,
                HeldUntil = null,
            };
            // The counters' row is rewritten unchanged as an optimistic lock: two concurrent connections must not exceed the plan's limit.
            return new Commit<Page>(
                wanted,
                [
                    counters.Action(counters.Value), new(TableTransactionActionType.UpsertReplace, PageStore.Row(id.Partition, wanted)),
                    .. wanted.IsConnected || known is not { IsConnected: true } ? []
                        : await events.DraftAsync(id.Partition, [PageStore.Disconnected(id.Partition, wanted)], cancel),
                ],
                () => Task.WhenAll(StoreSecretAsync(), pages.AnnounceAsync(id.Partition, [wanted], cancel)));
        }

        async Task StoreSecretAsync()
        {
            if (!isStored && secret is not null)
            {
                isStored = true;
                await secrets.SetAsync(secret, access!.Credentials, cancel);
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

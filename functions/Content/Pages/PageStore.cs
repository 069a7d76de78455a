using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Events;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Pages;

/// <summary>A page as stored: a social channel of a workspace.</summary>
/// <param name="Network">Which client publishes on it: the platform's own, or <c>sandbox</c>.</param>
/// <param name="Secret">The name of its credentials in the vault; null if it has none.</param>
/// <param name="DisconnectedReason">Why it is no longer connected; null if an operator disconnected it.</param>
/// <param name="PausedUntil">Send its network no requests before this time: a rate limit.</param>
/// <param name="Fault">How the sandbox fails on it; null if it does not.</param>
/// <param name="Account">Its id on the network; null if unknown.</param>
/// <param name="Connection">A random name of this connection: it changes when the page is connected again.</param>
/// <param name="EndsAt">When a person must connect it again; null if unknown.</param>
/// <param name="Quota">What its network last told of its daily quota; null if it did not, or plenty was left.</param>
/// <param name="Holder">The worker that renews its grant, until <paramref name="HeldUntil"/>.</param>
sealed record Page(
    [property: JsonPropertyName("own")] string Key, string Name, string Platform, string Network, bool IsConnected,
    string? ProfilePicture, string? Link, DateTimeOffset CreatedAt,
    string? Secret = null, string? DisconnectedReason = null, DateTimeOffset? PausedUntil = null, SandboxFault? Fault = null,
    string? Account = null, string? Connection = null, DateTimeOffset? EndsAt = null, PageQuota? Quota = null,
    string? Holder = null, DateTimeOffset? HeldUntil = null);

/// <summary>How many posts a network still takes on a page.</summary>
/// <param name="Until">When this is no longer true, because the network counts anew.</param>
sealed record PageQuota(int Left, DateTimeOffset Until)
{
    /// <summary>After one post more.</summary>
    public PageQuota Less() => this with { Left = Math.Max(0, Left - 1) };
}

/// <summary>
/// Pages, and the counters of their workspace. Table content, partition = workspace: rows <c>head</c> (counters) and <c>head~</c>key (a
/// page). They are one range because the creation of a post reads both. The keys of a workspace's pages are also in the workspace's row, so
/// that a list over workspaces reads only what it returns.
/// </summary>
sealed class PageStore(Tables tables, CompanyStore companies, EventLog events, KeyedLock gate)
{
    readonly SharedReads<CountersRow[]> _counters = new(gate);

    public const string Prefix = "head~";
    const string Head = "head";

    public async Task<(CountersRow Counters, List<Page> Pages)> HeadAsync(string workspace, CancellationToken cancel)
    {
        CountersRow counters = new(workspace, null);
        List<Page> pages = [];
        await foreach (var row in tables.Content.RangeAsync(workspace, Head, cancel: cancel))
        {
            if (row.RowKey == Head)
            {
                counters = new(workspace, row);
            }
            else
            {
                pages.Add(row.Read(PageStoredJson.Default.Page));
            }
        }
        return (counters, pages);
    }

    public async Task<CountersRow> CountersAsync(string workspace, CancellationToken cancel) =>
        new(workspace, await tables.Content.FindAsync(workspace, Head, cancel));

    /// <summary>The counters of several workspaces, in their order. Callers who ask for the same at once share the reads.</summary>
    public Task<CountersRow[]> CountersAsync(string[] workspaces, CancellationToken cancel) => _counters.ReadAsync(
        string.Concat(workspaces), stop => workspaces.EachAsync(CountersAsync, stop), cancel);

    /// <summary>A workspace's pages, newest first.</summary>
    public Task<List<Page>> ListAsync(string workspace, CancellationToken cancel) =>
        tables.Content.RangeAsync(workspace, Prefix, cancel: cancel)
            .Select(row => row.Read(PageStoredJson.Default.Page)).ToListAsync(cancel).AsTask();

    /// <summary>A part of the pages of several workspaces, newest first, and whether there are more.</summary>
    public async Task<((Page Page, Workspace Workspace)[] Found, bool HasMore)> NewestAsync(
        IEnumerable<Workspace> workspaces, int offset, int limit, CancellationToken cancel)
    {
        var keys = from workspace in workspaces
                   from key in workspace.Pages
                   select (Key: key, Workspace: workspace);
        var wanted = keys.OrderBy(one => one.Key, StringComparer.Ordinal).Skip(offset).Take(limit + 1).ToArray();
        var found = await wanted.Take(limit).GroupBy(one => one.Workspace).EachAsync(async (some, stop) =>
            (await ListAsync(some.Key.Key, stop)).IntersectBy(some.Select(one => one.Key), page => page.Key)
                .Select(page => (Page: page, Workspace: some.Key)), cancel);
        return ([.. found.SelectMany(some => some).OrderBy(one => one.Page.Key, StringComparer.Ordinal)], wanted.Length > limit);
    }

    public async Task<Page?> FindAsync(Id id, CancellationToken cancel) =>
        (await tables.Content.FindAsync(id.Partition, Prefix + id.Key, cancel))?.Read(PageStoredJson.Default.Page);

    /// <summary>Stores, for all instances, that a page's network must get no requests before <paramref name="until"/>.</summary>
    public Task PauseAsync(Id id, DateTimeOffset until, CancellationToken cancel) =>
        ChangeAsync(id, page => page.PausedUntil >= until ? null : page with { PausedUntil = until }, cancel);

    /// <summary>Stores, for all instances, how many posts a page's network still takes.</summary>
    public Task RememberAsync(Id id, PageQuota? quota, CancellationToken cancel) =>
        ChangeAsync(id, page => page.Quota == quota ? null : page with { Quota = quota }, cancel);

    /// <summary>Marks a page as disconnected because its network refuses our access. Its posts stay; it can be connected again.</summary>
    /// <param name="page">As it was when the network was called; a page that was reconnected since stays connected.</param>
    public Task MarkDisconnectedAsync(string workspace, Page page, string reason, CancellationToken cancel) =>
        ChangeAsync(new(workspace, page.Key), known => known.IsConnected && known.Connection == page.Connection
            ? known with { IsConnected = false, DisconnectedReason = reason } : null, cancel,
            () => events.DraftAsync(workspace, [Disconnected(workspace, page)], cancel));

    /// <summary>
    /// Takes the right to renew a page's grant, unless another worker has it. Returns the page as it is then; null if it is gone.
    /// </summary>
    public async Task<Page?> HoldAsync(Id id, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel)
    {
        Page? known = null;
        await ChangeAsync(id, page =>
        {
            var isFree = page.IsConnected && (page.Holder == holder || !(page.HeldUntil > now));
            known = isFree ? page with { Holder = holder, HeldUntil = until } : page;
            return isFree ? known : null;
        }, cancel);
        return known;
    }

    /// <summary>Gives the right to renew back.</summary>
    public Task ReleaseAsync(Id id, string holder, CancellationToken cancel) => ChangeAsync(
        id, page => page.Holder == holder ? page with { Holder = null, HeldUntil = null } : null, cancel);

    /// <summary>Stores the name of a renewed grant. False if the page was connected again or disconnected meanwhile.</summary>
    public async Task<bool> RenewAsync(Id id, Page held, string secret, DateTimeOffset? endsAt, CancellationToken cancel)
    {
        var isStored = false;
        await ChangeAsync(id, page => (isStored = page.Secret == secret || page.Secret == held.Secret)
            ? page with { Secret = secret, EndsAt = endsAt, Holder = null, HeldUntil = null } : null, cancel);
        return isStored;
    }

    public static LoggedEvent Disconnected(string workspace, Page page) =>
        new(EventTypes.PageDisconnected, IdKind.Page.Format(workspace, page.Key));

    /// <summary>Sets or clears how a sandbox page fails; returns null if there is no such sandbox page.</summary>
    public async Task<Page?> SetFaultAsync(Id id, SandboxFault? fault, CancellationToken cancel)
    {
        Page? changed = null;
        await ChangeAsync(id, page => changed = page.Network == Platforms.Sandbox ? page with { Fault = fault } : null, cancel);
        return changed;
    }

    Task<bool> ChangeAsync(
        Id id, Func<Page, Page?> change, CancellationToken cancel, Func<Task<TableTransactionAction[]>>? beside = null) =>
        tables.Content.ChangeAsync(
            id.Partition, Prefix + id.Key, PageStoredJson.Default.Page, page => page is null ? null : change(page), cancel, beside);

    /// <summary>Adds the keys of a workspace's pages to its row. Do this before a page is written, so that no list misses it.</summary>
    public Task AnnounceAsync(string workspace, IEnumerable<Page> pages, CancellationToken cancel) =>
        companies.AddPagesAsync(workspace, [.. pages.Select(page => page.Key)], cancel);

    public async Task AddAsync(string workspace, IReadOnlyCollection<Page> pages, CancellationToken cancel)
    {
        await AnnounceAsync(workspace, pages, cancel);
        await tables.Content.SubmitTransactionAsync(
            pages.Select(page => new TableTransactionAction(TableTransactionActionType.Add, Row(workspace, page))), cancel);
    }

    public static TableEntity Row(string workspace, Page page) =>
        new TableEntity(workspace, Prefix + page.Key).With(page, PageStoredJson.Default.Page);
}

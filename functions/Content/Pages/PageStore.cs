using Azure.Data.Tables;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Pages;

/// <summary>A page as stored: a social channel of a workspace.</summary>
/// <param name="Network">Who publishes it: the platform's own client, or <c>sandbox</c>.</param>
/// <param name="Secret">The name of its credentials in the vault; null where it has none.</param>
/// <param name="DisconnectedReason">Why it is not connected any more, where that was not an operator's doing.</param>
/// <param name="PausedUntil">Until then its network wants to be asked for nothing more.</param>
/// <param name="Fault">How the sandbox fails on it; null where it does not.</param>
sealed record Page(
    string Own, string Name, string Platform, string Network, bool IsConnected, string? ProfilePicture, string? Link, DateTimeOffset CreatedAt,
    string? Secret = null, string? DisconnectedReason = null, DateTimeOffset? PausedUntil = null, SandboxFault? Fault = null);

/// <summary>
/// Pages, and the counters of their workspace. Table content, partition = workspace: rows <c>head</c> (counters) and <c>head~</c>own (a page), side by
/// side because every post's creation needs both: one range.
/// </summary>
sealed class PageStore(Tables tables)
{
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
                pages.Add(row.Read(StoredJson.Default.Page));
            }
        }
        return (counters, pages);
    }

    public async Task<CountersRow> CountersAsync(string workspace, CancellationToken cancel) =>
        new(workspace, await tables.Content.FindAsync(workspace, Head, cancel));

    /// <summary>A workspace's pages, newest first.</summary>
    public Task<List<Page>> ListAsync(string workspace, CancellationToken cancel) =>
        tables.Content.RangeAsync(workspace, Prefix, cancel: cancel).Select(row => row.Read(StoredJson.Default.Page)).ToListAsync(cancel).AsTask();

    public async Task<Page?> FindAsync(Id id, CancellationToken cancel) =>
        (await tables.Content.FindAsync(id.Place, Prefix + id.Own, cancel))?.Read(StoredJson.Default.Page);

    /// <summary>Makes it known to all instances that a page's network wants to be asked for nothing more before <paramref name="until"/>.</summary>
    public Task PauseAsync(Id id, DateTimeOffset until, CancellationToken cancel) =>
        ChangeAsync(id, page => page.PausedUntil >= until ? null : page with { PausedUntil = until }, cancel);

    /// <summary>The page's network does not let us in any more. Its posts stay, and it may be connected anew.</summary>
    /// <param name="page">As it was when its network was asked: one that was connected anew since stays connected.</param>
    public Task LoseAsync(string workspace, Page page, string reason, CancellationToken cancel) =>
        ChangeAsync(new(workspace, page.Own), known => known.IsConnected && known.Secret == page.Secret
            ? known with { IsConnected = false, DisconnectedReason = reason } : null, cancel);

    /// <summary>The page, which from now on fails so, or not any more; null where there is no such page on the sandbox.</summary>
    public async Task<Page?> SetFaultAsync(Id id, SandboxFault? fault, CancellationToken cancel)
    {
        Page? changed = null;
        await ChangeAsync(id, page => changed = page.Network == Platforms.Sandbox ? page with { Fault = fault } : null, cancel);
        return changed;
    }

    Task<bool> ChangeAsync(Id id, Func<Page, Page?> change, CancellationToken cancel) =>
        tables.Content.ChangeAsync(id.Place, Prefix + id.Own, StoredJson.Default.Page, page => page is null ? null : change(page), cancel);

    public Task AddAsync(string workspace, IEnumerable<Page> pages, CancellationToken cancel) => tables.Content.SubmitTransactionAsync(
        pages.Select(page => new TableTransactionAction(TableTransactionActionType.Add, Row(workspace, page))), cancel);

    public static TableEntity Row(string workspace, Page page) =>
        new TableEntity(workspace, Prefix + page.Own).With(page, StoredJson.Default.Page);

    /// <summary>The pages that a new post names, in its order; a story's page once for each of its frames.</summary>
    public static Outcome<IReadOnlyList<Page>> Choose(string workspace, NewPost wanted, List<Page> pages)
    {
        List<Page> chosen = [];
        foreach (var (field, id) in wanted.PageIds?.Index().Select(entry => ($"pageIds[{entry.Index}]", entry.Item)) ?? [("pageId", wanted.PageId!)])
        {
            if (!IdKind.Page.TryParse(id, out var page) || page.Place != workspace || pages.Find(one => one.Own == page.Own) is not { } known)
            {
                return Problems.NotFound("page", field);
            }
            chosen.Add(known);
        }
        return wanted.Story is not { } story ? chosen
            : Story.IsOn(chosen[0].Platform) ? Enumerable.Repeat(chosen[0], story.Media.Values.Length).ToArray()
            : Problems.Invalid("pageId", "Is on a network that has no stories; Instagram and Facebook have.");
    }
}

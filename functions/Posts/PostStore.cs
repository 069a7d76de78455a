using Azure;
using Azure.Data.Tables;
using Planable.Activity;
using Planable.Companies;
using Planable.Http;
using Planable.Labels;
using Planable.Media;
using Planable.Pages;
using Planable.Storage;
using Planable.Tokens;

namespace Planable.Posts;

/// <summary>Which posts a list is about.</summary>
/// <param name="Page">The own part of a page's id; null for all.</param>
/// <param name="Campaign">The own part of a campaign's id, or <see cref="PostStore.NoCampaign"/>; null for all.</param>
readonly record struct PostFilter(string? Page, string? Campaign);

sealed record PostPage(IReadOnlyList<Post> Posts, bool HasMore);

/// <summary>
/// Posts. Table content, partition = workspace: row <c>post~</c>own, newest first because an own part begins with inverted time; index rows, keys
/// only, <c>by-page~</c>page<c>~</c>own and <c>by-campaign~</c>campaign<c>~</c>own<c>~</c>page. Counters are in the row <c>head</c>.
/// </summary>
sealed class PostStore(Tables tables, Commits commits, PageStore pages, LabelStore labels, FreeSlots slots, MediaImports imports, TimeProvider time)
{
    public const string NoCampaign = "none";
    public const string Prefix = "post~", ByPage = "by-page~", ByCampaign = "by-campaign~";

    public async Task<Post?> FindAsync(Id id, CancellationToken cancel) => (await RowAsync(id, cancel))?.Post;

    /// <summary>A post, with the row it is in.</summary>
    public async Task<(TableEntity Row, Post Post)?> RowAsync(Id id, CancellationToken cancel) =>
        await tables.Content.FindAsync(id.Place, Prefix + id.Own, cancel) is { } row ? (row, row.Read(StoredJson.Default.Post)) : null;

    /// <summary>The posts of the group that a post is in, the post itself among them, each with the row it is in.</summary>
    public ValueTask<List<(TableEntity Row, Post Post)>> GroupAsync(Id id, CancellationToken cancel) =>
        tables.Content.RangeAsync(id.Place, Prefix + Ids.GroupOf(id.Own), cancel: cancel)
            .Select(row => (row, row.Read(StoredJson.Default.Post))).ToListAsync(cancel);

    /// <summary>Makes a post, a group of one post a page, or the frames of a story: all of it or nothing.</summary>
    public Task<Outcome<CreatedPosts>> CreateAsync(Workspace workspace, Caller caller, NewPost wanted, WriteId write, CancellationToken cancel)
    {
        var (group, notes, told, toldOfApproval, now) = (Ids.NewGroup(time), Ids.NewGroup(time), Ids.NewOwn(time), Ids.NewOwn(time), time.GetUtcNow());
        var rules = new ApprovalRules(workspace.ApprovalSettings, now);
        var limits = caller.Plan.Limits();
        var media = imports.Plan(workspace.Key, wanted.MediaSources, group);
        return commits.CommitAsync(
            tables.Content, workspace.Key, write, ApiJson.Default.CreatedPosts, PrepareAsync, cancel,
            [.. media.FollowUps, .. limits.Ever ? [new FollowUp(FreeSlots.Kind, caller.CompanyKey)] : (FollowUp[])[]]);

        async Task<Outcome<Draft<CreatedPosts>>> PrepareAsync()
        {
            var (head, ground) = (pages.HeadAsync(workspace.Key, cancel), GroundAsync(workspace.Key, wanted.Labels, wanted.CampaignId, cancel));
            var bringing = imports.BringAsync(media, cancel);
            var (counters, all) = await head;
            var (known, problem) = await ground;
            var (brought, refusedMedia) = await bringing;
            var (chosen, missing) = PageStore.Choose(workspace.Key, wanted, all);
            var (approver, nobody) = wanted.Approved is not true ? default : await caller.ApproverAsync(wanted.ApprovedBy, cancel);
            if ((missing ?? problem ?? nobody ?? refusedMedia) is { } refused)
            {
                return refused;
            }
            var rulings = chosen!.Select((page, index) => wanted.Begin(NewPost(page, index), rules, approver)).ToArray();
            if (rulings[0].Refusal is { } no)
            {
                return no.Problem(wanted.ApprovedBy is not null);
            }
            Post[] posts = [.. rulings.Select(ruling => ruling.Post!)];
            var made = counters.Created(now, posts);
            if (wanted.HasNote && caller.Creator.Role is Role.CLIENT)
            {
                return Problems.Forbidden("Who made this token is a client, and internal notes are the team's.");
            }
            if (limits is { Ever: false, Posts: { } most } && made.CreatedThisMonth > most)
            {
                return Problems.Forbidden($"The {caller.Plan} plan has {most} posts a workspace a month; {counters.MadeIn(now)} are made.");
            }
            if (limits is { Ever: true, Posts: { } ever } && !await slots.TakeAsync(caller.CompanyKey, write.Record, posts.Length, ever, cancel))
            {
                return Problems.Forbidden($"The {caller.Plan} plan has {ever} posts in all, and they are made.");
            }
            return imports.With(new Draft<CreatedPosts>(
                new([.. posts.Select(post => PostResponse.Of(post, workspace, caller))]),
                [
                    counters.Action(made), .. posts.SelectMany(Rows).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                    .. wanted.HasNote ? posts.Select(Note) : [], .. Campaign.MustExist(workspace.Key, posts[0].Campaign),
                    ActivityFeed.Row(workspace.Key, caller, told, now, PostAction.CREATED, [.. posts.Select(post => post.Own)], wanted.Notify ?? true),
                    .. approver is null ? [] : (TableTransactionAction[])[ActivityFeed.Row(
                        workspace.Key, caller, toldOfApproval, now, PostAction.APPROVED, [.. posts.Select(post => post.Own)], wanted.Notify ?? true)],
                ]), brought!);

            Post NewPost(Page page, int index) => wanted.ToPost(
                workspace, page.Own, page.Platform, Ids.Member(group, index), caller.Creator.Key, now, known!,
                wanted.IsGroup ? [.. chosen!.Select(member => member.Own).Distinct()] : null, brought!, index);

            TableTransactionAction Note(Post post, int index) => PostComments.Added(workspace.Key, new(
                Ids.Member(notes, index), post.Own, wanted.InternalNote!, post.Creator, TeamOnly: true, Parent: null, now));
        }
    }

    /// <summary>Adds posts that come with a past: as they are, without asking a plan.</summary>
    public async Task ImportAsync(string workspace, Post[] imported, DateTimeOffset now, CancellationToken cancel)
    {
        var counters = await pages.CountersAsync(workspace, cancel);
        await tables.Content.SubmitTransactionAsync(
            [
                counters.Action(counters.Created(now, imported)),
                .. imported.SelectMany(Rows).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
            ], cancel);
    }

    /// <summary>Deletes a post; its group goes on without it. No quota comes back.</summary>
    public Task<Outcome<Done>> DeleteAsync(Id id, Caller caller, WriteId write, CancellationToken cancel)
    {
        var (told, now) = (Ids.NewOwn(time), time.GetUtcNow());
        return commits.CommitAsync(
            tables.Content, id.Place, write, ApiJson.Default.Done, PrepareAsync, cancel, new FollowUp(PostComments.RemoveAll, IdKind.Post.Format(id.Place, id.Own)));

        async Task<Outcome<Draft<Done>>> PrepareAsync()
        {
            var head = pages.CountersAsync(id.Place, cancel);
            var group = await tables.Content.RangeAsync(id.Place, Prefix + Ids.GroupOf(id.Own), cancel: cancel).ToListAsync(cancel);
            var counters = await head;
            if (group.Find(row => row.RowKey == Prefix + id.Own)?.Read(StoredJson.Default.Post) is not { } post || !caller.Sees(post))
            {
                return Problems.NotFound("post");
            }
            var others = group.Where(row => row.RowKey != Prefix + id.Own)
                .Select(row => (Row: row, Post: row.Read(StoredJson.Default.Post)))
                .Select(other => new TableTransactionAction(
                    TableTransactionActionType.UpdateReplace,
                    Row(other.Post with { GroupPages = post.IsStory ? other.Post.GroupPages : [.. other.Post.GroupPages!.Where(page => page != post.Page)] }),
                    other.Row.ETag));
            return new Draft<Done>(
                new(),
                [counters.Action(counters.Deleted(post)), .. others,
                    .. Rows(post).Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)),
                    ActivityFeed.Row(id.Place, caller, told, now, PostAction.DELETED, [id.Own])]);
        }
    }

    /// <summary>Posts, newest first. A client's creator sees those that are not for the team only.</summary>
    public async Task<PostPage> ListAsync(
        string workspace, PostFilter filter, int offset, int limit, bool clientsOnly, CancellationToken cancel)
    {
        if (filter != default && !clientsOnly)
        {
            return await IndexedAsync(workspace, filter, offset, limit, cancel);
        }
        var found = clientsOnly
            ? await tables.Content.RangeAsync(workspace, Prefix, cancel: cancel)
                .Select(row => row.Read(StoredJson.Default.Post))
                .Where(post => !post.TeamOnly && (filter.Page ?? post.Page) == post.Page && (filter.Campaign ?? CampaignKey(post)) == CampaignKey(post))
                .Skip(offset).Take(limit + 1).ToListAsync(cancel)
            : await tables.Content.NewestAsync(workspace, Prefix, offset, limit + 1, cancel).Select(row => row.Read(StoredJson.Default.Post)).ToListAsync(cancel);
        return new PostPage([.. found.Take(limit)], found.Count > limit);
    }

    /// <summary>How many posts a workspace has.</summary>
    public async Task<int> CountAsync(string workspace, bool clientsOnly, CancellationToken cancel)
    {
        var counters = (await pages.CountersAsync(workspace, cancel)).Value;
        return clientsOnly ? counters.Posts - counters.TeamOnlyPosts : counters.Posts;
    }

    async Task<PostPage> IndexedAsync(string workspace, PostFilter filter, int offset, int limit, CancellationToken cancel)
    {
        var index = filter.Campaign is { } campaign ? $"{ByCampaign}{campaign}~" : $"{ByPage}{filter.Page}~";
        // A campaign's index ends in the page, so both filters at once are still one range.
        var both = filter is { Campaign: not null, Page: not null };
        var last = (int)Math.Min(int.MaxValue, (long)offset + limit + 1);
        var keys = await tables.Content.RangeAsync(workspace, index, take: both ? null : last, select: ["RowKey"], cancel: cancel)
            .Select(row => row.RowKey[index.Length..].Split('~'))
            .Where(parts => !both || parts[1] == filter.Page)
            .Skip(offset).Take(limit + 1).Select(parts => parts[0]).ToListAsync(cancel);
        var posts = await keys.Take(limit).EachAsync((key, stop) => FindAsync(new(workspace, key), stop), cancel, atOnce: Limits.PageSize);
        // One deleted since its index row was read is not there any more.
        return new PostPage([.. posts.OfType<Post>()], keys.Count > limit);
    }

    /// <summary>What a post is given besides its pages: labels, and a campaign, all of this workspace.</summary>
    public async Task<Outcome<Label[]>> GroundAsync(string workspace, string[]? labelIds, string? campaignId, CancellationToken cancel)
    {
        var campaign = CampaignExistsAsync(workspace, campaignId, cancel);
        var found = await labels.ChooseAsync(workspace, labelIds ?? [], cancel);
        return await campaign ? found : Problems.NotFound("campaign", "campaignId");
    }

    async Task<bool> CampaignExistsAsync(string workspace, string? id, CancellationToken cancel) => id is null
        || (IdKind.Campaign.TryParse(id, out var campaign) && campaign.Place == workspace
            && await tables.Content.FindAsync(workspace, Campaign.Prefix + campaign.Own, cancel) is not null);

    /// <summary>The post's own row, and then those that lists find it by.</summary>
    public static IEnumerable<TableEntity> Rows(Post post) =>
    [
        Row(post),
        new(post.Workspace, $"{ByPage}{post.Page}~{post.Own}"),
        CampaignRow(post),
    ];

    /// <summary>What moves a post that was read as <paramref name="row"/> to where it belongs now, if the row is still so.</summary>
    public static IEnumerable<TableTransactionAction> Moved(TableEntity row, Post before, Post after)
    {
        yield return Change(row, after);
        if (before.Campaign != after.Campaign)
        {
            yield return new(TableTransactionActionType.Delete, CampaignRow(before), ETag.All);
            yield return new(TableTransactionActionType.Add, CampaignRow(after));
        }
    }

    /// <summary>The own part of the id of the post that an index row is about.</summary>
    public static string OwnOf(string index) => index.Split('~')[2];

    /// <summary>The index row that says which campaign a post is in, if any.</summary>
    public static TableEntity CampaignRow(Post post) => new(post.Workspace, $"{ByCampaign}{CampaignKey(post)}~{post.Own}~{post.Page}");

    /// <summary>Writes a post that was read from this row, if the row is still so.</summary>
    public static TableTransactionAction Change(TableEntity row, Post post) => new(TableTransactionActionType.UpdateReplace, Row(post), row.ETag);

    static TableEntity Row(Post post) => new TableEntity(post.Workspace, Prefix + post.Own).With(post, StoredJson.Default.Post);

    static string CampaignKey(Post post) => post.Campaign ?? NoCampaign;
}

static class PostServices
{
    public static IServiceCollection AddPosts(this IServiceCollection services) => services
        .AddSingleton<PostStore>().AddSingleton<PostEditor>().AddSingleton<PostComments>().AddSingleton<PostSharing>().AddSingleton<FreeSlots>()
        .AddSingleton<ActivityFeed>()
        .AddKeyedSingleton<IFollowUp>(FreeSlots.Kind, (provider, _) => provider.GetRequiredService<FreeSlots>())
        .AddSingleton<PostReorder>().AddKeyedSingleton<IFollowUp>(PostReorder.Kind, (provider, _) => provider.GetRequiredService<PostReorder>())
        .AddKeyedSingleton<IFollowUp>(PostComments.RemoveAll, (provider, _) => provider.GetRequiredService<PostComments>());
}

using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <param name="Pages">The page of each of the posts.</param>
sealed record ComposedPosts(CountersRow Counters, IReadOnlyList<Page> Pages, Post[] Posts);

/// <summary>
/// Posts. Table content, partition = workspace: row <c>post~</c>own, newest first because an own part begins with inverted time; beside it the rows of
/// <see cref="PostIndex"/>. Counters are in the row <c>head</c>.
/// </summary>
sealed class PostStore(
    Tables tables, Commits commits, PageStore pages, LabelStore labels, FreeSlots slots, Schedule schedule, MediaImports imports, TimeProvider time)
{
    public const string Prefix = "post~";

    public async Task<Post?> FindAsync(Id id, CancellationToken cancel) => (await RowAsync(id, cancel))?.Post;

    /// <summary>A post, with the row it is in.</summary>
    public async Task<(TableEntity Row, Post Post)?> RowAsync(Id id, CancellationToken cancel) =>
        await tables.Content.FindAsync(id.Place, Prefix + id.Own, cancel) is { } row ? (row, row.Read(StoredJson.Default.Post)) : null;

    /// <summary>The posts of the group that a post is in, the post itself among them, each with the row it is in.</summary>
    public ValueTask<List<(TableEntity Row, Post Post)>> GroupAsync(Id id, CancellationToken cancel) =>
        tables.Content.RangeAsync(id.Place, Prefix + Ids.GroupOf(id.Own), cancel: cancel)
            .Select(row => (row, row.Read(StoredJson.Default.Post))).ToListAsync(cancel);

    /// <summary>Makes a post, a group of one post a page, or the frames of a story: all of it or nothing.</summary>
    public async Task<Outcome<CreatedPosts>> CreateAsync(Workspace workspace, Caller caller, NewPost wanted, WriteId write, CancellationToken cancel)
    {
        var (group, notes, told, toldOfApproval, now) = (Ids.NewGroup(time), Ids.NewGroup(time), Ids.NewOwn(time), Ids.NewOwn(time), time.GetUtcNow());
        var limits = caller.Plan.Limits();
        var media = imports.Plan(workspace.Key, wanted.MediaSources, group);
        var (answer, refused) = await commits.CommitAsync(
            tables.Content, workspace.Key, write, ApiJson.Default.CreatedPosts, PrepareAsync, cancel,
            [.. media.FollowUps, .. limits.Ever ? [FreeSlots.FollowUp(caller.CompanyKey, group)] : (FollowUp[])[]]);
        if (limits.Ever && answer is { Posts: [var first, ..] } && !first.Id.StartsWith(IdKind.Post.Format(workspace.Key, group), StringComparison.Ordinal))
        {
            // It repeats one that was made before.
            await slots.ReturnAsync(caller.CompanyKey, group, cancel);
        }
        return refused is not null ? refused : answer!;

        async Task<Outcome<Draft<CreatedPosts>>> PrepareAsync()
        {
            var (brought, notBrought) = await imports.BringAsync(media, cancel);
            if (notBrought is not null)
            {
                return notBrought;
            }
            var laid = wanted.ScheduledAt is { } date && new ApprovalRules(workspace.ApprovalSettings, now).MaySchedule(wanted.PublishAtScheduledDate, wanted.Approved)
                ? schedule.LayAsync(workspace.Key, group, date, cancel) : Task.CompletedTask;
            var (composed, problem) = await ComposeAsync(workspace, caller, wanted, brought!, group, now, cancel);
            await laid;
            if (composed is not var (counters, _, posts))
            {
                return problem!;
            }
            var made = counters.Created(now, posts);
            if (posts.Where(post => post.ScheduledSet).SelectMany(post => PostValidator.Faults(post)).Distinct().ToArray() is { Length: > 0 } faults)
            {
                return Problems.Invalid(faults);
            }
            if (limits is { Ever: false, Posts: { } most } && made.CreatedThisMonth > most)
            {
                return Problems.Forbidden($"The {caller.Plan} plan has {most} posts a workspace a month; {counters.MadeIn(now)} are made.");
            }
            if (limits is { Ever: true, Posts: { } ever } && !await slots.TakeAsync(caller.CompanyKey, group, posts.Length, ever, cancel))
            {
                return Problems.Forbidden($"The {caller.Plan} plan has {ever} posts in all, and they are made.");
            }
            return imports.With(new Draft<CreatedPosts>(
                new([.. posts.Select(post => PostResponse.Of(post, workspace, caller))]),
                [
                    counters.Action(made), .. Added(posts),
                    .. wanted.HasNote ? posts.Select(Note) : [], .. Campaign.MustExist(workspace.Key, posts[0].Campaign),
                    ActivityFeed.Row(workspace.Key, caller, told, now, PostAction.CREATED, [.. posts.Select(post => post.Own)], wanted.Notify ?? true),
                    .. wanted.Approved is not true ? [] : (TableTransactionAction[])[ActivityFeed.Row(
                        workspace.Key, caller, toldOfApproval, now, PostAction.APPROVED, [.. posts.Select(post => post.Own)], wanted.Notify ?? true)],
                ]), brought!, cancel);

            TableTransactionAction Note(Post post, int index) => PostComments.Added(workspace.Key, new(
                Ids.Member(notes, index), post.Own, wanted.InternalNote!, post.Creator, TeamOnly: true, Parent: null, now));
        }
    }

    /// <summary>The posts that a request describes, as they would be made: scheduled and approved as it says.</summary>
    /// <param name="brought">The media that it names.</param>
    public async Task<Outcome<ComposedPosts>> ComposeAsync(
        Workspace workspace, Caller caller, NewPost wanted, Brought brought, string group, DateTimeOffset now, CancellationToken cancel)
    {
        var (head, ground) = (pages.HeadAsync(workspace.Key, cancel), GroundAsync(workspace.Key, wanted.Labels, wanted.CampaignId, mayFail: false, cancel));
        var (counters, all) = await head;
        var (known, problem) = await ground;
        var (chosen, missing) = PageStore.Choose(workspace.Key, wanted, all);
        var (approver, nobody) = wanted.Approved is not true ? default : await caller.ApproverAsync(wanted.ApprovedBy, cancel);
        if ((missing ?? problem ?? nobody) is { } refused)
        {
            return refused;
        }
        var rules = new ApprovalRules(workspace.ApprovalSettings, now);
        var rulings = chosen!.Select((page, index) => wanted.Begin(NewPost(page, index), rules, approver)).ToArray();
        if (rulings[0].Refusal is { } no)
        {
            return no.Problem(wanted.ApprovedBy is not null);
        }
        return wanted.HasNote && caller.Creator.Role is Role.CLIENT
            ? Problems.Forbidden("Who made this token is a client, and internal notes are the team's.")
            : new ComposedPosts(counters, chosen!, [.. rulings.Select(ruling => ruling.Post!)]);

        Post NewPost(Page page, int index) => wanted.ToPost(
            workspace, page.Own, page.Platform, Ids.Member(group, index), caller.Creator.Key, now, known!,
            wanted.IsGroup ? [.. chosen!.Select(member => member.Own).Distinct()] : null, brought, index);
    }

    /// <summary>Adds posts that come with a past: as they are, without asking a plan.</summary>
    public async Task ImportAsync(string workspace, Post[] imported, DateTimeOffset now, CancellationToken cancel)
    {
        var counters = await pages.CountersAsync(workspace, cancel);
        await schedule.LayAsync(
            imported.Where(post => post is { ScheduledSet: true, Delivery: Delivery.None }).Select(post => schedule.New(workspace, post.Own, post.ScheduledAt!.Value)), cancel);
        await tables.Content.SubmitTransactionAsync(
            [
                counters.Action(counters.Created(now, imported)),
                .. Added(imported),
            ], cancel);
    }

    /// <summary>Deletes a post; its group goes on without it. No quota comes back.</summary>
    public Task<Outcome<Done>> DeleteAsync(Id id, Caller caller, WriteId write, CancellationToken cancel)
    {
        var (told, now) = (Ids.NewOwn(time), time.GetUtcNow());
        return commits.CommitAsync(
            tables.Content, id.Place, write, ApiJson.Default.Done, PrepareAsync, cancel,
            new FollowUp(PostComments.RemoveAll, IdKind.Post.Format(id.Place, id.Own)), new FollowUp(MetricsStore.Removal, IdKind.Post.Format(id.Place, id.Own)));

        async Task<Outcome<Draft<Done>>> PrepareAsync()
        {
            var head = pages.CountersAsync(id.Place, cancel);
            var group = await GroupAsync(id, cancel);
            var counters = await head;
            if (group.Find(one => one.Post.Own == id.Own) is not { Post: { } post } found || !caller.Sees(post))
            {
                return Problems.NotFound("post");
            }
            if (post.Delivery is Delivery.Publishing)
            {
                return Problems.PublishingInProgress();
            }
            var others = group.Where(one => one.Post.Own != id.Own).ToArray();
            return new Draft<Done>(
                new(),
                [
                    counters.Action(counters.Deleted(post)), new(TableTransactionActionType.Delete, found.Row, found.Row.ETag),
                    .. others.Select(other => Change(
                        other.Row, other.Post with { ModifiedAt = now, GroupPages = post.IsStory ? other.Post.GroupPages : [.. other.Post.GroupPages!.Where(page => page != post.Page)] })),
                    .. PostIndex.Moves([.. group.Select(one => one.Post)], [.. others.Select(other => other.Post)]),
                    ActivityFeed.Row(id.Place, caller, told, now, PostAction.DELETED, [id.Own]),
                ]);
        }
    }

    /// <summary>How many posts a workspace has.</summary>
    public async Task<int> CountAsync(string workspace, bool clientsOnly, CancellationToken cancel)
    {
        var counters = (await pages.CountersAsync(workspace, cancel)).Value;
        return clientsOnly ? counters.Posts - counters.TeamOnlyPosts : counters.Posts;
    }

    /// <summary>What a post is given besides its pages: labels, and a campaign, all of this workspace.</summary>
    /// <param name="mayFail">Whether the transaction finds out if the campaign exists.</param>
    public async Task<Outcome<Label[]>> GroundAsync(string workspace, string[]? labelIds, string? campaignId, bool mayFail, CancellationToken cancel)
    {
        var isCampaign = IdKind.Campaign.TryParse(campaignId, out var campaign) && campaign.Place == workspace;
        var row = isCampaign && !mayFail ? tables.Content.FindAsync(workspace, Campaign.Prefix + campaign.Own, cancel) : null;
        var found = await labels.ChooseAsync(workspace, labelIds ?? [], cancel);
        var exists = campaignId is null || (isCampaign && (row is null || await row is not null));
        return exists ? found : Problems.NotFound("campaign", "campaignId");
    }

    static IEnumerable<TableTransactionAction> Added(Post[] posts) =>
        posts.Select(Row).Concat(PostIndex.Of(posts)).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row));

    /// <summary>What moves posts of a group to where they belong now, if their rows are still as they were read.</summary>
    /// <param name="group">All of it, as it was read.</param>
    public static IEnumerable<TableTransactionAction> Moved(List<(TableEntity Row, Post Post)> group, PostChange[] changes)
    {
        var after = group.Select(one => Array.Find(changes, change => change.Before == one.Post)?.After ?? one.Post).ToArray();
        var moves = PostIndex.Moves([.. group.Select(one => one.Post)], after).ToArray();
        // The row of a date is the group's: who moves it must have seen the others as they are.
        return group.Zip(after).Where(one => moves.Length > 0 || one.First.Post != one.Second).Select(one => Change(one.First.Row, one.Second)).Concat(moves);
    }

    /// <summary>Writes a post that was read from this row, if the row is still so.</summary>
    public static TableTransactionAction Change(TableEntity row, Post post) => new(TableTransactionActionType.UpdateReplace, Row(post), row.ETag);

    public static TableEntity Row(Post post) => new TableEntity(post.Workspace, Prefix + post.Own).With(post, StoredJson.Default.Post);
}

static class PostServices
{
    public static IServiceCollection AddPosts(this IServiceCollection services) => services
        .AddSingleton<Schedule>().AddSingleton<PostStore>().AddSingleton<PostLists>().AddSingleton<PostEditor>().AddSingleton<PostComments>().AddSingleton<PostSharing>().AddSingleton<FreeSlots>()
        .AddSingleton<ActivityFeed>()
        .AddKeyedSingleton<IFollowUp>(FreeSlots.Kind, (provider, _) => provider.GetRequiredService<FreeSlots>())
        .AddSingleton<PostReorder>().AddKeyedSingleton<IFollowUp>(PostReorder.Kind, (provider, _) => provider.GetRequiredService<PostReorder>())
        .AddKeyedSingleton<IFollowUp>(PostComments.RemoveAll, (provider, _) => provider.GetRequiredService<PostComments>());
}

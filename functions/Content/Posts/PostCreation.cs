using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Events;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <param name="Pages">The page of each post, in the same order.</param>
sealed record ComposedPosts(CountersRow Counters, IReadOnlyList<Page> Pages, Post[] Posts);

/// <summary>Creates a post, a group with one post per page, or the frames of a story: all of them or none.</summary>
sealed class PostCreation(
    Tables tables, Outbox outbox, PageStore pages, PostReferences references, FreeSlots slots,
    DueIndex due, MediaImports imports, MediaLinks links,
    TimeProvider time)
{
    /// <summary>Imported posts per transaction: each needs at most five of its 100 rows.</summary>
    const int ImportedAtOnce = 19;

    public async Task<Outcome<CreatedPosts>> CreateAsync(NewPost wanted, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(wanted.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        problem ??= wanted.PublishAtScheduledDate is true ? caller.Check(workspace!.Key, Permission.PUBLISH) : null;
        problem ??= imports.Check(workspace!.Key, wanted.MediaSources);
        if (problem is not null)
        {
            return problem;
        }
        var (answer, refused) = await CommitAsync(workspace!, caller, wanted, operation, cancel);
        return refused is not null ? refused : new CreatedPosts(await links.LinkedAsync(answer!.Posts, cancel));
    }

    async Task<Outcome<CreatedPosts>> CommitAsync(
        Workspace workspace, Caller caller, NewPost wanted, OperationId operation, CancellationToken cancel)
    {
        var (group, notes, now) = (Ids.NewGroup(time), Ids.NewGroup(time), time.GetUtcNow());
        var (activityId, approvalActivityId) = (Ids.NewKey(time), Ids.NewKey(time));
        var limits = caller.Plan.Limits();
        var media = imports.Plan(workspace.Key, wanted.MediaSources, group);
        var told = EventDraft.Of(caller, workspace.Key, time, wanted.Notify ?? true);
        DomainEvent[] events =
            [.. media.Events, .. told.Announced, .. limits.Ever ? (DomainEvent[])[FreeSlots.Taken(caller.CompanyKey, group)] : []];
        var (answer, refused) = await outbox.CommitAsync(
            tables.Content, workspace.Key, operation, PostApiJson.Default.CreatedPosts, PrepareAsync, cancel, events);
        if (limits.Ever && answer is { Posts: [var first, ..] }
            && !first.Id.StartsWith(IdKind.Post.Format(workspace.Key, group), StringComparison.Ordinal))
        {
            // A replay: the posts are those of an earlier call, so these slots are unused.
            await slots.ReturnAsync(caller.CompanyKey, group, cancel);
        }
        return refused is not null ? refused : answer!;

        async Task<Outcome<Commit<CreatedPosts>>> PrepareAsync()
        {
            var (batch, unresolved) = await imports.ResolveAsync(media, caller, cancel);
            if (unresolved is not null)
            {
                return unresolved;
            }
            var rules = new ApprovalRules(workspace.ApprovalSettings, now);
            var scheduled = wanted.ScheduledAt is { } date && rules.MaySchedule(wanted.PublishAtScheduledDate, wanted.Approved)
                ? due.AddPostsAsync(workspace.Key, group, date, cancel) : Task.CompletedTask;
            var (composed, problem) = await ComposeAsync(workspace, caller, wanted, batch!, group, now, cancel);
            await scheduled;
            if (composed is not var (counters, _, posts))
            {
                return problem!;
            }
            // An approval may schedule them, all or none.
            if (caller.CheckPublish(null, posts[0]) is { } forbidden)
            {
                return forbidden;
            }
            if (posts.Index().Where(one => one.Item.ScheduledSet)
                .SelectMany(one => PostValidator.Faults(one.Item).Select(fault => wanted.Located(fault, one.Index)))
                .Distinct().ToArray() is { Length: > 0 } faults)
            {
                return Problems.Invalid(faults);
            }
            var counted = counters.Created(now, posts.Length, posts.Count(post => post.TeamOnly));
            if (limits is { Ever: false, Posts: { } most } && counted.CreatedThisMonth > most)
            {
                return Problems.Forbidden(
                    $"The {caller.Plan} plan allows {most} posts per workspace per month; {counters.CreatedIn(now)} have been created.");
            }
            if (limits is { Ever: true, Posts: { } ever } && !await slots.TakeAsync(caller.CompanyKey, group, posts.Length, ever, cancel))
            {
                return Problems.Forbidden(
                    $"The {caller.Plan} plan allows {ever} posts in total, and fewer are left than this call creates.");
            }
            return imports.With(new Commit<CreatedPosts>(
                new([.. posts.Select(post => PostResponse.Of(post, workspace, caller))]),
                [
                    counters.Action(counted), .. PostStore.Added(posts),
                    .. wanted.HasNote ? posts.Select(Note) : [], .. Campaign.MustExist(workspace.Key, posts[0].Campaign),
                    Activity(activityId, PostAction.CREATED, posts),
                    .. wanted.Approved is not true ? []
                        : (TableTransactionAction[])[Activity(approvalActivityId, PostAction.APPROVED, posts)],
                    .. told.Row(PostEvents.OfNew(posts, wanted.Approved is true)),
                ]), batch!, cancel);
        }

        TableTransactionAction Note(Post post, int index) => PostComments.Added(workspace.Key, new(
            Ids.Member(notes, index), post.Key, wanted.InternalNote!, post.Creator, TeamOnly: true, Parent: null, now));

        TableTransactionAction Activity(string id, PostAction action, Post[] posts) => ActivityFeed.Row(
            workspace.Key, caller, id, now, action, [.. posts.Select(post => post.Key)], wanted.Notify ?? true);
    }

    /// <summary>Builds the posts that a request describes, scheduled and approved, without storing them.</summary>
    /// <param name="media">The request's media.</param>
    public async Task<Outcome<ComposedPosts>> ComposeAsync(
        Workspace workspace, Caller caller, NewPost wanted, MediaBatch media, string group, DateTimeOffset now, CancellationToken cancel)
    {
        var head = pages.HeadAsync(workspace.Key, cancel);
        var referred = references.ResolveReferencesAsync(workspace.Key, wanted.Labels, wanted.CampaignId, isCampaignChecked: true, cancel);
        var (counters, all) = await head;
        var (labels, problem) = await referred;
        var (chosen, missing) = PostPages.Choose(workspace.Key, wanted, all);
        var (approver, approverProblem) = wanted.Approved is not true ? default : await caller.ApproverAsync(wanted.ApprovedBy, cancel);
        if ((missing ?? problem ?? approverProblem) is { } refused)
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
            ? Problems.Forbidden("The token's creator is a client, and only the team can write internal notes.")
            : new ComposedPosts(counters, chosen!, [.. rulings.Select(ruling => ruling.Post!)]);

        Post NewPost(Page page, int index) => wanted.ToPost(
            workspace, page.Key, page.Platform, Ids.Member(group, index), caller.Creator.Key, now, labels!,
            wanted.IsGroup ? [.. chosen!.Select(member => member.Key).Distinct()] : null, media, index);
    }

    /// <summary>Adds posts with a history as they are, without checking the plan's limits.</summary>
    public async Task ImportAsync(string workspace, Post[] imported, DateTimeOffset now, CancellationToken cancel)
    {
        await due.AddAsync(
            imported.Where(post => post is { ScheduledSet: true, Delivery: Delivery.None })
                .Select(post => due.NewForPosts(workspace, post.Key, post.ScheduledAt!.Value)), cancel);
        foreach (var groups in imported.GroupBy(post => Ids.GroupOf(post.Key), StringComparer.Ordinal).Chunk(ImportedAtOnce))
        {
            var counters = await pages.CountersAsync(workspace, cancel);
            Post[] posts = [.. groups.SelectMany(group => group)];
            await tables.Content.SubmitTransactionAsync(
                [
                    counters.Action(counters.Created(now, posts.Length, posts.Count(post => post.TeamOnly))),
                    .. PostStore.Added(posts),
                ], cancel);
        }
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

static class PostEndpoints
{
    /// <summary>Query parameters with which a list is not simply the newest posts.</summary>
    static readonly string[] Narrowing =
        ["pageId", "campaignId", "status", "approvalStatus", "scheduledAfter", "scheduledBefore", "updatedSince", "label", "cursor"];

    public static void MapPosts(this IEndpointRouteBuilder api)
    {
        var posts = api.MapGroup("/posts").WithTags("Posts");
        posts.MapGet("/", ListPosts).Prefetches(ListedWorkspace, FirstPage).Fails(400, 404);
        posts.MapPost("/", CreatePost).Fails(400, 404);
        posts.MapGet("/count", CountPosts);
        posts.MapGet("/{id}", GetPost).Prefetches(IdKind.Post.WorkspaceOf, Named).AnswersETag().Fails(404);
        posts.MapPatch("/{id}", UpdatePost).AnswersETag().Fails(400, 404);
        posts.MapDelete("/{id}", DeletePost).Fails(400, 404);
        posts.MapBulkPosts();
        posts.MapPostValidation();
        posts.MapReorder();
        posts.MapPostApproval();
        api.MapComments();
        api.MapSharing();
        api.MapActivity();
    }

    /// <summary>List posts</summary>
    /// <remarks>
    /// A workspace's posts, newest first; with <c>scheduledAfter</c> or <c>scheduledBefore</c>, by date, earliest first. A post must match
    /// all filters. <c>pageId</c>, <c>campaignId</c> and the dates use an index each. With any other filter, or two of these, a call scans
    /// posts: about 1,000, or 200 within a page, a campaign or dates. Such a call may return fewer than <c>limit</c>, even none, while
    /// <c>hasMore</c> is true: send <c>nextCursor</c> as <c>cursor</c>, with the same filters, until <c>nextCursor</c> is absent.
    /// </remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="pageId">Only posts on this page.</param>
    /// <param name="campaignId">Only posts of this campaign; <c>no-campaign</c> for posts without one.</param>
    /// <param name="status">Only posts with this status.</param>
    /// <param name="approvalStatus">Only posts with this approval status.</param>
    /// <param name="scheduledAfter">Only posts planned for this time or later; RFC 3339 with a UTC offset. A date such as
    /// <c>2030-01-31</c> means its first instant in UTC.</param>
    /// <param name="scheduledBefore">Only posts planned for before this time; RFC 3339 with a UTC offset. A date means the end of that day
    /// in UTC, so the posts of that day are included.</param>
    /// <param name="updatedSince">Only posts created or changed at this time or later; RFC 3339 with a UTC offset. A date means its first
    /// instant in UTC. Comments do not count as a change. When polling, subtract a minute from the last call's time: a change has the time
    /// of its request, and may become visible later.</param>
    /// <param name="label">Only posts with this label; its id.</param>
    /// <param name="cursor">The <c>nextCursor</c> of the previous call.</param>
    /// <param name="offset">How many posts to skip. Not allowed with <c>cursor</c>, or with filters other than <c>pageId</c> and
    /// <c>campaignId</c>.</param>
    /// <param name="limit">The maximum number of posts to return, up to 100.</param>
    /// <response code="200">The posts.</response>
    internal static async Task<OrProblem<Ok<CursorItems<PostResponse>>>> ListPosts(
        string workspaceId, string? pageId, string? campaignId,
        [AllowedValues("NO_DATE_SET", "PLANNED", "SCHEDULED", "PUBLISHING", "PUBLISHED", "WITH_ERRORS", "ARCHIVED", null)] string? status,
        [AllowedValues("NOT_APPLICABLE", "NEVER_SENT", "PENDING", "PARTIALLY_APPROVED", "FULLY_APPROVED", null)] string? approvalStatus,
        [Rfc3339] string? scheduledAfter, [Rfc3339] string? scheduledBefore, [Rfc3339] string? updatedSince, string? label, string? cursor,
        Caller caller, PostLists lists, MediaLinks links, Prefetch<NewestPosts?> first, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        if (problem is not null)
        {
            return problem;
        }
        var filter = new PostFilter
        {
            ForClients = caller.Creator.Role is Role.CLIENT,
            Page = KeyOf(IdKind.Page, pageId, "page", nameof(pageId)),
            Campaign = campaignId is "no-campaign" ? PostIndex.NoCampaign
                : KeyOf(IdKind.Campaign, campaignId, "campaign", nameof(campaignId)),
            Status = status is null ? null : Enum.Parse<PostStatus>(status),
            Approval = approvalStatus is null ? null : Enum.Parse<ApprovalStatus>(approvalStatus),
            ScheduledAfter = Rfc3339.Parse(scheduledAfter),
            ScheduledBefore = Rfc3339.ParseEnd(scheduledBefore),
            UpdatedSince = Rfc3339.Parse(updatedSince),
            Label = KeyOf(IdKind.Label, label, "label", nameof(label)),
        };
        if (problem is not null)
        {
            return problem;
        }
        if (cursor is not null && !PostLists.IsCursor(cursor, filter.IsByDate))
        {
            return Problems.Invalid(nameof(cursor), "Not a cursor returned by this list.");
        }
        if (offset > 0 && (cursor is not null || !filter.IsByPlace))
        {
            return Problems.Invalid(
                nameof(offset), "Only allowed without cursor and with no filter but pageId and campaignId. Use nextCursor instead.");
        }
        limit = Paging.Clamp(limit);
        var found = await first.Result is { } newest && newest.ForClients == filter.ForClients ? newest.Page
            : await lists.ListAsync(workspace!, filter, offset, limit, cursor, cancel);
        return TypedResults.Ok(new CursorItems<PostResponse>(
            await links.LinkedAsync(found.Posts.Select(post => PostResponse.Of(post, workspace!, caller)), cancel),
            new(offset, limit, found.HasMore, found.Next)));

        string? KeyOf(IdKind kind, string? id, string what, string field)
        {
            if (kind.TryParse(id, out var parsed) && parsed.Partition == workspace!.Key)
            {
                return parsed.Key;
            }
            problem ??= id is null ? null : Problems.NotFound(what, field);
            return null;
        }
    }

    /// <summary>Create posts</summary>
    /// <remarks>
    /// Creates a draft on one page (<c>pageId</c>), or a group with one draft per page (<c>pageIds</c>): all of them or none. This call
    /// publishes nothing. A date alone does not schedule a post. With an <c>Idempotency-Key</c>, a retry within 24 hours, after any
    /// failure, returns the first call's answer and creates nothing.
    /// </remarks>
    /// <response code="201">The posts, in the order of the pages.</response>
    internal static async Task<OrProblem<Created<CreatedPosts>>> CreatePost(
        NewPost body, Caller caller, PostCreation creation, IdempotencyKey operation, CancellationToken cancel)
    {
        var (created, problem) = await creation.CreateAsync(body, caller, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, created);
    }

    /// <summary>Count posts</summary>
    /// <remarks>How many posts there are, in total and in each workspace that the token can access.</remarks>
    /// <response code="200">The counts.</response>
    internal static async Task<Ok<Data<PostCounts>>> CountPosts(
        Caller caller, PageStore pages, CancellationToken cancel)
    {
        var workspaces = caller.Workspaces;
        var counters = await pages.CountersAsync([.. workspaces.Select(workspace => workspace.Key)], cancel);
        WorkspaceCount[] counts = [.. workspaces.Zip(counters, (workspace, one) =>
            new WorkspaceCount(workspace.Id, one.CountFor(caller.Creator.Role)))];
        return TypedResults.Ok(new Data<PostCounts>(new(counts.Sum(count => count.Count), counts)));
    }

    /// <summary>Get a post</summary>
    /// <remarks>Its <c>ETag</c> is what <c>If-Match</c> of a change compares.</remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post.</response>
    internal static async Task<OrProblem<Ok<Data<PostResponse>>>> GetPost(
        string id, Caller caller, MediaLinks links, Prefetch<Post?> named, HttpResponse response, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        return target is not var (_, workspace) ? problem!
            : await PostAccess.AnswerAsync(await named.Result is { } post && caller.Sees(post)
                ? new EditedPost(PostResponse.Of(post, workspace, caller), post.ETag) : Problems.NotFound("post"), links, response, cancel);
    }

    /// <summary>Update a post</summary>
    /// <remarks>
    /// Changes the fields that you send. In a synced group, changes to text, media, labels, campaign, date and schedule also apply to the
    /// other posts that you can see, except those that are published, being published, or failed with OUTCOME_UNKNOWN. If one of them
    /// cannot be changed, nothing changes. All other fields change this post only. A change of text, media, thumbnail, titles or pin
    /// withdraws the approvals of each post that it changes. Returns 400 if the post is published or being published, if <c>autoLock</c>
    /// has locked its content, or if the date of a schedule is more than 5 minutes in the past. <c>approved</c> alone requires APPROVE, any
    /// other field WRITE. What schedules a post, and what changes the content, the date or the schedule of a SCHEDULED post, also requires
    /// PUBLISH. With <c>If-Match</c>, changes the post only if its ETag matches.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post.</response>
    internal static async Task<OrProblem<Ok<Data<PostResponse>>>> UpdatePost(
        string id, PostEdit body, Caller caller, PostEditor editor, MediaImports imports, MediaLinks links, IfMatch match,
        IdempotencyKey operation, HttpResponse response,
        CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(
            id, caller, body.IsMoreThanApproval ? Permission.WRITE : Permission.VIEW, cancel);
        if (target is not var (parsed, workspace))
        {
            return problem!;
        }
        problem = body is { IsMoreThanApproval: false, Approved: null } ? Problems.Malformed("Send at least one field besides notify.")
            : body.PublishAtScheduledDate is true ? caller.Check(workspace.Key, Permission.PUBLISH) : null;
        problem ??= imports.Check(workspace.Key, body.MediaSources);
        return problem is not null ? problem
            : await PostAccess.AnswerAsync(
                await editor.EditAsync(parsed, workspace, caller, body, match, operation, cancel), links, response, cancel);
    }

    /// <summary>Delete a post</summary>
    /// <remarks>
    /// The other posts of its group stay. Deleting a post does not return quota. A post that is being published cannot be deleted. Requires
    /// WRITE, and for a SCHEDULED post also PUBLISH.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="204">Deleted.</response>
    internal static async Task<OrProblem<NoContent>> DeletePost(
        string id, Caller caller, PostDeletion deletion, IdempotencyKey operation, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        problem ??= (await deletion.DeleteAsync(target!.Value.Post, caller, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    static string? ListedWorkspace(HttpContext http) =>
        IdKind.Workspace.TryParse(http.Request.Query["workspaceId"], out var workspace) ? workspace.Partition : null;

    static Task<Post?> Named(HttpContext http) => IdKind.Post.TryParse(http.GetRouteValue("id") as string, out var id)
        ? http.RequestServices.GetRequiredService<PostStore>().FindAsync(id, http.RequestAborted)
        : Task.FromResult<Post?>(null);

    /// <summary>
    /// Prefetches the first page of the unfiltered list, which is one read.
    /// Other lists wait until the caller is authorized.
    /// </summary>
    static async Task<NewestPosts?> FirstPage(HttpContext http)
    {
        var query = http.Request.Query;
        if (!IdKind.Workspace.TryParse(query["workspaceId"], out var workspace) || Array.Exists(Narrowing, query.ContainsKey)
            || Number("offset", 0) is not 0 || Number("limit", Limits.DefaultPageSize) is not (>= 0 and var limit))
        {
            return null;
        }
        var forClients = (http.Features.Get<ExpectedCreator>()?.User ?? http.Caller().Creator).Role is Role.CLIENT;
        return new(forClients, await http.RequestServices.GetRequiredService<PostLists>()
            .NewestAsync(workspace.Partition, forClients, 0, Paging.Clamp(limit), http.RequestAborted));

        int Number(string name, int otherwise) => query.TryGetValue(name, out var text)
            ? int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : -1 : otherwise;
    }
}

/// <summary>The first page of the unfiltered list, as clients or the team see it.</summary>
sealed record NewestPosts(bool ForClients, PostPage Page);

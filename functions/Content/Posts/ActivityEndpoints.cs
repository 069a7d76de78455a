using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

static class ActivityEndpoints
{
    public static void MapActivity(this IEndpointRouteBuilder api) =>
        api.MapGroup("/posts/{id}/activity").WithTags("Posts").MapGet("/", ListActivity).Fails(400, 404);

    /// <summary>List a post's activity</summary>
    /// <remarks>Newest first. Clients do not see entries about internal notes.</remarks>
    /// <param name="id">The post.</param>
    /// <param name="offset">How many entries to skip.</param>
    /// <param name="limit">The maximum number of entries to return, up to 100.</param>
    /// <response code="200">The entries.</response>
    internal static async Task<OrProblem<Ok<PagedItems<ActivityResponse>>>> ListActivity(
        string id, Caller caller, ActivityFeed feed, PostStore posts, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        if (target is not var (parsed, _))
        {
            return problem!;
        }
        limit = Paging.Clamp(limit);
        var known = posts.FindAsync(parsed, cancel);
        var found = await feed.ListAsync(parsed, cancel)
            .Select(entry => caller.Creator.Role is Role.CLIENT
                ? entry with { Fields = entry.Fields?.Where(field => field != "notesCounter").ToArray() } : entry)
            .Where(entry => entry.Fields is not [])
            .Skip(offset).Take(limit + 1).ToListAsync(cancel);
        return await known is { } post && caller.Sees(post)
            ? TypedResults.Ok(new PagedItems<ActivityResponse>(
                [.. found.Take(limit).Select(entry => ActivityResponse.Of(entry, caller.CompanyKey))],
                new(offset, limit, found.Count > limit)))
            : Problems.NotFound("post");
    }
}

/// <summary>Something that happened to a post.</summary>
/// <param name="Action">What happened.</param>
/// <param name="At">When it happened.</param>
/// <param name="Notified">False if the call sent <c>notify: false</c>. Webhooks and mails did not tell of it then.</param>
/// <param name="UserId">The creator of the token that was used; absent when the app acted by itself.</param>
/// <param name="TokenId">The token that was used.</param>
/// <param name="Fields">The fields that changed, for actions that can change several.</param>
/// <param name="Note">The note or reason that was sent with the action.</param>
sealed record ActivityResponse(
    PostAction Action, DateTimeOffset At, bool Notified, string? UserId = null, string? TokenId = null,
    string[]? Fields = null, string? Note = null)
{
    public static ActivityResponse Of(ActivityEntry entry, string company) => new(
        entry.Action, entry.At, !entry.Silent,
        entry.User is null ? null : IdKind.User.Format(company, entry.User), entry.Token, entry.Fields, entry.Note);
}

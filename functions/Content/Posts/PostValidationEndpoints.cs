using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

static class PostValidationEndpoints
{
    /// <summary>How near the same text on the same page counts as twice.</summary>
    static readonly TimeSpan Near = TimeSpan.FromHours(1);

    public static void MapPostValidation(this IEndpointRouteBuilder posts) => posts.MapPost("/validate", ValidatePost).Fails(400, 404, 413);

    /// <summary>Validate posts</summary>
    /// <remarks>
    /// Says of what POST /posts would make whether the networks would take it, and makes nothing. Drafts may have errors; a post with
    /// errors cannot be scheduled, and is not published. What POST /posts refuses whatever the network is refused here in the same way. The
    /// files of <c>media</c> are counted, not fetched. Characters are Unicode code points; X counts an address as 23, an emoji and a
    /// character of most non-Latin scripts as 2.
    /// </remarks>
    /// <response code="200">What the networks would say, a page each, in the order of the pages.</response>
    internal static async Task<OrProblem<Ok<Data<PostValidation>>>> ValidatePost(
        NewPost body, Caller caller, PostCreation creation, PostLists lists,
        MediaImports imports, TimeProvider time, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        problem ??= imports.Check(workspace!.Key, body.MediaSources);
        if (problem is not null)
        {
            return problem;
        }
        var now = time.GetUtcNow();
        (var media, problem) = await imports.ResolveAsync(imports.Plan(workspace!.Key, body.MediaSources), cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var composed, problem) = await creation.ComposeAsync(workspace!, caller, body, media!, Ids.NewGroup(time), now, cancel);
        if (problem is not null)
        {
            return problem;
        }
        var near = string.IsNullOrWhiteSpace(body.Text) ? []
            : await lists.NearAsync(workspace!.Key, body.ScheduledAt, now, Near, cancel)
                .Where(post => !post.Archived && post.Text.Trim() == body.Text.Trim() && caller.Sees(post)).ToListAsync(cancel);
        PageValidation[] all = [.. composed!.Posts.Zip(composed.Pages, (post, page) => new PageValidation(
            IdKind.Page.Format(workspace!.Key, page.Key), page.Platform, [.. PostValidator.Faults(post)], [.. Warnings(page)]))];
        return TypedResults.Ok(new Data<PostValidation>(new(Array.TrueForAll(all, page => page.Errors.Count == 0), all)));

        IEnumerable<FieldError> Warnings(Page page)
        {
            if (!page.IsConnected)
            {
                yield return new("pageId", $"{page.Name} is not connected, and nothing is published there until it is.");
            }
            if (near.Find(post => post.Page == page.Key) is { } same)
            {
                yield return new("text",
                    $"{same.Id} says the same on this page within an hour; {NetworkRule.All[page.Platform].Name} may take it for spam.");
            }
        }
    }
}

/// <summary>Whether the networks would take a post.</summary>
/// <param name="Valid">Whether no page has an error.</param>
sealed record PostValidation(bool Valid, IReadOnlyList<PageValidation> Pages);

/// <summary>Whether a page's network would take it.</summary>
/// <param name="Errors">Why not, by the fields they are about.</param>
/// <param name="Warnings">What it would take, and may not be meant.</param>
sealed record PageValidation(string PageId, string Platform, IReadOnlyList<FieldError> Errors, IReadOnlyList<FieldError> Warnings);

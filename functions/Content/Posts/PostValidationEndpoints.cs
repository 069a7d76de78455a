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
    /// <summary>Within this time, the same text on the same page gives a warning.</summary>
    static readonly TimeSpan Near = TimeSpan.FromHours(1);

    public static void MapPostValidation(this IEndpointRouteBuilder posts) => posts.MapPost("/validate", ValidatePost).Fails(400, 404, 413);

    /// <summary>Validate posts</summary>
    /// <remarks>
    /// Checks whether the networks would accept the posts that POST /posts would create, and creates nothing. Drafts may have errors, but a
    /// post with errors cannot be scheduled and is not published. A body that POST /posts refuses on any network gets the same error here.
    /// The files of <c>media</c> are counted, not fetched; those that this API's own links name are also checked by format, size, shape and
    /// length. Texts are counted as each network counts them, mostly by Unicode code points. X counts a link as 23 characters, and an emoji
    /// or a character of most non-Latin scripts as 2. Threads counts the UTF-8 bytes of emoji, and YouTube those of the whole text. TikTok
    /// counts UTF-16 units. A limit that the network's documents do not state for sure gives a warning.
    /// </remarks>
    /// <response code="200">The result for each page, in the order of the pages.</response>
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
        (var media, problem) = await imports.ResolveAsync(
            imports.Plan(workspace!.Key, body.MediaSources), caller, cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var composed, problem) = await creation.ComposeAsync(workspace!, caller, body, media!, Ids.NewGroup(time), now, cancel);
        if (problem is not null)
        {
            return problem;
        }
        var near = BlankText.Is(body.Text) ? []
            : (await lists.NearAsync(workspace!.Key, caller.Creator.Role is Role.CLIENT, body.ScheduledAt, now, Near, cancel))
                .Where(post => !post.Archived && post.Text.Trim() == body.Text.Trim()).ToList();
        PageValidation[] all = [.. composed!.Posts.Zip(composed.Pages, (post, page) => new PageValidation(
            IdKind.Page.Format(workspace!.Key, page.Key), page.Platform,
            [.. PostValidator.Faults(post)], [.. Warnings(page), .. PostValidator.Warnings(post)]))];
        return TypedResults.Ok(new Data<PostValidation>(new(Array.TrueForAll(all, page => page.Errors.Count == 0), all)));

        IEnumerable<FieldError> Warnings(Page page)
        {
            if (!page.IsConnected)
            {
                yield return new("pageId", $"{page.Name} is not connected. Nothing is published on it until it is connected.");
            }
            var network = NetworkRule.All[page.Platform].Name;
            if (page.PausedUntil > now)
            {
                yield return new("pageId", $"{network} takes no posts on {page.Name} until {UtcConverter.Text(page.PausedUntil.Value)}.");
            }
            if (page.Quota is { } quota && quota.Until > now)
            {
                yield return new("pageId",
                    $"{network} takes {quota.Left} more posts on {page.Name} until {UtcConverter.Text(quota.Until)}.");
            }
            if (near.Find(post => post.Page == page.Key) is { } same)
            {
                yield return new("text",
                    $"{same.Id} has the same text on this page within an hour. {network} may see it as spam.");
            }
        }
    }
}

/// <summary>Whether the networks would accept a post.</summary>
/// <param name="Valid">Whether no page has an error.</param>
/// <param name="Pages">The result for each page, in the order of the pages.</param>
sealed record PostValidation(bool Valid, IReadOnlyList<PageValidation> Pages);

/// <summary>Whether a page's network would accept the post.</summary>
/// <param name="PageId">The page.</param>
/// <param name="Platform">The page's network.</param>
/// <param name="Errors">Why not, by field.</param>
/// <param name="Warnings">Possible mistakes that the network accepts or may accept.</param>
sealed record PageValidation(string PageId, string Platform, IReadOnlyList<FieldError> Errors, IReadOnlyList<FieldError> Warnings);

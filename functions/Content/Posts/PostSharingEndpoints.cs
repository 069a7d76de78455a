using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Platform.Http;

namespace Planable.Content.Posts;

static class PostSharingEndpoints
{
    public static void MapSharing(this IEndpointRouteBuilder api)
    {
        var share = api.MapGroup("/posts/{id}/share").WithTags("Posts");
        share.MapPost("/", SharePost).Fails(404);
        share.MapDelete("/", UnsharePost).Fails(404);
    }

    /// <summary>Share a post</summary>
    /// <remarks>
    /// Creates a public page that anyone with the link can see until the post is unshared, archived or deleted. A group has one page. Its
    /// team-only posts are not on it: they have a page of their own, once one of them is shared. A post that is already shared keeps its
    /// link. Sharing again after unsharing creates a new link.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The link.</response>
    internal static async Task<OrProblem<Ok<Data<ShareLink>>>> SharePost(
        string id, Caller caller, PostSharing sharing, IdempotencyKey operation, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (target is not var (post, _))
        {
            return problem!;
        }
        (var link, problem) = await sharing.ShareAsync(post, caller, operation, cancel);
        return problem is not null ? problem : TypedResults.Ok(link);
    }

    /// <summary>Unshare a post</summary>
    /// <remarks>
    /// Ends its link, which is also its group's, except that team-only posts have another. Does nothing if the post is not shared.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="204">Not shared any more.</response>
    internal static async Task<OrProblem<NoContent>> UnsharePost(
        string id, Caller caller, PostSharing sharing, IdempotencyKey operation, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        problem ??= (await sharing.UnshareAsync(target!.Value.Post, caller, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    /// <summary>Maps the public pages. The handler has no bound parameters, so that nothing must be compiled for it at startup.</summary>
    public static void MapSharedPosts(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(
            PostSharing.Path + "/{**code}", [HttpMethods.Get, HttpMethods.Head], ShowAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task ShowAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = SharedPage.Policy(http.RequestServices.GetRequiredService<MediaBlobs>().Container.Uri);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        headers.CacheControl = "no-store";
        var (addresses, address) = (http.RequestServices.GetRequiredService<AddressLimiter>(), http.ClientIp());
        var begun = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        // Failed codes count against the visitor's IP address, which limits guessing. Without an address nobody is limited.
        if (address is not null && addresses.Take(address) is { IsOver: true } over)
        {
            http.Features.Set(over);
            await over.Refusal().ExecuteAsync(http);
            return;
        }
        var posts = await http.RequestServices.GetRequiredService<PostSharing>()
            .OpenAsync(http.GetRouteValue("code") as string ?? "", http.RequestAborted);
        if (address is not null && posts is not null)
        {
            addresses.GiveBack(address, begun);
        }
        await new RazorPage<SharedPage>(
            new(StringComparer.Ordinal) { [nameof(SharedPage.Posts)] = posts ?? [] },
            posts is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK).ExecuteAsync(http);
    }
}

/// <summary>A link to a post's public page.</summary>
/// <param name="PublicShareLink">The URL of the public page.</param>
sealed record ShareLink([property: Url] string PublicShareLink);

/// <summary>Style and security policy of <c>SharedPage.razor</c>.</summary>
public sealed partial class SharedPage
{
    internal const string Style = """
        :root { color-scheme: light dark; --ground: light-dark(#f6f7f6, #14181a); --raised: light-dark(#fff, #1d2326);
          --text: light-dark(#1b2321, #e9eeec); --muted: light-dark(#56615d, #a5b1ad); --line: light-dark(#cfd6d3, #3c474b); }
        body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 36rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.25rem; margin: .5rem 0 1rem; }
        h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
        article { background: var(--raised); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 1rem 0; }
        .hint { color: var(--muted); font-size: .875rem; margin: 0; }
        img, video { display: block; max-width: 100%; margin: .75rem 0; border-radius: .5rem; }
        .text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .75rem 0; }
        """;

    internal static readonly string StyleHash = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'";

    /// <summary>A content security policy that allows only the page's own style, and images and videos from the media container.</summary>
    /// <param name="media">The URL of the media container.</param>
    internal static string Policy(Uri media) => $"default-src 'none'; style-src {StyleHash}; img-src {media}/; media-src {media}/; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Pages;

static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder api)
    {
        var pages = api.MapGroup("/pages").WithTags("Pages");
        pages.MapGet("/", ListPages).Fails(400, 404);
    }

    /// <summary>List pages</summary>
    /// <remarks>The social channels of a workspace, or of all workspaces that the token can access, newest first.</remarks>
    /// <param name="workspaceId">Only pages of this workspace.</param>
    /// <param name="offset">How many pages to skip.</param>
    /// <param name="limit">The maximum number of pages to return, up to 100.</param>
    /// <response code="200">The pages.</response>
    internal static async Task<OrProblem<Ok<PagedItems<PageResponse>>>> ListPages(
        string? workspaceId, Caller caller, CompanyStore companies, PageStore pages, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        limit = Paging.Clamp(limit);
        if (workspaceId is not null)
        {
            var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
            if (problem is not null)
            {
                return problem;
            }
            var all = await pages.ListAsync(workspace!.Key, cancel);
            return Part(all.Skip(offset).Take(limit).Select(page => (page, workspace)), all.Count - offset > limit);
        }
        // The keys of the pages are read from storage, because the caller's view may be some seconds old.
        var (_, workspaces) = await companies.ReadAsync(caller.CompanyKey, cancel);
        var (found, hasMore) = await pages.NewestAsync(
            caller.Visible(workspaces.Where(workspace => workspace.DeletedAt is null)), offset, limit, cancel);
        return Part(found, hasMore);

        Ok<PagedItems<PageResponse>> Part(IEnumerable<(Page Page, Workspace Workspace)> some, bool isMore) => TypedResults.Ok(
            new PagedItems<PageResponse>([.. some.Select(one => PageResponse.Of(one.Page, one.Workspace))], new(offset, limit, isMore)));
    }
}

/// <summary>A page: a social channel.</summary>
/// <param name="Id">The page's id.</param>
/// <param name="Name">The name.</param>
/// <param name="Platform">facebook, instagram, threads, linkedin, youtube, tiktok, twitter, pinterest, googleMyBusiness or
/// universal.</param>
/// <param name="WorkspaceId">The workspace it is in.</param>
/// <param name="CreatedAt">When it was added; null if unknown.</param>
/// <param name="IsConnected">Whether posts can be published on it now.</param>
/// <param name="ProfilePicture">The URL of its picture; null if there is none.</param>
/// <param name="Link">Its URL on the network; null if unknown.</param>
/// <param name="DisconnectedReason">Why it is not connected, if its network no longer grants access.</param>
sealed record PageResponse(
    string Id,
    string Name,
    string Platform,
    string WorkspaceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? CreatedAt,
    bool IsConnected,
    [property: Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ProfilePicture,
    [property: Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Link,
    string? DisconnectedReason = null)
{
    public static PageResponse Of(Page page, Workspace workspace) => new(
        IdKind.Page.Format(workspace.Key, page.Key), page.Name, page.Platform, workspace.Id,
        page.CreatedAt, page.IsConnected, page.ProfilePicture,
        page.Link, page.DisconnectedReason);
}

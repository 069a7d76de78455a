using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Campaigns;

static class CampaignEndpoints
{
    const int UsualPageSize = 10;

    public static void MapCampaigns(this IEndpointRouteBuilder api)
    {
        var campaigns = api.MapGroup("/campaigns").WithTags("Campaigns");
        campaigns.MapGet("/", ListCampaigns).Fails(400, 404);
        campaigns.MapPost("/", CreateCampaign).Fails(400, 404);
        campaigns.MapGet("/{id}", GetCampaign).Prefetches(IdKind.Campaign.WorkspaceOf, Named).Fails(404);
        campaigns.MapPatch("/{id}", UpdateCampaign).Fails(400, 404);
        campaigns.MapDelete("/{id}", DeleteCampaign).Fails(404);
    }

    /// <summary>List campaigns</summary>
    /// <remarks>A workspace's campaigns, newest first.</remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="status">Only campaigns with this status.</param>
    /// <param name="offset">How many campaigns to skip.</param>
    /// <param name="limit">The maximum number of campaigns to return, up to 100.</param>
    /// <response code="200">The campaigns.</response>
    internal static async Task<OrProblem<Ok<PagedItems<CampaignResponse>>>> ListCampaigns(
        string workspaceId,
        [AllowedValues("active", "archived", "paused", "planned", "completed", null)] string? status,
        Caller caller, CampaignStore campaigns, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = UsualPageSize)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        if (problem is not null)
        {
            return problem;
        }
        limit = Paging.Clamp(limit);
        var (found, hasMore) = await campaigns.ListAsync(
            workspace!.Key, status is null ? null : Enum.Parse<CampaignStatus>(status), offset, limit, cancel);
        return TypedResults.Ok(new PagedItems<CampaignResponse>(
            [.. found.Select(campaign => CampaignResponse.Of(campaign, workspace.Key))], new(offset, limit, hasMore)));
    }

    /// <summary>Create a campaign</summary>
    /// <remarks>The plan limits the number of campaigns per workspace. Deleted campaigns do not count.</remarks>
    /// <response code="201">The campaign.</response>
    internal static async Task<OrProblem<Created<Data<CampaignResponse>>>> CreateCampaign(
        NewCampaign body, Caller caller, CampaignStore campaigns, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        if (problem is not null)
        {
            return problem;
        }
        (var created, problem) = await campaigns.CreateAsync(workspace!, caller, body, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, created);
    }

    /// <summary>Get a campaign</summary>
    /// <remarks>A campaign without its posts; <c>GET /posts</c> lists them by <c>campaignId</c>.</remarks>
    /// <param name="id">The campaign.</param>
    /// <response code="200">The campaign.</response>
    internal static async Task<OrProblem<Ok<Data<CampaignResponse>>>> GetCampaign(
        string id, Caller caller, Prefetch<Campaign?> named, CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        return problem is not null ? problem
            : await named.Result is { } campaign
            ? TypedResults.Ok(new Data<CampaignResponse>(CampaignResponse.Of(campaign, parsed.Partition)))
            : Problems.NotFound("campaign");
    }

    /// <summary>Update a campaign</summary>
    /// <remarks>Changes the fields that you send, at least one. Null clears a date or the description.</remarks>
    /// <param name="id">The campaign.</param>
    /// <response code="200">The campaign.</response>
    internal static async Task<OrProblem<Ok<Data<CampaignResponse>>>> UpdateCampaign(
        string id, CampaignChange body, Caller caller, CampaignStore campaigns, IdempotencyKey operation, CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var changed, problem) = await campaigns.UpdateAsync(parsed, body, operation, cancel);
        return problem is not null ? problem : TypedResults.Ok(changed);
    }

    /// <summary>Delete a campaign</summary>
    /// <remarks>Its posts stay. Within 10 seconds they no longer show the campaign; lists by campaign follow within minutes.</remarks>
    /// <param name="id">The campaign.</param>
    /// <response code="204">Deleted.</response>
    internal static async Task<OrProblem<NoContent>> DeleteCampaign(
        string id, Caller caller, CampaignStore campaigns, IdempotencyKey operation, CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        problem ??= (await campaigns.DeleteAsync(parsed, caller, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    static async ValueTask<Outcome<Id>> AuthorizeAsync(string id, Caller caller, Permission permission, CancellationToken cancel) =>
        !IdKind.Campaign.TryParse(id, out var campaign) ? Problems.NotFound("campaign")
        : (await caller.AuthorizeAsync(campaign, "campaign", permission, cancel)).Problem is { } problem ? problem
        : campaign;

    static Task<Campaign?> Named(HttpContext http) => IdKind.Campaign.TryParse(http.GetRouteValue("id") as string, out var id)
        ? http.RequestServices.GetRequiredService<CampaignStore>().FindAsync(id, http.RequestAborted)
        : Task.FromResult<Campaign?>(null);
}

/// <summary>A campaign.</summary>
/// <param name="Id">The campaign's id.</param>
/// <param name="WorkspaceId">The workspace it is in.</param>
/// <param name="Name">The name.</param>
/// <param name="Status">The status.</param>
/// <param name="Icon">The icon.</param>
/// <param name="Color">The colour; any text.</param>
/// <param name="StartedAt">When it starts; null for no date.</param>
/// <param name="EndedAt">When it ends; null for no date.</param>
/// <param name="Links">Related links.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Description">The description; absent if it has none.</param>
sealed record CampaignResponse(
    string Id, string WorkspaceId, string Name, CampaignStatus Status, CampaignIcon Icon, string Color,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? StartedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? EndedAt,
    CampaignLinkResponse[] Links, DateTimeOffset CreatedAt, string? Description = null)
{
    public static CampaignResponse Of(Campaign campaign, string workspace) => new(
        IdKind.Campaign.Format(workspace, campaign.Key), IdKind.Workspace.Format(workspace), campaign.Name,
        campaign.Status, campaign.Icon, campaign.Color,
        campaign.StartedAt, campaign.EndedAt,
        [.. campaign.Links.Select(link => new CampaignLinkResponse(link.Url, link.Title))], campaign.CreatedAt,
        campaign.Description);
}

/// <summary>A link related to a campaign.</summary>
/// <param name="Url">The URL.</param>
/// <param name="Title">The title; null for none.</param>
sealed record CampaignLinkResponse(string Url, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title);

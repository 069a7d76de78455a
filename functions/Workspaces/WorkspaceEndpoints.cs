using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Companies;
using Planable.Http;
using Planable.Labels;
using Planable.Storage;
using Planable.Tokens;

namespace Planable.Workspaces;

static class WorkspaceEndpoints
{
    public static void MapWorkspaces(this IEndpointRouteBuilder api)
    {
        var workspaces = api.MapGroup("/workspaces").WithTags("Workspaces");
        workspaces.MapGet("/", ListWorkspaces);
        workspaces.MapPost("/", CreateWorkspace).Fails(400);
        workspaces.MapDelete("/{id}", DeleteWorkspace).Fails(400, 404);
    }

    /// <summary>List workspaces</summary>
    /// <remarks>The workspaces that the token opens, newest first.</remarks>
    /// <response code="200">The workspaces.</response>
    internal static async Task<Ok<Items<WorkspaceResponse>>> ListWorkspaces(Caller caller, WorkspaceStore workspaces, CancellationToken cancel) =>
        TypedResults.Ok(new Items<WorkspaceResponse>(await workspaces.ListAsync(caller, cancel)));

    /// <summary>Create a workspace</summary>
    /// <remarks>For tokens of Owners and Administrators that open all workspaces.</remarks>
    /// <response code="201">The workspace.</response>
    internal static async Task<Results<Created<Data<WorkspaceResponse>>, ProblemHttpResult>> CreateWorkspace(
        NewWorkspace body, Caller caller, WorkspaceStore workspaces, WriteId write, CancellationToken cancel)
    {
        if (caller.WhyNotAdminister() is { } forbidden)
        {
            return forbidden;
        }
        if (!caller.Plan.Limits().Approvals.Contains(body.ApprovalSettings.Type!.Value))
        {
            return Problems.Forbidden($"The {caller.Plan} plan does not have the approval type {body.ApprovalSettings.Type}.");
        }
        var (created, problem) = await workspaces.CreateAsync(caller, body, write, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, created);
    }

    /// <summary>Delete a workspace</summary>
    /// <remarks>With everything in it, for good. It is gone at once; its data within minutes. For tokens of Owners and Administrators.</remarks>
    /// <param name="id">The workspace.</param>
    /// <response code="204">It is gone.</response>
    internal static async Task<Results<NoContent, ProblemHttpResult>> DeleteWorkspace(
        string id, Caller caller, WorkspaceStore workspaces, WriteId write, CancellationToken cancel)
    {
        if (!IdKind.Workspace.TryParse(id, out var workspace) || workspace.Company != caller.CompanyKey)
        {
            return Problems.NotFound("workspace");
        }
        var problem = caller.WhyNotOpen(workspace.Place) ?? caller.WhyNotAdminister(needsAll: false)
            ?? (await workspaces.DeleteAsync(caller, workspace.Place, write, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }
}

/// <summary>A workspace to create.</summary>
public sealed record NewWorkspace : IValidatableObject
{
    /// <summary>The name.</summary>
    /// <example>Acme Coffee</example>
    [Required, Characters(80, Least = 2)]
    public string Name { get; init; } = null!;

    /// <summary>The time zone, by its IANA name.</summary>
    /// <example>Europe/Bucharest</example>
    [Required]
    public string Timezone { get; init; } = null!;

    /// <summary>Who must approve posts, and what that brings about.</summary>
    [Required]
    public ApprovalSettings ApprovalSettings { get; init; } = null!;

    /// <summary>The brand's website.</summary>
    [Characters(2_048)]
    public string? WebsiteUrl { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Timezone, out var zone) || !zone.HasIanaId)
        {
            yield return new("Is not the name of an IANA time zone, such as Europe/Bucharest.", [nameof(Timezone)]);
        }
        var levels = ApprovalSettings.ApprovalLevels ?? [];
        if (ApprovalSettings.Type is ApprovalType.MULTIPLE == (levels.Count == 0))
        {
            yield return new("Type MULTIPLE has levels, the others have none.", [$"{nameof(ApprovalSettings)}.{nameof(ApprovalSettings.ApprovalLevels)}"]);
        }
        if (levels.Any(level => level is null))
        {
            yield return new("Holds a null.", [$"{nameof(ApprovalSettings)}.{nameof(ApprovalSettings.ApprovalLevels)}"]);
            yield break;
        }
        if (levels.Select(level => level.Id).Distinct(StringComparer.Ordinal).Count() < levels.Count)
        {
            yield return new("Names a level twice.", [$"{nameof(ApprovalSettings)}.{nameof(ApprovalSettings.ApprovalLevels)}"]);
        }
    }
}

/// <summary>A workspace.</summary>
sealed record WorkspaceResponse
{
    /// <summary>Names the workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>The company it belongs to.</summary>
    public required string CompanyId { get; init; }

    /// <summary>The time zone, by its IANA name.</summary>
    public required string Timezone { get; init; }

    /// <summary>The brand's website; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? WebsiteUrl { get; init; }

    public required ApprovalSettings ApprovalSettings { get; init; }

    /// <summary>Whether new posts are for the team only unless they say otherwise.</summary>
    public required bool DefaultTeamOnlyPosts { get; init; }

    /// <summary>Whether client members do not see e-mail addresses.</summary>
    public required bool HideEmailsFromClients { get; init; }

    /// <summary>Its labels, newest first.</summary>
    public required LabelResponse[] Labels { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether it was deleted and its data could not be removed: delete it again. Left out of every other workspace.</summary>
    public bool? RemovalFailed { get; init; }

    public static WorkspaceResponse Of(Workspace workspace, IEnumerable<Label> labels) => new()
    {
        Id = workspace.Id,
        Name = workspace.Name,
        CompanyId = IdKind.Company.Format(workspace.Key[..8]),
        Timezone = workspace.Timezone,
        WebsiteUrl = workspace.WebsiteUrl,
        ApprovalSettings = workspace.ApprovalSettings,
        DefaultTeamOnlyPosts = workspace.DefaultTeamOnlyPosts,
        HideEmailsFromClients = workspace.HideEmailsFromClients,
        Labels = [.. labels.Select(label => LabelResponse.Of(label, workspace.Key))],
        CreatedAt = workspace.CreatedAt,
        UpdatedAt = workspace.UpdatedAt,
        RemovalFailed = workspace.RemovalFailed ? true : null,
    };
}

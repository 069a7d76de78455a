using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Company.Workspaces;

static class WorkspaceEndpoints
{
    public static void MapWorkspaces(this IEndpointRouteBuilder api)
    {
        var workspaces = api.MapGroup("/workspaces").WithTags("Workspaces");
        workspaces.MapGet("/", ListWorkspaces);
        workspaces.MapPost("/", CreateWorkspace).Fails(400);
        workspaces.MapGet("/{id}", GetWorkspace).Fails(404);
        workspaces.MapPatch("/{id}", UpdateWorkspace).Fails(400, 404);
        workspaces.MapDelete("/{id}", DeleteWorkspace).Fails(400, 404);
    }

    /// <summary>List workspaces</summary>
    /// <remarks>The workspaces that the token has access to, newest first.</remarks>
    /// <response code="200">The workspaces.</response>
    internal static async Task<Ok<Items<WorkspaceResponse>>> ListWorkspaces(
        Caller caller, WorkspaceStore workspaces, CancellationToken cancel) =>
        TypedResults.Ok(new Items<WorkspaceResponse>(await workspaces.ListAsync(caller, cancel)));

    /// <summary>Create a workspace</summary>
    /// <remarks>
    /// Needs a token that was created by an Owner or Administrator and has access to all workspaces. The approvers of approval levels must
    /// be members of the company; Members and Clients can approve once they have access to the workspace.
    /// </remarks>
    /// <response code="201">The workspace.</response>
    internal static async Task<OrProblem<Created<Data<WorkspaceResponse>>>> CreateWorkspace(
        NewWorkspace body, Caller caller, WorkspaceStore workspaces, IdempotencyKey operation, CancellationToken cancel)
    {
        if (caller.CheckAdministrator() is { } forbidden)
        {
            return forbidden;
        }
        if (CheckPlan(caller, body.ApprovalSettings) is { } lacking)
        {
            return lacking;
        }
        var (created, problem) = await workspaces.CreateAsync(caller, body, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, created);
    }

    /// <summary>Get a workspace</summary>
    /// <remarks>A workspace with its approval settings and its labels.</remarks>
    /// <param name="id">The workspace.</param>
    /// <response code="200">The workspace.</response>
    internal static async Task<OrProblem<Ok<Data<WorkspaceResponse>>>> GetWorkspace(
        string id, Caller caller, WorkspaceStore workspaces, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(id, Permission.VIEW, cancel);
        return problem is not null ? problem
            : await workspaces.FindAsync(workspace!.Key, cancel) is { } found ? TypedResults.Ok(new Data<WorkspaceResponse>(found))
            : Problems.NotFound("workspace");
    }

    /// <summary>Update a workspace</summary>
    /// <remarks>
    /// Changes only the fields that you send. Existing approvals are kept and count by the new settings. Needs a token that was created by
    /// an Owner or Administrator.
    /// </remarks>
    /// <param name="id">The workspace.</param>
    /// <response code="200">The workspace.</response>
    internal static async Task<OrProblem<Ok<Data<WorkspaceResponse>>>> UpdateWorkspace(
        string id, WorkspaceEdit body, Caller caller, WorkspaceStore workspaces, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(id, Permission.VIEW, cancel);
        problem ??= caller.CheckAdministrator(needsAll: false)
            ?? (body.IsEmpty ? Problems.Malformed("Send at least one field.") : CheckPlan(caller, body.ApprovalSettings));
        if (problem is not null)
        {
            return problem;
        }
        (var updated, problem) = await workspaces.UpdateAsync(caller, workspace!.Key, body, operation, cancel);
        return problem is not null ? problem : TypedResults.Ok(updated);
    }

    /// <summary>Delete a workspace</summary>
    /// <remarks>
    /// Deletes the workspace and everything in it for good. It disappears at once; its data is removed within minutes. Needs a token that
    /// was created by an Owner or Administrator.
    /// </remarks>
    /// <param name="id">The workspace.</param>
    /// <response code="204">The workspace is deleted.</response>
    internal static async Task<OrProblem<NoContent>> DeleteWorkspace(
        string id, Caller caller, WorkspaceStore workspaces, IdempotencyKey operation, CancellationToken cancel)
    {
        if (!IdKind.Workspace.TryParse(id, out var workspace) || workspace.Company != caller.CompanyKey)
        {
            return Problems.NotFound("workspace");
        }
        var problem = caller.CheckOpens(workspace.Partition) ?? caller.CheckAdministrator(needsAll: false)
            ?? (await workspaces.DeleteAsync(caller, workspace.Partition, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    static Problem? CheckPlan(Caller caller, ApprovalSettings? settings) =>
        settings is null || caller.Plan.Limits().Approvals.Contains(settings.Type!.Value) ? null
        : Problems.Forbidden($"The {caller.Plan} plan does not include the approval type {settings.Type}.");
}

/// <summary>A workspace to create.</summary>
public sealed record NewWorkspace
{
    /// <summary>The name.</summary>
    /// <example>Acme Coffee</example>
    [Required, Characters(80, Least = 2)]
    public string Name { get; init; } = null!;

    /// <summary>The time zone, by its name in the IANA database. An older name is replaced with the current one.</summary>
    /// <example>Europe/Bucharest</example>
    [Required, IanaTimeZone]
    public string Timezone { get; init; } = null!;

    /// <summary>Who must approve posts, and what happens when they are approved.</summary>
    [Required]
    public ApprovalSettings ApprovalSettings { get; init; } = null!;

    /// <summary>The brand's website.</summary>
    [WebAddress(IsSchemeOptional = true), Characters(2_048)]
    public string? WebsiteUrl { get; init; }
}

/// <summary>The fields to change. Fields that are left out stay as they are.</summary>
public sealed record WorkspaceEdit
{
    /// <summary>The name.</summary>
    /// <example>Acme Coffee</example>
    [Characters(80, Least = 2)]
    public string? Name { get; init; }

    /// <summary>The time zone, by its name in the IANA database. An older name is replaced with the current one.</summary>
    /// <example>Europe/Bucharest</example>
    [IanaTimeZone]
    public string? Timezone { get; init; }

    /// <summary>
    /// Who must approve posts, and what happens when they are approved. Replaces all approval settings, and applies to existing posts too.
    /// </summary>
    public ApprovalSettings? ApprovalSettings { get; init; }

    /// <summary>The brand's website; send an empty string to remove it.</summary>
    [WebAddress(IsSchemeOptional = true), Characters(2_048)]
    public string? WebsiteUrl { get; init; }

    /// <summary>Whether new posts are visible to the team only, unless they say otherwise.</summary>
    public bool? DefaultTeamOnlyPosts { get; init; }

    /// <summary>Whether e-mail addresses are hidden from clients.</summary>
    public bool? HideEmailsFromClients { get; init; }

    internal bool IsEmpty =>
        (Name, Timezone, ApprovalSettings, WebsiteUrl, DefaultTeamOnlyPosts, HideEmailsFromClients) is (null, null, null, null, null, null);

    internal Workspace Apply(Workspace workspace, DateTimeOffset now) => workspace with
    {
        Name = Name ?? workspace.Name,
        Timezone = Timezone is null ? workspace.Timezone : TimeZones.Canonical(Timezone)!,
        ApprovalSettings = ApprovalSettings ?? workspace.ApprovalSettings,
        WebsiteUrl = WebsiteUrl is "" ? null : WebsiteUrl ?? workspace.WebsiteUrl,
        DefaultTeamOnlyPosts = DefaultTeamOnlyPosts ?? workspace.DefaultTeamOnlyPosts,
        HideEmailsFromClients = HideEmailsFromClients ?? workspace.HideEmailsFromClients,
        UpdatedAt = now,
    };
}

/// <summary>A workspace.</summary>
sealed record WorkspaceResponse
{
    /// <summary>The workspace's id.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    public required string Id { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The company it belongs to.</summary>
    public required string CompanyId { get; init; }

    /// <summary>The time zone, by its IANA name.</summary>
    public required string Timezone { get; init; }

    /// <summary>The brand's website; null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? WebsiteUrl { get; init; }

    /// <summary>Who must approve posts, and what happens when they are approved.</summary>
    public required ApprovalSettings ApprovalSettings { get; init; }

    /// <summary>Whether new posts are visible to the team only, unless they say otherwise.</summary>
    public required bool DefaultTeamOnlyPosts { get; init; }

    /// <summary>Whether e-mail addresses are hidden from clients.</summary>
    public required bool HideEmailsFromClients { get; init; }

    /// <summary>Its labels, newest first.</summary>
    public required LabelResponse[] Labels { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>True if the workspace was deleted but its data could not be removed: delete it again. Otherwise left out.</summary>
    public bool? RemovalFailed { get; init; }

    public static WorkspaceResponse Of(Workspace workspace) => new()
    {
        Id = workspace.Id,
        Name = workspace.Name,
        CompanyId = IdKind.Company.Format(workspace.Key[..8]),
        Timezone = workspace.Timezone,
        WebsiteUrl = workspace.WebsiteUrl,
        ApprovalSettings = workspace.ApprovalSettings,
        DefaultTeamOnlyPosts = workspace.DefaultTeamOnlyPosts,
        HideEmailsFromClients = workspace.HideEmailsFromClients,
        Labels = [.. workspace.Labels.Select(label => LabelResponse.Of(label, workspace.Key))],
        CreatedAt = workspace.CreatedAt,
        UpdatedAt = workspace.UpdatedAt,
        RemovalFailed = workspace.RemovalFailed ? true : null,
    };
}

using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Company.Labels;

static class LabelEndpoints
{
    public static void MapLabels(this IEndpointRouteBuilder api)
    {
        var labels = api.MapGroup("/labels").WithTags("Labels");
        labels.MapGet("/", ListLabels).Fails(400, 404);
        labels.MapPost("/", CreateLabel).Fails(400, 404);
    }

    /// <summary>List labels</summary>
    /// <remarks>A workspace's labels, newest first.</remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <response code="200">The labels.</response>
    internal static async Task<OrProblem<Ok<Items<LabelResponse>>>> ListLabels(
        string workspaceId, Caller caller, LabelStore labels, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        return problem is not null ? problem : TypedResults.Ok(new Items<LabelResponse>(
            [.. (await labels.ListAsync(workspace!.Key, cancel)).Select(label => LabelResponse.Of(label, workspace.Key))]));
    }

    /// <summary>Create a label</summary>
    /// <remarks>
    /// Posts of the workspace can then have it. Two labels may have the same text. A workspace can have only so many labels (500 unless the
    /// operator sets another number); more are refused with 403.
    /// </remarks>
    /// <response code="201">The label.</response>
    internal static async Task<OrProblem<Created<Data<LabelResponse>>>> CreateLabel(
        NewLabel body, Caller caller, LabelStore labels, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        if (problem is not null)
        {
            return problem;
        }
        (var created, problem) = await labels.CreateAsync(workspace!.Key, body, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, created);
    }
}

/// <summary>A label to create.</summary>
public sealed record NewLabel
{
    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>The text of the label.</summary>
    /// <example>Launch</example>
    [Required, Characters(500, Least = 1)]
    public string Text { get; init; } = null!;

    /// <summary>The colour.</summary>
    [Required]
    public LabelColor? Color { get; init; }
}

/// <summary>A label.</summary>
/// <param name="Id">The label's id.</param>
/// <param name="Color">The colour.</param>
/// <param name="Name">The text that the label was created with.</param>
sealed record LabelResponse(string Id, string Color, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name)
{
    public static LabelResponse Of(Label label, string workspace) =>
        new(IdKind.Label.Format(workspace, label.Key), JsonNames.Of(label.Color), label.Text);
}

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Tokens;
using Planable.Content.Posts;
using Planable.Platform.Http;

namespace Planable.Content.Stories;

static class StoryEndpoints
{
    public static IServiceCollection AddStories(this IServiceCollection services) => services.AddApiJson(StoryApiJson.Default);

    public static void MapStories(this IEndpointRouteBuilder api) =>
        api.MapGroup("/stories").WithTags("Stories").MapPost("/", CreateStory).Fails(400, 404);

    /// <summary>Create a story</summary>
    /// <remarks>
    /// Creates a draft story on an Instagram or Facebook page, with one frame or a group of frames in order: all of them or none. Each
    /// frame is a post: use the calls for posts to list, get, change and delete it, and it counts towards the plan's limits. A change of
    /// labels, campaign, date or schedule applies to all frames of a group; each frame has its own media. This call publishes nothing, and
    /// no frame is published before its file is imported: see the post's <c>mediaStatus</c>.
    /// </remarks>
    /// <response code="201">The story, and its frames if you sent a list.</response>
    internal static async Task<OrProblem<Created<CreatedStory>>> CreateStory(
        NewStory body, Caller caller, PostCreation creation, IdempotencyKey operation, CancellationToken cancel)
    {
        var (created, problem) = await creation.CreateAsync(body.ToPost(), caller, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, CreatedStory.Of(created!.Posts, body.Media.IsList));
    }
}

/// <summary>The story that was created.</summary>
/// <param name="Data">Its only or first frame.</param>
/// <param name="Posts">Its frames in order, if you sent a list.</param>
/// <param name="Group">The group of its frames, if you sent a list.</param>
sealed record CreatedStory(StoryResponse Data, StoryResponse[]? Posts = null, StoryGroup? Group = null)
{
    public static CreatedStory Of(PostResponse[] frames, bool isList)
    {
        StoryResponse[] all = [.. frames.Select(StoryResponse.Of)];
        return isList ? new(all[0], all, new(frames[0].GroupId!, [.. frames.Select(frame => frame.Id)])) : new(all[0]);
    }
}

/// <summary>The group of a story's frames.</summary>
/// <param name="Id">The <c>groupId</c> of its frames.</param>
/// <param name="PostIds">Its frames, in order.</param>
sealed record StoryGroup(string Id, string[] PostIds);

/// <summary>A frame of a story. <c>GET /posts/{id}</c> returns all its fields.</summary>
sealed record StoryResponse
{
    /// <summary>The frame's id, which is a post's id.</summary>
    /// <example>pst_wpdyety5tgkwd6ycz1z6avhxdrgd760</example>
    public required string Id { get; init; }

    /// <summary>The workspace it is in.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    public required string WorkspaceId { get; init; }

    /// <summary>The page it is for.</summary>
    /// <example>pg_wpdyety5tgkwd6ycz1z6gejp1zyzvf0</example>
    public required string PageId { get; init; }

    /// <summary>The network: its page's <c>platform</c>.</summary>
    /// <example>instagram</example>
    public required string Type { get; init; }

    /// <summary>Always <c>story</c>.</summary>
    [AllowedValues("story")]
    public required string Classification { get; init; }

    /// <summary>A link to its file; null until it is imported.</summary>
    [Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Media { get; init; }

    /// <summary>The id of its file, for <c>GET /media/{id}</c>.</summary>
    /// <example>med_wpdyety5tgkwd6ycz1z6avhxdrgd760</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? MediaId { get; init; }

    /// <summary>The import status of its file.</summary>
    [AllowedValues("uploading", "processing", "error", "success", null), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? MediaStatus { get; init; }

    /// <summary>The planned date, in UTC; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>
    /// Whether it has a schedule: it will be published at <c>scheduledAt</c>, was published, or failed; see <c>status</c>.
    /// </summary>
    public required bool ScheduledSet { get; init; }

    /// <summary>Where it is on its way to the network.</summary>
    public required PostStatus Status { get; init; }

    /// <summary>Whether it is fully approved: once, or at every level if the type is MULTIPLE. Never if the type is NONE.</summary>
    public required bool Approved { get; init; }

    /// <summary>Who has approved it, and when.</summary>
    public ApprovalResponse[]? ApprovedBy { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public static StoryResponse Of(PostResponse frame) => new()
    {
        Id = frame.Id,
        WorkspaceId = frame.WorkspaceId,
        PageId = frame.PageId,
        Type = frame.Type,
        Classification = frame.Classification,
        Media = frame.Media.FirstOrDefault(),
        MediaId = frame.MediaIds![0],
        MediaStatus = frame.MediaStatus is { } status ? JsonNames.Of(status) : null,
        ScheduledAt = frame.ScheduledAt,
        ScheduledSet = frame.ScheduledSet,
        Status = frame.Status,
        Approved = frame.Approved,
        ApprovedBy = frame.ApprovedBy,
        CreatedAt = frame.CreatedAt,
    };
}

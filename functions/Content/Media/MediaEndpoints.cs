using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Media;

static class MediaEndpoints
{
    public static void MapMedia(this IEndpointRouteBuilder api)
    {
        var media = api.MapGroup("/media").WithTags("Media");
        media.MapGet("/", ListMedia).Fails(400, 404);
        media.MapPost("/", ImportMedia).Fails(400, 404);
        media.MapGet("/{id}", GetMedia).Prefetches(Named).Fails(404);
        media.MapDelete("/{id}", DeleteMedia).Prefetches(Named).Fails(404, 409);
        media.MapMediaUploads();
    }

    /// <summary>List media</summary>
    /// <remarks>What was brought into a workspace, newest first.</remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="offset">How many to skip.</param>
    /// <param name="limit">How many to give, 100 at the most.</param>
    /// <response code="200">The media.</response>
    internal static async Task<OrProblem<Ok<PagedItems<MediaResponse>>>> ListMedia(
        string workspaceId, Caller caller, MediaStore media, MediaLinks links, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        if (problem is not null)
        {
            return problem;
        }
        limit = Paging.Clamp(limit);
        var page = await media.ListAsync(workspace!.Key, offset, limit, caller, cancel);
        return TypedResults.Ok(new PagedItems<MediaResponse>(
            await Task.WhenAll(page.Items.Select(item => MediaResponse.OfAsync(item, links, cancel))), new(offset, limit, page.HasMore)));
    }

    /// <summary>Import media</summary>
    /// <remarks>
    /// Brings files from public http(s) addresses into a workspace: images, GIFs and videos of up to 100 MB, judged by their bytes. It
    /// answers at once;
    /// <c>GET /media/{id}</c> tells how far each is. What may pass, such as a timeout or a 503, is tried up to 5 times over a quarter of an
    /// hour. An address that this API gave for media of the same workspace is not fetched: it is the same file again.
    /// </remarks>
    /// <response code="202">What was begun, in the order of the addresses.</response>
    internal static async Task<OrProblem<Accepted<Items<AcceptedMedia>>>> ImportMedia(
        NewMediaImport body, Caller caller, MediaImports imports, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        problem ??= imports.Check(workspace!.Key, body.Sources);
        if (problem is not null)
        {
            return problem;
        }
        (var accepted, problem) = await imports.ImportAsync(imports.Plan(workspace!.Key, body.Sources), operation, cancel);
        return problem is not null ? problem : TypedResults.Accepted((string?)null, accepted);
    }

    /// <summary>Get media</summary>
    /// <remarks>Poll it until <c>status</c> is <c>success</c> or <c>error</c>.</remarks>
    /// <param name="id">The media.</param>
    /// <response code="200">The media.</response>
    internal static async Task<OrProblem<Ok<Data<MediaResponse>>>> GetMedia(
        string id, Caller caller, MediaStore media, MediaLinks links,
        Prefetch<(TableEntity Row, MediaItem Item)?> named, CancellationToken cancel)
    {
        var (_, problem) = await AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        return problem is not null ? problem
            : await named.Result is var (_, item) && await media.IsSeenAsync(item, caller, cancel)
                ? TypedResults.Ok(new Data<MediaResponse>(await MediaResponse.OfAsync(item, links, cancel))) : Problems.NotFound("media");
    }

    /// <summary>Delete media</summary>
    /// <remarks>
    /// Media that a post shows stays until the post shows it no more. The file goes too,
    /// unless other media of the workspace are the same.
    /// </remarks>
    /// <param name="id">The media.</param>
    /// <response code="204">It is gone.</response>
    internal static async Task<OrProblem<NoContent>> DeleteMedia(
        string id, Caller caller, MediaStore media, MediaRemoval removal, Prefetch<(TableEntity Row, MediaItem Item)?> named,
        IdempotencyKey operation, CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        var known = await named.Result;
        problem = known is var (_, item) && !await media.IsSeenAsync(item, caller, cancel) ? Problems.NotFound("media")
            : (await removal.DeleteAsync(parsed, known, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    /// <summary>What an id names, where the caller may do <paramref name="permission"/> in its workspace.</summary>
    public static async ValueTask<Outcome<Id>> AuthorizeAsync(string id, Caller caller, Permission permission, CancellationToken cancel) =>
        !IdKind.Media.TryParse(id, out var media) ? Problems.NotFound("media")
        : (await caller.AuthorizeAsync(media, "media", permission, cancel)).Problem is { } problem ? problem
        : media;

    static Task<(TableEntity Row, MediaItem Item)?> Named(HttpContext http) =>
        IdKind.Media.TryParse(http.GetRouteValue("id") as string, out var id)
        ? http.RequestServices.GetRequiredService<MediaStore>().RowAsync(id.Partition, id.Key, http.RequestAborted)
        : Task.FromResult<(TableEntity Row, MediaItem Item)?>(null);
}

/// <summary>Files to bring into a workspace.</summary>
public sealed record NewMediaImport
{
    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>Public http(s) addresses of files of up to 100 MB each.</summary>
    /// <example>["https://example.com/beans.jpg"]</example>
    [Required, MinLength(1), MaxLength(20)]
    public string[] MediaUrls { get; init; } = null!;

    internal MediaSource[] Sources => [.. MediaUrls.Select((url, index) => new MediaSource($"mediaUrls[{index}]", url))];
}

/// <summary>Media whose import has begun.</summary>
sealed record AcceptedMedia(string Id, [property: AllowedValues("processing")] string Status)
{
    public static AcceptedMedia Of(MediaItem item) => new(item.Id, "processing");
}

/// <summary>A piece of media.</summary>
sealed record MediaResponse
{
    /// <summary>Names the media.</summary>
    /// <example>med_wpdyety5tgkwd6ycz1z6avhxdrgd760</example>
    public required string Id { get; init; }

    /// <summary>The workspace it is in.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    public required string WorkspaceId { get; init; }

    /// <summary>What it is; until its bytes are there, what its name says.</summary>
    public required MediaKind Type { get; init; }

    /// <summary>The last part of the address it came from, or the name it was uploaded with.</summary>
    /// <example>beans.jpg</example>
    public required string Name { get; init; }

    /// <summary>
    /// A signed link to the file; null until <c>status</c> is <c>success</c>. It works for 24 to 48 hours;
    /// calls on the same UTC day get the same link.
    /// </summary>
    [Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Url { get; init; }

    /// <summary>
    /// Where a small picture of it is, as <c>url</c>; null for videos,
    /// and for pictures that are too large to be made smaller.
    /// </summary>
    [Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? ThumbnailUrl { get; init; }

    /// <summary>In pixels, where the file says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? Width { get; init; }

    /// <summary>In pixels, where the file says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? Height { get; init; }

    /// <summary>In bytes; 0 until it is there.</summary>
    public required long Size { get; init; }

    /// <summary>What it is by its bytes; <c>application/octet-stream</c> until they are there.</summary>
    /// <example>image/jpeg</example>
    public required string MimeType { get; init; }

    /// <summary><c>uploading</c> while you upload it, <c>processing</c>, and then <c>success</c> or <c>error</c>.</summary>
    public required MediaStatus Status { get; init; }

    /// <summary>When it was brought.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>In seconds, where the file says it.</summary>
    public double? Duration { get; init; }

    /// <summary>Why there is no file, where <c>status</c> is <c>error</c>.</summary>
    /// <example>The address answered 404.</example>
    public string? Error { get; init; }

    public static async Task<MediaResponse> OfAsync(MediaItem item, MediaLinks links, CancellationToken cancel) => new()
    {
        Id = item.Id,
        WorkspaceId = IdKind.Workspace.Format(item.Workspace),
        Type = item.Kind,
        Name = item.Name,
        Url = item.File is { } file ? await links.OfDayAsync(MediaBlobs.Path(item.Workspace, file.Key), cancel) : null,
        ThumbnailUrl = item.File is { HasThumbnail: true } shown
            ? await links.OfDayAsync(MediaBlobs.ThumbnailPath(item.Workspace, shown.Key), cancel) : null,
        Width = item.File?.Width,
        Height = item.File?.Height,
        Size = item.File?.Size ?? 0,
        MimeType = item.File?.ContentType ?? "application/octet-stream",
        Status = item.Status,
        CreatedAt = item.CreatedAt,
        Duration = item.File?.Duration,
        Error = item.Error,
    };
}

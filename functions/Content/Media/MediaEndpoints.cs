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
        media.MapGet("/{id}", GetMedia).Prefetches(IdKind.Media.WorkspaceOf, Named).Fails(404);
        media.MapDelete("/{id}", DeleteMedia).Fails(404, 409);
        media.MapMediaUploads();
    }

    /// <summary>List media</summary>
    /// <remarks>
    /// The media of a workspace, newest first. A client's call scans at most 200 media, because it skips those of team-only posts. It may
    /// then return fewer than <c>limit</c>, even none, while <c>hasMore</c> is true: send <c>nextCursor</c> as <c>cursor</c>, until
    /// <c>nextCursor</c> is absent.
    /// </remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="cursor">The <c>nextCursor</c> of the previous call.</param>
    /// <param name="offset">How many media to skip. Not allowed with <c>cursor</c>.</param>
    /// <param name="limit">The maximum number of media to return, up to 100.</param>
    /// <response code="200">The media.</response>
    internal static async Task<OrProblem<Ok<CursorItems<MediaResponse>>>> ListMedia(
        string workspaceId, string? cursor, Caller caller, MediaStore media, MediaLinks links, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        if (problem is not null)
        {
            return problem;
        }
        ListCursor from = default;
        if (cursor is not null && !ListCursor.TryParse(cursor, out from))
        {
            return Problems.Invalid(nameof(cursor), "Not a cursor returned by this list.");
        }
        if (cursor is not null && offset > 0)
        {
            return Problems.Invalid(nameof(offset), "Only allowed without cursor.");
        }
        limit = Paging.Clamp(limit);
        var page = await media.ListAsync(workspace!.Key, offset, limit, cursor is null ? null : from, caller, cancel);
        return TypedResults.Ok(new CursorItems<MediaResponse>(
            await Task.WhenAll(page.Items.Select(item => MediaResponse.OfAsync(item, links, cancel))),
            new(offset, limit, page.HasMore, page.Next?.ToString())));
    }

    /// <summary>Import media</summary>
    /// <remarks>
    /// Imports images, GIFs and videos of up to 100 MB from public http(s) URLs into a workspace. The formats are JPEG, PNG, WebP, HEIC,
    /// AVIF and GIF, and for videos MP4 with its relatives, MOV and WebM, detected from a file's bytes. The call answers at once;
    /// <c>GET /media/{id}</c> returns the status of each import. After a temporary failure, such as a timeout or a 503, a file is tried
    /// up to 5 times over a quarter of an hour. A URL that this API returned for media of the same workspace is not fetched: the stored
    /// file is used again. The files of a workspace can have only so many bytes (50,000 MB unless the operator sets another number); a
    /// file beyond that gets the status <c>error</c>.
    /// </remarks>
    /// <response code="202">The started imports, in the order of the URLs.</response>
    internal static async Task<OrProblem<Accepted<Items<AcceptedMedia>>>> ImportMedia(
        NewMediaImport body, Caller caller, MediaImports imports, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        problem ??= imports.Check(workspace!.Key, body.Sources);
        if (problem is not null)
        {
            return problem;
        }
        (var accepted, problem) = await imports.ImportAsync(imports.Plan(workspace!.Key, body.Sources), caller, operation, cancel);
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
    /// Media that a post uses cannot be deleted. The file is deleted too, unless other media of the workspace use the same file.
    /// </remarks>
    /// <param name="id">The media.</param>
    /// <response code="204">Deleted.</response>
    internal static async Task<OrProblem<NoContent>> DeleteMedia(
        string id, Caller caller, MediaStore media, MediaRemoval removal, IdempotencyKey operation, CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        var known = await media.RowAsync(parsed.Partition, parsed.Key, cancel);
        problem = known is var (_, item) && !await media.IsSeenAsync(item, caller, cancel) ? Problems.NotFound("media")
            : (await removal.DeleteAsync(parsed, known, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    /// <summary>The parsed id, if the caller has <paramref name="permission"/> in its workspace.</summary>
    public static async ValueTask<Outcome<Id>> AuthorizeAsync(string id, Caller caller, Permission permission, CancellationToken cancel) =>
        !IdKind.Media.TryParse(id, out var media) ? Problems.NotFound("media")
        : (await caller.AuthorizeAsync(media, "media", permission, cancel)).Problem is { } problem ? problem
        : media;

    static Task<(TableEntity Row, MediaItem Item)?> Named(HttpContext http) =>
        IdKind.Media.TryParse(http.GetRouteValue("id") as string, out var id)
        ? http.RequestServices.GetRequiredService<MediaStore>().RowAsync(id.Partition, id.Key, http.RequestAborted)
        : Task.FromResult<(TableEntity Row, MediaItem Item)?>(null);
}

/// <summary>Files to import into a workspace.</summary>
public sealed record NewMediaImport
{
    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>Public http(s) URLs of files of up to 100 MB each.</summary>
    /// <example>["https://example.com/beans.jpg"]</example>
    [Required, MinLength(1), MaxLength(20)]
    public string[] MediaUrls { get; init; } = null!;

    internal MediaSource[] Sources => [.. MediaUrls.Select((url, index) => new MediaSource($"mediaUrls[{index}]", url))];
}

/// <summary>Media whose import has begun.</summary>
/// <param name="Id">The media's id.</param>
/// <param name="Status">Always <c>processing</c>.</param>
sealed record AcceptedMedia(string Id, [property: AllowedValues("processing")] string Status)
{
    public static AcceptedMedia Of(MediaItem item) => new(item.Id, "processing");
}

/// <summary>A media item.</summary>
sealed record MediaResponse
{
    /// <summary>The media's id.</summary>
    /// <example>med_wpdyety5tgkwd6ycz1z6avhxdrgd760</example>
    public required string Id { get; init; }

    /// <summary>The workspace it is in.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    public required string WorkspaceId { get; init; }

    /// <summary>The type; until the file is imported, guessed from its name.</summary>
    public required MediaKind Type { get; init; }

    /// <summary>
    /// The name that its address gave it in <c>Content-Disposition</c>, or else the last part of the URL; its name when uploaded.
    /// </summary>
    /// <example>beans.jpg</example>
    public required string Name { get; init; }

    /// <summary>
    /// A signed link to the file; null until <c>status</c> is <c>success</c>. It works for 24 to 48 hours;
    /// calls on the same UTC day get the same link.
    /// </summary>
    [Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Url { get; init; }

    /// <summary>A signed link to a thumbnail, as <c>url</c>; null for videos, and for images that no thumbnail can be made of.</summary>
    [Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? ThumbnailUrl { get; init; }

    /// <summary>In pixels; null if unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? Width { get; init; }

    /// <summary>In pixels; null if unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? Height { get; init; }

    /// <summary>In bytes; 0 until the file is imported.</summary>
    public required long Size { get; init; }

    /// <summary>The content type, detected from the bytes; <c>application/octet-stream</c> until the file is imported.</summary>
    /// <example>image/jpeg</example>
    public required string MimeType { get; init; }

    /// <summary><c>uploading</c> while you upload it, then <c>processing</c>, then <c>success</c> or <c>error</c>.</summary>
    public required MediaStatus Status { get; init; }

    /// <summary>When its import or upload began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>In seconds; absent if unknown.</summary>
    public double? Duration { get; init; }

    /// <summary>Why the import failed, if <c>status</c> is <c>error</c>.</summary>
    /// <example>The address answered 404.</example>
    public string? Error { get; init; }

    public static async Task<MediaResponse> OfAsync(MediaItem item, MediaLinks links, CancellationToken cancel) => new()
    {
        Id = item.Id,
        WorkspaceId = IdKind.Workspace.Format(item.Workspace),
        Type = item.Kind,
        Name = item.Name,
        Url = item.File is { } file ? await links.DayLinkAsync(MediaBlobs.Path(item.Workspace, file.Key), cancel) : null,
        ThumbnailUrl = item.File is { HasThumbnail: true } shown
            ? await links.DayLinkAsync(MediaBlobs.ThumbnailPath(item.Workspace, shown.Key), cancel) : null,
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

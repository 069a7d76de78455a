using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>Uploads: a caller sends a file directly to storage, where it is processed like a fetched one.</summary>
static class MediaUploads
{
    public static void MapMediaUploads(this IEndpointRouteBuilder media)
    {
        media.MapPost("/uploads", CreateUpload).Fails(400, 404);
        media.MapPost("/uploads/{id}/complete", CompleteUpload).Fails(400, 404);
    }

    /// <summary>Begin an upload</summary>
    /// <remarks>
    /// Returns a URL to which you <c>PUT</c> one file, with the header <c>x-ms-blob-type: BlockBlob</c>. The URL takes one file, cannot be
    /// used to read, and ends with <c>complete</c>, which you call then. A workspace can have only so many open uploads (100 unless the
    /// operator sets another number); more are refused with 403.
    /// </remarks>
    /// <response code="201">Where to send the file.</response>
    internal static async Task<OrProblem<Created<Data<UploadResponse>>>> CreateUpload(
        NewUpload body, Caller caller, MediaImports imports, MediaLinks links, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        if (problem is not null)
        {
            return problem;
        }
        (var upload, problem) = await imports.BeginUploadAsync(
            workspace!.Key, body.Name, body.Size, MediaLinks.UploadLifetime, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, new Data<UploadResponse>(upload! with
        {
            UploadUrl =
                await links.UploadLinkAsync(MediaBlobs.UploadPath(workspace.Key, upload.Id[^Ids.KeyLength..]), upload.ExpiresAt, cancel),
        }));
    }

    /// <summary>Complete an upload</summary>
    /// <remarks>
    /// Call this once the file is sent; it is then processed like an imported file. A file with more bytes than were declared, or than
    /// 100 MB, is discarded and refused with 400; you can then send another. Idempotent. The answer always says <c>processing</c>;
    /// <c>GET /media/{id}</c> returns the status.
    /// </remarks>
    /// <param name="id">The media.</param>
    /// <response code="202">The file is being processed.</response>
    internal static async Task<OrProblem<Accepted<Data<AcceptedMedia>>>> CompleteUpload(
        string id, Caller caller, MediaImports imports, IdempotencyKey operation, CancellationToken cancel)
    {
        var (media, problem) = await MediaEndpoints.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var accepted, problem) = await imports.CompleteAsync(media, caller, operation, cancel);
        return problem is not null ? problem : TypedResults.Accepted((string?)null, accepted);
    }
}

/// <summary>A file to upload.</summary>
public sealed record NewUpload
{
    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>The file's name. Characters that could escape a folder are removed.</summary>
    /// <example>beans.jpg</example>
    [Required, Characters(MediaName.Longest, Least = 1)]
    public string Name { get; init; } = null!;

    /// <summary>The most bytes that the file will have. A larger one is refused. 100 MB unless you send it.</summary>
    /// <example>482133</example>
    [Range(1, (int)Limits.File)]
    public int? Size { get; init; }
}

/// <summary>Where to send a file.</summary>
/// <param name="Id">The id of the new media.</param>
/// <param name="UploadUrl">The URL to <c>PUT</c> the file to, once.</param>
/// <param name="ExpiresAt">An hour after the upload began. If you have not completed it by then, it gets the status <c>error</c>, even if
/// the file was sent.</param>
sealed record UploadResponse(string Id, [property: Url] string UploadUrl, DateTimeOffset ExpiresAt);

using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>Files that a caller sends to storage itself, and that are judged there as those that are fetched.</summary>
static class MediaUploads
{
    public static void MapMediaUploads(this IEndpointRouteBuilder media)
    {
        media.MapPost("/uploads", CreateUpload).Fails(400, 404);
        media.MapPost("/uploads/{id}/complete", CompleteUpload).Fails(404);
    }

    /// <summary>Begin an upload</summary>
    /// <remarks>
    /// Gives an address to <c>PUT</c> one file to, with the header <c>x-ms-blob-type: BlockBlob</c>; nothing can be read there. Then say
    /// that it is complete.
    /// </remarks>
    /// <response code="201">Where to send it.</response>
    internal static async Task<OrProblem<Created<Data<UploadResponse>>>> CreateUpload(
        NewUpload body, Caller caller, MediaImports imports, MediaLinks links, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        if (problem is not null)
        {
            return problem;
        }
        (var upload, problem) = await imports.AwaitAsync(workspace!.Key, body.Name, MediaLinks.Upload, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, new Data<UploadResponse>(upload! with
        {
            UploadUrl =
                await links.UploadAsync(MediaBlobs.UploadPath(workspace.Key, upload.Id[^Ids.KeyLength..]), upload.ExpiresAt, cancel),
        }));
    }

    /// <summary>Complete an upload</summary>
    /// <remarks>
    /// Say so once the file is sent: it is looked at then, as one that is fetched. What is complete already stays as it is. The answer says
    /// <c>processing</c> in any case; <c>GET /media/{id}</c> tells.
    /// </remarks>
    /// <param name="id">The media.</param>
    /// <response code="202">It is being looked at.</response>
    internal static async Task<OrProblem<Accepted<Data<AcceptedMedia>>>> CompleteUpload(
        string id, Caller caller, MediaImports imports, IdempotencyKey operation, CancellationToken cancel)
    {
        var (media, problem) = await MediaEndpoints.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var accepted, problem) = await imports.CompleteAsync(media, operation, cancel);
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

    /// <summary>The file's name; what could lead out of a folder is left out of it.</summary>
    /// <example>beans.jpg</example>
    [Required, Characters(MediaName.Longest, Least = 1)]
    public string Name { get; init; } = null!;
}

/// <summary>Where to send a file.</summary>
/// <param name="Id">The media that it becomes.</param>
/// <param name="UploadUrl">Where to <c>PUT</c> the file. What is larger than 100 MB becomes <c>error</c> once it is complete.</param>
/// <param name="ExpiresAt">An hour after the upload was begun. What is not complete by then becomes <c>error</c>, even if it was
/// sent.</param>
sealed record UploadResponse(string Id, [property: Url] string UploadUrl, DateTimeOffset ExpiresAt);

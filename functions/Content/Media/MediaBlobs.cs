using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Planable.Company.Workspaces;

namespace Planable.Content.Media;

/// <summary>
/// The private container <c>media</c>: <c>workspace/key</c> is a file, <c>workspace/key.jpg</c> its thumbnail,
/// <c>workspace/key.copy.jpg</c> a copy as JPEG for networks that take nothing else, and <c>uploads/</c> holds callers' uploads until they
/// are processed. Each attempt has its own key, so no blob is written twice. An upload's link can create its
/// blob but not replace it; so that the link ends, a processed upload leaves an empty blob until <see cref="MediaSweep"/> deletes it.
/// </summary>
sealed class MediaBlobs(BlobServiceClient service) : IWorkspaceData
{
    public const string Uploads = "uploads/";
    const string Thumbnails = ".jpg", Copies = ".copy.jpg";

    public BlobContainerClient Container { get; } = service.GetBlobContainerClient("media");

    public static string Path(string workspace, string key) => $"{workspace}/{key}";

    public static string ThumbnailPath(string workspace, string key) => Path(workspace, key) + Thumbnails;

    public static string CopyPath(string workspace, string key) => Path(workspace, key) + Copies;

    public static string UploadPath(string workspace, string key) => $"{Uploads}{workspace}/{key}";

    /// <summary>The file that a blob belongs to.</summary>
    public static (string Workspace, string Key)? FileOf(string path) =>
        path.Split('/') is [var workspace, var key]
            ? (workspace, key.Split('.')[0]) : null;

    /// <summary>The workspace and key in a link of this API; null for other URLs.</summary>
    public (string Workspace, string Key)? Named(Uri link)
    {
        var root = Container.Uri.AbsoluteUri + "/";
        var address = link.GetLeftPart(UriPartial.Path);
        return address.StartsWith(root, StringComparison.Ordinal) ? FileOf(address[root.Length..]) : null;
    }

    /// <summary>Deletes a file, its thumbnail and its copy, if they exist.</summary>
    public Task DeleteAsync(string workspace, string key, CancellationToken cancel) => Task.WhenAll(
        new[] { Path(workspace, key), ThumbnailPath(workspace, key), CopyPath(workspace, key) }.Select(path =>
            Container.DeleteBlobIfExistsAsync(path, DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancel)));

    /// <summary>How many bytes were uploaded; null if nothing was.</summary>
    public async Task<long?> UploadSizeAsync(string workspace, string key, CancellationToken cancel)
    {
        try
        {
            var blob = Container.GetBlobClient(UploadPath(workspace, key));
            return (await blob.GetPropertiesAsync(cancellationToken: cancel)).Value.ContentLength;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            return null;
        }
    }

    /// <summary>Deletes what was uploaded, so that another file can be sent.</summary>
    public Task DeleteUploadAsync(string workspace, string key, CancellationToken cancel) =>
        Container.DeleteBlobIfExistsAsync(UploadPath(workspace, key), DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancel);

    /// <summary>Deletes what was uploaded, and lets nothing else be sent.</summary>
    public Task CloseUploadAsync(string workspace, string key, CancellationToken cancel) =>
        Container.GetBlobClient(UploadPath(workspace, key)).UploadAsync(BinaryData.Empty, overwrite: true, cancel);

    /// <summary>Deletes all blobs of a workspace.</summary>
    public async Task RemoveAsync(string workspace, CancellationToken cancel)
    {
        foreach (var prefix in new[] { workspace + "/", $"{Uploads}{workspace}/" })
        {
            await foreach (var blob in Container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancel))
            {
                await Container.DeleteBlobIfExistsAsync(blob.Name, DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancel);
            }
        }
    }
}

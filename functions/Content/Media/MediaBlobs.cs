using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Planable.Company.Workspaces;

namespace Planable.Content.Media;

/// <summary>
/// The private container <c>media</c>: <c>workspace/key</c> a file, <c>workspace/key.jpg</c> its thumbnail, and under <c>uploads/</c> what
/// callers bring by themselves, for as long as it takes to look at it. A key is one attempt's, so no blob is ever written twice.
/// </summary>
sealed class MediaBlobs(BlobServiceClient service) : IWorkspaceData
{
    public const string Uploads = "uploads/";
    const string Thumbnails = ".jpg";

    public BlobContainerClient Container { get; } = service.GetBlobContainerClient("media");

    public static string Path(string workspace, string key) => $"{workspace}/{key}";

    public static string ThumbnailPath(string workspace, string key) => Path(workspace, key) + Thumbnails;

    public static string UploadPath(string workspace, string key) => $"{Uploads}{workspace}/{key}";

    /// <summary>The file that a blob belongs to.</summary>
    public static (string Workspace, string Key)? FileOf(string path) =>
        path.Split('/') is [var workspace, var key]
            ? (workspace, key.EndsWith(Thumbnails, StringComparison.Ordinal) ? key[..^Thumbnails.Length] : key) : null;

    /// <summary>The workspace and key that a link of ours names; null where it leads elsewhere.</summary>
    public (string Workspace, string Key)? Named(Uri link)
    {
        var root = Container.Uri.AbsoluteUri + "/";
        var address = link.GetLeftPart(UriPartial.Path);
        return address.StartsWith(root, StringComparison.Ordinal) ? FileOf(address[root.Length..]) : null;
    }

    /// <summary>Deletes a file and its thumbnail, where they are.</summary>
    public Task DeleteAsync(string workspace, string key, CancellationToken cancel) => Task.WhenAll(
        Container.DeleteBlobIfExistsAsync(Path(workspace, key), DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancel),
        Container.DeleteBlobIfExistsAsync(
            ThumbnailPath(workspace, key), DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancel));

    /// <summary>Deletes whatever is kept of a workspace.</summary>
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

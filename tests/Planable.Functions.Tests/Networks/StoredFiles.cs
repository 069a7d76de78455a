using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Networks;

static class StoredFiles
{
    /// <summary>A file in storage, as one of a post's that was imported.</summary>
    public static async Task<PostMedia> StoreAsync(
        this App app, string workspace, MediaFormat format, byte[] bytes, int? width = 1_080, int? height = 1_080, double? seconds = null)
    {
        var key = Ids.NewKey(TimeProvider.System);
        await app.Get<MediaBlobs>().Container.GetBlobClient(MediaBlobs.Path(workspace, key))
            .UploadAsync(BinaryData.FromBytes(bytes), overwrite: true, TestContext.Current.CancellationToken);
        return new(key, MediaStatus.success, format.Kind, key)
        {
            ContentType = format.ContentType,
            Size = bytes.Length,
            Width = width,
            Height = height,
            Duration = seconds,
        };
    }
}

using System.Net;
using Azure;
using Azure.Storage.Blobs.Models;
using Planable.Content.Media;
using Planable.Content.Posts;

namespace Planable.Networks;

/// <summary>A file of a post, as a network gets it: by a link, or in bytes that are streamed from storage.</summary>
sealed class PublicationFile(string workspace, PostMedia media, PublicationFiles files)
{
    public MediaKind Kind => media.Kind;

    public string ContentType => media.ContentType ?? "application/octet-stream";

    /// <summary>In bytes.</summary>
    public long Size => media.Size ?? 0;

    public int? Width => media.Width;

    public int? Height => media.Height;

    /// <summary>In seconds; null for pictures.</summary>
    public double? Duration => media.Duration;

    /// <summary>A link that is valid for at least a day.</summary>
    public Task<string> LinkAsync(CancellationToken cancel) => files.LinkAsync(MediaBlobs.Path(workspace, media.File!), cancel);

    /// <summary>A link to the picture as JPEG. A copy is made if it is another format; null if none can be made.</summary>
    public async Task<string?> JpegLinkAsync(CancellationToken cancel) =>
        media.ContentType == MediaFormat.Jpeg.ContentType ? await LinkAsync(cancel)
        : await files.JpegCopyAsync(workspace, media.File!, media.ContentType, cancel) is { } copy ? await files.LinkAsync(copy, cancel)
        : null;

    /// <summary>A part of the file as a request's body; it is read from storage while it is sent.</summary>
    public async Task<HttpContent> ContentAsync(CancellationToken cancel, long offset = 0, long? length = null)
    {
        var bytes = length ?? Size - offset;
        return new FileContent(await files.OpenAsync(MediaBlobs.Path(workspace, media.File!), offset, bytes, cancel), bytes, ContentType);
    }

    /// <summary>A stream as a body. It tells its length, also as a part of a form: some networks take no body without one.</summary>
    sealed class FileContent : HttpContent
    {
        readonly Stream _stream;
        readonly long _length;

        public FileContent(Stream stream, long length, string contentType)
        {
            (_stream, _length) = (stream, length);
            Headers.ContentType = new(contentType);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _stream.CopyToAsync(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _stream.CopyToAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _stream.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}

/// <summary>The files of posts in storage.</summary>
sealed class PublicationFiles(MediaBlobs blobs, MediaLinks links, FileStorage storage)
{
    public IReadOnlyList<PublicationFile> Of(Post post) => [.. post.Media.Select(media => Of(post, media))];

    public PublicationFile? ThumbnailOf(Post post) => post.VideoThumbnail is { } media ? Of(post, media) : null;

    public Task<string> LinkAsync(string path, CancellationToken cancel) => links.DayLinkAsync(path, cancel);

    public Task<string?> JpegCopyAsync(string workspace, string key, string? contentType, CancellationToken cancel) =>
        storage.JpegCopyAsync(workspace, key, MediaFormat.Of(contentType), cancel);

    public async Task<Stream> OpenAsync(string path, long offset, long length, CancellationToken cancel)
    {
        var blob = await blobs.Container.GetBlobClient(path).DownloadStreamingAsync(
            new BlobDownloadOptions { Range = new HttpRange(offset, length) }, cancel);
        return blob.Value.Content;
    }

    PublicationFile Of(Post post, PostMedia media) => new(post.Workspace, media, this);
}

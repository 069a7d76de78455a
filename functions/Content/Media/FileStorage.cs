using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>
/// Streams a file into a blob and inspects it. A file that fits into the buffer is inspected before the upload; a larger one is uploaded in
/// blocks and inspected in storage. Storage discards blocks that are never committed.
/// </summary>
sealed class FileStorage(MediaStore media, MediaBlobs blobs) : IDisposable
{
    /// <summary>Bytes per read from a blob.</summary>
    const int ReadBuffer = 256 * 1024;

    /// <summary>Decoding needs memory in proportion to the pixels, so images are decoded one at a time.</summary>
    readonly SemaphoreSlim _decoding = new(1);

    /// <summary>Stores the stream's bytes as a file; returns the existing file if the workspace has one with the same bytes.</summary>
    /// <param name="isPage">Whether the stream is said to be a web page.</param>
    /// <exception cref="FetchFailure">The file is not acceptable media.</exception>
    public async Task<StoredFile> StoreAsync(
        MediaItem item, Stream body, FileBuffer buffer, CancellationToken cancel, bool isPage = false)
    {
        var first = await body.ReadAtLeastAsync(buffer.Half(0), FileBuffer.Block, throwOnEndOfStream: false, cancel);
        var format = MediaInspection.Recognize(buffer.Half(0).Span[..first]) ?? throw new FetchFailure(
            isPage || MediaInspection.IsPage(buffer.Half(0).Span[..first]) ? MediaFailure.Page : MediaFailure.NotMedia);
        if (item.Accepts is { } accepts && !accepts.Contains(format.Kind))
        {
            throw new FetchFailure(MediaFailure.NotAccepted(accepts));
        }
        var second = first < FileBuffer.Block ? 0
            : await body.ReadAtLeastAsync(buffer.Half(1), FileBuffer.Block, throwOnEndOfStream: false, cancel);
        var key = Ids.Member(item.Key, item.Attempts);
        var blob = blobs.Container.GetBlockBlobClient(MediaBlobs.Path(item.Workspace, key));
        var options = new CommitBlockListOptions { HttpHeaders = Headers(format.ContentType, item.Name) };
        try
        {
            if (second < FileBuffer.Block)
            {
                var length = first + second;
                var digest = Convert.ToHexStringLower(SHA256.HashData(buffer.Bytes.AsSpan(0, length)));
                if (await media.FileOfAsync(item.Workspace, digest, cancel) is var (_, same))
                {
                    return same;
                }
                var seen = await InspectAsync(item.Workspace, key, Whole(), format, cancel);
                await blob.UploadAsync(Whole(), new BlobUploadOptions
                {
                    HttpHeaders = options.HttpHeaders,
                    TransferOptions = new() { InitialTransferSize = 2 * FileBuffer.Block, MaximumTransferSize = 2 * FileBuffer.Block },
                }, cancel);
                return seen(digest, length);

                MemoryStream Whole() => new(buffer.Bytes, 0, length, writable: false);
            }
            var (blocks, hash, size) = await StageAsync(blob, body, buffer, cancel);
            if (await media.FileOfAsync(item.Workspace, hash, cancel) is var (_, known))
            {
                return known;
            }
            await blob.CommitBlockListAsync(blocks, options, cancel);
            await using var stored = await blob.OpenReadAsync(
                new BlobOpenReadOptions(allowModifications: false) { BufferSize = ReadBuffer }, cancel);
            return (await InspectAsync(item.Workspace, key, stored, format, cancel))(hash, size);
        }
        catch (FetchFailure)
        {
            await blobs.DeleteAsync(item.Workspace, key, cancel);
            throw;
        }
    }

    /// <summary>The path of a copy of a picture as JPEG, which is made unless there is one; null if none can be made.</summary>
    public async Task<string?> JpegCopyAsync(string workspace, string key, MediaFormat? format, CancellationToken cancel)
    {
        var path = MediaBlobs.CopyPath(workspace, key);
        var copy = blobs.Container.GetBlobClient(path);
        if (format is null || await copy.ExistsAsync(cancel))
        {
            return format is null ? null : path;
        }
        await using var stored = await blobs.Container.GetBlobClient(MediaBlobs.Path(workspace, key)).OpenReadAsync(
            new BlobOpenReadOptions(allowModifications: false) { BufferSize = ReadBuffer }, cancel);
        var facts = await MediaInspection.InspectAsync(stored, format, cancel);
        if (await JpegAsync(stored, format, facts, Thumbnail.Large, cancel) is not { } jpeg)
        {
            return null;
        }
        await copy.UploadAsync(
            BinaryData.FromBytes(jpeg), new BlobUploadOptions { HttpHeaders = Headers("image/jpeg", "picture.jpg") }, cancel);
        return path;
    }

    public void Dispose() => _decoding.Dispose();

    /// <summary>Uploads the blocks. Both halves of the buffer are already full.</summary>
    static async Task<(List<string> Blocks, string Hash, long Size)> StageAsync(
        BlockBlobClient blob, Stream body, FileBuffer buffer, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<string> blocks = [];
        var (half, filled, size) = (0, FileBuffer.Block, 0L);
        var sending = Task.CompletedTask;
        try
        {
            while (filled > 0)
            {
                var bytes = buffer.Half(half)[..filled];
                hash.AppendData(bytes.Span);
                await sending;
                blocks.Add(Convert.ToBase64String(BitConverter.GetBytes(blocks.Count)));
                sending = blob.StageBlockAsync(blocks[^1],
                    new MemoryStream(buffer.Bytes, half * FileBuffer.Block, filled, writable: false), cancellationToken: cancel);
                size += filled;
                half = 1 - half;
                filled = size < 2 * FileBuffer.Block ? FileBuffer.Block
                    : await body.ReadAtLeastAsync(buffer.Half(half), FileBuffer.Block, throwOnEndOfStream: false, cancel);
            }
            await sending;
            return (blocks, Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            // The buffer must not be reused while it is still being sent.
            await sending.Quietly();
        }
    }

    /// <summary>Inspects a file, and stores its thumbnail if one can be made.</summary>
    async Task<Func<string, long, StoredFile>> InspectAsync(
        string workspace, string key, Stream file, MediaFormat format, CancellationToken cancel)
    {
        file.Position = 0;
        var facts = await MediaInspection.InspectAsync(file, format, cancel);
        var thumbnail = format.Kind is MediaKind.video ? null : await JpegAsync(file, format, facts, Thumbnail.Small, cancel);
        if (thumbnail is not null)
        {
            await blobs.Container.GetBlobClient(MediaBlobs.ThumbnailPath(workspace, key)).UploadAsync(
                BinaryData.FromBytes(thumbnail), new BlobUploadOptions { HttpHeaders = Headers("image/jpeg", "thumbnail.jpg") }, cancel);
        }
        return (hash, size) =>
            new(key, hash, format.Kind, format.ContentType, size, facts.Width, facts.Height, facts.DurationSeconds, thumbnail is not null);
    }

    async Task<byte[]?> JpegAsync(Stream file, MediaFormat format, MediaFacts facts, JpegSize size, CancellationToken cancel)
    {
        await _decoding.WaitAsync(cancel);
        try
        {
            file.Position = 0;
            if (file is MemoryStream)
            {
                return await MediaInspection.JpegAsync(file, format, facts, size, cancel);
            }
            // A storage exception must not pass through the native decoder, so the file is copied first.
            await using var local = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
            });
            await file.CopyToAsync(local, cancel);
            return await MediaInspection.JpegAsync(local, format, facts, size, cancel);
        }
        finally
        {
            _decoding.Release();
        }
    }

    /// <summary>The content type is the detected one. Browsers download the file and never open it, so nothing in it runs.</summary>
    static BlobHttpHeaders Headers(string contentType, string name) => new()
    {
        ContentType = contentType,
        ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(name)}",
        CacheControl = "private, max-age=86400",
    };
}

using Azure;
using Azure.Storage.Blobs.Models;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Imports files, one per message. The buffers limit how many run at once in this process.</summary>
sealed partial class IngestMedia(
    MediaStore media, ImportDispatcher imports, JobQueue<MediaJob> jobs, MediaSettlement settlement, FileStorage files, FileBuffers buffers,
    GuardedClient client, MediaBlobs blobs, Tables tables,
    MediaSettings settings, TimeProvider time, ILogger<IngestMedia> log)
{
    /// <summary>Pauses after failed attempts that may succeed later. There is no further attempt after the last.</summary>
    static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30), LongestWait = TimeSpan.FromMinutes(1);

    static int MostAttempts => Pauses.Length + 1;

    public async Task RunAsync(MediaJob job, CancellationToken cancel)
    {
        var (workspace, key) = job;
        if (key.Length < Ids.KeyLength)
        {
            await imports.BeginAsync(workspace, key, cancel);
            return;
        }
        using var buffer = await buffers.TakeAsync(LongestWait, cancel);
        if (buffer is null)
        {
            // The running imports are slow, and a message's processing time is limited.
            await jobs.SendAsync(job, Pauses[0], cancel);
            return;
        }
        if (await media.RowAsync(workspace, key, cancel) is not var (row, item) || item.IsSettled)
        {
            return;
        }
        var isAwaited = item.Status is MediaStatus.uploading;
        if (item.Due > time.GetUtcNow())
        {
            await (isAwaited ? Task.CompletedTask : jobs.SendAtAsync(job, item.Due, cancel));
            return;
        }
        await using var lease = await MediaLease.TakeAsync(tables, row, item, settings.Lease, time, cancel);
        if (lease is null)
        {
            return;
        }
        if (isAwaited || lease.Item.Attempts > MostAttempts)
        {
            // It was never uploaded, or its workers crashed too often.
            await settlement.SettleAsync(
                lease, lease.Item.Failed(isAwaited ? MediaFailure.NotUploaded : MediaFailure.NotProcessed), cancel);
            return;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost);
        await ResolveAsync(lease, buffer, stop.Token);
    }

    async Task ResolveAsync(MediaLease lease, FileBuffer buffer, CancellationToken cancel)
    {
        var item = lease.Item;
        try
        {
            await settlement.SettleAsync(lease, await StoreAsync(item, buffer, cancel), cancel);
        }
        catch (FetchFailure failure) when (!failure.IsTransient)
        {
            await settlement.SettleAsync(lease, item.Failed(failure.Message), cancel);
        }
        catch (FetchFailure failure)
        {
            await RetryLaterAsync(lease, failure.Message, failure.RetryAfter, cancel);
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            LogNotStored(e.GetType().Name, (e as RequestFailedException)?.Status, item.Id);
            await RetryLaterAsync(lease, MediaFailure.NotStored, null, cancel);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            // It was deleted, or another worker took over the lease.
        }
    }

    /// <summary>The item with its file, under the name that the address gives it.</summary>
    async Task<MediaItem> StoreAsync(MediaItem item, FileBuffer buffer, CancellationToken cancel)
    {
        if (item.Source is { } source)
        {
            using var response = await client.GetAsync(new Uri(source), cancel);
            item = response.FileName is { } name ? item with { Name = MediaName.Clean(name) } : item;
            return item.Succeeded(await files.StoreAsync(item, response.Body, buffer, cancel, response.IsPage));
        }
        var upload = blobs.Container.GetBlobClient(MediaBlobs.UploadPath(item.Workspace, item.Key));
        try
        {
            await using var body = await upload.OpenReadAsync(
                new BlobOpenReadOptions(allowModifications: false) { BufferSize = FileBuffer.Block }, cancel);
            return body.Length <= Limits.File ? item.Succeeded(await files.StoreAsync(item, body, buffer, cancel))
                : throw new FetchFailure($"It is larger than {Limits.File / (1024 * 1024)} MB.");
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            throw new FetchFailure(MediaFailure.NotUploaded);
        }
    }

    /// <summary>Schedules another attempt; settles it as failed after the last.</summary>
    async Task RetryLaterAsync(MediaLease lease, string why, TimeSpan? asked, CancellationToken cancel)
    {
        if (Backoff.Scheduled(Pauses, lease.Item.Attempts) is not { } pause)
        {
            await settlement.SettleAsync(lease, lease.Item.Failed(why), cancel);
            return;
        }
        pause = asked > pause ? asked.Value : pause;
        pause = pause < LongestPause ? pause : LongestPause;
        if (await lease.ReleaseAsync(pause, cancel))
        {
            await jobs.SendAsync(new(lease.Item.Workspace, lease.Item.Key), pause, cancel);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Storing {Media} failed ({Error}, status {Status})")]
    partial void LogNotStored(string error, int? status, string media);
}

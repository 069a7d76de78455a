using Azure;
using Azure.Data.Tables;
using Planable.Company.Tokens;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>The media that a write adds, and the actions that write their rows.</summary>
sealed record MediaBatch(NewMedia Wanted, MediaItem[] Items, TableTransactionAction[] Actions);

/// <summary>Begins imports: from URLs, into the library or for posts, and of files that callers upload.</summary>
sealed class MediaImports(
    Tables tables, Outbox outbox, JobQueue<MediaJob> jobs, ImportDispatcher dispatcher,
    MediaStore media, MediaBlobs blobs, GuardedClient client, MediaSettings settings,
    TimeProvider time)
{
    /// <summary>Maximum rows of a transaction, without the outbox record.</summary>
    const int MostRows = 99;

    /// <summary>Maximum characters of a file's key. A longer one in a link is not valid, and storage would reject a query for it.</summary>
    const int LongestKey = 100;

    /// <summary>The URLs that can never be fetched; null if there are none.</summary>
    public Problem? Check(string workspace, IEnumerable<MediaSource> sources)
    {
        FieldError[] wrong = [.. sources.Select(source => (source.Field, Why: Check(workspace, source.Url)))
            .Where(one => one.Why is not null).Select(one => new FieldError(one.Field, one.Why!))];
        return wrong is [] ? null : Problems.Invalid(wrong);
    }

    /// <summary>Chooses the ids of the media for these URLs.</summary>
    /// <param name="group">The group key of the posts that will use them; null for the library.</param>
    public NewMedia Plan(string workspace, MediaSource[] sources, string? group = null)
    {
        var (import, now) = (Ids.NewGroup(time), time.GetUtcNow());
        return new(workspace, import, sources, [.. sources.Select((source, index) => new MediaItem
        {
            Workspace = workspace,
            Key = Ids.Member(import, index),
            Name = MediaName.Of(source.Url!),
            Kind = MediaName.KindOf(MediaName.Of(source.Url!)),
            CreatedAt = now,
            Status = MediaStatus.processing,
            Source = source.Url,
            Group = group,
            Accepts = source.Accepts,
            Due = now,
        })]);
    }

    /// <summary>Begins the import of URLs into the library.</summary>
    public Task<Outcome<Items<AcceptedMedia>>> ImportAsync(NewMedia wanted, Caller caller, OperationId operation, CancellationToken cancel)
    {
        return outbox.CommitAsync(
            tables.Content, wanted.Workspace, operation, MediaApiJson.Default.ItemsAcceptedMedia, PrepareAsync, cancel, wanted.Events);

        async Task<Outcome<Commit<Items<AcceptedMedia>>>> PrepareAsync()
        {
            var (batch, problem) = await ResolveAsync(wanted, caller, cancel);
            if (problem is not null)
            {
                return problem;
            }
            var commit = With(new Commit<Items<AcceptedMedia>>(new([.. wanted.Items.Select(AcceptedMedia.Of)]), []), batch!, cancel);
            // Starts the import at once. If the job runs before the rows are committed, the write's event starts it.
            return commit.Meanwhile is not { } meanwhile ? commit : commit with
            {
                Meanwhile = () => Task.WhenAll(meanwhile(), jobs.SendAsync(new(wanted.Workspace, wanted.Import), cancel: cancel)),
            };
        }
    }

    /// <summary>Begins an upload: a caller will send a file to storage.</summary>
    public Task<Outcome<UploadResponse>> BeginUploadAsync(
        string workspace, string name, long? size, TimeSpan longest, OperationId operation, CancellationToken cancel)
    {
        var (import, now) = (Ids.NewGroup(time), time.GetUtcNow());
        var item = new MediaItem
        {
            Workspace = workspace,
            Key = Ids.Member(import, 0),
            Name = MediaName.Clean(name),
            Kind = MediaName.KindOf(name),
            CreatedAt = now,
            Status = MediaStatus.uploading,
            Declared = size,
            Due = now + longest,
        };
        return outbox.CommitAsync(tables.Content, workspace, operation, MediaApiJson.Default.UploadResponse, PrepareAsync, cancel);

        async Task<Outcome<Commit<UploadResponse>>> PrepareAsync()
        {
            // The due entry must be there before the commit. It is harmless if the upload is refused.
            var due = dispatcher.AddDueAsync(workspace, import, cancel);
            var slot = await media.FreeSlotAsync(workspace, settings.Uploads, cancel);
            await due;
            var counted = item with { Slot = slot };
            return slot is null
                ? Problems.Forbidden($"A workspace can have {settings.Uploads} open uploads, and this one has them. Complete one first.")
                : new Commit<UploadResponse>(new(item.Id, "", item.Due), [MediaStore.Added(counted), MediaStore.SlotTaken(counted)]);
        }
    }

    /// <summary>Begins to process an uploaded file. Refuses one that is larger than it may be; the caller can then send another.</summary>
    public Task<Outcome<Data<AcceptedMedia>>> CompleteAsync(Id id, Caller caller, OperationId operation, CancellationToken cancel)
    {
        return outbox.CommitAsync(tables.Content, id.Partition, operation, MediaApiJson.Default.DataAcceptedMedia, PrepareAsync, cancel);

        async Task<Outcome<Commit<Data<AcceptedMedia>>>> PrepareAsync()
        {
            var sent = blobs.UploadSizeAsync(id.Partition, id.Key, cancel);
            var found = await media.RowAsync(id.Partition, id.Key, cancel);
            var size = await sent;
            if (found is not var (row, item) || !await media.IsSeenAsync(item, caller, cancel))
            {
                return Problems.NotFound("media");
            }
            var answer = new Data<AcceptedMedia>(AcceptedMedia.Of(item));
            if (item.Status is not MediaStatus.uploading)
            {
                return new Commit<Data<AcceptedMedia>>(answer, []);
            }
            if (size > (item.Declared ?? Limits.File))
            {
                await blobs.DeleteUploadAsync(id.Partition, id.Key, cancel);
                return Problems.Malformed(item.Declared is { } declared
                    ? $"The file that was sent has {size} bytes, and {declared} were declared. It was discarded; send the right file."
                    : $"The file that was sent is larger than {Limits.File / (1024 * 1024)} MB. It was discarded; send a smaller one.");
            }
            var uploaded = item with { Status = MediaStatus.processing, Due = time.GetUtcNow() };
            return new Commit<Data<AcceptedMedia>>(
                answer,
                [new(TableTransactionActionType.UpdateReplace, MediaStore.Row(uploaded), row.ETag), .. MediaStore.SlotFreed(item)],
                Meanwhile: () => jobs.SendAsync(new(id.Partition, id.Key), cancel: cancel));
        }
    }

    /// <summary>
    /// The media, and the actions that write their rows. A link of this API refers to a file that is already stored. If the caller may not
    /// see that file's media, the link is fetched like any other, so its signature decides.
    /// </summary>
    public async Task<Outcome<MediaBatch>> ResolveAsync(NewMedia wanted, Caller caller, CancellationToken cancel)
    {
        if (wanted.Items is [])
        {
            return new MediaBatch(wanted, [], []);
        }
        var known = await wanted.Items.Select(item => item.Source!).Distinct(StringComparer.Ordinal)
            .Select(url => (Url: url, IsOwn: IsOwn(wanted.Workspace, url, out var key), Key: key)).Where(one => one.IsOwn)
            .EachAsync(async (one, stop) => (
                one.Url, IsSeen: await media.IsFileSeenAsync(wanted.Workspace, one.Key, caller, stop),
                File: await media.FileAsync(wanted.Workspace, one.Key, stop)), cancel);
        var files = known.Where(one => one.IsSeen).ToDictionary(one => one.Url, one => one.File, StringComparer.Ordinal);
        MediaItem[] items = [.. wanted.Items];
        for (var i = 0; i < items.Length; i++)
        {
            if (files.TryGetValue(items[i].Source!, out var found))
            {
                if (found is not var (_, file) || items[i].Accepts?.Contains(file.Kind) is false)
                {
                    return Problems.Invalid(
                        wanted.Sources[i].Field,
                        found is null ? "This link's media does not exist, or was deleted." : MediaFailure.NotAccepted(items[i].Accepts!));
                }
                items[i] = items[i].Succeeded(file);
            }
        }
        return new MediaBatch(wanted, items,
        [
            .. items.Select(MediaStore.Added),
            .. from same in files.Values.GroupBy(one => one!.Value.File.Key)
               let file = same.First()!.Value
               select MediaStore.Used(wanted.Workspace, file.Row, file.File, items.Count(item => item.File?.Key == same.Key)),
        ]);
    }

    /// <summary>
    /// Adds media to a write. If the rows do not fit into its transaction, they are written before it, and removed if it never commits.
    /// </summary>
    public Commit<T> With<T>(Commit<T> commit, MediaBatch batch, CancellationToken cancel)
    {
        var (workspace, import) = (batch.Wanted.Workspace, batch.Wanted.Import);
        if (batch.Items.Length == 0)
        {
            return commit;
        }
        TableTransactionAction[] key = [.. commit.Actions];
        return key.Length + batch.Actions.Length > MostRows ? commit with { Actions = key, Before = WriteAsync } : commit with
        {
            Actions = [.. key, .. batch.Actions],
            Meanwhile = Array.TrueForAll(batch.Items, item => item.IsSettled) ? null : () =>
                dispatcher.AddDueAsync(workspace, import, cancel),
        };

        async Task WriteAsync()
        {
            if (batch.Wanted.IsWritten)
            {
                return;
            }
            await dispatcher.AddDueAsync(workspace, import, cancel);
            try
            {
                await tables.Content.SubmitTransactionAsync(batch.Actions, cancel);
            }
            // The conflict may be with our own first attempt, whose response was lost.
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
            {
                if (await media.ImportAsync(workspace, import, cancel) is [])
                {
                    throw;
                }
            }
            batch.Wanted.IsWritten = true;
        }
    }

    string? Check(string workspace, string? url) => url is not { Length: > 0 } ? FieldWords.NoAddress
        : url.Length > Limits.Url ? $"Must have at most {Limits.Url} characters."
        : IsOwn(workspace, url, out _) ? null
        : client.Check(url);

    /// <summary>Whether a URL is a link of this API to a file of the workspace.</summary>
    bool IsOwn(string workspace, string url, out string key)
    {
        var named = Uri.TryCreate(url, UriKind.Absolute, out var link) ? blobs.Named(link) : null;
        key = named?.Key ?? "";
        return named?.Workspace == workspace && key.Length <= LongestKey;
    }
}

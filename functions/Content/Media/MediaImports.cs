using System.Numerics;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>What a message in the queue names: a piece of media, or, by what their own parts share, all of an import.</summary>
sealed record MediaJob(string Workspace, string Own);

/// <summary>
/// Imports under way. Table imports, partition = workspace: row import, what the own parts of its media share, while one of them is not settled. It is
/// written before the call is answered, and is where the timer looks for those whose workers, or whose messages' handlers, have died.
/// </summary>
sealed class MediaImports(
    Tables tables, Commits commits, QueueServiceClient queues, MediaStore media, MediaBlobs blobs, MediaRemoval removal, GuardedClient client, AppSettings settings,
    TimeProvider time) : IFollowUp
{
    public const string Kind = "import-media";

    /// <summary>A transaction's rows, without the commit record.</summary>
    const int MostRows = 99;

    /// <summary>Characters of a file's key; what is longer names none, and storage would refuse to look for it.</summary>
    const int LongestKey = 100;

    static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);

    readonly QueueClient _queue = queues.GetQueueClient(Queues.Media);

    /// <summary>Why one of these URLs can never be fetched; null where all are worth a try.</summary>
    public Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult? WhyNot(string workspace, IEnumerable<MediaSource> sources)
    {
        FieldError[] wrong = [.. sources
            .Select(source => (source.Field, Why: source.Url is not { Length: > 0 } url ? "Must be an address."
                : url.Length > Limits.Url ? $"May have {Limits.Url} characters." : IsOwn(workspace, url, out _) ? null : client.WhyNot(url)))
            .Where(one => one.Why is not null).Select(one => new FieldError(one.Field, one.Why!))];
        return wrong is [] ? null : Problems.Invalid(wrong);
    }

    /// <summary>Chooses ids for what these URLs bring.</summary>
    /// <param name="group">What the own parts of the posts share that they are for; null for the library.</param>
    public NewMedia Plan(string workspace, MediaSource[] sources, string? group = null)
    {
        var (import, now) = (Ids.NewGroup(time), time.GetUtcNow());
        return new(workspace, import, sources, [.. sources.Select((source, index) => new MediaItem
        {
            Workspace = workspace,
            Own = Ids.Member(import, index),
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

    /// <summary>Begins the import of what these URLs bring into the library.</summary>
    public Task<Outcome<Items<AcceptedMedia>>> ImportAsync(NewMedia wanted, WriteId write, CancellationToken cancel)
    {
        return commits.CommitAsync(tables.Content, wanted.Workspace, write, ApiJson.Default.ItemsAcceptedMedia, PrepareAsync, cancel, wanted.FollowUps);

        async Task<Outcome<Draft<Items<AcceptedMedia>>>> PrepareAsync()
        {
            var (brought, problem) = await BringAsync(wanted, cancel);
            if (problem is not null)
            {
                return problem;
            }
            var draft = With(new Draft<Items<AcceptedMedia>>(new([.. wanted.Items.Select(AcceptedMedia.Of)]), []), brought!, cancel);
            // So that it begins at once; where this comes before the rows do, what follows the write begins it.
            return draft.Meanwhile is not { } remember ? draft
                : draft with { Meanwhile = () => Task.WhenAll(remember(), SendAsync(wanted.Workspace, wanted.Import, cancel: cancel)) };
        }
    }

    /// <summary>Begins to wait for a file that a caller sends to storage.</summary>
    public Task<Outcome<UploadResponse>> AwaitAsync(string workspace, string name, TimeSpan longest, WriteId write, CancellationToken cancel)
    {
        var (import, now) = (Ids.NewGroup(time), time.GetUtcNow());
        var item = new MediaItem
        {
            Workspace = workspace,
            Own = Ids.Member(import, 0),
            Name = MediaName.Clean(name),
            Kind = MediaName.KindOf(name),
            CreatedAt = now,
            Status = MediaStatus.uploading,
            Due = now + longest,
        };
        var draft = new Draft<UploadResponse>(new(item.Id, "", item.Due), [MediaStore.Added(item)], Before: () => RememberAsync(workspace, import, cancel));
        return commits.CommitAsync(
            tables.Content, workspace, write, ApiJson.Default.UploadResponse, () => Task.FromResult<Outcome<Draft<UploadResponse>>>(draft), cancel);
    }

    /// <summary>Begins to look at a file that was sent.</summary>
    public Task<Outcome<Data<AcceptedMedia>>> CompleteAsync(Id id, WriteId write, CancellationToken cancel)
    {
        return commits.CommitAsync(tables.Content, id.Place, write, ApiJson.Default.DataAcceptedMedia, PrepareAsync, cancel);

        async Task<Outcome<Draft<Data<AcceptedMedia>>>> PrepareAsync()
        {
            if (await media.RowAsync(id.Place, id.Own, cancel) is not var (row, item))
            {
                return Problems.NotFound("media");
            }
            var answer = new Data<AcceptedMedia>(AcceptedMedia.Of(item));
            return item.Status is not MediaStatus.uploading ? new Draft<Data<AcceptedMedia>>(answer, []) : new Draft<Data<AcceptedMedia>>(
                answer,
                [new(TableTransactionActionType.UpdateReplace, MediaStore.Row(item with { Status = MediaStatus.processing, Due = time.GetUtcNow() }), row.ETag)],
                Meanwhile: () => SendAsync(id.Place, id.Own));
        }
    }

    /// <summary>What is brought, and the rows that say so; what a link of ours names is there already.</summary>
    public async Task<Outcome<Brought>> BringAsync(NewMedia wanted, CancellationToken cancel)
    {
        var known = await wanted.Items.Select(item => item.Source!).Distinct(StringComparer.Ordinal)
            .Where(url => IsOwn(wanted.Workspace, url, out _))
            .EachAsync(async (url, stop) => (url, File: await media.FileAsync(wanted.Workspace, IsOwn(wanted.Workspace, url, out var key) ? key : "", stop)), cancel);
        var files = known.ToDictionary(one => one.url, one => one.File, StringComparer.Ordinal);
        MediaItem[] items = [.. wanted.Items];
        for (var i = 0; i < items.Length; i++)
        {
            if (files.TryGetValue(items[i].Source!, out var found))
            {
                if (found is not var (_, file) || items[i].Accepts?.Contains(file.Kind) is false)
                {
                    return Problems.Invalid(wanted.Sources[i].Field, found is null ? "There is no such media any more." : MediaFailure.NotAccepted(items[i].Accepts!));
                }
                items[i] = items[i].Succeeded(file);
            }
        }
        return new Brought(wanted, items,
        [
            .. items.Select(MediaStore.Added),
            .. files.Values.GroupBy(one => one!.Value.File.Key)
                .SelectMany(same => MediaStore.Used(wanted.Workspace, same.First()!.Value.Row, same.First()!.Value.File, items.Count(item => item.File?.Key == same.Key))),
        ]);
    }

    /// <summary>A write that brings media: what does not fit into its transaction is written before it, and taken back should the write never come to be.</summary>
    public Draft<T> With<T>(Draft<T> draft, Brought brought, CancellationToken cancel)
    {
        if (brought.Items.Length == 0)
        {
            return draft;
        }
        TableTransactionAction[] own = [.. draft.Actions];
        if (own.Length + brought.Actions.Length > MostRows)
        {
            return draft with { Actions = own, Before = WriteAsync };
        }
        return draft with
        {
            Actions = [.. own, .. brought.Actions],
            Meanwhile = Array.TrueForAll(brought.Items, item => item.IsSettled) ? null : () => RememberAsync(brought.Wanted.Workspace, brought.Wanted.Import, cancel),
        };

        async Task WriteAsync()
        {
            if (!brought.Wanted.IsWritten)
            {
                await RememberAsync(brought.Wanted.Workspace, brought.Wanted.Import, cancel);
                try
                {
                    await tables.Content.SubmitTransactionAsync(brought.Actions, cancel);
                }
                catch (RequestFailedException e) when (e.Status == StatusCodes.Status409Conflict)
                {
                    // It may have been us, and its answer lost.
                    if (await media.ImportAsync(brought.Wanted.Workspace, brought.Wanted.Import, cancel) is [])
                    {
                        throw;
                    }
                }
                brought.Wanted.IsWritten = true;
            }
        }
    }

    public async Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel)
    {
        var (workspace, import) = Parse(followUp);
        await BeginAsync(workspace, import, cancel);
        return null;
    }

    /// <summary>Sends a message for each of an import's media, unless it has begun.</summary>
    public async Task BeginAsync(string workspace, string import, CancellationToken cancel)
    {
        var items = await media.ImportAsync(workspace, import, cancel);
        if (items.TrueForAll(item => item.IsSettled))
        {
            return;
        }
        // Storage may have failed when this was done before.
        await RememberAsync(workspace, import, cancel);
        if (items.Exists(item => item.Attempts > 0))
        {
            return;
        }
        await SendAsync(items.Where(item => item.Status is MediaStatus.processing), cancel);
    }

    /// <summary>What was written before a write that never came to be.</summary>
    public async Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel)
    {
        var (workspace, import) = Parse(followUp);
        foreach (var item in await media.ImportAsync(workspace, import, cancel))
        {
            await removal.RemoveAsync(workspace, item.Own, cancel);
        }
    }

    /// <summary>Sends for what nobody is working on any more, and forgets imports whose media are settled.</summary>
    public async Task ResumeAsync(CancellationToken cancel)
    {
        await foreach (var row in tables.Imports.RangeEverywhereAsync("", null, cancel))
        {
            var (workspace, now) = (row.PartitionKey, time.GetUtcNow());
            var items = await media.ImportAsync(workspace, row.RowKey, cancel);
            if (items.TrueForAll(item => item.IsSettled))
            {
                // Without any, the write may still come to be.
                if (items.Count > 0 || row.GetDateTimeOffset("At") < now - settings.GiveUpAfter)
                {
                    await tables.Imports.DeleteEntityAsync(workspace, row.RowKey, cancellationToken: cancel);
                }
                continue;
            }
            await SendAsync(items.Where(item => IsLeft(item, now)), cancel);
        }
    }

    Task<Response> RememberAsync(string workspace, string import, CancellationToken cancel) =>
        tables.Imports.UpsertEntityAsync(new TableEntity(workspace, import) { ["At"] = time.GetUtcNow() }, TableUpdateMode.Replace, cancel);

    /// <summary>A message for all of an import, or for one of its media.</summary>
    public Task SendAsync(string workspace, string own, TimeSpan delay = default, CancellationToken cancel = default) => _queue.SendMessageAsync(
        BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new Message<MediaJob>(new(workspace, own)), StoredJson.Default.MessageMediaJob)),
        // Queues count whole seconds, and a message that came too early would only be sent once more.
        TimeSpan.FromSeconds(Math.Max(0, Math.Ceiling(delay.TotalSeconds))), NeverExpires, cancel);

    public Task SendAsync(IEnumerable<MediaItem> items, CancellationToken cancel) =>
        Task.WhenAll(items.Select(item => SendAsync(item.Workspace, item.Own, cancel: cancel)));

    /// <summary>
    /// Whether its worker has died, or its message seems lost. How long a queue is nobody knows, so what only waits is sent for again after a minute,
    /// two, four and so on.
    /// </summary>
    static bool IsLeft(MediaItem item, DateTimeOffset now) => !item.IsSettled && item.Due < now
        && (item.IsLeased || item.Status is MediaStatus.uploading || BitOperations.IsPow2((int)Math.Min((now - item.Due).TotalMinutes, int.MaxValue)));

    bool IsOwn(string workspace, string url, out string key)
    {
        var named = Uri.TryCreate(url, UriKind.Absolute, out var link) ? blobs.Named(link) : null;
        key = named?.Key ?? "";
        return named?.Workspace == workspace && key.Length <= LongestKey;
    }

    static (string Workspace, string Import) Parse(FollowUp followUp) => followUp.Subject.Split('~') is [var workspace, var import] ? (workspace, import)
        : throw new InvalidDataException("A message about an import names none.");
}

/// <summary>Media as a write brings them, and the rows that it takes.</summary>
sealed record Brought(NewMedia Wanted, MediaItem[] Items, TableTransactionAction[] Actions)
{
    /// <summary>Those that these fields of the request name, as a post keeps them.</summary>
    public PostMedia[] Of(string field) => [.. Items.Where((_, index) => Wanted.Sources[index].Field.StartsWith(field, StringComparison.Ordinal)).Select(PostMedia.Of)];
}

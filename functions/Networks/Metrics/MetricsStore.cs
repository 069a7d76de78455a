using Azure;
using Azure.Data.Tables;
using Planable.Company.Workspaces;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>A page's metrics for one day, as last fetched.</summary>
/// <param name="FetchedAt">If it is before the end of the day, the metrics may still grow.</param>
sealed record PageSnapshot(DateOnly Date, DateTimeOffset FetchedAt, PageFigures Figures);

/// <summary>A post's metrics up to a day, as last fetched.</summary>
sealed record PostSnapshot(DateOnly Date, DateTimeOffset FetchedAt, PostFigures Figures);

/// <summary>A page or post, which has metrics.</summary>
readonly record struct Subject(IdKind Kind, Id Id)
{
    public static Subject? Parse(string text) =>
        IdKind.Page.TryParse(text, out var id) ? new(IdKind.Page, id) : IdKind.Post.TryParse(text, out id) ? new(IdKind.Post, id) : null;

    public bool IsPage => Kind == IdKind.Page;

    /// <summary>Starts with the workspace, so that a workspace's partitions are one range.</summary>
    public string Partition => $"{Id.Partition}~{Kind.Prefix}{Id.Key}";

    public override string ToString() => Kind.Format(Id.Partition, Id.Key);
}

/// <summary>
/// Snapshots and sync states. Table metrics, partition = workspace<c>~</c>page or workspace<c>~</c>post: rows <c>day~</c>inverted day,
/// newest first; <c>outbox</c>, the sync state, right before the outbox records of requested syncs.
/// </summary>
sealed class MetricsStore(Tables tables) : IEventHandler, IWorkspaceData
{
    const string State = "outbox", Days = "day~";

    /// <summary>The most handled outbox records that a sync deletes, so that its transaction stays within 100 rows.</summary>
    const int MaxDeletedRecords = 5;

    /// <summary>How long a repeated request for a sync finds its stored answer.</summary>
    static readonly TimeSpan AnswerKeptFor = TimeSpan.FromHours(24);

    /// <summary>A page's days from <paramref name="start"/> to <paramref name="end"/>, both included, newest first.</summary>
    public IAsyncEnumerable<PageSnapshot> PageAsync(Id page, DateOnly start, DateOnly end, int? take, CancellationToken cancel) =>
        tables.Metrics.BetweenAsync(
            new Subject(IdKind.Page, page).Partition, Key(end.DayNumber), until: Key(start.DayNumber - 1), take, cancel: cancel)
            .Select(row => row.Read(MetricsStoredJson.Default.PageSnapshot));

    /// <summary>A post's days, newest first.</summary>
    public IAsyncEnumerable<PostSnapshot> PostAsync(Id post, int? take, CancellationToken cancel) =>
        tables.Metrics.RangeAsync(new Subject(IdKind.Post, post).Partition, Days, take: take, cancel: cancel)
            .Select(row => row.Read(MetricsStoredJson.Default.PostSnapshot));

    public async Task<SyncState> StateAsync(Subject subject, CancellationToken cancel) =>
        SyncState.Read(await tables.Metrics.FindAsync(subject.Partition, State, cancel));

    /// <summary>The state, and the outbox records in its partition that can be deleted.</summary>
    public async Task<(SyncState State, TableEntity[] Done)> StateAndRecordsAsync(
        Subject subject, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await tables.Metrics.RangeAsync(
            subject.Partition, State,
            select: ["PartitionKey", "RowKey", "At", "Open", "doc0", "docSize"], cancel: cancel).ToListAsync(cancel);
        return (SyncState.Read(rows.Find(row => row.RowKey == State)),
            [.. rows.Where(row => row.RowKey != State && row.GetBoolean("Open") is not true
                && row.GetDateTimeOffset("At") < now - AnswerKeptFor).Take(MaxDeletedRecords)]);
    }

    public static TableTransactionAction Action(Subject subject, SyncState state)
    {
        var row = Row(subject, state);
        return state.Version is { } version
            ? new(TableTransactionActionType.UpdateReplace, row, version) : new(TableTransactionActionType.Add, row);
    }

    /// <summary>The state with its new version; null if the stored one was changed since it was read.</summary>
    public async Task<SyncState?> WriteAsync(Subject subject, SyncState state, CancellationToken cancel)
    {
        try
        {
            var row = Row(subject, state);
            var response = state.Version is { } version
                ? await tables.Metrics.UpdateEntityAsync(row, version, TableUpdateMode.Replace, cancel)
                : await tables.Metrics.AddEntityAsync(row, cancel);
            return state with { Version = response.Headers.ETag };
        }
        catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
        {
            return null;
        }
    }

    /// <summary>
    /// Writes a sync's snapshots, its state and the record that tells of it in one transaction. Writes nothing if the state was changed
    /// since it was read: another sync is running, or the subject is gone.
    /// </summary>
    public async Task WriteAsync(
        Subject subject, SyncState state, IEnumerable<TableEntity> snapshots, IEnumerable<TableEntity> done,
        IEnumerable<TableTransactionAction> told, CancellationToken cancel)
    {
        try
        {
            await tables.Metrics.SubmitTransactionAsync(
                [
                    Action(subject, state),
                    .. snapshots.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)),
                    .. done.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)),
                    .. told,
                ], cancel);
        }
        catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
        {
        }
    }

    public static TableEntity Row(Subject subject, PageSnapshot snapshot) =>
        new TableEntity(subject.Partition, Key(snapshot.Date.DayNumber)).With(snapshot, MetricsStoredJson.Default.PageSnapshot);

    public static TableEntity Row(Subject subject, PostSnapshot snapshot) =>
        new TableEntity(subject.Partition, Key(snapshot.Date.DayNumber)).With(snapshot, MetricsStoredJson.Default.PostSnapshot);

    /// <summary>Deletes the metrics of a workspace's pages and posts.</summary>
    public Task RemoveAsync(string workspace, CancellationToken cancel) => tables.Metrics.DeletePartitionsAsync(workspace, cancel);

    /// <summary>Deletes a deleted post's metrics.</summary>
    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        await tables.Metrics.DeleteAllAsync(Subject.Parse(happened.Subject)!.Value.Partition, "", cancel);
        return null;
    }

    static TableEntity Row(Subject subject, SyncState state) =>
        new TableEntity(subject.Partition, State).With(state, MetricsStoredJson.Default.SyncState);

    static string Key(int day) => Days + Ids.DayKey(day);
}

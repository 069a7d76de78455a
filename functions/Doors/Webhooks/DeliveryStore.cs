using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>How a webhook's address fares.</summary>
/// <param name="Until">Until when a worker holds the webhook's deliveries.</param>
/// <param name="FailingSince">The first failure since the last success; null if there is none.</param>
/// <param name="Failures">When the last two attempts failed since then.</param>
sealed record WebhookHealth(DateTimeOffset Until, DateTimeOffset? FailingSince, DateTimeOffset[] Failures)
{
    /// <summary>Of a webhook to which nothing was sent yet.</summary>
    public static readonly WebhookHealth New = new(default, null, []);

    const int MostDays = 31;

    /// <summary>The days with attempts, oldest first.</summary>
    public DayOfDeliveries[] Days { get; init; } = [];

    public WebhookHealth After(DeliveryAttempt attempt)
    {
        var (day, failed) = (DateOnly.FromDateTime(attempt.At.UtcDateTime), attempt.Error is null ? 0 : 1);
        var counted = Array.Find(Days, one => one.Day == day) ?? new(day, 0, 0);
        return (failed == 0 ? this with { FailingSince = null, Failures = [] }
            : this with { FailingSince = FailingSince ?? attempt.At, Failures = [.. Failures.Append(attempt.At).TakeLast(2)] }) with
        {
            Days =
            [
                .. Days.Where(one => one.Day != day)
                    .Append(new(day, counted.Delivered + 1 - failed, counted.Failed + failed))
                    .OrderBy(one => one.Day).TakeLast(MostDays),
            ],
        };
    }
}

/// <summary>The attempts of a day (UTC).</summary>
sealed record DayOfDeliveries(DateOnly Day, int Delivered, int Failed);

/// <summary>
/// The deliveries of webhooks. Table deliveries, partition = webhook: rows <c>delivery~</c>event, newest first; rows
/// <c>due~</c>milliseconds<c>~</c>event for those that wait, in the order in which they are due; row <c>health</c>, which is also the lease
/// of the worker that sends them.
/// </summary>
sealed class DeliveryStore(Tables tables, TimeProvider time)
{
    const string Prefix = "delivery~", Waiting = "due~", Health = "health";

    /// <summary>Deliveries per transaction: each needs up to three of its 100 rows, and a call's own has its outbox record too.</summary>
    const int AtOnce = 32;

    /// <summary>Adds new deliveries. Those that are there already stay as they are.</summary>
    public async Task AddAsync(string partition, IEnumerable<Delivery> added, CancellationToken cancel)
    {
        foreach (var some in added.Chunk(AtOnce))
        {
            try
            {
                await tables.Deliveries.SubmitTransactionAsync(some.SelectMany(one => Added(partition, one)), cancel);
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict)
            {
                // The same event was handled before, with the same deliveries.
            }
        }
    }

    public static TableTransactionAction[] Added(string partition, Delivery delivery) =>
    [
        new(TableTransactionActionType.Add, Row(partition, delivery)),
        new(TableTransactionActionType.Add, new TableEntity(partition, WaitingRow(delivery))),
    ];

    public async Task<Stored<Delivery>?> FindAsync(string partition, string key, CancellationToken cancel) =>
        (await tables.Deliveries.FindAsync(partition, Prefix + key, cancel))?.ReadStored(WebhookStoredJson.Default.Delivery);

    /// <summary>A webhook's deliveries, newest event first.</summary>
    public ValueTask<List<Delivery>> ListAsync(string partition, int offset, int take, CancellationToken cancel) =>
        tables.Deliveries.NewestAsync(partition, Prefix, offset, take, cancel)
            .Select(row => row.Read(WebhookStoredJson.Default.Delivery)).ToListAsync(cancel);

    /// <summary>The row keys of the deliveries that are due, the longest due first.</summary>
    public ValueTask<List<string>> DueAsync(string partition, int take, CancellationToken cancel) =>
        tables.Deliveries.BetweenAsync(
            partition, Waiting, Waiting + Text(time.GetUtcNow().AddMilliseconds(1)), take, ["RowKey"], cancel)
            .Select(row => row.RowKey).ToListAsync(cancel);

    /// <summary>When the next delivery is due; null if none waits.</summary>
    public async Task<DateTimeOffset?> NextAsync(string partition, CancellationToken cancel) =>
        await tables.Deliveries.RangeAsync(partition, Waiting, take: 1, select: ["RowKey"], cancel: cancel)
            .Select(row => row.RowKey).FirstOrDefaultAsync(cancel) is { } first
            ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(first.Split('~')[1], CultureInfo.InvariantCulture)) : null;

    /// <summary>The key of the event of a row that waits.</summary>
    public static string KeyOf(string waitingRow) => waitingRow.Split('~')[2];

    /// <summary>Writes a changed delivery, unless it has changed since it was read.</summary>
    /// <param name="waitingRow">The row by which it was found.</param>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> ChangeAsync(
        string partition, string? waitingRow, Stored<Delivery>? known, Delivery? changed, CancellationToken cancel)
    {
        try
        {
            await tables.Deliveries.SubmitTransactionAsync(Changed(partition, waitingRow, known, changed), cancel);
            return true;
        }
        catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
        {
            return false;
        }
    }

    public static IEnumerable<TableTransactionAction> Changed(
        string partition, string? waitingRow, Stored<Delivery>? known, Delivery? changed)
    {
        var next = changed?.NextAt is null ? null : WaitingRow(changed);
        if (known is not null && changed is not null)
        {
            yield return new(TableTransactionActionType.UpdateReplace, Row(partition, changed), known.ETag);
        }
        if (waitingRow is not null && waitingRow != next)
        {
            yield return new(TableTransactionActionType.Delete, new TableEntity(partition, waitingRow), ETag.All);
        }
        if (next is not null)
        {
            yield return new(TableTransactionActionType.UpsertReplace, new TableEntity(partition, next));
        }
    }

    /// <summary>Has the failed deliveries of events since this time sent anew.</summary>
    public async Task ReplayAsync(string partition, DateTimeOffset since, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var failed = tables.Deliveries.RangeAsync(partition, Prefix, cancel: cancel)
            .Select(row => row.ReadStored(WebhookStoredJson.Default.Delivery)).TakeWhile(one => one.Value.At >= since)
            .Where(one => one.Value.Status is DeliveryStatus.failed);
        await foreach (var some in failed.Chunk(AtOnce).WithCancellation(cancel))
        {
            await tables.Deliveries.SubmitTransactionAsync(
                some.SelectMany(one => Changed(partition, null, one, one.Value.Again(now))), cancel);
        }
    }

    /// <summary>The keys of the deliveries of events before a time.</summary>
    public IAsyncEnumerable<TableEntity> BeforeAsync(string partition, DateTimeOffset time, CancellationToken cancel) =>
        tables.Deliveries.RangeAsync(partition, Prefix, Prefix + Ids.At(time), select: ["PartitionKey", "RowKey"], cancel: cancel);

    public Task DeleteAsync(string partition, CancellationToken cancel) => tables.Deliveries.DeleteAllAsync(partition, "", cancel);

    /// <summary>How a webhook fares.</summary>
    public async Task<WebhookHealth> HealthAsync(string partition, CancellationToken cancel) =>
        (await tables.Deliveries.FindAsync(partition, Health, cancel))?.Read(WebhookStoredJson.Default.WebhookHealth)
        ?? WebhookHealth.New;

    /// <summary>Takes the lease on a webhook's deliveries; null if another worker holds it.</summary>
    public async Task<Stored<WebhookHealth>?> TakeAsync(string partition, TimeSpan length, CancellationToken cancel)
    {
        var row = await tables.Deliveries.FindAsync(partition, Health, cancel);
        var (known, now) = (row?.Read(WebhookStoredJson.Default.WebhookHealth) ?? WebhookHealth.New, time.GetUtcNow());
        if (known.Until > now)
        {
            return null;
        }
        var taken = known with { Until = now + length };
        try
        {
            var written = await (row is null ? tables.Deliveries.AddEntityAsync(HealthRow(partition, taken), cancel)
                : tables.Deliveries.UpdateEntityAsync(HealthRow(partition, taken), row.ETag, TableUpdateMode.Replace, cancel));
            return new(taken, written.Headers.ETag!.Value);
        }
        catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
        {
            return null;
        }
    }

    /// <summary>Ends the lease, unless another worker has it by now.</summary>
    public async Task ReleaseAsync(string partition, Stored<WebhookHealth> held, WebhookHealth health, CancellationToken cancel)
    {
        try
        {
            await tables.Deliveries.UpdateEntityAsync(
                HealthRow(partition, health with { Until = default }), held.ETag, TableUpdateMode.Replace, cancel);
        }
        catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
        {
            // It took longer than the lease.
        }
    }

    static TableEntity HealthRow(string partition, WebhookHealth health) =>
        new TableEntity(partition, Health).With(health, WebhookStoredJson.Default.WebhookHealth);

    static TableEntity Row(string partition, Delivery delivery) =>
        new TableEntity(partition, Prefix + delivery.Key).With(delivery, WebhookStoredJson.Default.Delivery);

    static string WaitingRow(Delivery delivery) => $"{Waiting}{Text(delivery.NextAt!.Value)}~{delivery.Key}";

    static string Text(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString("D14", CultureInfo.InvariantCulture);
}

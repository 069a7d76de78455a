using System.Globalization;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Events;

/// <summary>Something that happened.</summary>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Subject">The id of what it happened to.</param>
sealed record LoggedEvent(string Type, string Subject)
{
    /// <summary>The id of a comment's post.</summary>
    public string? Post { get; init; }

    /// <summary>Whether it was hidden from clients. It matters once the object is gone.</summary>
    public bool TeamOnly { get; init; }

    /// <summary>The JSON names of the changed fields; null for events that always change the same fields.</summary>
    public string[]? Fields { get; init; }
}

/// <summary>The events of one write.</summary>
/// <param name="User">The key of the user who made it; null if the app acted by itself.</param>
sealed record EventEntry(string Key, DateTimeOffset At, string? User, LoggedEvent[] Events);

/// <summary>
/// What happened in a workspace, for those who are told of it or ask later. Table content, partition = workspace: rows
/// <c>event~</c>milliseconds<c>~</c>random, oldest first. A write adds one row in its own transaction. If the company has listeners, it
/// also announces the event <see cref="Logged"/>, which names the row; features that tell somebody register for it. It announces events of
/// types that are <see cref="AlwaysTold"/> in every company.
/// </summary>
sealed class EventLog(Tables tables, CompanyDirectory directory, Outbox outbox, IEnumerable<AlwaysTold> always, TimeProvider time)
{
    /// <summary>A write with events has committed. The event's subject is the workspace's key and the key of their row.</summary>
    public const string Logged = "events-logged";

    public const string Prefix = "event~";

    /// <summary>How long events are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>An event that is older than this is in the log, or never will be: no write takes longer.</summary>
    public static readonly TimeSpan Settled = 2 * Limits.Deadline;

    public static string NewKey(DateTimeOffset at, TimeProvider time) => $"{KeyAt(at)}~{Ids.NewGroup(time)}";

    /// <summary>Sorts before the keys of all events from this time on.</summary>
    public static string KeyAt(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString("D14", CultureInfo.InvariantCulture);

    /// <summary>The key of the id of one of a write's events.</summary>
    public static string KeyOf(EventEntry entry, int index) => Ids.Numbered(entry.Key.Split('~')[1], index);

    public static (string Workspace, string Key) Parse(DomainEvent logged) =>
        (logged.Subject[..IdKind.Workspace.PartitionLength], logged.Subject[IdKind.Workspace.PartitionLength..]);

    /// <summary>Whether somebody is told of events of a type in every company.</summary>
    public bool IsAlwaysTold(string? type) => type is not null && always.Any(told => told.Types.Contains(type));

    /// <summary>The events of a write; null if it had none.</summary>
    public async Task<EventEntry?> FindAsync(string workspace, string key, CancellationToken cancel) =>
        (await tables.Content.FindAsync(workspace, Prefix + key, cancel))?.Read(EventStoredJson.Default.EventEntry);

    /// <summary>The writes with a key from <paramref name="from"/> up to, but without, <paramref name="until"/>, oldest first.</summary>
    public ValueTask<List<EventEntry>> ListAsync(string workspace, string from, string until, int take, CancellationToken cancel) =>
        RangeAsync(workspace, from, until, take, cancel).ToListAsync(cancel);

    /// <summary>The writes from one time up to, but without, another, oldest first.</summary>
    public IAsyncEnumerable<EventEntry> BetweenAsync(
        string workspace, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel) =>
        RangeAsync(workspace, KeyAt(from), KeyAt(until), null, cancel);

    IAsyncEnumerable<EventEntry> RangeAsync(string workspace, string from, string until, int? take, CancellationToken cancel) =>
        tables.Content.BetweenAsync(workspace, Prefix + from, Prefix + until, take, cancel: cancel)
            .Select(row => row.Read(EventStoredJson.Default.EventEntry));

    /// <summary>Whether anybody is told of events in a workspace.</summary>
    public ValueTask<bool> HasListenersAsync(string workspace, CancellationToken cancel, string? user = null) =>
        directory.HasListenersAsync(workspace[..IdKind.Company.PartitionLength], user, cancel);

    /// <summary>Logs something in a write of its own: once, however often this is called with the same name.</summary>
    public async Task LogOnceAsync(string workspace, string name, LoggedEvent happened, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var draft = new EventDraft(workspace, NewKey(now, time), now, null, await HasListenersAsync(workspace, cancel));
        await outbox.CommitAsync(
            tables.Content, workspace, new() { Name = name }, ApiJson.Default.Done,
            () => Task.FromResult<Outcome<Commit<Done>>>(new Commit<Done>(new(), draft.Row(happened))), cancel, draft.Announced);
    }

    /// <summary>
    /// The rows of events for a transaction that the app makes by itself. If the company has listeners, this sends the message that names
    /// the transaction, so submit it at once. A further attempt needs new rows.
    /// </summary>
    public async Task<TableTransactionAction[]> DraftAsync(
        string workspace, IEnumerable<LoggedEvent> events, CancellationToken cancel, string? user = null)
    {
        var now = time.GetUtcNow();
        var draft = new EventDraft(workspace, NewKey(now, time), now, user, HasListeners: true);
        LoggedEvent[] all = [.. events];
        return draft.Row(all) is not { Length: > 0 } rows ? []
            : !Array.Exists(all, one => IsAlwaysTold(one.Type)) && !await HasListenersAsync(workspace, cancel, user) ? rows
            : [.. rows, await outbox.AnnounceAsync(tables.Content, workspace, draft.Announced, cancel)];
    }
}

static class EventLogServices
{
    public static IServiceCollection AddEventLog(this IServiceCollection services) =>
        services.AddSingleton<EventLog>().AddSingleton<EventDays>();
}

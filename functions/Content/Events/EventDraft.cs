using Azure.Data.Tables;
using Planable.Company.Tokens;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Events;

/// <summary>The events of a write that is yet to be made.</summary>
/// <param name="Key">The key of their row, chosen before the write's first attempt.</param>
/// <param name="User">The key of the user who makes the write; null if the app acts by itself.</param>
/// <param name="HasListeners">Whether anybody in the company is told of these events.</param>
/// <param name="IsSilent">Whether the call asked that nobody is told of this write.</param>
sealed record EventDraft(string Workspace, string Key, DateTimeOffset At, string? User, bool HasListeners, bool IsSilent = false)
{
    /// <param name="isAlwaysTold">Whether an event of the write is of a type that somebody is told of in every company.</param>
    public static EventDraft Of(Caller caller, string workspace, TimeProvider time, bool notify = true, bool isAlwaysTold = false)
    {
        var now = time.GetUtcNow();
        return new(workspace, EventLog.NewKey(now, time), now, caller.Creator.Key, isAlwaysTold || caller.Company.Listeners > 0, !notify);
    }

    /// <summary>What has the events handled once the write has committed. If nobody listens there is none, and so no message.</summary>
    public DomainEvent[] Announced => HasListeners && !IsSilent ? [new(EventLog.Logged, Workspace + Key)] : [];

    /// <summary>The row of the events, for the write's transaction; none without events.</summary>
    public TableTransactionAction[] Row(params IEnumerable<LoggedEvent> events) =>
        IsSilent || events.ToArray() is not { Length: > 0 } all ? []
        : [new(TableTransactionActionType.Add, new TableEntity(Workspace, EventLog.Prefix + Key).With(
            new(Key, At, User, all), EventStoredJson.Default.EventEntry))];
}

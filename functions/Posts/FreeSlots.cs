using Planable.Storage;

namespace Planable.Posts;

/// <param name="Taken">What each write took, by the name of its commit record.</param>
sealed record Slots(Dictionary<string, TakenSlots> Taken);

/// <param name="At">When it was last tried.</param>
sealed record TakenSlots(int Posts, DateTimeOffset At);

/// <summary>
/// The posts that a company on a plan with a number for ever may still make. They are taken in the company's partition before the commit in the
/// workspace's, in the name of its record; when that commit never comes they are returned. Table companies, row <c>slots</c>.
/// </summary>
sealed class FreeSlots(Tables tables, TimeProvider time) : IFollowUp
{
    public const string Kind = "free-slots";
    const string RowKey = "slots";

    /// <summary>Takes slots for a write, once however often it is tried; false where fewer are left.</summary>
    public Task<bool> TakeAsync(string company, string record, int posts, int most, CancellationToken cancel) => ChangeAsync(company, taken =>
    {
        taken[record] = new(posts, time.GetUtcNow());
        return taken.Values.Sum(one => one.Posts) <= most;
    }, cancel);

    public Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel) => Task.FromResult<TimeSpan?>(null);

    /// <summary>Returns what the write took, unless a repeat with the same key has taken it anew since: that one has a message of its own.</summary>
    public Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel) => ChangeAsync(
        followUp.Subject,
        taken => taken.TryGetValue(job.Record, out var slots) && slots.At <= job.Sent + Commits.SubmitWithin && taken.Remove(job.Record), cancel);

    /// <summary>Writes what <paramref name="change"/> makes of the slots, if it says so; returns what it says.</summary>
    Task<bool> ChangeAsync(string company, Func<Dictionary<string, TakenSlots>, bool> change, CancellationToken cancel) =>
        tables.Companies.ChangeAsync(company, RowKey, StoredJson.Default.Slots, known =>
        {
            var slots = known ?? new([]);
            return change(slots.Taken) ? slots : null;
        }, cancel);
}

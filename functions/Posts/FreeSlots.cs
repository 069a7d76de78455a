using Azure;
using Azure.Data.Tables;
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
    async Task<bool> ChangeAsync(string company, Func<Dictionary<string, TakenSlots>, bool> change, CancellationToken cancel)
    {
        while (true)
        {
            var row = await tables.Companies.FindAsync(company, RowKey, cancel);
            var slots = row?.Read(StoredJson.Default.Slots) ?? new Slots([]);
            if (!change(slots.Taken))
            {
                return false;
            }
            var next = new TableEntity(company, RowKey).With(slots, StoredJson.Default.Slots);
            try
            {
                await (row is null ? tables.Companies.AddEntityAsync(next, cancel)
                    : tables.Companies.UpdateEntityAsync(next, row.ETag, TableUpdateMode.Replace, cancel));
                return true;
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed)
            {
                await Task.Delay(Random.Shared.Next(50), cancel);
            }
        }
    }
}

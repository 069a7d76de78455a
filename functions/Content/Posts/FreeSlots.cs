using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <param name="Taken">The slots that each write took, by its posts' group key.</param>
sealed record Slots(Dictionary<string, TakenSlots> Taken);

sealed record TakenSlots(int Posts);

/// <summary>
/// Counts posts for plans with a lifetime limit of posts per company. Slots are taken in the company's partition before the commit in the
/// workspace's partition, under the new posts' group key. If that commit never happens, they are returned. Table companies, row
/// <c>slots</c>.
/// </summary>
sealed class FreeSlots(Tables tables) : IEventHandler
{
    public const string SlotsTaken = "free-slots-taken";
    const string RowKey = "slots";

    public static DomainEvent Taken(string company, string group) => new(SlotsTaken, $"{company}~{group}");

    /// <summary>Takes slots for a call; idempotent. False if too few are left.</summary>
    public Task<bool> TakeAsync(string company, string group, int posts, int most, CancellationToken cancel) =>
        ChangeAsync(company, taken =>
        {
            taken[group] = new(posts);
            return taken.Values.Sum(one => one.Posts) <= most;
        }, cancel);

    /// <summary>Returns the slots of a call that created no posts.</summary>
    public Task ReturnAsync(string company, string group, CancellationToken cancel) =>
        ChangeAsync(company, taken => taken.Remove(group), cancel);

    public Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel) =>
        Task.FromResult<TimeSpan?>(null);

    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel)
    {
        if (planned.Subject.Split('~') is [var company, var group])
        {
            await ReturnAsync(company, group, cancel);
        }
        return null;
    }

    /// <summary>Changes the slots and writes them if <paramref name="change"/> returns true; returns what it returned.</summary>
    Task<bool> ChangeAsync(string company, Func<Dictionary<string, TakenSlots>, bool> change, CancellationToken cancel) =>
        tables.Companies.ChangeAsync(company, RowKey, PostStoredJson.Default.Slots, known =>
        {
            var slots = known ?? new([]);
            return change(slots.Taken) ? slots : null;
        }, cancel);
}

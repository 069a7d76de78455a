using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <param name="Taken">What each write took, by what the keys of its posts share.</param>
sealed record Slots(Dictionary<string, TakenSlots> Taken);

sealed record TakenSlots(int Posts);

/// <summary>
/// The posts that a company on a plan with a number for ever may still make. They are taken in the company's partition before the commit in
/// the workspace's, by a name that no other call has; when that commit never comes they are returned. Table companies, row <c>slots</c>.
/// </summary>
sealed class FreeSlots(Tables tables) : IEventHandler
{
    public const string SlotsTaken = "free-slots-taken";
    const string RowKey = "slots";

    public static DomainEvent Taken(string company, string group) => new(SlotsTaken, $"{company}~{group}");

    /// <summary>Takes slots for a call, once however often it is tried; false where fewer are left.</summary>
    public Task<bool> TakeAsync(string company, string group, int posts, int most, CancellationToken cancel) =>
        ChangeAsync(company, taken =>
        {
            taken[group] = new(posts);
            return taken.Values.Sum(one => one.Posts) <= most;
        }, cancel);

    /// <summary>Returns what a call took that made nothing.</summary>
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

    /// <summary>Writes what <paramref name="change"/> makes of the slots, if it says so; returns what it says.</summary>
    Task<bool> ChangeAsync(string company, Func<Dictionary<string, TakenSlots>, bool> change, CancellationToken cancel) =>
        tables.Companies.ChangeAsync(company, RowKey, PostStoredJson.Default.Slots, known =>
        {
            var slots = known ?? new([]);
            return change(slots.Taken) ? slots : null;
        }, cancel);
}

using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Posts;

/// <param name="Taken">How many posts each write took, by the name of its commit record.</param>
sealed record Slots(Dictionary<string, int> Taken);

/// <summary>
/// The posts that a company on a plan with a number for ever may still make. They are taken in the company's partition before the commit in the
/// workspace's, in the name of its record; when that commit never comes they are returned. Table companies, row <c>slots</c>.
/// </summary>
sealed class FreeSlots(Tables tables) : IFollowUp
{
    public const string Kind = "free-slots";
    const string RowKey = "slots";

    /// <summary>Takes slots for a write, once however often it is tried; false where fewer are left.</summary>
    public Task<bool> TakeAsync(string company, string record, int posts, int most, CancellationToken cancel) => ChangeAsync(company, taken =>
    {
        if (taken.ContainsKey(record))
        {
            return Change.Needless;
        }
        taken[record] = posts;
        return taken.Values.Sum() <= most ? Change.Write : Change.Refuse;
    }, cancel);

    public Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel) => Task.FromResult<TimeSpan?>(null);

    public Task AbandonedAsync(FollowUp followUp, string record, CancellationToken cancel) =>
        ChangeAsync(followUp.Subject, taken => taken.Remove(record) ? Change.Write : Change.Needless, cancel);

    async Task<bool> ChangeAsync(string company, Func<Dictionary<string, int>, Change> change, CancellationToken cancel)
    {
        while (true)
        {
            var row = await tables.Companies.FindAsync(company, RowKey, cancel);
            var slots = row?.Read(StoredJson.Default.Slots) ?? new Slots([]);
            var wanted = change(slots.Taken);
            if (wanted is not Change.Write)
            {
                return wanted is Change.Needless;
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

    enum Change
    {
        Needless,
        Write,
        Refuse,
    }
}

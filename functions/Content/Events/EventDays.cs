using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Content.Events;

/// <summary>How many events of each type a workspace had on a day (UTC), as stored.</summary>
sealed record DayOfEvents(DateOnly Day, string Workspace, Dictionary<string, int> Events);

/// <summary>
/// Counts the events of days that are over, so that nobody counts the log itself. Table companies, partition = company: rows
/// <c>events~</c>inverted day<c>~</c>workspace, newest first.
/// </summary>
sealed class EventDays(Tables tables, EventLog log)
{
    public const string Prefix = "events~";

    /// <summary>Counts a day of a workspace. To count it again changes nothing.</summary>
    public async Task CountAsync(string workspace, DateOnly day, CancellationToken cancel)
    {
        var start = new DateTimeOffset(day, default, TimeSpan.Zero);
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        await foreach (var entry in log.BetweenAsync(workspace, start, start.AddDays(1), cancel))
        {
            foreach (var one in entry.Events)
            {
                counts[one.Type] = counts.GetValueOrDefault(one.Type) + 1;
            }
        }
        if (counts.Count > 0)
        {
            await tables.Companies.UpsertEntityAsync(
                new TableEntity(workspace[..IdKind.Company.PartitionLength], $"{Before(day)}~{workspace}").With(
                    new DayOfEvents(day, workspace, counts), EventStoredJson.Default.DayOfEvents), TableUpdateMode.Replace, cancel);
        }
    }

    /// <summary>A company's days from <paramref name="start"/> on, newest first.</summary>
    public IAsyncEnumerable<DayOfEvents> ListAsync(string company, DateOnly start, CancellationToken cancel) =>
        tables.Companies.RangeAsync(company, Prefix, cancel: cancel)
            .Select(row => row.Read(EventStoredJson.Default.DayOfEvents)).TakeWhile(day => day.Day >= start);

    /// <summary>A key before the rows of a day and after those of later days.</summary>
    public static string Before(DateOnly day) => Prefix + Ids.DayKey(day.DayNumber);
}

using System.Text.Json.Serialization;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Usage;

/// <summary>The number of calls, by outcome.</summary>
/// <param name="Succeeded">Answered with 2xx or 3xx.</param>
/// <param name="Refused">Answered with 4xx, except 429.</param>
/// <param name="Limited">Answered with 429.</param>
/// <param name="Failed">Answered with 5xx.</param>
public sealed record CallCounts(int Succeeded, int Refused, int Limited, int Failed)
{
    public static readonly CallCounts None = new(0, 0, 0, 0);

    [JsonIgnore]
    public int All => Succeeded + Refused + Limited + Failed;

    public static CallCounts Of(int status) => status switch
    {
        429 => None with { Limited = 1 },
        >= 500 => None with { Failed = 1 },
        >= 400 => None with { Refused = 1 },
        _ => None with { Succeeded = 1 },
    };

    public static CallCounts operator +(CallCounts one, CallCounts other) => new(
        one.Succeeded + other.Succeeded, one.Refused + other.Refused, one.Limited + other.Limited, one.Failed + other.Failed);
}

/// <summary>The calls of one token on one day, as stored.</summary>
/// <param name="Token">The key of the token.</param>
/// <param name="Name">The token's name, kept after it is revoked.</param>
/// <param name="Calls">The calls, by group of operations.</param>
/// <param name="Written">The names of the latest additions, so that an addition whose answer was lost is not made twice.</param>
sealed record DayOfUse(DateOnly Day, string Token, string Name, Dictionary<string, CallCounts> Calls, string[] Written);

/// <summary>
/// Calls by token and day. Table companies, partition = company: rows <c>usage~</c>inverted day<c>~</c>token, so the newest day is first.
/// </summary>
sealed class UsageStore(Tables tables)
{
    /// <summary>How many days are kept.</summary>
    public const int Kept = 400;

    public const string Prefix = "usage~";

    /// <summary>How many additions are remembered: as many instances can add at once before a retry might count twice.</summary>
    const int Remembered = 16;

    /// <param name="addition">The name of this addition, the same for every attempt.</param>
    public Task AddAsync(
        string company, DateOnly day, string token, string name, Dictionary<string, CallCounts> calls,
        string addition, CancellationToken cancel) =>
        tables.Companies.ChangeAsync(company, $"{Before(day)}~{token}", UsageStoredJson.Default.DayOfUse, known =>
        {
            known ??= new(day, token, name, [], []);
            if (known.Written.Contains(addition))
            {
                return null;
            }
            foreach (var (group, counts) in calls)
            {
                known.Calls[group] = known.Calls.GetValueOrDefault(group, CallCounts.None) + counts;
            }
            return known with { Written = [.. known.Written.TakeLast(Remembered - 1), addition] };
        }, cancel);

    /// <summary>The days from <paramref name="start"/> to <paramref name="end"/>, both included, newest first.</summary>
    public IAsyncEnumerable<DayOfUse> ListAsync(string company, DateOnly start, DateOnly end, CancellationToken cancel) =>
        tables.Companies.RangeAsync(company, Prefix, Before(end), cancel: cancel)
            .Select(row => row.Read(UsageStoredJson.Default.DayOfUse)).TakeWhile(use => use.Day >= start);

    /// <summary>A key before the rows of a day and after those of later days.</summary>
    public static string Before(DateOnly day) => Prefix + Ids.DayKey(day.DayNumber);
}

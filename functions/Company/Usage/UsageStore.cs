using System.Globalization;
using System.Text.Json.Serialization;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Usage;

/// <summary>Calls by what came of them.</summary>
/// <param name="Succeeded">Answered with 2xx or 3xx.</param>
/// <param name="Refused">Answered with 4xx, but for those that were too many.</param>
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

/// <summary>What one token called on one day, as stored.</summary>
/// <param name="Token">The key of the token.</param>
/// <param name="Name">The token's name, which outlives it here.</param>
/// <param name="Calls">By the group of operations.</param>
/// <param name="Written">What was added last: an addition whose answer was lost is not made twice.</param>
sealed record DayOfUse(DateOnly Day, string Token, string Name, Dictionary<string, CallCounts> Calls, string[] Written);

/// <summary>
/// Calls a token and day. Table companies, partition = company: rows <c>usage~</c>inverted day<c>~</c>token,
/// so the newest day is first.
/// </summary>
sealed class UsageStore(Tables tables)
{
    /// <summary>Days that are kept.</summary>
    public const int Kept = 400;

    public const string Prefix = "usage~";

    /// <summary>Instances that may add at once without an addition being forgotten before its writer has looked.</summary>
    const int Remembered = 16;

    /// <param name="addition">Names this addition, however often it is tried.</param>
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

    /// <summary>What sorts before a day's rows and after those of the days that follow it.</summary>
    public static string Before(DateOnly day) =>
        Prefix + (DateOnly.MaxValue.DayNumber - day.DayNumber).ToString("D7", CultureInfo.InvariantCulture);
}

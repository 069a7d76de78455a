using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Networks.Metrics;

/// <summary>Days in UTC, the first and the last included.</summary>
sealed record Days(DateOnly Start, DateOnly End)
{
    public int Count => End.DayNumber - Start.DayNumber + 1;

    /// <summary>
    /// The days from that of one moment to that of another, both found valid before;
    /// false where they are the wrong way round.
    /// </summary>
    public static bool TryRead(string startDate, string endDate, out Days days)
    {
        days = new(Of(startDate), Of(endDate));
        return days.Count > 0;
    }

    public static Problem Reversed() => Problems.Invalid("endDate", "Must not be before startDate.");

    public static DateTimeOffset LastMomentOf(DateOnly day) =>
        new DateTimeOffset(day, TimeOnly.MaxValue, TimeSpan.Zero).AddTicks(1 - TimeSpan.TicksPerMillisecond);

    static DateOnly Of(string moment) => DateOnly.FromDateTime(Rfc3339.Parse(moment)!.Value.UtcDateTime);
}

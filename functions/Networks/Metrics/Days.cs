using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Networks.Metrics;

/// <summary>A range of UTC days, including the first and the last.</summary>
sealed record Days(DateOnly Start, DateOnly End)
{
    public int Count => End.DayNumber - Start.DayNumber + 1;

    /// <summary>The days from one valid date or time to another; false if the end is before the start.</summary>
    public static bool TryRead(string startDate, string endDate, out Days days)
    {
        days = new(DayOf(startDate), DayOf(endDate));
        return days.Count > 0;
    }

    public static Problem Reversed() => Problems.Invalid("endDate", "Must not be before startDate.");

    public static DateTimeOffset LastMomentOf(DateOnly day) =>
        new DateTimeOffset(day, TimeOnly.MaxValue, TimeSpan.Zero).AddTicks(1 - TimeSpan.TicksPerMillisecond);

    static DateOnly DayOf(string moment) => DateOnly.FromDateTime(Rfc3339.Parse(moment)!.Value.UtcDateTime);
}

using System.Globalization;
using NCrontab;

namespace Planable.Cli;

/// <summary>When a timer is due, in UTC: a cron expression of six fields, or an interval (<c>00:05:00</c>).</summary>
sealed class TimerSchedule
{
    readonly Func<DateTime, DateTime> _next;

    TimerSchedule(Func<DateTime, DateTime> next) => _next = next;

    public static TimerSchedule Parse(string text)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval))
        {
            return interval > TimeSpan.Zero
                ? new TimerSchedule(last => last + interval)
                : throw new FormatException($"A timer cannot run every {text}.");
        }
        var cron = CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            ?? throw new FormatException($"\"{text}\" is not a cron expression of six fields.");
        return new TimerSchedule(cron.GetNextOccurrence);
    }

    public DateTimeOffset After(DateTimeOffset last) => new(_next(last.UtcDateTime), TimeSpan.Zero);
}

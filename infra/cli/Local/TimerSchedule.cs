using System.Globalization;
using NCrontab;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.People;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

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
                : throw new FormatException($"a timer cannot run every {text}.");
        }
        var cron = CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            ?? throw new FormatException($"\"{text}\" is no cron expression of six fields.");
        return new TimerSchedule(cron.GetNextOccurrence);
    }

    public DateTimeOffset After(DateTimeOffset last) => new(_next(last.UtcDateTime), TimeSpan.Zero);
}

using Planable.Company.SignIn;
using Planable.Company.Usage;
using Planable.Content.Events;
using Planable.Doors.Webhooks;
using Planable.Platform;

namespace Planable.Settings;

/// <summary>The page Company settings → Overview: what happened in the last 30 days, as charts.</summary>
static class OverviewEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/overview";

    public static void MapOverview(this IEndpointRouteBuilder managers) =>
        managers.MapGet("/overview", SettingsEndpoints.Page<OverviewPages>((pages, http) => pages.ShowAsync(http)));
}

/// <summary>A series of a chart.</summary>
/// <param name="Values">A value a day, oldest first.</param>
/// <param name="IsFailure">Whether it counts what went wrong.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<int> Values, bool IsFailure = false)
{
    public int Sum => Values.Sum();
}

sealed class OverviewPages(
    UsageStore usage, EventDays events, WebhookStore webhooks, DeliveryStore deliveries, TimeProvider time)
{
    const int Days = 30;

    /// <summary>Tokens that have a series of their own; the others share one.</summary>
    const int MostTokens = 5;

    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var (company, cancel) = (Person.Of(http).Company, http.RequestAborted);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        DateOnly[] days = [.. Enumerable.Range(1 - Days, Days).Select(today.AddDays)];
        var calls = usage.ListAsync(company, days[0], today, cancel).ToListAsync(cancel);
        var happened = events.ListAsync(company, days[0], cancel).ToListAsync(cancel);
        var health = await (await webhooks.ListAsync(company, cancel)).EachAsync(
            (webhook, stop) => deliveries.HealthAsync(webhook.Partition, stop), cancel);
        var (used, told) = (await calls, await happened);
        var sent = health.SelectMany(one => one.Days).ToLookup(one => one.Day);
        return PageContext.Of(http).Page<OverviewPage>(new()
        {
            [nameof(OverviewPage.Days)] = days,
            [nameof(OverviewPage.Calls)] = CallsOf(used, days),
            [nameof(OverviewPage.Outcomes)] = new ChartSeries[]
            {
                Outcome("Answered", one => one.Succeeded), Outcome("Refused", one => one.Refused),
                Outcome("Over the rate limit", one => one.Limited), Outcome("Failed", one => one.Failed) with { IsFailure = true },
            },
            [nameof(OverviewPage.Deliveries)] = new ChartSeries[]
            {
                new("Delivered", [.. days.Select(day => sent[day].Sum(one => one.Delivered))]),
                new("Failed attempts", [.. days.Select(day => sent[day].Sum(one => one.Failed))], IsFailure: true),
            },
            [nameof(OverviewPage.Posts)] = new ChartSeries[]
            {
                Happened("Published", EventTypes.PostPublished), Happened("Failed", EventTypes.PublishFailed) with { IsFailure = true },
            },
        });

        ChartSeries Outcome(string name, Func<CallCounts, int> count) => new(name, [.. days.Select(
            day => used.Where(one => one.Day == day).Sum(one => one.Calls.Values.Sum(count)))]);

        ChartSeries Happened(string name, string type) => new(name, [.. days.Select(
            day => told.Where(one => one.Day == day).Sum(one => one.Events.GetValueOrDefault(type)))]);
    }

    /// <summary>The calls of each token, the one with the most first.</summary>
    static ChartSeries[] CallsOf(List<DayOfUse> used, DateOnly[] days)
    {
        var tokens = used.GroupBy(one => one.Token, StringComparer.Ordinal).Select(token => new ChartSeries(
            token.First().Name,
            [.. days.Select(day => token.Where(one => one.Day == day).Sum(one => one.Calls.Values.Sum(calls => calls.All)))]))
            .OrderByDescending(series => series.Sum).ToArray();
        return tokens.Length <= MostTokens + 1 ? tokens :
        [
            .. tokens.Take(MostTokens),
            new("Other tokens", [.. days.Select((_, index) => tokens.Skip(MostTokens).Sum(one => one.Values[index]))]),
        ];
    }
}

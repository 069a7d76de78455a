using System.Globalization;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.Google;

/// <summary>
/// Figures of business profiles: one request however many days, and up to three that count the posts. There are none of single posts.
/// </summary>
/// <remarks>Source: developers.google.com/my-business/reference/performance/rest/v1/locations/fetchMultiDailyMetricsTimeSeries.</remarks>
sealed class BusinessMetrics(NetworkHttp http, IConfiguration configuration) : IMetricsSource
{
    /// <summary>Google has a day's figures up to five days later: they are asked for again.</summary>
    const int LateDays = 7;

    const string
        Calls = "CALL_CLICKS", Website = "WEBSITE_CLICKS", Conversations = "BUSINESS_CONVERSATIONS",
        Directions = "BUSINESS_DIRECTION_REQUESTS", Bookings = "BUSINESS_BOOKINGS", Orders = "BUSINESS_FOOD_ORDERS",
        DesktopMaps = "BUSINESS_IMPRESSIONS_DESKTOP_MAPS", DesktopSearch = "BUSINESS_IMPRESSIONS_DESKTOP_SEARCH",
        MobileMaps = "BUSINESS_IMPRESSIONS_MOBILE_MAPS", MobileSearch = "BUSINESS_IMPRESSIONS_MOBILE_SEARCH";

    static readonly string[]
        Actions = [Calls, Website, Conversations, Directions, Bookings, Orders],
        Impressions = [DesktopMaps, DesktopSearch, MobileMaps, MobileSearch];

    readonly NetworkAddresses _addresses = BusinessApi.Addresses(configuration);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        var late = to.AddDays(-LateDays);
        var start = from < late ? from : late;
        var reply = await http.GetAsync(_addresses.FiguresUrl(grant!.Account) + Query(start, to), grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(BusinessJson.Default.BusinessFigures) is not { } figures)
        {
            return reply.Failure<NetworkResult<PageDay[]>>(BusinessApi.Name);
        }
        var values = Values(figures);
        if (values.Count == 0)
        {
            return NetworkResult<PageDay[]>.Done([]);
        }
        var (posts, last) = await http.PostsAsync(
            _addresses, grant, new DateTimeOffset(start, TimeOnly.MinValue, TimeSpan.Zero), most: 3, cancel);
        if (posts is null)
        {
            return last.Failure<NetworkResult<PageDay[]>>(BusinessApi.Name);
        }
        // Google leaves out zeros, and the days that are not counted yet: these come after the last figure.
        var days = values.Keys.Max(key => key.Date).DayNumber - start.DayNumber + 1;
        return NetworkResult<PageDay[]>.Done([.. Enumerable.Range(0, days).Select(start.AddDays)
            .Select(day => new PageDay(day, new() { GoogleMyBusiness = Day(values, day, posts) }))]);
    }

    public Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel) => Task.FromResult(
            NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "Google Business Profile has no figures of single posts.", null));

    static GoogleMyBusinessPage Day(Dictionary<(string Metric, DateOnly Date), long> values, DateOnly day, BusinessPost[] posts)
    {
        return new(
            Posts: posts.Count(post => post.State != "REJECTED" && DateOnly.FromDateTime(post.CreateTime!.Value.UtcDateTime) == day),
            CallClicks: Of(Calls),
            WebsiteClicks: Of(Website),
            Impressions: Impressions.Sum(Of),
            Engagement: Actions.Sum(Of),
            BusinessConversations: Of(Conversations),
            BusinessImpressionsMobileSearch: Of(MobileSearch),
            BusinessImpressionsDesktopMaps: Of(DesktopMaps),
            BusinessImpressionsDesktopSearch: Of(DesktopSearch),
            BusinessImpressionsMobileMaps: Of(MobileMaps),
            BusinessDirectionRequests: Of(Directions),
            BusinessBookings: Of(Bookings),
            BusinessFoodOrders: Of(Orders));

        long Of(string metric) => values.GetValueOrDefault((metric, day));
    }

    static Dictionary<(string Metric, DateOnly Date), long> Values(BusinessFigures figures)
    {
        Dictionary<(string Metric, DateOnly Date), long> values = [];
        foreach (var metric in (figures.MultiDailyMetricTimeSeries ?? []).SelectMany(all => all.DailyMetricTimeSeries ?? []))
        {
            foreach (var (date, value) in metric.TimeSeries?.DatedValues ?? [])
            {
                if (value is { } number && date is { Year: > 2000 and < 9999, Month: >= 1 and <= 12, Day: >= 1 and <= 31 })
                {
                    values[(metric.DailyMetric ?? "", new DateOnly(date.Year, date.Month, 1).AddDays(date.Day - 1))] = number;
                }
            }
        }
        return values;
    }

    static string Query(DateOnly from, DateOnly to) => NetworkHttp.Query(
    [
        .. Actions.Concat(Impressions).Select(metric => ("dailyMetrics", (string?)metric)),
        .. Date("startDate", from), .. Date("endDate", to),
    ]);

    static (string Name, string? Value)[] Date(string name, DateOnly date) =>
    [
        ($"dailyRange.{name}.year", date.Year.ToString(CultureInfo.InvariantCulture)),
        ($"dailyRange.{name}.month", date.Month.ToString(CultureInfo.InvariantCulture)),
        ($"dailyRange.{name}.day", date.Day.ToString(CultureInfo.InvariantCulture)),
    ];
}

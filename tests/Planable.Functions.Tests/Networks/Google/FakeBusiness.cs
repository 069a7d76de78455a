using System.Globalization;
using Microsoft.AspNetCore.Http;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Google;

/// <summary>Google Business Profile as developers.google.com describes it: posts, accounts, locations, figures and tokens.</summary>
public sealed class FakeBusiness : FakeServer
{
    const string Profile = "accounts/1/locations/2";

    static readonly string[] Hosts = ["Posts", "Accounts", "Locations", "Performance", "SignIn", "Token"];

    static readonly string[] Metrics =
    [
        "CALL_CLICKS", "WEBSITE_CLICKS", "BUSINESS_CONVERSATIONS", "BUSINESS_DIRECTION_REQUESTS", "BUSINESS_BOOKINGS",
        "BUSINESS_FOOD_ORDERS", "BUSINESS_IMPRESSIONS_DESKTOP_MAPS", "BUSINESS_IMPRESSIONS_DESKTOP_SEARCH",
        "BUSINESS_IMPRESSIONS_MOBILE_MAPS", "BUSINESS_IMPRESSIONS_MOBILE_SEARCH",
    ];

    readonly List<(string Name, string? Summary, string State, DateTimeOffset At, string? Media)> _posts = [];
    int _number = 1_000;

    /// <summary>What becomes of posts.</summary>
    public string State { get; set; } = "LIVE";

    /// <summary>The newest posts that the list does not have yet.</summary>
    public int Lag { get; set; }

    /// <summary>Posts in an answer.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>The last days that have no figures yet.</summary>
    public int LateDays { get; set; } = 4;

    public string Access { get; private set; } = "access-1";

    public override string Network => "googleMyBusiness";

    public override IEnumerable<(string Name, string Value)> Settings =>
        Hosts.Select(name => ($"Networks:googleMyBusiness:{name}", Address));

    internal override NetworkGrant Grant => new(Profile, Access) { RefreshToken = "refresh-1" };

    public override string[] Visible => [.. _posts.Where(post => post.State == "LIVE").Select(post => post.Summary ?? "")];

    public int Kept => _posts.Count;

    /// <summary>A post that somebody else made.</summary>
    public void Has(string text, DateTimeOffset at, string state = "LIVE") =>
        _posts.Add(($"{Profile}/localPosts/{++_number}", text, state, at, null));

    internal static object Error(int code, string status, string? reason = null) => new
    {
        error = new
        {
            code,
            message = "A message of Google.",
            status,
            details = reason is null ? null : new object[]
            {
                new Dictionary<string, string> { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = reason },
            },
        },
    };

    protected override IResult? Handle(Sent sent) => (sent.Method, sent.Path) switch
    {
        ("POST", "/token") => Token(sent),
        _ when sent.Bearer != Access => Status(401, Error(401, "UNAUTHENTICATED")),
        ("POST", $"/v4/{Profile}/localPosts") => Post(sent),
        ("GET", $"/v4/{Profile}/localPosts") => List(sent),
        ("DELETE", _) => Delete(sent.Path["/v4/".Length..]),
        ("GET", "/v1/accounts") => Accounts(sent),
        ("GET", "/v1/accounts/1/locations") => Locations(sent),
        ("GET", "/v1/accounts/3/locations") => Ok(new { locations = new[] { Location("locations/2", "Acme Coffee", "Main Street 1") } }),
        ("GET", "/v1/locations/2:fetchMultiDailyMetricsTimeSeries") => Figures(sent),
        _ => Status(404, Error(404, "NOT_FOUND")),
    };

    IResult Token(Sent sent)
    {
        var form = sent.Form;
        if (form["client_id"] != "app-id" || form["client_secret"] != "app-secret")
        {
            return Status(401, new { error = "invalid_client" });
        }
        if (form["grant_type"] == "authorization_code" ? form["code"] != "code-1" || form["code_verifier"].Length < 43
            : form["refresh_token"] != "refresh-1")
        {
            return Status(400, new { error = "invalid_grant" });
        }
        Access = $"access-{++_number}";
        return form["grant_type"] == "authorization_code"
            ? Ok(new { access_token = Access, expires_in = 3599, refresh_token = "refresh-1" })
            : Ok(new { access_token = Access, expires_in = 3599 });
    }

    IResult Post(Sent sent)
    {
        var (summary, media) = (sent.Json["summary"]?.GetValue<string>(), sent.Json["media"]?.AsArray());
        if (sent.Json["topicType"]?.GetValue<string>() != "STANDARD" || (summary is null && media is null)
            || summary is "" || summary?.Length > 1_500 || media?.Count > 1 || media?.Any(one => one!.Text("mediaFormat") != "PHOTO"
                || !Uri.IsWellFormedUriString(one!.Text("sourceUrl"), UriKind.Absolute)) is true)
        {
            return Status(400, Error(400, "INVALID_ARGUMENT"));
        }
        _posts.Add(($"{Profile}/localPosts/{++_number}", summary, State, TimeProvider.System.GetUtcNow(), media?[0]?.Text("sourceUrl")));
        return Ok(Shown(_posts[^1]));
    }

    /// <summary>Newest first.</summary>
    IResult List(Sent sent)
    {
        var start = int.Parse(sent.Parameters.GetValueOrDefault("pageToken", "0"), CultureInfo.InvariantCulture);
        if (int.Parse(sent.Parameters["pageSize"], CultureInfo.InvariantCulture) is < 1 or > 100)
        {
            return Status(400, Error(400, "INVALID_ARGUMENT"));
        }
        var all = _posts.SkipLast(Lag).OrderByDescending(post => post.At).Skip(start).ToArray();
        return Ok(new
        {
            localPosts = all.Take(PageSize).Select(Shown).ToArray(),
            nextPageToken = all.Length > PageSize ? $"{start + PageSize}" : null,
        });
    }

    IResult Delete(string name) =>
        _posts.RemoveAll(post => post.Name == name) > 0 ? Ok(new { }) : Status(404, Error(404, "NOT_FOUND"));

    static object Shown((string Name, string? Summary, string State, DateTimeOffset At, string? Media) post) => new
    {
        name = post.Name,
        languageCode = "en",
        summary = post.Summary?.Replace("  ", " ", StringComparison.Ordinal),
        state = post.State,
        createTime = post.At,
        updateTime = post.At,
        searchUrl = post.State == "REJECTED" ? null : "https://local.google.com/place?id=1&use=posts",
        topicType = "STANDARD",
        media = post.Media is null ? null : new[] { new { name = "media/1", mediaFormat = "PHOTO" } },
    };

    /// <summary>The person has an account and a group; a location is in both.</summary>
    static IResult Accounts(Sent sent) => sent.Parameters.ContainsKey("pageToken")
        ? Ok(new { accounts = new[] { new { name = "accounts/3", accountName = "Group", type = "LOCATION_GROUP" } } })
        : Ok(new { accounts = new[] { new { name = "accounts/1", accountName = "Ana", type = "PERSONAL" } }, nextPageToken = "more" });

    static IResult Locations(Sent sent) =>
        !sent.Parameters.TryGetValue("readMask", out var mask) || !mask.Contains("title", StringComparison.Ordinal)
            ? Status(400, Error(400, "INVALID_ARGUMENT"))
        : sent.Parameters.ContainsKey("pageToken")
            ? Ok(new { locations = new[] { Location("locations/5", "Other Shop", "Side Street 3") } })
        : Ok(new
        {
            locations = new[]
            {
                Location("locations/2", "Acme Coffee", "Main Street 1"), Location("locations/4", "Acme Coffee", "Main Street 2"),
            },
            nextPageToken = "more",
        });

    static object Location(string name, string title, string street) => new
    {
        name,
        title,
        storefrontAddress = new { regionCode = "RO", addressLines = new[] { street }, locality = "Bucharest" },
        metadata = new { placeId = "p", mapsUri = "https://maps.google.com/maps?cid=" + name[^1..] },
    };

    /// <summary>Each figure is its place in the list, on each second day; others are zero and left out.</summary>
    IResult Figures(Sent sent)
    {
        var pairs = sent.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).ToArray();
        var wanted = pairs.Where(pair => pair[0] == "dailyMetrics").Select(pair => pair[1]).ToArray();
        var (from, to) = (Day("startDate"), Day("endDate"));
        if (wanted.Length == 0 || wanted.Any(metric => !Metrics.Contains(metric)) || from > to)
        {
            return Status(400, Error(400, "INVALID_ARGUMENT"));
        }
        var last = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-LateDays);
        return Ok(new
        {
            multiDailyMetricTimeSeries = new[]
            {
                new
                {
                    dailyMetricTimeSeries = wanted.Select(metric => new
                    {
                        dailyMetric = metric,
                        timeSeries = new
                        {
                            datedValues = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays).Select(day => new
                            {
                                date = new { year = day.Year, month = day.Month, day = day.Day },
                                value = day <= last && (last.DayNumber - day.DayNumber) % 2 == 0
                                    ? $"{Array.IndexOf(Metrics, metric) + 1}" : null,
                            }).ToArray(),
                        },
                    }).ToArray(),
                },
            },
        });

        DateOnly Day(string name) => new(Number($"{name}.year"), Number($"{name}.month"), Number($"{name}.day"));

        int Number(string name) =>
            int.Parse(Array.Find(pairs, pair => pair[0] == "dailyRange." + name)![1], CultureInfo.InvariantCulture);
    }
}

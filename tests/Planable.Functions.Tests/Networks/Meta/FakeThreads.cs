using System.Globalization;
using Microsoft.AspNetCore.Http;
using Planable.Networks.Meta;

namespace Planable.Functions.Tests.Networks.Meta;

/// <summary>Threads, as developers.facebook.com describes it.</summary>
public sealed class FakeThreads : FakeContainers
{
    public override string Network => ThreadsApi.Network;

    public override IEnumerable<(string Name, string Value)> Settings =>
        [("Networks:threads:Api", Address), ("Networks:threads:SignIn", Address)];

    /// <summary>Whether the account has published all it may.</summary>
    public bool IsFull { get; set; }

    /// <summary>Days, in UTC, that have figures.</summary>
    public ISet<DateOnly> Days { get; } = new HashSet<DateOnly>();

    public string[] ReplyTo => [.. Items.Select(item => item.Of["reply_to_id"]).Where(id => id.Length > 0)];

    protected override string Prefix => "th";

    protected override string Version => "v1.0";

    protected override string Edge => "threads";

    protected override IResult? Limit => IsFull ? Error(613) : null;

    protected override bool IsTaken(Container one) => !one.Fields.ContainsKey("auto_publish_text") && one["media_type"] switch
    {
        "TEXT" => one["text"].Length is > 0 and <= 500 && (one["reply_to_id"] == "" || Items.Any(item => item.Id == one["reply_to_id"])),
        "IMAGE" => Uri.TryCreate(one["image_url"], UriKind.Absolute, out _),
        "VIDEO" => Uri.TryCreate(one["video_url"], UriKind.Absolute, out _),
        "CAROUSEL" => one["children"].Split(',').Length <= 20,
        _ => false,
    };

    protected override object Status(Container container) => container.Reason is null
        ? new { id = container.Id, status = container.State }
        : new { id = container.Id, status = container.State, error_message = container.Reason };

    protected override IResult? More(Sent sent, string[] path) => (sent.Method, path) switch
    {
        ("GET", ["me"]) => Ok(new { id = "17840", username = "acme", name = "Acme Coffee" }),
        ("GET", ["17840", "threads"]) => Ok(new
        {
            data = Items.SkipLast(Lag)
                .Where(item => item.At.ToUnixTimeSeconds() >= long.Parse(sent.Parameters["since"], CultureInfo.InvariantCulture))
                .Reverse().Select(Shown).ToArray(),
        }),
        ("GET", ["17840", "threads_insights"]) => Insights(sent.Parameters),
        ("GET", ["gone", "insights"]) => Error(100, 33),
        ("GET", [_, "insights"]) when sent.Parameters["metric"] == "views,likes,replies,reposts,quotes,shares" => Ok(new
        {
            data = new[]
            {
                Value("views", 240), Value("likes", 12), Value("replies", 3), Value("reposts", 2), Value("quotes", 1), Value("shares", 4),
            },
        }),
        _ => null,
    };

    IResult Insights(IReadOnlyDictionary<string, string> query)
    {
        var since = long.Parse(query["since"], CultureInfo.InvariantCulture);
        if (query["metric"] != "views,likes,replies,reposts,quotes"
            || long.Parse(query["until"], CultureInfo.InvariantCulture) - since != 86_400)
        {
            return Error(100);
        }
        return Ok(new
        {
            data = !Days.Contains(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(since).UtcDateTime)) ? [] : new object[]
            {
                new { name = "views", period = "day", values = new[] { new { value = 70 } } }, Total("likes", 5), Total("replies", 4),
                Total("reposts", 3), Total("quotes", 2),
            },
        });
    }

    static object Total(string name, int value) => new { name, period = "day", total_value = new { value } };

    static object Value(string name, int value) => new { name, period = "lifetime", values = new[] { new { value } } };
}

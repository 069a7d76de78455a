using System.Globalization;
using Microsoft.AspNetCore.Http;
using Planable.Networks.Meta;

namespace Planable.Functions.Tests.Networks.Meta;

/// <summary>Instagram with Instagram login, as developers.facebook.com describes it.</summary>
public sealed class FakeInstagram : FakeContainers
{
    static readonly string[]
        MediaAndFollow = ["media_product_type", "follow_type"],
        MediaAndFollower = ["media_product_type", "follower_type"],
        Media = ["media_product_type"],
        Follow = ["follow_type"];

    public override string Network => InstagramApi.Network;

    public override IEnumerable<(string Name, string Value)> Settings =>
    [
        ("Networks:instagram:Api", Address), ("Networks:instagram:Codes", Address), ("Networks:instagram:SignIn", Address),
        ("Networks:instagram:Version", Version),
    ];

    public (int Used, int Total) Quota { get; set; } = (0, 100);

    public int Followers { get; set; } = 1_200;

    public bool HasProfileViews { get; set; }

    /// <summary>Whether views are split by follow_type, and not by follower_type.</summary>
    public bool SplitsViewsOtherwise { get; set; }

    /// <summary>Days, in UTC, that have figures.</summary>
    public ISet<DateOnly> Days { get; } = new HashSet<DateOnly>();

    public IList<(string Media, string Text)> Comments { get; } = [];

    protected override string Prefix => "ig";

    protected override string Version => "v25.0";

    protected override string Edge => "media";

    protected override IResult? Limit => Quota.Used >= Quota.Total ? Error(9, 2207042, 403) : null;

    protected override bool IsTaken(Container one) => one["caption"].Length <= 2_200 && one["media_type"] switch
    {
        "CAROUSEL" => one["children"].Split(',').Length <= 10 && one["image_url"] == "",
        "REELS" => IsLink(one["video_url"]) && one["is_carousel_item"] == "" && (one["cover_url"] == "" || IsLink(one["cover_url"])),
        "STORIES" => IsLink(one["video_url"] + one["image_url"]) && one["caption"] == "",
        "VIDEO" => IsLink(one["video_url"]) && one["is_carousel_item"] == "true",
        "" => IsLink(one["image_url"]),
        _ => false,
    };

    static bool IsLink(string text) => Uri.TryCreate(text, UriKind.Absolute, out _);

    protected override object Status(Container container) => new
    {
        id = container.Id,
        status_code = container.State,
        status = container.Reason ?? "Finished: Media has been uploaded and it is ready to be published.",
    };

    protected override IResult? More(Sent sent, string[] path) => (sent.Method, path) switch
    {
        ("GET", ["me"]) => Ok(new { user_id = "17840", id = "99", username = "acme", name = "Acme Coffee" }),
        ("GET", ["17840"]) => Ok(new { followers_count = Followers, id = "17840" }),
        ("GET", ["17840", "content_publishing_limit"]) => Ok(new
        {
            data = new[] { new { quota_usage = Quota.Used, config = new { quota_total = Quota.Total, quota_duration = 86_400 } } },
        }),
        ("GET", ["17840", "media"]) => Listed(item => item.Of["media_type"] != "STORIES"),
        ("GET", ["17840", "stories"]) => Listed(item => item.Of["media_type"] == "STORIES"),
        ("POST", [var media, "comments"]) => Comment(media, sent.Form["message"]),
        ("GET", ["17840", "insights"]) => Insights(sent.Parameters),
        ("GET", [var media, "insights"]) => Figures(media, sent.Parameters["metric"]),
        _ => null,
    };

    IResult Listed(Func<Item, bool> which) => Ok(new
    {
        data = Items.SkipLast(Lag).Where(which).Reverse().Select(Shown).ToArray(),
        paging = new { cursors = new { before = "a", after = "b" } },
    });

    IResult Comment(string media, string text)
    {
        if (!Items.Any(item => item.Id == media))
        {
            return Error(100, 33);
        }
        Comments.Add((media, text));
        return Ok(new { id = NewId() });
    }

    IResult Insights(IReadOnlyDictionary<string, string> query)
    {
        var since = long.Parse(query["since"], CultureInfo.InvariantCulture);
        var until = long.Parse(query["until"], CultureInfo.InvariantCulture);
        if (query["period"] != "day" || query["metric_type"] != "total_value" || until - since is <= 0 or > 86_400)
        {
            return Error(100);
        }
        var breakdown = query.GetValueOrDefault("breakdown", "");
        if (!Days.Contains(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(since).UtcDateTime)))
        {
            return Ok(new { data = Array.Empty<object>() });
        }
        return (query["metric"], breakdown) switch
        {
            ("reach", "media_product_type,follow_type") => Total("reach", 300, MediaAndFollow, Split),
            ("views", "media_product_type,follower_type") when !SplitsViewsOtherwise => Total("views", 500, MediaAndFollower, Split),
            ("views", "media_product_type,follow_type") when SplitsViewsOtherwise => Total("views", 500, MediaAndFollow, Split),
            ("total_interactions", "media_product_type") => Total("total_interactions", 45, Media, ByMedia),
            ("follows_and_unfollows", "follow_type") when Followers >= 100 => Total("follows_and_unfollows", null, Follow, Follows),
            ("profile_views", "") when HasProfileViews => Total("profile_views", 17, [], []),
            _ => Error(100),
        };
    }

    static readonly (string[] Values, int Value)[]
        Split =
        [
            (["POST", "FOLLOWER"], 100), (["CAROUSEL_CONTAINER", "FOLLOWER"], 20), (["REEL", "NON_FOLLOWER"], 120),
            (["STORY", "FOLLOWER"], 30), (["AD", "NON_FOLLOWER"], 25), (["POST", "UNKNOWN"], 5),
        ],
        ByMedia = [(["FEED"], 20), (["REELS"], 10), (["STORY"], 5), (["AD"], 4), (["CAROUSEL_CONTAINER"], 6)],
        Follows = [(["FOLLOWER"], 9), (["NON_FOLLOWER"], 4)];

    static IResult Total(string name, int? value, string[] keys, (string[] Values, int Value)[] parts) => Ok(new
    {
        data = new[]
        {
            new
            {
                name,
                period = "day",
                total_value = new
                {
                    value,
                    breakdowns = new[]
                    {
                        new
                        {
                            dimension_keys = keys,
                            results = parts.Select(part => new { dimension_values = part.Values, value = part.Value }).ToArray(),
                        },
                    },
                },
            },
        },
    });

    static IResult Figures(string media, string metrics) => media switch
    {
        "gone" => Error(100, 33),
        "small" => Error(10, 0, 403),
        _ when metrics == "views,reach,replies,shares" => Values(("views", 60), ("reach", 50), ("replies", 3), ("shares", 2)),
        _ when metrics == "views,reach,likes,comments,shares,saved,total_interactions" => Values(
            ("views", 240), ("reach", 200), ("likes", 12), ("comments", 3), ("shares", 2), ("saved", 4), ("total_interactions", 21)),
        _ => Error(100),
    };

    static IResult Values(params (string Name, int Value)[] all) => Ok(new
    {
        data = all.Select(one => new { name = one.Name, period = "lifetime", values = new[] { new { value = one.Value } } }).ToArray(),
    });
}

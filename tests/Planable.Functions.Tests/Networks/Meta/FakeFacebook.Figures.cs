using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed partial class FakeFacebook
{
    IResult Node(string id, string fields)
    {
        if (_videos.TryGetValue(id, out var film))
        {
            var status = FailsProcessing ? "error" : film.Polls > 0 ? "processing" : film.Kind == "video" ? "ready" : "upload_complete";
            film.Polls--;
            return Ok(new
            {
                id,
                published = film.IsPublished,
                permalink_url = $"/acme/videos/{id}/",
                post_id = "777",
                status = new
                {
                    video_status = status,
                    uploading_phase = new { status = film.IsUploaded ? "complete" : "in_progress" },
                    publishing_phase = new { status = film.IsPublished ? "complete" : "not_started" },
                },
                likes = new { data = Array.Empty<object>(), summary = new { total_count = 9 } },
                comments = new { data = Array.Empty<object>(), summary = new { total_count = 3 } },
            });
        }
        if (_photos.ContainsKey(id))
        {
            return Ok(new { id });
        }
        if (id == "100_1" && fields.Contains("shares", StringComparison.Ordinal))
        {
            return Ok(new
            {
                id,
                shares = new { count = 4 },
                comments = new { data = Array.Empty<object>(), summary = new { total_count = 5 } },
                reactions = new { data = Array.Empty<object>(), summary = new { total_count = 12 } },
            });
        }
        return _posts.Find(one => one.Id == id) is { } post
            ? Ok(new { id, is_published = post.IsPublished, permalink_url = Link(id) }) : Failure(100, 33);
    }

    IResult Posts(IReadOnlyDictionary<string, string> query)
    {
        var since = DateTimeOffset.FromUnixTimeSeconds(long.Parse(query["since"], CultureInfo.InvariantCulture));
        if (query.ContainsKey("until") && !query.ContainsKey("after"))
        {
            return Ok(new
            {
                data = new[] { Made("100_1", "2026-11-02T12:00:00+0000", 7), Made("100_2", "2026-11-02T23:30:00+0000", 2) },
                paging = new { next = $"{OtherHost ?? Address}/{Version}/{Page}/published_posts?since=0&until=1&after=x" },
            });
        }
        return Ok(new
        {
            data = query.ContainsKey("after") ? [Made("100_3", "2026-11-01T12:00:00+0000", 1)]
                : Listed(one => one.Story is null && !one.IsReel && one.At >= since, one => (object)new
                {
                    id = one.Id,
                    message = one.Text,
                    created_time = one.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+0000'", CultureInfo.InvariantCulture),
                    permalink_url = Link(one.Id),
                    attachments = one.Photos.Length == 0 ? null : new
                    {
                        data = new[]
                        {
                            new
                            {
                                target = one.Photos.Length == 1 ? new { id = one.Photos[0] } : new { id = "album" },
                                subattachments = new { data = one.Photos.Select(photo => new { target = new { id = photo } }).ToArray() },
                            },
                        },
                    },
                }),
        });

        static object Made(string id, string at, int reactions) =>
            new { id, created_time = at, reactions = new { data = Array.Empty<object>(), summary = new { total_count = reactions } } };
    }

    object[] Listed(Predicate<Entry> which, Func<Entry, object> shown) =>
        [.. _posts.Where(one => one.IsPublished).SkipLast(Lag).Where(one => which(one)).Reverse().Select(shown)];

    /// <summary>One metric of the two days before the second and third of November.</summary>
    IResult Insights(IReadOnlyDictionary<string, string> query)
    {
        var metric = query["metric"];
        var seconds = long.Parse(query["until"], CultureInfo.InvariantCulture) - long.Parse(query["since"], CultureInfo.InvariantCulture);
        if (Array.Exists(metric.Split(','), one => DeadMetrics.Contains(one) || !Metrics.Contains(one)) || query["period"] != "day"
            || seconds > 90 * 86_400)
        {
            return Failure(100, 0);
        }
        object[] values = metric switch
        {
            "page_follows" => [Day(1, 1_200), Day(2, 1_230), Day(3, 1_225)],
            "page_daily_follows_unique" => [Day(2, 33), Day(3, 4)],
            "page_daily_unfollows_unique" => [Day(2, 3), Day(3, 9)],
            "page_post_engagements" => [Day(2, 80), Day(3, 60)],
            "page_views_total" => [Day(2, 15), Day(3, 11)],
            "page_actions_post_reactions_total" => [Day(2, new { like = 20, love = 5 }), Day(3, new { like = 1 })],
            _ when query.GetValueOrDefault("breakdown") == "is_from_ads" => HasViewsAsObject
                ? [Day(2, new Dictionary<string, int>(StringComparer.Ordinal) { ["0"] = 300, ["1"] = 90 })]
                : [Views(2, 300, "0"), Views(2, 90, "1"), Views(3, 210, "0")],
            _ => [Day(2, 390)],
        };
        return Ok(new { data = new[] { new { name = metric, period = "day", values } } });

        static object Day(int end, object value) => new { value, end_time = $"2026-11-0{end}T08:00:00+0000" };
        static object Views(int end, int value, string ads) =>
            new { value, end_time = $"2026-11-0{end}T08:00:00+0000", is_from_ads = ads };
    }

    IResult PostInsights(string id, IReadOnlyDictionary<string, string> query) =>
        id is not ("100_1" or "100_777") ? Failure(100, 33)
        : Figures(query, new(StringComparer.Ordinal)
        {
            ["post_media_view"] = 240,
            ["post_total_media_view_unique"] = 180,
            ["post_clicks"] = 6,
            ["post_reactions_by_type_total"] = new { like = 10, love = 2 },
        });

    IResult VideoInsights(string id, IReadOnlyDictionary<string, string> query) => !_videos.ContainsKey(id) ? Failure(100, 33)
        : Figures(query, new(StringComparer.Ordinal)
        {
            ["fb_reels_total_plays"] = 700,
            ["total_video_views"] = 0,
            ["post_video_social_actions"] = new { SHARE = 2, COMMENT = 3 },
        });

    IResult Figures(IReadOnlyDictionary<string, string> query, Dictionary<string, object> known)
    {
        var asked = query["metric"].Split(',');
        return Array.Exists(asked, one => DeadMetrics.Contains(one) || !known.ContainsKey(one)) ? Failure(100, 0)
            : Ok(new
            {
                data = asked.Select(one => new { name = one, period = "lifetime", values = new[] { new { value = known[one] } } }),
            });
    }

    IResult Token(Sent sent)
    {
        var form = sent.Form;
        return form.GetValueOrDefault("client_id") != "app-id" || form.GetValueOrDefault("client_secret") != "app-secret" ? Failure(101, 0)
            : form.GetValueOrDefault("grant_type") == "fb_exchange_token" && form.GetValueOrDefault("fb_exchange_token") == "person-short"
                ? Ok(new { access_token = "person-long", token_type = "bearer", expires_in = 5_184_000 })
            : form.GetValueOrDefault("code") == "code-1" && form.ContainsKey("redirect_uri")
                ? Ok(new { access_token = "person-short", token_type = "bearer", expires_in = 3_600 })
            : Failure(100, 36_009);
    }

    IResult? Person(Sent sent, string edge) => edge switch
    {
        "permissions" => Ok(new
        {
            data = new[]
            {
                new { permission = "pages_show_list", status = "granted" },
                new { permission = "pages_manage_posts", status = PostPermission },
            },
        }),
        "accounts" when sent.Parameters.ContainsKey("after") => Ok(new { data = new[] { Account("101", "Second", "CREATE_CONTENT") } }),
        "accounts" => Ok(new
        {
            data = new[] { Account(Page, "Acme Coffee", "CREATE_CONTENT"), Account("102", "Only to look at", "ANALYZE") },
            paging = new { next = $"{OtherHost ?? Address}/{Version}/me/accounts?after=x&access_token=person-long" },
        }),
        "businesses" => Ok(new { data = new[] { new { id = "business-1" } } }),
        "owned_pages" => Ok(new
        {
            data = new[] { Account(Page, "Acme Coffee", "CREATE_CONTENT"), Account("103", "Owned", "CREATE_CONTENT") },
        }),
        "client_pages" => Failure(200, 0),
        _ => null,
    };

    object Account(string id, string name, string task) => new
    {
        id,
        name,
        username = id == Page ? "acme" : null,
        access_token = id == Page ? Access : "token-" + id,
        tasks = new[] { task },
        link = "https://www.facebook.com/" + id,
    };

    static string Link(string id) => "https://www.facebook.com/acme/posts/" + id;

    static IResult Failure(int code, int subcode) => Status(400, Error(code, subcode));

    /// <summary>An error as the Graph API writes it.</summary>
    public static object Error(int code, int subcode, bool isTransient = false) => new
    {
        error = new
        {
            message = $"(#{code}) The raw words of Facebook for page-token",
            type = "OAuthException",
            code,
            error_subcode = subcode,
            is_transient = isTransient,
            fbtrace_id = "A1b2",
        },
    };

    /// <param name="Story">The photo or video that it shows; null if it is no story.</param>
    sealed record Entry(string Id, string Text, string[] Photos, string? Story)
    {
        public bool IsPublished { get; set; }

        public bool IsReel { get; init; }

        public DateTimeOffset At { get; init; } = TimeProvider.System.GetUtcNow();
    }

    sealed record Film(string Kind, string Text)
    {
        public int Polls { get; set; }

        public bool IsUploaded { get; set; }

        public bool IsPublished { get; set; }
    }
}

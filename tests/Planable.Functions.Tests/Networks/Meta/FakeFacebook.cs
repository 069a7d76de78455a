using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Meta;

/// <summary>
/// Facebook's pages as developers.facebook.com describes them: posts that are drafts first, photos and videos that it fetches itself,
/// reels, stories, figures by day, and tokens of a person and of pages.
/// </summary>
public sealed partial class FakeFacebook : FakeServer
{
    const string Page = "100", Version = "v25.0";

    static readonly string[] Metrics =
    [
        "page_follows", "page_daily_follows_unique", "page_daily_unfollows_unique", "page_post_engagements",
        "page_actions_post_reactions_total", "page_views_total", "page_media_view",
    ];

    readonly Dictionary<string, string?> _photos = new(StringComparer.Ordinal);
    readonly Dictionary<string, Film> _videos = new(StringComparer.Ordinal);
    readonly List<Entry> _posts = [];
    int _number = 1_000;

    public string Access { get; private set; } = "page-token";

    public bool RefusesDrafts { get; set; }

    public bool RefusesToPublishDrafts { get; set; }

    /// <summary>How often a video is still in process when it is asked for.</summary>
    public int Polls { get; set; }

    public bool FailsProcessing { get; set; }

    /// <summary>The newest posts that the lists do not have yet.</summary>
    public int Lag { get; set; }

    /// <summary>Where videos are to be uploaded and lists go on; null for this server.</summary>
    public string? OtherHost { get; set; }

    public ISet<string> DeadMetrics { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether the views of ads come as an object by kind.</summary>
    public bool HasViewsAsObject { get; set; }

    public string PostPermission { get; set; } = "granted";

    public override string Network => "facebook";

    public override IEnumerable<(string Name, string Value)> Settings =>
        [("Networks:facebook:Api", Address), ("Networks:facebook:SignIn", Address), .. Extra];

    public IList<(string, string)> Extra { get; } = [];

    internal override NetworkGrant Grant => new(Page, Access) { Username = "acme" };

    public override string[] Visible => [.. _posts.Where(one => one.IsPublished).Select(one => one.Text)];

    public string[] Drafts => [.. _posts.Where(one => !one.IsPublished).Select(one => one.Id)];

    public IList<(string On, string Text)> Comments { get; } = [];

    public void Expire() => Access = "expired";

    /// <summary>A post that somebody else made.</summary>
    public void Has(string text, DateTimeOffset at) =>
        _posts.Add(new($"{Page}_{++_number}", text, [], null) { IsPublished = true, At = at });

    protected override IResult? Handle(Sent sent)
    {
        var path = sent.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            ["video-upload", Version, var id] => Upload(sent, id),
            [Version, "oauth", "access_token"] => Token(sent),
            [Version, "me", ..] or [Version, "business-1", ..] => sent.Bearer == "person-long" ? Person(sent, path[^1]) : Failure(190, 467),
            [Version, .. var rest] => sent.Bearer == Access ? Graph(sent, rest) : Failure(190, 463),
            _ => null,
        };
    }

    IResult? Graph(Sent sent, string[] path) => (sent.Method, path) switch
    {
        ("POST", [Page, "feed"]) => Feed(sent.Json),
        ("POST", [Page, "photos"]) => Photo(sent.Form),
        ("POST", [Page, "videos"]) => Video(sent.Form),
        ("POST", [Page, "video_reels"]) => Phase(sent.Form, "reel"),
        ("POST", [Page, "video_stories"]) => Phase(sent.Form, "story"),
        ("POST", [Page, "photo_stories"]) => PhotoStory(sent.Form),
        ("GET", [Page, "stories"]) => Ok(new
        {
            data = Listed(one => one.Story is not null, one => (object)new
            {
                post_id = one.Id,
                media_id = one.Story,
                status = "PUBLISHED",
                url = "https://facebook.com/stories/100/" + one.Id,
            }),
        }),
        ("GET", [Page, "published_posts"]) => Posts(sent.Parameters),
        ("GET", [Page, "video_reels"]) => Ok(new
        {
            data = _videos.Where(one => one.Value is { Kind: "reel", IsPublished: true })
                .Select(one => new { id = one.Key, created_time = "2026-11-02T12:00:00+0000" }).ToArray(),
        }),
        ("GET", [Page, "insights"]) => Insights(sent.Parameters),
        ("GET", [var id, "insights"]) => PostInsights(id, sent.Parameters),
        ("GET", [var id, "video_insights"]) => VideoInsights(id, sent.Parameters),
        ("POST", [var id, "thumbnails"]) when _videos.ContainsKey(id) && sent.Body.Contains("is_preferred", StringComparison.Ordinal) =>
            Ok(new { success = true }),
        ("POST", [var id, "comments"]) => Comment(id, sent.Form),
        ("POST", [var id]) => SwitchOn(id, sent.Form),
        ("DELETE", [var id]) => Ok(new
        {
            success = _posts.RemoveAll(one => one.Id == id && !one.IsPublished) > 0 || _videos.Remove(id),
        }),
        ("GET", [var id]) => Node(id, sent.Parameters["fields"]),
        _ => null,
    };

    IResult Feed(JsonNode post)
    {
        var isDraft = post["published"]!.GetValue<bool>() is false;
        var photos = post["attached_media"]?.AsArray().Select(one => one!.Text("media_fbid")).ToArray() ?? [];
        if (isDraft && (RefusesDrafts || post["unpublished_content_type"]?.GetValue<string>() != "DRAFT"))
        {
            return Failure(100, 0);
        }
        if (photos.Any(one => !_photos.ContainsKey(one)))
        {
            return Failure(100, 33);
        }
        if (photos.Any(one => _photos[one] is not null))
        {
            return Failure(100, 1_366_051);
        }
        var link = post["link"]?.GetValue<string>();
        if (link?.Contains("facebook.com", StringComparison.Ordinal) is true)
        {
            return Failure(100, 1_609_008);
        }
        if (post["message"] is null && link is null && photos.Length == 0)
        {
            return Failure(100, 0);
        }
        var made = new Entry($"{Page}_{++_number}", post["message"]?.GetValue<string>() ?? "", photos, null) { IsPublished = !isDraft };
        foreach (var photo in photos)
        {
            _photos[photo] = made.Id;
        }
        _posts.Add(made);
        return Ok(new { id = made.Id });
    }

    IResult Photo(IReadOnlyDictionary<string, string> form)
    {
        if (form["published"] != "false" || !form["url"].StartsWith("http", StringComparison.Ordinal))
        {
            return Failure(100, 0);
        }
        _photos[$"{++_number}"] = null;
        return Ok(new { id = $"{_number}" });
    }

    IResult Video(IReadOnlyDictionary<string, string> form)
    {
        if (form["published"] is not ("false" or "true") || !form["file_url"].StartsWith("http", StringComparison.Ordinal))
        {
            return Failure(100, 0);
        }
        _videos[$"{++_number}"] = new("video", form.GetValueOrDefault("description") ?? "")
        {
            Polls = Polls,
            IsUploaded = true,
            IsPublished = form["published"] == "true",
        };
        if (form["published"] == "true")
        {
            _posts.Add(new($"{Page}_{_number}", form.GetValueOrDefault("description") ?? "", [], null) { IsPublished = true });
        }
        return Ok(new { id = $"{_number}" });
    }

    IResult Phase(IReadOnlyDictionary<string, string> form, string kind)
    {
        if (form["upload_phase"] == "start")
        {
            var id = $"{++_number}";
            _videos[id] = new(kind, "") { Polls = Polls };
            return Ok(new { video_id = id, upload_url = $"{OtherHost ?? Address}/video-upload/{Version}/{id}" });
        }
        if (form["upload_phase"] != "finish" || !_videos.TryGetValue(form["video_id"], out var film) || !film.IsUploaded
            || film.Kind != kind || (kind == "reel" && form["video_state"] != "PUBLISHED"))
        {
            return Failure(100, 0);
        }
        film.IsPublished = true;
        var post = new Entry(
            $"{++_number}", kind == "reel" ? form.GetValueOrDefault("description") ?? "" : "story", [],
            kind == "story" ? form["video_id"] : null)
        { IsPublished = true, IsReel = kind == "reel" };
        _posts.Add(post);
        return Ok(new { success = true, post_id = post.Id });
    }

    IResult Upload(Sent sent, string id)
    {
        if (sent.Headers.Authorization != "OAuth " + Access)
        {
            return Failure(190, 467);
        }
        if (!_videos.TryGetValue(id, out var film) || !sent.Headers["file_url"].ToString().StartsWith("http", StringComparison.Ordinal))
        {
            return Status(400, new { debug_info = new { retriable = false, type = "ProcessingFailedError", message = "no file" } });
        }
        film.IsUploaded = true;
        return Ok(new { success = true });
    }

    IResult PhotoStory(IReadOnlyDictionary<string, string> form)
    {
        var photo = form["photo_id"];
        if (!_photos.ContainsKey(photo))
        {
            return Failure(100, 33);
        }
        _posts.Add(new($"{++_number}", "story", [], photo) { IsPublished = true });
        return Ok(new { success = true, post_id = $"{_number}" });
    }

    IResult SwitchOn(string id, IReadOnlyDictionary<string, string> form)
    {
        if (_videos.TryGetValue(id, out var film) && form.GetValueOrDefault("published") == "true")
        {
            if (RefusesToPublishDrafts)
            {
                return Failure(100, 33);
            }
            film.IsPublished = true;
            _posts.Add(new($"{++_number}", film.Text, [], null) { IsPublished = true });
            return Ok(new { success = true });
        }
        if (_posts.Find(one => one.Id == id) is not { } post)
        {
            return Failure(100, 33);
        }
        if (RefusesToPublishDrafts)
        {
            return Failure(100, 33);
        }
        if (form.GetValueOrDefault("is_published") != "true")
        {
            return Failure(100, 0);
        }
        post.IsPublished = true;
        return Ok(new { success = true });
    }

    IResult Comment(string id, IReadOnlyDictionary<string, string> form)
    {
        if (!_posts.Exists(one => one.Id == id && one.Story is null) && !_videos.ContainsKey(id))
        {
            return Failure(100, 33);
        }
        Comments.Add((id, form["message"]));
        return Ok(new { id = $"{id}_{++_number}" });
    }
}

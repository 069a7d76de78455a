using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Planable.Networks;
using Planable.Networks.TikTok;

namespace Planable.Functions.Tests.Networks.TikTok;

/// <summary>
/// TikTok as developers.tiktok.com describes it: creator info first, videos in parts, pictures by links, the status of a post by its
/// publish id, and tokens of which each refresh works once. Its errors are in the body.
/// </summary>
public sealed partial class FakeTikTok : FakeServer
{
    const long Megabyte = 1024 * 1024;

    readonly List<Item> _items = [];
    bool _isCreatorAsked;
    int _number = 1_000;

    public string Access { get; private set; } = "access-1";

    public string Refresh { get; private set; } = "refresh-1";

    public string[] Audiences { get; set; } = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];

    /// <summary>Whether the account has switched off comments, duets and stitches.</summary>
    public bool IsClosed { get; set; }

    /// <summary>How often a post is still processed when it is asked for.</summary>
    public int Polls { get; set; }

    /// <summary>Why posts fail; null if they do not.</summary>
    public string? FailReason { get; set; }

    /// <summary>Whether posts are not moderated yet: their id is not told.</summary>
    public bool IsModerating { get; set; }

    public string? UploadHost { get; set; }

    public override string Network => TikTokApi.Network;

    public override IEnumerable<(string Name, string Value)> Settings =>
        [("Networks:tiktok:Api", Address), ("Networks:tiktok:SignIn", Address)];

    internal override NetworkGrant Grant => new("open-1", Access) { Username = "acme", RefreshToken = Refresh };

    public override string[] Visible => [.. _items.Where(item => item.IsWhole && FailReason is null).Select(item => item.Text)];

    protected override bool IsUpload(HttpRequest request) => request.Method == "PUT";

    protected override IResult? Handle(Sent sent) => (sent.Method, sent.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
    {
        ("POST", ["v2", "oauth", "token"]) => Token(sent.Form),
        ("PUT", ["upload", var id]) => Upload(sent, id),
        _ when sent.Bearer != Access => Error(401, "access_token_invalid"),
        ("GET", ["v2", "user", "info"]) => User(sent.Parameters["fields"].Split(',')),
        ("POST", _) when sent.ContentType is not "application/json; charset=utf-8" => Error(400, "invalid_params"),
        ("POST", ["v2", "post", "publish", "creator_info", "query"]) => Creator(),
        ("POST", ["v2", "post", "publish", "video", "init"]) => BeginVideo(sent),
        ("POST", ["v2", "post", "publish", "content", "init"]) => BeginPhotos(sent),
        ("POST", ["v2", "post", "publish", "status", "fetch"]) => Status(sent.Json.Text("publish_id")),
        ("POST", ["v2", "video", "list"]) => List(sent.Json.Number("max_count")),
        ("POST", ["v2", "video", "query"]) => Figures(sent.Json["filters"]!["video_ids"]![0]!.GetValue<string>()),
        _ => null,
    };

    static IResult Good(object data) => Ok(new { data, error = new { code = "ok", message = "", log_id = "1" } });

    static IResult Error(int status, string code) =>
        Status(status, new { data = new { }, error = new { code, message = "secret details", log_id = "1" } });

    IResult Token(IReadOnlyDictionary<string, string> form)
    {
        if (form["client_key"] != "app-id" || form["client_secret"] != "app-secret")
        {
            return Ok(new { error = "invalid_client", error_description = "Client key or secret is incorrect.", log_id = "1" });
        }
        // Source: seen answers; the status of a refusal is 200.
        if (form["grant_type"] == "refresh_token" ? form["refresh_token"] != Refresh
            : form["code"] != "code-1" || form["redirect_uri"] != "https://app.example.com/back")
        {
            return Ok(new { error = "invalid_grant", error_description = "It is expired.", log_id = "1" });
        }
        (Access, Refresh) = ($"access-{++_number}", $"refresh-{_number}");
        return Ok(new
        {
            open_id = "open-1",
            scope = "user.info.basic,video.publish",
            access_token = Access,
            expires_in = 86_400,
            refresh_token = Refresh,
            refresh_expires_in = 31_536_000,
            token_type = "Bearer",
        });
    }

    static IResult User(string[] fields)
    {
        var all = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["open_id"] = "open-1",
            ["display_name"] = "Acme Coffee",
            ["username"] = "acme",
            ["follower_count"] = 420,
            ["video_count"] = 17,
        };
        return Good(new { user = all.Where(one => fields.Contains(one.Key)).ToDictionary() });
    }

    IResult Creator()
    {
        _isCreatorAsked = true;
        return Good(new
        {
            creator_username = "acme",
            creator_nickname = "Acme Coffee",
            privacy_level_options = Audiences,
            comment_disabled = IsClosed,
            duet_disabled = IsClosed,
            stitch_disabled = IsClosed,
            max_video_post_duration_sec = 300,
        });
    }

    /// <summary>The error of a post's description; null if there is none.</summary>
    IResult? Wrong(Sent sent) => !_isCreatorAsked ? Error(403, "invalid_params")
        : !Audiences.Contains(sent.Json["post_info"]!.Text("privacy_level")) ? Error(403, "privacy_level_option_mismatch") : null;

    IResult BeginVideo(Sent sent)
    {
        if (Wrong(sent) is { } wrong)
        {
            return wrong;
        }
        var source = sent.Json["source_info"]!;
        var (size, part, count) = (source["video_size"]!.GetValue<long>(), source["chunk_size"]!.GetValue<long>(),
            source["total_chunk_count"]!.GetValue<long>());
        if (source.Text("source") != "FILE_UPLOAD" || count != size / part || count is < 1 or > 1_000
            || (part < 5 * Megabyte ? part != size : part > 64 * Megabyte) || (size > 64 * Megabyte && count < 2))
        {
            return Error(400, "invalid_params");
        }
        var item = new Item($"v_pub_file~v2-1.{++_number}", sent.Json["post_info"]!.Text("title"), size, part, count, Polls);
        _items.Add(item);
        return Good(new
        {
            publish_id = item.PublishId,
            upload_url = $"{UploadHost ?? Address}/upload/{_number}?upload_token=secret-token",
        });
    }

    IResult Upload(Sent sent, string id)
    {
        var item = _items.Single(one => one.PublishId.EndsWith("." + id, StringComparison.Ordinal));
        var range = Range().Match(sent.Headers.ContentRange.ToString());
        if (sent.Parameters["upload_token"] != "secret-token")
        {
            return Status(403);
        }
        if (!range.Success || sent.Bearer is not null || sent.ContentType is not "video/mp4" || sent.Headers.ContentLength is null)
        {
            return Status(400);
        }
        var (first, last, total) = (Number("first"), Number("last"), Number("total"));
        var end = item.Parts + 1 == item.Count ? item.Size : item.Uploaded + item.Part;
        if (total != item.Size || first != item.Uploaded || last != end - 1 || sent.Body != $"{last - first + 1}"
            || sent.Headers.ContentLength != last - first + 1)
        {
            return Status(416);
        }
        (item.Uploaded, item.Parts) = (end, item.Parts + 1);
        return Status(item.IsWhole ? 201 : 206);

        long Number(string group) => long.Parse(range.Groups[group].Value, provider: null);
    }

    IResult BeginPhotos(Sent sent)
    {
        var (info, source) = (sent.Json["post_info"]!, sent.Json["source_info"]!);
        if (Wrong(sent) is { } wrong)
        {
            return wrong;
        }
        if (sent.Json.Text("media_type") != "PHOTO" || sent.Json.Text("post_mode") != "DIRECT_POST"
            || source.Text("source") != "PULL_FROM_URL" || source["photo_images"]!.AsArray().Count is < 1 or > 35
            || info["disable_duet"] is not null || info["title"] is not null)
        {
            return Error(400, "invalid_params");
        }
        var item = new Item($"p_pub_url~v2.{++_number}", info.Text("description"), 0, 0, 0, Polls);
        _items.Add(item);
        return Good(new { publish_id = item.PublishId });
    }

    IResult Status(string publishId)
    {
        if (_items.Find(one => one.PublishId == publishId) is not { } item)
        {
            return Error(400, "invalid_publish_id");
        }
        var isWorking = !item.IsWhole || item.Polls-- > 0;
        var state = isWorking ? item.Count > 0 ? "PROCESSING_UPLOAD" : "PROCESSING_DOWNLOAD"
            : FailReason is null ? "PUBLISH_COMPLETE" : "FAILED";
        return state == "PUBLISH_COMPLETE" && !IsModerating
            ? Good(new { status = state, publicaly_available_post_id = new[] { item.Id }, uploaded_bytes = item.Uploaded })
            : Good(new { status = state, fail_reason = FailReason ?? "", uploaded_bytes = item.Uploaded });
    }

    IResult List(int most) => Good(new
    {
        videos = _items.Where(item => item.IsWhole).Reverse().Take(most).Select(item => new
        {
            id = $"{item.Id}",
            title = item.Text,
            video_description = item.Text,
            create_time = item.At.ToUnixTimeSeconds(),
        }).ToArray(),
        cursor = 0,
        has_more = false,
    });

    IResult Figures(string id) => Good(new
    {
        videos = _items.Exists(item => $"{item.Id}" == id)
            ? new[] { new { id, view_count = 240, like_count = 12, comment_count = 3, share_count = 2 } } : [],
    });

    sealed class Item(string publishId, string text, long size, long part, long count, int polls)
    {
        public string PublishId { get; } = publishId;

        /// <summary>Larger than what a floating-point number holds exactly.</summary>
        public long Id { get; } = 7_400_000_000_000_000_001 + long.Parse(publishId.Split('.')[^1], provider: null);

        public string Text { get; } = text;

        public long Size { get; } = size;

        public long Part { get; } = part;

        public long Count { get; } = count;

        public DateTimeOffset At { get; } = TimeProvider.System.GetUtcNow();

        public long Parts { get; set; }

        public long Uploaded { get; set; }

        public int Polls { get; set; } = polls;

        public bool IsWhole => Parts == Count;
    }

    [GeneratedRegex(@"^bytes (?<first>[0-9]+)-(?<last>[0-9]+)/(?<total>[0-9]+)$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Range();
}

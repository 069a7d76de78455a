using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Google;

/// <summary>
/// YouTube as developers.google.com describes it: uploads in parts, private and public videos, comments, reports, and tokens.
/// </summary>
public sealed partial class FakeYouTube : FakeServer
{
    readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    readonly List<Video> _videos = [];
    int _number = 1_000;

    /// <summary>How often a video is still processed when it is asked for.</summary>
    public int Polls { get; set; }

    /// <summary>What becomes of videos: processed, failed or rejected.</summary>
    public string Outcome { get; set; } = "processed";

    /// <summary>Why.</summary>
    public string? Reason { get; set; }

    /// <summary>Whether videos stay private, as those of apps without an audit.</summary>
    public bool KeepsPrivate { get; set; }

    /// <summary>Bytes of the next part that are kept; null for all.</summary>
    public long? Keeps { get; set; }

    /// <summary>How long ago videos were uploaded.</summary>
    public TimeSpan Age { get; set; }

    public bool HidesLikes { get; set; }

    public bool HidesSubscribers { get; set; }

    public bool HasChannel { get; set; } = true;

    /// <summary>What the session's address is; null for one here.</summary>
    public string? SessionAddress { get; set; }

    /// <summary>The last days that have no figures yet.</summary>
    public int Lag { get; set; } = 3;

    public string Access { get; private set; } = "access-1";

    public override string Network => "youtube";

    public override IEnumerable<(string Name, string Value)> Settings =>
    [
        ("Networks:youtube:Api", Address), ("Networks:youtube:Analytics", Address), ("Networks:youtube:SignIn", Address),
        ("Networks:youtube:Token", Address),
    ];

    internal override NetworkGrant Grant => new("channel-1", Access) { RefreshToken = "refresh-1" };

    public override string[] Visible => [.. _videos.Where(video => video.Privacy == "public").Select(video => video.Title)];

    public string[] Videos => [.. _videos.Select(video => video.Id)];

    public string[] Pictures => [.. _videos.Where(video => video.HasPicture).Select(video => video.Id)];

    public IList<string> Comments { get; } = [];

    public void Remove(string id) => _videos.RemoveAll(video => video.Id == id);

    public void Show(string id, string privacy) => _videos.Single(video => video.Id == id).Privacy = privacy;

    /// <summary>The owner has switched off that other sites may show the video.</summary>
    public void Forbid(string id) => _videos.Single(video => video.Id == id).Embeddable = false;

    public bool IsEmbeddable(string id) => _videos.Single(video => video.Id == id).Embeddable;

    protected override bool IsUpload(HttpRequest request) =>
        request.Path.StartsWithSegments("/session", StringComparison.Ordinal)
        || request.Path.Value!.EndsWith("/thumbnails/set", StringComparison.Ordinal);

    internal static object Error(int code, string reason, string? status = null) => new
    {
        error = new { code, message = "A message of YouTube.", errors = new[] { new { domain = "youtube", reason } }, status },
    };

    protected override IResult? Handle(Sent sent)
    {
        var (method, path) = (sent.Method, sent.Path);
        return (method, path) switch
        {
            ("POST", "/token") => Token(sent),
            _ when sent.Bearer != Access => Status(401, Error(401, "authError", "UNAUTHENTICATED")),
            ("POST", "/upload/youtube/v3/videos") => Begin(sent),
            ("PUT", _) when path.StartsWith("/session/", StringComparison.Ordinal) => Part(sent, path["/session/".Length..]),
            ("POST", "/upload/youtube/v3/thumbnails/set") => Picture(sent),
            ("GET", "/youtube/v3/videos") => List(sent),
            ("PUT", "/youtube/v3/videos") => Update(sent),
            ("POST", "/youtube/v3/commentThreads") => Comment(sent),
            ("GET", "/youtube/v3/channels") => Channels(sent),
            ("GET", "/v2/reports") => Report(sent),
            _ => null,
        };
    }

    IResult Token(Sent sent)
    {
        var form = sent.Form;
        if (form["client_id"] != "app-id" || form["client_secret"] != "app-secret")
        {
            return Status(401, new { error = "invalid_client" });
        }
        if (form["grant_type"] == "authorization_code"
            ? form["code"] != "code-1" || form["redirect_uri"].Length == 0 || form["code_verifier"].Length < 43
            : form["refresh_token"] != "refresh-1")
        {
            return Status(400, new { error = "invalid_grant", error_description = "Bad Request" });
        }
        Access = $"access-{++_number}";
        return form["grant_type"] == "authorization_code"
            ? Ok(new { access_token = Access, expires_in = 3599, refresh_token = "refresh-1", scope = "s", token_type = "Bearer" })
            : Ok(new { access_token = Access, expires_in = 3599, scope = "s", token_type = "Bearer" });
    }

    IResult Begin(Sent sent)
    {
        var (query, body) = (sent.Parameters, sent.Json);
        var title = body["snippet"]?["title"]?.GetValue<string>() ?? "";
        if (query["uploadType"] != "resumable" || query["part"] != "snippet,status"
            || !sent.Headers["X-Upload-Content-Type"].ToString().StartsWith("video/", StringComparison.Ordinal)
            || !long.TryParse(sent.Headers["X-Upload-Content-Length"], CultureInfo.InvariantCulture, out var size))
        {
            return Status(400, Error(400, "badRequest"));
        }
        if (title.Length is 0 or > 100 || title.IndexOfAny(['<', '>']) >= 0)
        {
            return Status(400, Error(400, "invalidTitle"));
        }
        var description = body["snippet"]!["description"]?.GetValue<string>() ?? "";
        if (Encoding.UTF8.GetByteCount(description) > 5_000)
        {
            return Status(400, Error(400, "invalidDescription"));
        }
        var id = $"{++_number}";
        // Since November 2026 a video without a setting is public.
        _sessions[id] = new(size, title, description, body["status"]?["privacyStatus"]?.GetValue<string>() ?? "public");
        return Status(200, null, ("Location", SessionAddress ?? $"{Address}/session/{id}?upload_id=secret"));
    }

    IResult Part(Sent sent, string id)
    {
        if (!_sessions.TryGetValue(id, out var session))
        {
            return Status(404);
        }
        var (range, length) = (sent.Headers["Content-Range"].ToString(), long.Parse(sent.Body, CultureInfo.InvariantCulture));
        if (!range.EndsWith($"/{session.Size}", StringComparison.Ordinal))
        {
            return Status(400);
        }
        if (!range.StartsWith("bytes */", StringComparison.Ordinal))
        {
            var ends = range["bytes ".Length..range.IndexOf('/', StringComparison.Ordinal)].Split('-')
                .Select(end => long.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            if (ends[0] != session.Arrived || ends[1] - ends[0] + 1 != length || length > 8 * 1024 * 1024
                || (ends[1] + 1 < session.Size && length % (256 * 1024) != 0))
            {
                return Status(400);
            }
            session.Arrived += Keeps ?? length;
            Keeps = null;
        }
        if (session.Arrived < session.Size)
        {
            return session.Arrived == 0 ? Status(308) : Status(308, null, ("Range", $"bytes=0-{session.Arrived - 1}"));
        }
        session.Video ??= Add(session);
        return Status(201, new { kind = "youtube#video", id = session.Video, status = new { uploadStatus = "uploaded" } });
    }

    string Add(Session session)
    {
        _videos.Add(new()
        {
            Id = $"video-{++_number}",
            Title = session.Title,
            Description = session.Description,
            Privacy = session.Privacy,
            Polls = Polls,
        });
        return _videos[^1].Id;
    }

    IResult Picture(Sent sent)
    {
        if (sent.ContentType is not ("image/jpeg" or "image/png"))
        {
            return Status(400, Error(400, "invalidImage"));
        }
        if (_videos.Find(one => one.Id == sent.Parameters["videoId"]) is not { } video)
        {
            return Status(404, Error(404, "videoNotFound"));
        }
        video.HasPicture = true;
        return Ok(new { kind = "youtube#thumbnailSetResponse" });
    }

    IResult List(Sent sent)
    {
        var parts = sent.Parameters["part"].Split(',');
        return Ok(new
        {
            kind = "youtube#videoListResponse",
            items = _videos.Where(video => video.Id == sent.Parameters["id"]).Select(video => new
            {
                kind = "youtube#video",
                id = video.Id,
                snippet = parts.Contains("snippet") ? new { title = video.Title, publishedAt = Now - Age } : null,
                status = parts.Contains("status") ? Status(video, ++video.Asked > video.Polls) : null,
                statistics = parts.Contains("statistics") ? HidesLikes
                    ? (object)new { viewCount = "500", commentCount = "5" }
                    : new { viewCount = "500", likeCount = "40", dislikeCount = "2", favoriteCount = "0", commentCount = "5" } : null,
            }).ToArray(),
        });
    }

    object Status(Video video, bool isProcessed) => new
    {
        uploadStatus = isProcessed ? Outcome : "uploaded",
        failureReason = isProcessed && Outcome == "failed" ? Reason : null,
        rejectionReason = isProcessed && Outcome == "rejected" ? Reason : null,
        privacyStatus = video.Privacy,
        license = "youtube",
        embeddable = video.Embeddable,
        publicStatsViewable = true,
        madeForKids = false,
        selfDeclaredMadeForKids = false,
    };

    IResult Update(Sent sent)
    {
        if (sent.Parameters["part"] != "status" || sent.Json["status"]?["privacyStatus"] is null)
        {
            return Status(400, Error(400, "invalidVideoMetadata"));
        }
        if (_videos.Find(one => one.Id == sent.Json.Text("id")) is not { } video)
        {
            return Status(404, Error(404, "videoNotFound"));
        }
        video.Privacy = KeepsPrivate ? "private" : sent.Json["status"]!.Text("privacyStatus");
        // What is left out gets its default.
        video.Embeddable = sent.Json["status"]!["embeddable"]?.GetValue<bool>() ?? true;
        return Ok(new { kind = "youtube#video", id = video.Id, status = Status(video, true) });
    }

    IResult Comment(Sent sent)
    {
        var snippet = sent.Json["snippet"]!;
        if (snippet.Text("channelId") != "channel-1" || sent.Parameters["part"] != "snippet")
        {
            return Status(400, Error(400, "channelNotFound"));
        }
        if (_videos.Find(one => one.Id == snippet.Text("videoId")) is not { Privacy: "public" })
        {
            return Status(403, Error(403, "forbidden"));
        }
        Comments.Add(snippet["topLevelComment"]!["snippet"]!.Text("textOriginal"));
        return Ok(new { kind = "youtube#commentThread", id = $"comment-{++_number}" });
    }
}

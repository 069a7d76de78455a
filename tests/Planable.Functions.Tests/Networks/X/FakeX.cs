using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Planable.Networks;
using Planable.Networks.X;

namespace Planable.Functions.Tests.Networks.X;

/// <summary>X as docs.x.com describes it: media in parts, posts, the timeline, and tokens of which each refresh works once.</summary>
public sealed class FakeX : FakeServer
{
    readonly ConcurrentDictionary<string, (string Category, int Polls)> _media = new(StringComparer.Ordinal);
    readonly List<(string Id, string Text, string[] Media, DateTimeOffset At, string? ReplyTo)> _posts = [];
    int _number = 1_000;

    public string Access { get; private set; } = "access-1";

    public string Refresh { get; private set; } = "refresh-1";

    /// <summary>How often a video is still in progress when it is asked for.</summary>
    public int Polls { get; set; }

    public bool FailsProcessing { get; set; }

    /// <summary>The newest posts that the timeline does not have yet.</summary>
    public int Lag { get; set; }

    public override string Network => XApi.Network;

    public override IEnumerable<(string Name, string Value)> Settings =>
        [("Networks:twitter:Api", Address), ("Networks:twitter:SignIn", Address)];

    internal override NetworkGrant Grant => new("account-1", Access) { Username = "acme", RefreshToken = Refresh };

    public override string[] Visible => [.. _posts.Select(post => post.Text)];

    public string[] ReplyTo => [.. _posts.Select(post => post.ReplyTo).OfType<string>()];

    /// <summary>A post that somebody else made.</summary>
    public void Has(string text, DateTimeOffset at) => _posts.Add(($"{++_number}", text, [], at, null));

    public void Expire() => Access = "expired";

    protected override bool IsUpload(HttpRequest request) => request.Path.Value!.EndsWith("/append", StringComparison.Ordinal);

    protected override IResult? Handle(Sent sent) => (sent.Method, sent.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
    {
        ("POST", ["2", "oauth2", "token"]) => Token(sent),
        _ when sent.Bearer != Access => Status(401, new { title = "Unauthorized", status = 401, detail = "Unauthorized" }),
        ("POST", ["2", "media", "upload", "initialize"]) => Begin(sent),
        ("POST", ["2", "media", "upload", _, "append"]) => Status(204),
        ("POST", ["2", "media", "upload", var id, "finalize"]) => Ok(new { data = Media(id) }),
        ("GET", ["2", "media", "upload"]) => Poll(sent.Parameters["media_id"]),
        ("POST", ["2", "tweets"]) => Post(sent),
        ("GET", ["2", "tweets"]) => Figures(sent.Parameters["ids"], sent.Parameters["tweet.fields"]),
        ("GET", ["2", "users", "me"]) => Ok(new { data = new { id = "account-1", name = "Acme Coffee", username = "acme" } }),
        ("GET", ["2", "users", "account-1", "tweets"]) => Timeline(sent.Parameters["start_time"]),
        _ => null,
    };

    IResult Token(Sent sent)
    {
        var form = sent.Form;
        if (!sent.Headers.Authorization.ToString().StartsWith("Basic ", StringComparison.Ordinal)
            || (form["grant_type"] == "refresh_token" ? form["refresh_token"] != Refresh : form["code"] != "code-1"))
        {
            return Status(400, new { error = "invalid_grant", error_description = "Value passed for the token was invalid." });
        }
        (Access, Refresh) = ($"access-{++_number}", $"refresh-{_number}");
        return Ok(new { token_type = "bearer", expires_in = 7200, access_token = Access, refresh_token = Refresh, scope = "tweet.write" });
    }

    IResult Begin(Sent sent)
    {
        var id = $"{++_number}";
        _media[id] = (sent.Json.Text("media_category"), Polls);
        return Ok(new { data = new { id, media_key = $"7_{id}", expires_after_secs = 86_400 } });
    }

    object Media(string id) => _media[id].Category == "tweet_image" ? new { id, media_key = $"3_{id}" }
        : new { id, media_key = $"7_{id}", processing_info = Processing(id) };

    IResult Poll(string id)
    {
        var known = Ok(new { data = new { id, processing_info = Processing(id) } });
        _media[id] = (_media[id].Category, _media[id].Polls - 1);
        return known;
    }

    object Processing(string id) => FailsProcessing ? new { state = "failed", check_after_secs = 0 }
        : _media[id].Polls > 0 ? new { state = "in_progress", check_after_secs = 3 } : new { state = "succeeded", check_after_secs = 0 };

    IResult Post(Sent sent)
    {
        var text = sent.Json.Text("text");
        var media = sent.Json["media"]?["media_ids"]?.AsArray().Select(one => one!.GetValue<string>()).ToArray() ?? [];
        if (media.Any(one => !_media.ContainsKey(one)))
        {
            return Status(400, new { title = "Invalid Request", detail = "One or more media ids are invalid.", status = 400 });
        }
        if (_posts.Exists(post => post.Text == text && post.Media.SequenceEqual(media)))
        {
            return Status(403, new
            {
                title = "Forbidden",
                detail = "You are not allowed to create a Tweet with duplicate content.",
                status = 403,
                type = "about:blank",
            });
        }
        var id = $"{++_number}";
        _posts.Add((id, text, media, TimeProvider.System.GetUtcNow(), sent.Json["reply"]?.Text("in_reply_to_tweet_id")));
        return Status(201, new { data = new { id, text } });
    }

    IResult Timeline(string since) => Ok(new
    {
        data = _posts.SkipLast(Lag).Where(post => post.ReplyTo is null && post.At >= DateTimeOffset.Parse(since, provider: null)).Reverse()
            .Select(post => new
            {
                id = post.Id,
                text = post.Text.Replace("https://example.com/a", "https://t.co/abc", StringComparison.Ordinal)
                    .Replace("&", "&amp;", StringComparison.Ordinal) + (post.Media.Length > 0 ? " https://t.co/media" : ""),
                created_at = post.At.UtcDateTime,
                attachments = new { media_keys = post.Media.Select(one => "3_" + one).ToArray() },
                entities = new { urls = new[] { new { url = "https://t.co/abc", expanded_url = "https://example.com/a" } } },
            }).ToArray(),
    });

    static IResult Figures(string id, string fields) => id == "gone"
        ? Ok(new { errors = new[] { new { title = "Not Found Error", detail = "Could not find tweet." } } })
        : Ok(new
        {
            data = new[]
            {
                new
                {
                    id,
                    public_metrics = new
                    {
                        impression_count = 240,
                        like_count = 12,
                        reply_count = 3,
                        retweet_count = 2,
                        quote_count = 1,
                        bookmark_count = 4,
                    },
                    non_public_metrics = fields.Contains("non_public", StringComparison.Ordinal) ? new { engagements = 40 } : null,
                },
            },
        });
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Planable.Networks;
using Planable.Networks.Pinterest;

namespace Planable.Functions.Tests.Networks.Pinterest;

/// <summary>
/// Pinterest as its OpenAPI document describes it, and the storage beside it that takes videos by a form: pins, boards, media, and tokens
/// of which each refresh works once.
/// </summary>
public sealed partial class FakePinterest : FakeServer
{
    readonly Dictionary<string, Medium> _media = new(StringComparer.Ordinal);
    readonly List<Pin> _pins = [];
    int _number = 1_000;

    public string Access { get; private set; } = "access-1";

    public string Refresh { get; private set; } = "refresh-1";

    /// <summary>How often a video is still in progress when it is asked for.</summary>
    public int Polls { get; set; }

    public bool FailsProcessing { get; set; }

    /// <summary>The newest pins that the board does not show yet.</summary>
    public int Lag { get; set; }

    public string? UploadHost { get; set; }

    public override string Network => PinterestApi.Network;

    public override IEnumerable<(string Name, string Value)> Settings =>
        [("Networks:pinterest:Api", Address + "/v5"), ("Networks:pinterest:SignIn", Address)];

    internal override NetworkGrant Grant => new("user-1", Access) { Username = "acme", RefreshToken = Refresh };

    public override string[] Visible => [.. _pins.Select(pin => pin.Title ?? pin.Description ?? "")];

    /// <summary>Pinterest forgets a file.</summary>
    public void Forget(string media) => _media.Remove(media);

    protected override IResult? Handle(Sent sent) => (sent.Method, sent.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
    {
        ("POST", ["v5", "oauth", "token"]) => Token(sent),
        ("POST", ["s3"]) => Upload(sent),
        _ when sent.Bearer != Access => Error(401, 2, "Authentication failed."),
        ("GET", ["v5", "user_account"]) => Ok(new
        {
            id = "user-1",
            username = "acme",
            business_name = "Acme Coffee",
            account_type = "BUSINESS",
            follower_count = 420,
        }),
        ("POST", ["v5", "media"]) => sent.Json.Text("media_type") == "video" ? Register() : Error(400, 1, "Invalid media type."),
        ("GET", ["v5", "media", var id]) => Poll(id),
        ("POST", ["v5", "pins"]) => Create(sent),
        ("GET", ["v5", "pins", var id]) => Figures(id, sent.Parameters["pin_metrics"] == "true"),
        ("GET", ["v5", "boards", "board-1", "pins"]) => Ok(new { items = Listed(), bookmark = (string?)null }),
        ("GET", ["v5", "boards", _, "pins"]) => Error(404, 40, "Board not found."),
        _ => null,
    };

    static IResult Error(int status, int code, string message) => Status(status, new { code, message });

    IResult Token(Sent sent)
    {
        if (sent.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("app-id:app-secret")))
        {
            return Error(401, 2, "Authentication failed.");
        }
        var form = sent.Form;
        if (form["grant_type"] == "refresh_token" ? form["refresh_token"] != Refresh
            : form["code"] != "code-1" || form["redirect_uri"] != "https://app.example.com/back")
        {
            return Error(400, 283, "It is not valid.");
        }
        (Access, Refresh) = ($"access-{++_number}", $"refresh-{_number}");
        return Ok(new
        {
            response_type = form["grant_type"],
            access_token = Access,
            token_type = "bearer",
            expires_in = 2_592_000,
            refresh_token = Refresh,
            refresh_token_expires_in = 5_184_000,
            scope = "pins:write",
        });
    }

    IResult Register()
    {
        var id = $"{++_number}";
        _media[id] = new(Polls);
        return Status(201, new
        {
            media_id = id,
            media_type = "video",
            upload_url = $"{UploadHost ?? Address}/s3",
            upload_parameters = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["x-amz-date"] = "20261201T010203Z",
                ["x-amz-signature"] = "secret-signature",
                ["policy"] = "cG9saWN5==",
                ["key"] = $"uploads/{id}",
                ["Content-Type"] = "multipart/form-data",
            },
        });
    }

    /// <summary>A form whose fields come in their order and before the file, and whose length is known.</summary>
    IResult Upload(Sent sent)
    {
        if (sent.Headers.ContentLength is null)
        {
            return Status(411);
        }
        var names = Name().Matches(sent.Body).Select(match => match.Groups["name"].Value).ToArray();
        var key = Key().Match(sent.Body).Groups["id"].Value;
        if (sent.Headers.Authorization.Count > 0 || !sent.Body.Contains("secret-signature", StringComparison.Ordinal)
            || !names.SequenceEqual(["x-amz-date", "x-amz-signature", "policy", "key", "Content-Type", "file"])
            || !_media.TryGetValue(key, out var medium))
        {
            return Status(403);
        }
        medium.IsUploaded = true;
        return Status(204);
    }

    IResult Poll(string id)
    {
        if (!_media.TryGetValue(id, out var medium))
        {
            return Error(404, 2625, "Media not found.");
        }
        return Ok(new
        {
            media_id = id,
            media_type = "video",
            status = !medium.IsUploaded ? "registered" : medium.Polls-- > 0 ? "processing" : FailsProcessing ? "failed" : "succeeded",
        });
    }

    IResult Create(Sent sent)
    {
        var (body, source) = (sent.Json, sent.Json["media_source"]!);
        var kind = source.Text("source_type") switch
        {
            "image_url" when source["url"] is not null => "image",
            "multiple_image_urls" when source["items"]!.AsArray() is { Count: >= 2 and <= 5 } items
                && items.All(item => item!["url"] is not null) => "multiple_images",
            "video_id" when _media.TryGetValue(source.Text("media_id"), out var medium) && medium.IsUploaded
                && (source["cover_image_url"] is null) != (source["cover_image_key_frame_time"] is null) => "video",
            _ => null,
        };
        if (body.Text("board_id") != "board-1")
        {
            return Error(404, 40, "Board not found.");
        }
        if (kind is null || $"{body["description"]}".Length > 800 || $"{body["title"]}".Length > 100)
        {
            return Error(400, 1, "Invalid request.");
        }
        var pin = new Pin($"{++_number}", body["title"]?.GetValue<string>(), body["description"]?.GetValue<string>(),
            body["link"]?.GetValue<string>(), kind, TimeProvider.System.GetUtcNow());
        _pins.Add(pin);
        return Status(201, Shown(pin));
    }

    object[] Listed() => [.. _pins.SkipLast(Lag).Reverse().Take(25).Select(Shown)];

    static object Shown(Pin pin) => new
    {
        id = pin.Id,
        title = pin.Title ?? "",
        description = pin.Description ?? "",
        link = pin.Link is null ? null : pin.Link + "/",
        created_at = pin.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
        board_id = "board-1",
        media = new { media_type = pin.Kind },
    };

    static IResult Figures(string id, bool hasMetrics) => id switch
    {
        "gone" => Error(404, 50, "Pin not found."),
        "quiet" => Ok(new { id, pin_metrics = (object?)null }),
        "young" => Ok(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["id"] = id,
            ["pin_metrics"] = new Dictionary<string, object>(StringComparer.Ordinal) { ["90d"] = new { impression = 7, pin_click = 1 } },
        }),
        _ when !hasMetrics => Ok(new { id }),
        _ => Ok(new
        {
            id,
            pin_metrics = new
            {
                lifetime_metrics = new { impression = 240, pin_click = 7, clickthrough = 5, save = 4, reaction = 12, comment = 3 },
            },
        }),
    };

    sealed record Pin(string Id, string? Title, string? Description, string? Link, string Kind, DateTimeOffset At);

    sealed class Medium(int polls)
    {
        public int Polls { get; set; } = polls;

        public bool IsUploaded { get; set; }
    }

    [GeneratedRegex("Content-Disposition: form-data; name=\"(?<name>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();

    [GeneratedRegex("uploads/(?<id>[0-9]+)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Key();
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Planable.Networks;
using Planable.Networks.LinkedIn;

namespace Planable.Functions.Tests.Networks.LinkedIn;

/// <summary>
/// LinkedIn as learn.microsoft.com/linkedin describes it: every request names a version, media is uploaded and prepared, a post's id is in
/// a header, the same post again is refused, and a text ends at the first reserved character that is not escaped.
/// </summary>
public sealed class FakeLinkedIn : FakeServer
{
    public const string Page = "urn:li:organization:5515715";

    const string Finders = "author roleAssignee organization organizationalEntity";
    const int PartSize = 4 * 1024 * 1024;

    readonly Dictionary<string, Media> _media = new(StringComparer.Ordinal);
    readonly List<Made> _posts = [];
    int _number = 1_000;

    sealed class Media
    {
        public long Size { get; init; }
        public int Polls { get; set; }
        public bool IsUploaded { get; set; }
        public string[] Tags { get; init; } = [];
    }

    sealed record Made(string Urn, string Commentary, string[] Media, bool IsOne, DateTimeOffset At);

    public string Access { get; private set; } = "access-1";

    public string Refresh { get; private set; } = "refresh-1";

    /// <summary>Whether the app is approved for refresh tokens.</summary>
    public bool HasRefresh { get; set; } = true;

    /// <summary>The version that the app is set to; null for its own.</summary>
    public string? Version { get; set; }

    /// <summary>How often new media is still being prepared when it is asked for.</summary>
    public int Polls { get; set; }

    public bool FailsProcessing { get; set; }

    /// <summary>Whether the app may not read what it has uploaded.</summary>
    public bool HidesMedia { get; set; }

    /// <summary>Where uploads go.</summary>
    public string? Uploads { get; set; }

    /// <summary>The newest posts that the list does not have yet.</summary>
    public int Lag { get; set; }

    /// <summary>Whether LinkedIn refuses copies of a post that it does not show.</summary>
    public bool HidesPosts { get; set; }

    public List<(string Post, string Text)> Comments { get; } = [];

    public override string Network => LinkedInApi.Network;

    public override IEnumerable<(string Name, string Value)> Settings =>
    [
        ("Networks:linkedin:Api", Address), ("Networks:linkedin:SignIn", Address),
        .. Version is null ? [] : new[] { ("Networks:linkedin:Version", Version) },
    ];

    internal override NetworkGrant Grant => new(Page, Access) { Username = "acme", RefreshToken = Refresh };

    public override string[] Visible => [.. _posts.Select(post => Shown(post.Commentary))];

    public void Expire() => Access = "expired";

    /// <summary>A post that the page has.</summary>
    public string Has(string commentary, DateTimeOffset at, params string[] media)
    {
        _posts.Add(new($"urn:li:share:{++_number}", commentary, media, media.Length == 1, at));
        return _posts[^1].Urn;
    }

    /// <summary>LinkedIn forgets what was uploaded.</summary>
    public void Forget() => _media.Clear();

    protected override bool IsUpload(HttpRequest request) => request.Path.Value!.StartsWith("/dms-uploads/", StringComparison.Ordinal);

    protected override IResult? Handle(Sent sent)
    {
        var path = sent.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            ["oauth", "v2", "accessToken"] => Token(sent),
            ["dms-uploads", "image", var id] => PutImage(sent, "urn:li:image:" + id),
            ["dms-uploads", "video", var id, var part] => PutPart(sent, "urn:li:video:" + id, part),
            ["dms-uploads", "thumbnail", _] => Thumbnail(sent),
            ["rest", ..] => Problem(sent) ?? Rest(sent, path[1..]),
            _ => null,
        };
    }

    IResult? Problem(Sent sent)
    {
        string version = sent.Headers["LinkedIn-Version"].ToString();
        return sent.Bearer != Access ? Error(401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked", 65601)
            : version.Length == 0 ? Error(400, "VERSION_MISSING", "A version must be present.")
            : version.Length != 6 || string.CompareOrdinal(version, "202512") < 0
                ? Error(426, "NONEXISTENT_VERSION", $"Requested version {version} is not active")
            : sent.Headers["X-Restli-Protocol-Version"] != "2.0.0" ? Error(400, "ILLEGAL_ARGUMENT", "Invalid protocol version")
            : sent.Parameters.TryGetValue("q", out var finder) && (!Finders.Contains(finder, StringComparison.Ordinal)
                || sent.Headers["X-RestLi-Method"] != "FINDER") ? Error(400, "ILLEGAL_ARGUMENT", "No such finder")
            // A URN in a query is escaped; the structure of a value is not.
            : sent.Query.Contains("urn:li", StringComparison.Ordinal) || sent.Query.Contains("%28", StringComparison.Ordinal)
                ? Error(400, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request")
            : null;
    }

    IResult? Rest(Sent sent, string[] path) => (sent.Method, path) switch
    {
        ("POST", ["images"]) when sent.Parameters["action"] == "initializeUpload" => BeginImage(sent.Json["initializeUploadRequest"]!),
        ("POST", ["videos"]) when sent.Parameters["action"] == "initializeUpload" => BeginVideo(sent.Json["initializeUploadRequest"]!),
        ("POST", ["videos"]) when sent.Parameters["action"] == "finalizeUpload" => EndVideo(sent.Json["finalizeUploadRequest"]!),
        ("GET", ["images" or "videos", var urn]) => State(urn),
        ("POST", ["posts"]) => Post(sent.Json),
        ("GET", ["posts"]) => List(sent),
        ("GET", ["posts", var urn]) => _posts.Find(post => post.Urn == urn) is { } post && !HidesPosts ? Ok(Json(post))
            : Error(404, "NOT_FOUND", "Could not find entity"),
        ("POST", ["socialActions", var urn, "comments"]) => Comment(urn, sent.Json),
        ("GET", ["organizationAcls"]) => Ok(new
        {
            elements = new object[]
            {
                new { role = "ADMINISTRATOR", organization = Page, state = "APPROVED", roleAssignee = "urn:li:person:abc" },
                new { role = "CONTENT_ADMINISTRATOR", organization = Page, state = "APPROVED" },
                new { role = "CONTENT_ADMINISTRATOR", organization = "urn:li:organization:2", state = "APPROVED" },
                new { role = "ANALYST", organization = "urn:li:organization:3", state = "APPROVED" },
                new { role = "ADMINISTRATOR", organization = "urn:li:organization:4", state = "APPROVED" },
            },
        }),
        ("GET", ["organizations", "5515715"]) => Ok(new { id = 5515715, localizedName = "Acme Coffee", vanityName = "acme" }),
        ("GET", ["organizations", "2"]) => Ok(new { id = 2, localizedName = "Beta" }),
        ("GET", ["organizations", _]) => Error(404, "NOT_FOUND", "Could not find entity"),
        ("GET", ["networkSizes", Page]) when sent.Parameters["edgeType"] == "COMPANY_FOLLOWED_BY_MEMBER" =>
            Ok(new { firstDegreeSize = 4_321 }),
        ("GET", ["organizationalEntityShareStatistics"]) when sent.Parameters["organizationalEntity"] == Page => Shares(sent),
        ("GET", ["organizationalEntityFollowerStatistics"]) when sent.Parameters["organizationalEntity"] == Page => Gains(sent),
        ("GET", ["organizationPageStatistics"]) when sent.Parameters["organization"] == Page => ByDay(sent, _ => new()
        {
            ["totalPageStatistics"] = JsonNode.Parse("""{"views":{"allPageViews":{"pageViews":31,"uniquePageViews":17}},"clicks":{}}"""),
        }),
        _ => null,
    };

    IResult Token(Sent sent)
    {
        var form = sent.Form;
        if (form["client_id"] != "app-id" || form["client_secret"] != "app-secret")
        {
            return Status(401, new { error = "invalid_client", error_description = "Client authentication failed" });
        }
        if (form["grant_type"] == "refresh_token" ? form["refresh_token"] != Refresh
            : form["code"] != "code-1" || form["redirect_uri"] != "https://app.example.com/back")
        {
            return Status(400, new
            {
                error = "invalid_request",
                error_description = "The provided authorization grant or refresh token is invalid, expired or revoked",
            });
        }
        (Access, Refresh) = ($"access-{++_number}", $"refresh-{_number}");
        return HasRefresh
            ? Ok(new
            {
                access_token = Access,
                expires_in = 5_184_000,
                refresh_token = Refresh,
                refresh_token_expires_in = 31_536_000,
                scope = "w_organization_social",
            })
            : Ok(new { access_token = Access, expires_in = 5_184_000, scope = "w_organization_social" });
    }

    IResult BeginImage(JsonNode request)
    {
        if (request.Text("owner") != Page)
        {
            return Error(403, "ACCESS_DENIED", "Insufficient permissions to perform the requested action");
        }
        var id = $"I{++_number}";
        _media["urn:li:image:" + id] = new() { Polls = Polls };
        return Ok(new
        {
            value = new
            {
                uploadUrl = $"{Uploads ?? Address}/dms-uploads/image/{id}",
                image = "urn:li:image:" + id,
                uploadUrlExpiresAt = 1_900_000_000_000,
            },
        });
    }

    IResult PutImage(Sent sent, string urn)
    {
        if (sent.Bearer != Access || sent.Method != "PUT" || long.Parse(sent.Body, CultureInfo.InvariantCulture) == 0)
        {
            return Status(401);
        }
        _media[urn].IsUploaded = true;
        return Status(201);
    }

    IResult BeginVideo(JsonNode request)
    {
        var size = request["fileSizeBytes"]!.GetValue<long>();
        if (request.Text("owner") != Page || size < 1 || request["uploadCaptions"]!.GetValue<bool>())
        {
            return Error(403, "ACCESS_DENIED", "Insufficient permissions to perform the requested action");
        }
        var id = $"V{++_number}";
        var parts = (int)((size + PartSize - 1) / PartSize);
        _media["urn:li:video:" + id] = new() { Size = size, Polls = Polls, Tags = new string[parts] };
        return Ok(new
        {
            value = new
            {
                video = "urn:li:video:" + id,
                uploadToken = "",
                uploadUrlsExpireAt = 1_900_000_000_000,
                uploadInstructions = Enumerable.Range(0, parts).Select(part => new
                {
                    uploadUrl = $"{Uploads ?? Address}/dms-uploads/video/{id}/{part}",
                    firstByte = (long)part * PartSize,
                    lastByte = Math.Min(size, (part + 1L) * PartSize) - 1,
                }).ToArray(),
                thumbnailUploadUrl = request["uploadThumbnail"]!.GetValue<bool>() ? $"{Address}/dms-uploads/thumbnail/{id}" : null,
            },
        });
    }

    IResult PutPart(Sent sent, string urn, string part)
    {
        var (media, index) = (_media[urn], int.Parse(part, CultureInfo.InvariantCulture));
        if (sent.Headers.Authorization.Count > 0 || sent.ContentType != "application/octet-stream"
            || sent.Body != $"{Math.Min(PartSize, media.Size - ((long)index * PartSize))}")
        {
            return Status(400);
        }
        // Some are in quotation marks.
        media.Tags[index] = $"/ambry-video/part/{index}.bin";
        return Status(200, null, ("ETag", index % 2 == 0 ? media.Tags[index] : $"\"{media.Tags[index]}\""));
    }

    static IResult Thumbnail(Sent sent) => Status(sent.Headers["media-type-family"] == "STILLIMAGE" ? 201 : 400);

    IResult EndVideo(JsonNode request)
    {
        if (!_media.TryGetValue(request.Text("video"), out var media) || request.Text("uploadToken").Length > 0)
        {
            return Error(400, "INVALID_VIDEO_ID", "This Video ID is invalid");
        }
        if (!request["uploadedPartIds"]!.AsArray().Select(one => $"{one}").SequenceEqual(media.Tags, StringComparer.Ordinal))
        {
            return Error(400, "INVALID_VALUE_FOR_FIELD", "uploadedPartIds does not match the uploaded parts");
        }
        media.IsUploaded = true;
        return Status(200);
    }

    IResult State(string urn) =>
        HidesMedia ? Error(403, "ACCESS_DENIED", "Not enough permissions to access: images.GET.20260701")
        : !_media.TryGetValue(urn, out var media) ? Error(404, "NOT_FOUND", "Could not find entity")
        : Ok(new { owner = Page, id = urn, status = Status(media) });

    string Status(Media media) => !media.IsUploaded ? "WAITING_UPLOAD" : FailsProcessing ? "PROCESSING_FAILED"
        : media.Polls-- > 0 ? "PROCESSING" : "AVAILABLE";

    IResult Post(JsonNode post)
    {
        var content = post["content"];
        var images = content?["multiImage"]?["images"]?.AsArray().Select(one => one!.Text("id")).ToArray();
        var media = images ?? (content?["media"] is { } one ? [one.Text("id")] : []);
        if (post.Text("author") != Page)
        {
            return Error(403, "ACCESS_DENIED", "Insufficient permissions to perform the requested action");
        }
        if (post.Text("visibility") != "PUBLIC" || post.Text("lifecycleState") != "PUBLISHED" || post["isReshareDisabledByAuthor"] is null
            || post["distribution"]!.Text("feedDistribution") != "MAIN_FEED" || post["distribution"]!["targetEntities"] is not JsonArray
            || post["distribution"]!["thirdPartyDistributionChannels"] is not JsonArray || images?.Length is < 2 or > 20
            || (images?.Any(image => !image.StartsWith("urn:li:image:", StringComparison.Ordinal)) ?? false))
        {
            return Error(400, "INVALID_VALUE_FOR_FIELD", "A field is invalid");
        }
        if (Shown(post.Text("commentary")).Length > 3_000)
        {
            return Error(400, "FIELD_LENGTH_TOO_LONG", "commentary length can't exceeded maximum 3000 length");
        }
        if (media.Any(urn => !_media.ContainsKey(urn)))
        {
            return Error(400, "INVALID_IMAGE_ID", "This Image ID is invalid");
        }
        if (media.Any(urn => !_media[urn].IsUploaded || _media[urn].Polls > 0))
        {
            return Error(400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload");
        }
        if (_posts.Find(old => old.Commentary == post.Text("commentary") && old.Media.SequenceEqual(media)) is { } same)
        {
            return Status(422, new
            {
                status = 422,
                code = "UNPROCESSABLE_ENTITY",
                message = $"Content is a duplicate of {same.Urn}",
                errorDetailType = "com.linkedin.common.error.BadRequest",
                errorDetails = new { inputErrors = new[] { new { code = "DUPLICATE_POST", description = "Duplicate post is detected" } } },
            });
        }
        var kind = content is null ? "share" : "ugcPost";
        _posts.Add(new(
            $"urn:li:{kind}:{++_number}", post.Text("commentary"), media, images is null, TimeProvider.System.GetUtcNow()));
        return Status(201, null, ("x-restli-id", _posts[^1].Urn));
    }

    IResult List(Sent sent)
    {
        var (start, count) = (int.Parse(sent.Parameters.GetValueOrDefault("start", "0"), null), int.Parse(sent.Parameters["count"], null));
        return sent.Parameters["q"] != "author" || sent.Parameters["author"] != Page || count > 100
            ? Error(400, "ILLEGAL_ARGUMENT", "Invalid parameters")
            : Ok(new
            {
                paging = new { start, count },
                elements = _posts.SkipLast(Lag).OrderByDescending(post => post.At).Skip(start).Take(count).Select(Json).ToArray(),
            });
    }

    static object Json(Made post)
    {
        var media = post.Media.Select(id => new { id, altText = "" }).ToArray();
        return new
        {
            id = post.Urn,
            author = Page,
            commentary = post.Commentary,
            createdAt = post.At.ToUnixTimeMilliseconds(),
            publishedAt = post.At.ToUnixTimeMilliseconds(),
            lifecycleState = "PUBLISHED",
            content = media.Length == 0 ? null : post.IsOne ? (object)new { media = media[0] } : new { multiImage = new { images = media } },
        };
    }

    IResult Comment(string urn, JsonNode comment)
    {
        if (comment.Text("actor") != Page || comment.Text("object") != urn || !_posts.Exists(post => post.Urn == urn))
        {
            return Error(404, "NOT_FOUND", "Unable to obtain activity for the entity");
        }
        Comments.Add((urn, comment["message"]!.Text("text")));
        return Status(201, new { id = $"{++_number}", commentUrn = $"urn:li:comment:({urn},{_number})", @object = urn });
    }

    /// <summary>The first day that was asked for, and the last; nothing happened on those between.</summary>
    static IResult ByDay(Sent sent, Func<int, JsonObject> figures)
    {
        var range = Range(sent);
        return Ok(new
        {
            elements = new[] { 0, range.Days - 1 }.Distinct().Select(day =>
            {
                var one = figures(day);
                one["timeRange"] = new JsonObject
                {
                    ["start"] = range.From.AddDays(day).ToUnixTimeMilliseconds(),
                    ["end"] = range.From.AddDays(day + 1).ToUnixTimeMilliseconds(),
                };
                return one;
            }).ToArray(),
        });
    }

    static (DateTimeOffset From, int Days) Range(Sent sent)
    {
        var parts = sent.Query[sent.Query.IndexOf("timeIntervals=(timeRange:(start:", StringComparison.Ordinal)..].Split(':', ',', ')');
        Assert.Equal("DAY", parts[^2]);
        var (from, to) = (long.Parse(parts[2], null), long.Parse(parts[4], null));
        Assert.Equal(0, from % 86_400_000);
        Assert.Equal(0, to % 86_400_000);
        Assert.True(to > from);
        return (DateTimeOffset.FromUnixTimeMilliseconds(from), (int)((to - from) / 86_400_000));
    }

    IResult Shares(Sent sent)
    {
        if (sent.Query.Contains("timeIntervals", StringComparison.Ordinal))
        {
            return ByDay(sent, day => new() { ["totalShareStatistics"] = Statistics(day == 0 ? 9 : -1) });
        }
        var kind = sent.Parameters.ContainsKey("shares") ? "share" : "ugcPost";
        var urn = sent.Parameters[kind + "s"]["List(".Length..^1];
        return !urn.StartsWith($"urn:li:{kind}:", StringComparison.Ordinal) ? Error(400, "ILLEGAL_ARGUMENT", "Invalid URN")
            : Ok(new
            {
                elements = _posts.Exists(post => post.Urn == urn && post.Commentary != "Unseen")
                    ? new[] { new JsonObject { ["share"] = urn, ["totalShareStatistics"] = Statistics(12) } } : [],
            });
    }

    static JsonObject Statistics(int likes) => new()
    {
        ["impressionCount"] = 240,
        ["uniqueImpressionsCount"] = 180,
        ["clickCount"] = 20,
        ["likeCount"] = likes,
        ["commentCount"] = 3,
        ["shareCount"] = 2,
        ["engagement"] = 0.125,
        ["commentMentionsCount"] = 4,
        ["shareMentionsCount"] = 1,
    };

    static IResult Gains(Sent sent)
    {
        var (from, days) = Range(sent);
        return from.AddDays(days) > TimeProvider.System.GetUtcNow().AddDays(-1)
            ? Error(400, "ILLEGAL_ARGUMENT", "The time range must end two days ago")
            : ByDay(sent, _ => new()
            {
                ["followerGains"] = new JsonObject { ["organicFollowerGain"] = 7, ["paidFollowerGain"] = 2 },
                ["organizationalEntity"] = Page,
            });
    }

    /// <summary>What people see of a text: it ends where a reserved character is not escaped.</summary>
    static string Shown(string little)
    {
        var shown = new StringBuilder();
        for (var at = 0; at < little.Length; at++)
        {
            const string Hashtag = @"{hashtag|\#|";
            if (little.AsSpan(at).StartsWith(Hashtag))
            {
                var end = little.IndexOf('}', at);
                shown.Append('#').Append(little[(at + Hashtag.Length)..end].Replace(@"\_", "_", StringComparison.Ordinal));
                at = end;
            }
            else if (little[at] == '\\' && at + 1 < little.Length)
            {
                shown.Append(little[++at]);
            }
            else if (@"\|{}@[]()<>#*_~".Contains(little[at], StringComparison.Ordinal))
            {
                break;
            }
            else
            {
                shown.Append(little[at]);
            }
        }
        return shown.ToString();
    }

    static IResult Error(int status, string code, string message, int serviceErrorCode = 100) =>
        Status(status, new { status, code, serviceErrorCode, message });
}

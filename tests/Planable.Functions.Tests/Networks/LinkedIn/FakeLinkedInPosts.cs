using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Planable.Functions.Tests.Networks.LinkedIn;

/// <summary>Posts and comments.</summary>
public sealed partial class FakeLinkedIn
{
    readonly List<Made> _posts = [];
    readonly List<(string Post, string Text)> _comments = [];

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
            content = media.Length == 0 ? null
                : post.IsOne ? (object)new { media = media[0] } : new { multiImage = new { images = media } },
        };
    }

    IResult Comment(string urn, JsonNode comment)
    {
        if (comment.Text("actor") != Page || comment.Text("object") != urn || !_posts.Exists(post => post.Urn == urn))
        {
            return Error(404, "NOT_FOUND", "Unable to obtain activity for the entity");
        }
        _comments.Add((urn, comment["message"]!.Text("text")));
        return Status(201, new { id = $"{++_number}", commentUrn = $"urn:li:comment:({urn},{_number})", @object = urn });
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

    sealed record Made(string Urn, string Commentary, string[] Media, bool IsOne, DateTimeOffset At);
}

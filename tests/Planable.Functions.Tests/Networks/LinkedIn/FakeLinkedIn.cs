using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Planable.Networks;
using Planable.Networks.LinkedIn;

namespace Planable.Functions.Tests.Networks.LinkedIn;

/// <summary>
/// LinkedIn as learn.microsoft.com/linkedin describes it: every request names a version, media is uploaded and prepared, a post's id is in
/// a header, the same post again is refused, and a text ends at the first reserved character that is not escaped.
/// </summary>
public sealed partial class FakeLinkedIn : FakeServer
{
    public const string Page = "urn:li:organization:5515715";

    const string Finders = "author roleAssignee organization organizationalEntity";

    int _number = 1_000;

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

    public IReadOnlyList<(string Post, string Text)> Comments => _comments;

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

    static IResult Error(int status, string code, string message, int serviceErrorCode = 100) =>
        Status(status, new { status, code, serviceErrorCode, message });
}

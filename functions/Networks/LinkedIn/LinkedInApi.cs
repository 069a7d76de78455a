using System.Text.Json.Serialization;

namespace Planable.Networks.LinkedIn;

/// <summary>LinkedIn's versioned API: where it is, and what each request to it has to carry.</summary>
/// <remarks>Source: learn.microsoft.com/linkedin, "API versioning", "Protocol version", "Migrations".</remarks>
sealed partial class LinkedInApi(NetworkHttp http, IConfiguration configuration, ILogger log)
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "linkedin", Name = "LinkedIn";

    readonly NetworkAddresses _addresses = new(configuration, Network, "linkedin.com");

    /// <summary>LinkedIn ends each version about a year after its month.</summary>
    string Version => _addresses.Text("Version", "202607");

    public string SignInUrl(string path) => _addresses.Of("SignIn", "https://www.linkedin.com") + path;

    /// <param name="path">With its query; identifiers in it are escaped.</param>
    public Task<NetworkReply> GetAsync(string path, string bearer, CancellationToken cancel) =>
        SendAsync(Request(HttpMethod.Get, path, bearer, null), cancel);

    /// <summary>Asks with a finder: a query that names it as <c>q</c>.</summary>
    public Task<NetworkReply> FindAsync(string path, string bearer, CancellationToken cancel)
    {
        var request = Request(HttpMethod.Get, path, bearer, null);
        request.Headers.Add("X-RestLi-Method", "FINDER");
        return SendAsync(request, cancel);
    }

    public Task<NetworkReply> PostAsync(string path, string bearer, HttpContent body, CancellationToken cancel) =>
        SendAsync(Request(HttpMethod.Post, path, bearer, body), cancel);

    /// <summary>Sends bytes to an address that LinkedIn named.</summary>
    /// <returns>Null if the address is not LinkedIn's.</returns>
    public async Task<NetworkReply?> PutAsync(string? address, string? bearer, HttpContent bytes, CancellationToken cancel)
    {
        if (_addresses.Allowed(address) is not { } url)
        {
            bytes.Dispose();
            return null;
        }
        return await http.SendAsync(NetworkHttp.Request(HttpMethod.Put, url.AbsoluteUri, bearer, bytes), cancel);
    }

    HttpRequestMessage Request(HttpMethod method, string path, string bearer, HttpContent? body)
    {
        var request = NetworkHttp.Request(method, _addresses.Of("Api", "https://api.linkedin.com") + "/rest" + path, bearer, body);
        request.Headers.Add("LinkedIn-Version", Version);
        request.Headers.Add("X-Restli-Protocol-Version", "2.0.0");
        return request;
    }

    async Task<NetworkReply> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var reply = await http.SendAsync(request, cancel);
        if (reply.Status == 426)
        {
            LogOldVersion(Version);
        }
        return reply;
    }

    [LoggerMessage(LogLevel.Error,
        "LinkedIn no longer has version {Version} of its API, so nothing works there. Set Networks__linkedin__Version to a newer month")]
    partial void LogOldVersion(string version);
}

/// <param name="ServiceErrorCode">LinkedIn's own number, such as 65601.</param>
sealed record LinkedInError(int? Status, long? ServiceErrorCode, string? Code, string? Message);

sealed record LinkedInValue<T>(T? Value) where T : class;

sealed record LinkedInList<T>(T[]? Elements);

sealed record LinkedInImageRequest(LinkedInOwner InitializeUploadRequest);

sealed record LinkedInOwner(string Owner);

sealed record LinkedInImageUpload(string? UploadUrl, string? Image);

sealed record LinkedInVideoRequest(LinkedInVideo InitializeUploadRequest);

sealed record LinkedInVideo(string Owner, long FileSizeBytes, bool UploadThumbnail, bool UploadCaptions = false);

sealed record LinkedInVideoUpload(string? Video, string? UploadToken, LinkedInPart[]? UploadInstructions, string? ThumbnailUploadUrl);

/// <summary>The bytes from one to another, both included, and where to put them.</summary>
sealed record LinkedInPart(string? UploadUrl, long FirstByte, long LastByte);

sealed record LinkedInFinalRequest(LinkedInFinal FinalizeUploadRequest);

sealed record LinkedInFinal(string Video, string UploadToken, string[] UploadedPartIds);

/// <param name="Status">WAITING_UPLOAD, PROCESSING, PROCESSING_FAILED or AVAILABLE.</param>
sealed record LinkedInMediaState(string? Status);

sealed record LinkedInNewPost(
    string Author, string Commentary, LinkedInContent? Content, LinkedInDistribution Distribution, string Visibility = "PUBLIC",
    string LifecycleState = "PUBLISHED", bool IsReshareDisabledByAuthor = false);

sealed record LinkedInDistribution(string[] TargetEntities, string[] ThirdPartyDistributionChannels, string FeedDistribution = "MAIN_FEED");

/// <summary>One picture or video, or several pictures.</summary>
sealed record LinkedInContent(LinkedInMedia? Media, LinkedInImages? MultiImage);

sealed record LinkedInMedia(string? Id, string? Title = null);

sealed record LinkedInImages(LinkedInMedia[]? Images);

/// <param name="CreatedAt">In milliseconds since 1970, as is the next.</param>
sealed record LinkedInPost(
    string? Id, string? Commentary, LinkedInContent? Content, long? CreatedAt, long? PublishedAt, string? LifecycleState);

sealed record LinkedInNewComment(string Actor, string Object, LinkedInMessage Message);

sealed record LinkedInMessage(string Text);

sealed record LinkedInComment(string? CommentUrn, string? Object);

sealed record LinkedInStatistics(
    LinkedInRange? TimeRange, LinkedInShareFigures? TotalShareStatistics, LinkedInGains? FollowerGains,
    LinkedInPageFigures? TotalPageStatistics);

/// <param name="Start">In milliseconds since 1970.</param>
sealed record LinkedInRange(long Start);

sealed record LinkedInShareFigures(
    long? ImpressionCount, long? UniqueImpressionsCount, long? ClickCount, long? LikeCount, long? CommentCount, long? ShareCount,
    double? Engagement, long? CommentMentionsCount, long? ShareMentionsCount)
{
    /// <summary>All interactions together.</summary>
    public long Interactions => (ClickCount ?? 0) + (LikeCount ?? 0) + (CommentCount ?? 0) + (ShareCount ?? 0);
}

sealed record LinkedInGains(long? OrganicFollowerGain, long? PaidFollowerGain);

sealed record LinkedInPageFigures(LinkedInViews? Views);

sealed record LinkedInViews(LinkedInViewCount? AllPageViews);

sealed record LinkedInViewCount(long? PageViews, long? UniquePageViews);

sealed record LinkedInSize(long? FirstDegreeSize);

sealed record LinkedInRole(string? Role, string? Organization);

sealed record LinkedInOrganization(string? LocalizedName, string? VanityName);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LinkedInError))]
[JsonSerializable(typeof(LinkedInImageRequest))]
[JsonSerializable(typeof(LinkedInValue<LinkedInImageUpload>))]
[JsonSerializable(typeof(LinkedInVideoRequest))]
[JsonSerializable(typeof(LinkedInValue<LinkedInVideoUpload>))]
[JsonSerializable(typeof(LinkedInFinalRequest))]
[JsonSerializable(typeof(LinkedInMediaState))]
[JsonSerializable(typeof(LinkedInNewPost))]
[JsonSerializable(typeof(LinkedInPost))]
[JsonSerializable(typeof(LinkedInList<LinkedInPost>))]
[JsonSerializable(typeof(LinkedInNewComment))]
[JsonSerializable(typeof(LinkedInComment))]
[JsonSerializable(typeof(LinkedInList<LinkedInStatistics>))]
[JsonSerializable(typeof(LinkedInSize))]
[JsonSerializable(typeof(LinkedInList<LinkedInRole>))]
[JsonSerializable(typeof(LinkedInOrganization))]
sealed partial class LinkedInJson : JsonSerializerContext;

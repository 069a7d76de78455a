using System.Text.Json.Serialization;

namespace Planable.Networks.Google;

/// <summary>The APIs of Google Business Profile: where they are and what they answer. Posts are still in the old one.</summary>
/// <remarks>
/// Source: developers.google.com/my-business/reference: rest/v4/accounts.locations.localPosts, accountmanagement, businessinformation,
/// performance.
/// </remarks>
static class BusinessApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "googleMyBusiness", Name = "Google Business Profile";

    public static NetworkAddresses Addresses(IConfiguration configuration) => new(configuration, Network, "googleapis.com");

    /// <summary>A profile's posts.</summary>
    /// <param name="profile">Such as accounts/1/locations/2, as it is in grants.</param>
    public static string PostsUrl(this NetworkAddresses addresses, string profile) =>
        addresses.PostUrl($"{profile}/localPosts");

    /// <param name="post">The post's whole name, such as accounts/1/locations/2/localPosts/3.</param>
    public static string PostUrl(this NetworkAddresses addresses, string post) =>
        $"{addresses.Of("Posts", "https://mybusiness.googleapis.com")}/v4/{post}";

    public static string AccountsUrl(this NetworkAddresses addresses) =>
        addresses.Of("Accounts", "https://mybusinessaccountmanagement.googleapis.com") + "/v1/accounts";

    public static string LocationsUrl(this NetworkAddresses addresses, string account) =>
        $"{addresses.Of("Locations", "https://mybusinessbusinessinformation.googleapis.com")}/v1/{account}/locations";

    /// <summary>The figures know only the location.</summary>
    public static string FiguresUrl(this NetworkAddresses addresses, string profile) =>
        $"{addresses.Of("Performance", "https://businessprofileperformance.googleapis.com")}/v1/"
        + $"{profile[Math.Max(0, profile.IndexOf("locations/", StringComparison.Ordinal))..]}:fetchMultiDailyMetricsTimeSeries";

    /// <summary>A profile's posts from a moment on, or newer ones only: at most <paramref name="most"/> hundred are read.</summary>
    public static async Task<(BusinessPost[]? Posts, NetworkReply Last)> PostsAsync(
        this NetworkHttp http, NetworkAddresses addresses, NetworkGrant grant, DateTimeOffset since, int most, CancellationToken cancel)
    {
        List<BusinessPost> all = [];
        string? next = null;
        for (var page = 0; ; page++)
        {
            var reply = await http.GetAsync(
                addresses.PostsUrl(grant.Account) + NetworkHttp.Query(("pageSize", "100"), ("pageToken", next)),
                grant.AccessToken, cancel);
            if (!reply.IsSuccess || reply.Read(BusinessJson.Default.BusinessPosts) is not { } list)
            {
                return (null, reply);
            }
            all.AddRange(list.LocalPosts ?? []);
            next = list.NextPageToken;
            // The newest come first.
            if (string.IsNullOrEmpty(next) || page + 1 >= most || list.LocalPosts is not [.., { CreateTime: { } oldest }] || oldest < since)
            {
                return ([.. all.Where(post => post.CreateTime >= since)], reply);
            }
        }
    }
}

sealed record BusinessPosts(BusinessPost[]? LocalPosts, string? NextPageToken);

/// <param name="Name">Its id, such as accounts/1/locations/2/localPosts/3.</param>
/// <param name="State">LIVE, PROCESSING or REJECTED, among others.</param>
sealed record BusinessPost(
    string? Name = null, string? Summary = null, string? TopicType = null, BusinessMedia[]? Media = null, string? State = null,
    string? SearchUrl = null, DateTimeOffset? CreateTime = null);

sealed record BusinessMedia(string MediaFormat, string? SourceUrl = null);

sealed record BusinessAccounts(BusinessAccount[]? Accounts, string? NextPageToken);

/// <param name="Name">Such as accounts/1.</param>
sealed record BusinessAccount(string? Name);

sealed record BusinessLocations(BusinessLocation[]? Locations, string? NextPageToken);

/// <param name="Name">Such as locations/2.</param>
sealed record BusinessLocation(string? Name, string? Title, BusinessAddress? StorefrontAddress, BusinessMetadata? Metadata);

sealed record BusinessAddress(string[]? AddressLines, string? Locality);

sealed record BusinessMetadata(string? MapsUri);

sealed record BusinessFigures(BusinessMetricGroup[]? MultiDailyMetricTimeSeries);

sealed record BusinessMetricGroup(BusinessMetric[]? DailyMetricTimeSeries);

sealed record BusinessMetric(string? DailyMetric, BusinessSeries? TimeSeries);

sealed record BusinessSeries(BusinessValue[]? DatedValues);

/// <param name="Value">Null for zero, and for a day that is not counted yet.</param>
sealed record BusinessValue(BusinessDate? Date, long? Value);

sealed record BusinessDate(int Year, int Month, int Day);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(BusinessPost))]
[JsonSerializable(typeof(BusinessPosts))]
[JsonSerializable(typeof(BusinessAccounts))]
[JsonSerializable(typeof(BusinessLocations))]
[JsonSerializable(typeof(BusinessFigures))]
sealed partial class BusinessJson : JsonSerializerContext;

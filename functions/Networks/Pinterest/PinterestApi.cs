using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Networks.Pinterest;

/// <summary>Pinterest's API of version 5: where it is, what it answers, and what its errors mean.</summary>
/// <remarks>Source: github.com/pinterest/api-description, v5/openapi.yaml (5.23.0); developers.pinterest.com, "Rate limits".</remarks>
static class PinterestApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "pinterest", Name = "Pinterest";

    /// <summary>A reset of a rate limit that is larger is a moment, and not seconds until then.</summary>
    const long LongestReset = 30 * 24 * 60 * 60;

    public static NetworkAddresses Addresses(IConfiguration configuration) =>
        new(configuration, Network, "pinterest.com", "amazonaws.com");

    /// <summary>Where the API is; the setting <c>Networks__pinterest__Api</c>.</summary>
    public static string Url(this NetworkAddresses addresses, string path) => addresses.Of("Api", "https://api.pinterest.com/v5") + path;

    /// <summary>What a failure means, as an answer.</summary>
    /// <param name="isVisible">Whether the request makes a pin visible.</param>
    public static T Failure<T>(this NetworkReply reply, bool isVisible = false) where T : INetworkAnswer<T>
    {
        var error = reply.Read(PinterestJson.Default.PinterestError);
        return reply.Status switch
        {
            429 => T.Failed(NetworkVerdict.RateLimited, "Pinterest accepts no more requests for now.", reply.RetryAfter ?? Reset(reply)),
            400 when error?.Message?.Contains("unable to reach", StringComparison.OrdinalIgnoreCase) is true =>
                T.Failed(NetworkVerdict.NotNow, "Pinterest could not fetch a file of the post.", null),
            400 or 422 => T.Failed(NetworkVerdict.Refused, "Pinterest does not accept the pin as it is.", null),
            403 when error?.Code is 29 => T.Failed(
                NetworkVerdict.Refused, "Pinterest does not permit the app to do this. It may not be approved for it yet.", null),
            403 => T.Failed(NetworkVerdict.Refused, "Pinterest does not permit the account to do this.", null),
            404 => T.Failed(NetworkVerdict.Refused, "Pinterest no longer has the board or the pin.", null),
            _ => T.Failed(reply.Verdict(isVisible), reply.Words(Name), reply.RetryAfter),
        };
    }

    static TimeSpan? Reset(NetworkReply reply) => long.TryParse(
        reply.Header("x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and <= LongestReset ? TimeSpan.FromSeconds(seconds) : reply.Until("x-ratelimit-reset");
}

sealed record PinterestError(int? Code, string? Message);

sealed record PinterestNewMedia(string MediaType);

/// <param name="UploadParameters">The fields of the upload's form, in the order of the answer.</param>
/// <param name="Status">registered, processing, succeeded or failed.</param>
sealed record PinterestMedia(string? MediaId, string? UploadUrl, Dictionary<string, JsonElement>? UploadParameters, string? Status);

sealed record PinterestNewPin(string BoardId, PinterestSource MediaSource, string? Title, string? Description, string? Link);

/// <param name="SourceType">image_url, multiple_image_urls or video_id.</param>
sealed record PinterestSource(
    string SourceType, string? Url = null, PinterestItem[]? Items = null, string? MediaId = null, string? CoverImageUrl = null,
    int? CoverImageKeyFrameTime = null);

sealed record PinterestItem(string Url);

/// <param name="CreatedAt">Some answers have no zone; it is UTC.</param>
sealed record PinterestPin(
    string? Id, string? Title, string? Description, string? Link, string? CreatedAt, PinterestPinMedia? Media, PinterestTotals? PinMetrics)
{
    public DateTimeOffset? At => DateTimeOffset.TryParse(
        CreatedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

/// <param name="MediaType">image, video, multiple_images or others.</param>
sealed record PinterestPinMedia(string? MediaType);

/// <param name="Quarter">Of the last 90 days.</param>
sealed record PinterestTotals(PinterestFigures? LifetimeMetrics, [property: JsonPropertyName("90d")] PinterestFigures? Quarter);

/// <param name="Clickthrough">Clicks that led to the pin's link; newer answers call them OutboundClick.</param>
sealed record PinterestFigures(
    long? Impression, long? PinClick, long? Clickthrough, long? OutboundClick, long? Save, long? Reaction, long? Comment);

sealed record PinterestPins(PinterestPin[]? Items);

sealed record PinterestAccount(string? Id, string? Username, string? BusinessName);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(PinterestError))]
[JsonSerializable(typeof(PinterestNewMedia))]
[JsonSerializable(typeof(PinterestMedia))]
[JsonSerializable(typeof(PinterestNewPin))]
[JsonSerializable(typeof(PinterestPin))]
[JsonSerializable(typeof(PinterestPins))]
[JsonSerializable(typeof(PinterestAccount))]
sealed partial class PinterestJson : JsonSerializerContext;

using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Planable.Networks;

/// <summary>What came back for one request to a network.</summary>
/// <param name="Status">The HTTP status; 0 if there was no answer.</param>
sealed record NetworkReply(int Status, string Body, HttpResponseHeaders? Headers)
{
    /// <summary>The end of the year 9999.</summary>
    const long LastSecond = 253_402_300_799;

    /// <summary>Certainly no byte of the request reached the network.</summary>
    public static readonly NetworkReply NotSent = new(0, "", null);

    /// <summary>The request was sent, but no whole answer came back.</summary>
    public static readonly NetworkReply NoAnswer = new(0, "", null);

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body; null if it is no JSON of this type, such as a proxy's page.</summary>
    public T? Read<T>(JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return Body.Length == 0 ? null : JsonSerializer.Deserialize(Body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Header(string name) =>
        Headers is not null && Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>What the header Retry-After says; null if it is missing.</summary>
    public TimeSpan? RetryAfter => Headers?.RetryAfter is not { } header ? null
        : header.Delta ?? (header.Date is { } date && date > Now ? date - Now : null);

    /// <summary>The time until what a header says in seconds since 1970; null if it is missing or past.</summary>
    public TimeSpan? Until(string header) =>
        long.TryParse(Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < LastSecond && DateTimeOffset.FromUnixTimeSeconds(seconds) is var at && at > Now ? at - Now : null;

    /// <summary>What this means by its status alone, if it is no success or is one that cannot be read.</summary>
    /// <param name="isVisible">Whether it makes something visible: without a clear answer it is then unknown whether it did.</param>
    public NetworkVerdict Verdict(bool isVisible = false) => Status switch
    {
        0 when ReferenceEquals(this, NotSent) => NetworkVerdict.NotNow,
        401 => NetworkVerdict.GrantExpired,
        429 => NetworkVerdict.RateLimited,
        408 or 425 => isVisible ? NetworkVerdict.Unknown : NetworkVerdict.NotNow,
        >= 400 and < 500 => NetworkVerdict.Refused,
        _ => isVisible ? NetworkVerdict.Unknown : NetworkVerdict.NotNow,
    };

    /// <summary>As an answer about a post, by its status alone.</summary>
    /// <param name="network">The network's display name.</param>
    /// <param name="why">What it says, for people; null if it says nothing.</param>
    public NetworkAnswer Answer(string network, bool isVisible = false, string? why = null) =>
        new(Verdict(isVisible), Message: why ?? Words(network), RetryAfter: RetryAfter);

    /// <summary>As a failed question, by its status alone.</summary>
    public NetworkResult<T> Failed<T>(string network, string? why = null) where T : class =>
        new(Verdict(), Message: why ?? Words(network), RetryAfter: RetryAfter);

    /// <summary>What happened, for people.</summary>
    public string Words(string network) => Status switch
    {
        0 when ReferenceEquals(this, NotSent) => $"{network} could not be reached.",
        0 => $"The connection to {network} ended before it answered.",
        401 => $"{network} no longer accepts the page's access.",
        429 => $"{network} accepts no more requests for now.",
        >= 500 => $"{network} had a fault of its own (status {Status}).",
        >= 400 => $"{network} refused it (status {Status}).",
        _ => $"{network} answered something that is not understood.",
    };

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Never the body, which can hold tokens.</summary>
    public override string ToString() => $"status {Status}";
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Networks.Meta;

/// <summary>What errors of the Graph API mean; Facebook, Instagram and Threads share them.</summary>
/// <remarks>Source: developers.facebook.com, "Graph API: Handling errors", "Rate limits", "Instagram platform: Error codes".</remarks>
static class MetaErrors
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1), Day = TimeSpan.FromDays(1);

    /// <param name="Code">The error's code; 0 for any.</param>
    /// <param name="Subcode">Its subcode; 0 for any.</param>
    /// <param name="Words">For people, about the network.</param>
    sealed record Meaning(int Code, int Subcode, NetworkVerdict Verdict, string Words, TimeSpan? Wait = null);

    /// <summary>One with a subcode counts before one without.</summary>
    static readonly Meaning[] All =
    [
        new(0, 2207027, NetworkVerdict.NotNow, "is still preparing the media."),
        new(9007, 0, NetworkVerdict.NotNow, "is still preparing the media."),
        new(0, 2207003, NetworkVerdict.NotNow, "could not fetch the media in time."),
        new(0, 2207032, NetworkVerdict.NotNow, "could not prepare the media. It may work later."),
        new(0, 2207053, NetworkVerdict.NotNow, "could not prepare the media. It may work later."),
        new(0, 2207082, NetworkVerdict.NotNow, "could not prepare the media. It may work later."),
        new(0, 2207008, NetworkVerdict.NotNow, "no longer has the prepared media."),
        new(0, 2207020, NetworkVerdict.NotNow, "no longer has the prepared media."),
        new(0, 2207006, NetworkVerdict.NotNow, "no longer has the prepared media."),
        // Threads, for a moment after a container was made or once it is gone.
        new(24, 0, NetworkVerdict.NotNow, "does not have the prepared media."),
        new(0, 4279009, NetworkVerdict.NotNow, "does not have the prepared media."),
        new(0, 4279013, NetworkVerdict.Refused, "has restricted the account. Open the app and follow its instructions."),
        new(0, 2207042, NetworkVerdict.RateLimited, "allows no more posts of the account today.", Hour),
        new(0, 2207051, NetworkVerdict.RateLimited, "has blocked the account's posts for a while.", Day),
        new(0, 2207050, NetworkVerdict.Refused, "has restricted the account. Open the app and follow its instructions."),
        new(0, 2207052, NetworkVerdict.Refused, "could not fetch a file of the post."),
        new(0, 2207077, NetworkVerdict.Refused, "could not fetch the video."),
        new(0, 2207004, NetworkVerdict.Refused, "does not take a picture of this size in bytes."),
        new(0, 2207005, NetworkVerdict.Refused, "does not take a picture of this format."),
        new(0, 2207009, NetworkVerdict.Refused, "does not take a picture of this ratio of width to height."),
        new(36003, 0, NetworkVerdict.Refused, "does not take a picture of this ratio of width to height."),
        new(0, 2207010, NetworkVerdict.Refused, "does not take a text of this length."),
        new(0, 2207026, NetworkVerdict.Refused, "does not take a video of this format."),
        new(0, 2207028, NetworkVerdict.Refused, "does not take these files together."),
        new(0, 1390008, NetworkVerdict.RateLimited, "wants the page to post more slowly.", Hour),
        new(0, 1404112, NetworkVerdict.RateLimited, "has restricted the account for a few days.", Day),
        new(0, 4854002, NetworkVerdict.Refused,
            "wants the page's owner to confirm who they are. Open the app and follow its instructions."),
        new(0, 1366051, NetworkVerdict.Refused, "has the pictures in another post already."),
        new(0, 2069019, NetworkVerdict.Refused, "does not take a file of the post."),
        new(0, 1346003, NetworkVerdict.Refused, "regards the post as abusive."),
        new(0, 1404102, NetworkVerdict.Refused, "says that the post is against its community standards."),
        new(0, 1349125, NetworkVerdict.Refused, "does not take the content of the post."),
        new(0, 2061006, NetworkVerdict.Refused, "does not take a link of the post."),
        new(506, 0, NetworkVerdict.Refused, "has the same post of the page already."),
        new(3, 0, NetworkVerdict.Refused, "does not permit the app to do this."),
        new(190, 0, NetworkVerdict.GrantExpired, "no longer grants access to the page."),
        new(102, 0, NetworkVerdict.GrantExpired, "no longer grants access to the page."),
        new(0, 1404078, NetworkVerdict.GrantExpired,
            "wants the page's owner to confirm who they are. Do so there, then connect the page again."),
        new(4, 0, NetworkVerdict.RateLimited, "accepts no more requests of the app for now.", Hour),
        new(17, 0, NetworkVerdict.RateLimited, "accepts no more requests of the account for now.", Hour),
        new(32, 0, NetworkVerdict.RateLimited, "accepts no more requests of the page for now.", Hour),
        new(613, 0, NetworkVerdict.RateLimited, "accepts no more requests for now.", Hour),
        new(80001, 0, NetworkVerdict.RateLimited, "accepts no more requests of the page for now.", Hour),
        new(80002, 0, NetworkVerdict.RateLimited, "accepts no more requests of the account for now.", Hour),
        new(368, 0, NetworkVerdict.RateLimited, "has blocked the page's posts for a while.", Day),
        new(0, 1366046, NetworkVerdict.Refused, "does not take a picture of this format or size."),
        new(0, 1609008, NetworkVerdict.Refused, "does not take links to facebook.com."),
        new(0, 1404006, NetworkVerdict.Refused, "wants a security check before it takes comments."),
        new(10, 0, NetworkVerdict.Refused, "does not permit the app to do this. Connect the page again with all permissions."),
        new(200, 0, NetworkVerdict.Refused, "does not permit the app to do this. Connect the page again with all permissions."),
        new(100, 33, NetworkVerdict.GrantExpired, "no longer grants access to the page."),
        new(100, 0, NetworkVerdict.Refused, "does not accept the post as it is."),
    ];

    public static MetaError? Error(this NetworkReply reply) => reply.Read(MetaErrorJson.Default.MetaFailure)?.Error;

    /// <summary>Whether the network does not have the object that the request's address names.</summary>
    public static bool IsGone(this NetworkReply reply) =>
        reply.Status == 404 || reply.Error() is { Code: 100, ErrorSubcode: 33 } or { Code: 803 };

    /// <summary>What a subcode means that the network names outside of an error; null if it is not known.</summary>
    public static NetworkAnswer? Known(int subcode, string network) =>
        Array.Find(All, one => one.Code == 0 && one.Subcode == subcode) is { } meaning
            ? NetworkAnswer.Failed(meaning.Verdict, $"{network} {meaning.Words}", meaning.Wait) : null;

    /// <summary>What a failure means, as an answer.</summary>
    /// <param name="network">The network's display name.</param>
    /// <param name="isVisible">Whether the request makes something visible.</param>
    public static T Failure<T>(this NetworkReply reply, string network, bool isVisible = false) where T : INetworkAnswer<T>
    {
        var error = reply.Error();
        if (error is null)
        {
            return T.Failed(reply.Verdict(isVisible), reply.Words(network), reply.RetryAfter);
        }
        var meaning = Array.Find(All, one =>
                one.Subcode != 0 && one.Subcode == error.ErrorSubcode && (one.Code == 0 || one.Code == error.Code))
            ?? Array.Find(All, one => one.Subcode == 0 && one.Code == error.Code);
        return meaning is not null ? T.Failed(
                meaning.Verdict, $"{network} {meaning.Words}",
                (meaning.Verdict is NetworkVerdict.RateLimited ? reply.Regain() : null) ?? reply.RetryAfter ?? meaning.Wait)
            : error.Code is 1 or 2 || error.ErrorSubcode is 1363047 or 1609010 || error.IsTransient ? T.Failed(
                isVisible ? NetworkVerdict.Unknown : NetworkVerdict.NotNow, $"{network} had a fault of its own.", reply.RetryAfter)
            : error.Code is > 200 and < 300 ? T.Failed(NetworkVerdict.Refused, $"{network} does not permit the app to do this.", null)
            : T.Failed(reply.Verdict(isVisible), reply.Words(network), reply.RetryAfter);
    }

    /// <summary>When requests for the page or account are accepted again, as a header says in minutes; null if it does not.</summary>
    static TimeSpan? Regain(this NetworkReply reply)
    {
        try
        {
            var usage = reply.Header("X-Business-Use-Case-Usage") is { Length: > 0 } text
                ? JsonSerializer.Deserialize(text, MetaErrorJson.Default.DictionaryStringMetaUsageArray) : null;
            return usage?.Values.SelectMany(uses => uses).Max(use => use.EstimatedTimeToRegainAccess) is > 0 and var minutes
                ? TimeSpan.FromMinutes(Math.Min(minutes, 24 * 60)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

sealed record MetaFailure(MetaError? Error);

/// <param name="IsTransient">Whether a repeat may succeed.</param>
sealed record MetaError(int Code, int ErrorSubcode, bool IsTransient, string? Type);

/// <param name="EstimatedTimeToRegainAccess">In minutes.</param>
sealed record MetaUsage(double? EstimatedTimeToRegainAccess);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(MetaFailure))]
[JsonSerializable(typeof(Dictionary<string, MetaUsage[]>))]
sealed partial class MetaErrorJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Planable.Platform;

namespace Planable.Networks.Google;

/// <summary>What errors of Google's APIs mean; YouTube and Google Business Profile share them.</summary>
/// <remarks>
/// Source: developers.google.com, "YouTube Data API: Errors", "Quota and compliance audits", "Business Profile APIs: Usage limits";
/// cloud.google.com/apis/design/errors.
/// </remarks>
static class GoogleErrors
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Day = TimeSpan.FromDays(1);

    /// <param name="Words">For people, about the network.</param>
    /// <param name="Wait">How long to wait; null until midnight in California, when the quotas of a day begin anew.</param>
    sealed record Meaning(string Reason, NetworkVerdict Verdict, string Words, TimeSpan? Wait = null);

    /// <summary>By reason, or by status where there is no reason that is known. The first that fits counts.</summary>
    static readonly Meaning[] All =
    [
        new("quotaExceeded", NetworkVerdict.RateLimited, "accepts no more requests of the app today."),
        new("dailyLimitExceeded", NetworkVerdict.RateLimited, "accepts no more requests of the app today."),
        new("uploadLimitExceeded", NetworkVerdict.RateLimited, "accepts no more videos of the channel today.", Day),
        new("rateLimitExceeded", NetworkVerdict.RateLimited, "accepts no more requests for now.", Minute),
        new("userRateLimitExceeded", NetworkVerdict.RateLimited, "accepts no more requests of the account for now.", Minute),
        new("RATE_LIMIT_EXCEEDED", NetworkVerdict.RateLimited, "accepts no more requests for now.", Minute),
        new("youtubeSignupRequired", NetworkVerdict.Refused, "has no channel for this Google account."),
        new("authenticatedUserAccountClosed", NetworkVerdict.Refused, "has closed the account."),
        new("authenticatedUserAccountSuspended", NetworkVerdict.Refused, "has suspended the account."),
        new("insufficientPermissions", NetworkVerdict.Refused, Permissions),
        new("ACCESS_TOKEN_SCOPE_INSUFFICIENT", NetworkVerdict.Refused, Permissions),
        new("accessNotConfigured", NetworkVerdict.Refused, "does not let the app use this API. Its operator must enable it."),
        new("SERVICE_DISABLED", NetworkVerdict.Refused, "does not let the app use this API. Its operator must enable it."),
        new("authError", NetworkVerdict.GrantExpired, Grant),
        new("invalidTitle", NetworkVerdict.Refused, "does not accept the title."),
        new("invalidDescription", NetworkVerdict.Refused, "does not accept the text."),
        new("forbiddenPrivacySetting", NetworkVerdict.Refused, "does not let the app make the video public."),
        new("mediaBodyRequired", NetworkVerdict.Refused, "does not accept the video file."),
        new("videoNotFound", NetworkVerdict.Refused, "does not have the video any more."),
        new("commentsDisabled", NetworkVerdict.Refused, "does not allow comments on the video."),
        new("commentTextTooLong", NetworkVerdict.Refused, "does not take a comment of this length."),
        new("UNAUTHENTICATED", NetworkVerdict.GrantExpired, Grant),
        new("RESOURCE_EXHAUSTED", NetworkVerdict.RateLimited, "accepts no more requests for now.", Minute),
        new("forbidden", NetworkVerdict.Refused, "does not permit this for the account."),
        new("PERMISSION_DENIED", NetworkVerdict.Refused, "does not permit this for the account. Check that it is verified."),
        new("NOT_FOUND", NetworkVerdict.Refused, "does not have this any more."),
        new("INVALID_ARGUMENT", NetworkVerdict.Refused, "does not accept the post as it is."),
    ];

    const string Permissions = "does not permit the app to do this. Connect the page again with all permissions.";
    const string Grant = "no longer grants access to the page.";

    /// <summary>What a failure means, as an answer.</summary>
    /// <param name="network">The network's display name.</param>
    /// <param name="isVisible">Whether the request makes something visible.</param>
    public static T Failure<T>(this NetworkReply reply, string network, bool isVisible = false) where T : INetworkAnswer<T>
    {
        // A fault of the network's own can carry any reason, and the request may have been done.
        if (reply.Status is >= 400 and < 500 && reply.Read(GoogleErrorJson.Default.GoogleFailure)?.Error is { } error)
        {
            string?[] reasons =
                [.. error.Errors?.Select(one => one.Reason) ?? [], .. error.Details?.Select(one => one.Reason) ?? [], error.Status];
            if (Array.Find(All, one => reasons.Contains(one.Reason)) is { } meaning)
            {
                TimeSpan? wait = meaning.Verdict is not NetworkVerdict.RateLimited ? null
                    : reply.RetryAfter ?? meaning.Wait ?? UntilMidnight(TimeProvider.System.GetUtcNow());
                return T.Failed(meaning.Verdict, $"{network} {meaning.Words}", wait);
            }
        }
        return T.Failed(reply.Verdict(isVisible), reply.Words(network), reply.RetryAfter);
    }

    /// <summary>How long it is until the next midnight in California.</summary>
    public static TimeSpan UntilMidnight(DateTimeOffset now) => TimeZones.NextAt(now, 0, "America/Los_Angeles") - now;
}

sealed record GoogleFailure(GoogleError? Error);

/// <param name="Status">Such as PERMISSION_DENIED; YouTube often leaves it out.</param>
sealed record GoogleError(string? Status, GoogleReason[]? Errors, GoogleReason[]? Details);

sealed record GoogleReason(string? Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GoogleFailure))]
sealed partial class GoogleErrorJson : JsonSerializerContext;

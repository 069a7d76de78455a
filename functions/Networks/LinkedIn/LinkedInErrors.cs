using System.Text.RegularExpressions;

namespace Planable.Networks.LinkedIn;

/// <summary>What LinkedIn's errors mean.</summary>
/// <remarks>Source: learn.microsoft.com/linkedin, "Error handling", "Rate limiting", "Posts API", "Videos API".</remarks>
static partial class LinkedInErrors
{
    const string OldVersion = "The app uses a version of LinkedIn's API that has ended. Whoever runs the app has to set a newer one.";

    /// <param name="Words">For people, about LinkedIn.</param>
    sealed record Meaning(string Code, NetworkVerdict Verdict, string Words);

    /// <summary>The first whose code the error has counts.</summary>
    static readonly Meaning[] All =
    [
        new("VERSION_MISSING", NetworkVerdict.NotNow, OldVersion),
        new("NONEXISTENT_VERSION", NetworkVerdict.NotNow, OldVersion),
        new("FIELD_LENGTH_TOO_LONG", NetworkVerdict.Refused, "LinkedIn does not take a text of this length."),
        new("INVALID_VALUE_BLANK_FIELD", NetworkVerdict.Refused, "LinkedIn does not take a post without a text."),
        new("MEDIA_ASSET_PROCESSING_FAILED", NetworkVerdict.Refused, "LinkedIn could not process a file of the post."),
        new("UNSUPPORTED_MEDIA_TYPE", NetworkVerdict.Refused, "LinkedIn does not take a file of this format."),
        new("REQUEST_ENTITY_TOO_LARGE", NetworkVerdict.Refused, "LinkedIn does not take a file of this size."),
        new("MEDIA_ASSET_WAITING_UPLOAD", NetworkVerdict.NotNow, "LinkedIn is still preparing the media."),
        new("EXPIRED_UPLOAD_URL", NetworkVerdict.NotNow, "LinkedIn did not get the media in time."),
        new("INVALID_IMAGE_ID", NetworkVerdict.NotNow, "LinkedIn no longer has the prepared media."),
        new("INVALID_VIDEO_ID", NetworkVerdict.NotNow, "LinkedIn no longer has the prepared media."),
    ];

    /// <summary>What a failure means, as an answer.</summary>
    /// <param name="isVisible">Whether the request makes something visible.</param>
    public static T Failure<T>(this NetworkReply reply, bool isVisible = false) where T : INetworkAnswer<T>
    {
        var error = reply.Read(LinkedInJson.Default.LinkedInError);
        // The code is at the top or among the input errors. What a message quotes has its quotation marks escaped.
        var meaning = error is null || reply.Status is < 400 or >= 500 ? null
            : Array.Find(All, one => reply.Body.Contains($"\"{one.Code}\"", StringComparison.Ordinal));
        return reply.Status switch
        {
            426 => T.Failed(NetworkVerdict.NotNow, OldVersion, null),
            // The limits are by day, and have no header. The other throttling is short.
            429 when Says("throttle") =>
                T.Failed(NetworkVerdict.RateLimited, "LinkedIn accepts no more requests today.", reply.RetryAfter ?? UntilMidnight),
            429 => T.Failed(NetworkVerdict.RateLimited, "LinkedIn accepts no more requests for now.", reply.RetryAfter),
            401 => T.Failed(NetworkVerdict.GrantExpired, "LinkedIn no longer grants access to the page.", null),
            _ when meaning is not null => T.Failed(meaning.Verdict, meaning.Words, reply.RetryAfter),
            // LinkedIn takes some time to know who owns new media.
            403 when Says("resource is forbidden") =>
                T.Failed(NetworkVerdict.NotNow, "LinkedIn does not yet allow the post's media to be used.", reply.RetryAfter),
            403 => T.Failed(NetworkVerdict.Refused,
                "LinkedIn does not permit this. Whoever connected the page must be its administrator and have granted all permissions.",
                null),
            409 => T.Failed(NetworkVerdict.NotNow, "LinkedIn was busy with another change.", reply.RetryAfter),
            400 or 422 when isVisible => T.Failed(NetworkVerdict.Refused, "LinkedIn does not accept it as it is.", null),
            _ => T.Failed(reply.Verdict(isVisible), reply.Words(LinkedInApi.Name), reply.RetryAfter),
        };

        bool Says(string words) => error?.Message?.Contains(words, StringComparison.OrdinalIgnoreCase) is true;
    }

    /// <summary>Whether LinkedIn refused a post as a copy of a recent one.</summary>
    /// <param name="original">The URN of that one; null if LinkedIn does not name it.</param>
    public static bool IsDuplicate(this NetworkReply reply, out string? original)
    {
        original = null;
        if (reply.Status is not (400 or 409 or 422))
        {
            return false;
        }
        original = Copied().Match(reply.Body) is { Success: true } match ? match.Groups["urn"].Value : null;
        return original is not null || reply.Body.Contains("\"DUPLICATE_POST\"", StringComparison.Ordinal);
    }

    /// <summary>The limits end at midnight, UTC; a minute more for clocks that differ.</summary>
    static TimeSpan UntilMidnight =>
        TimeSpan.FromDays(1) - TimeProvider.System.GetUtcNow().UtcDateTime.TimeOfDay + TimeSpan.FromMinutes(1);

    [GeneratedRegex(
        @"duplicate of (?<urn>urn:li:(share|ugcPost):[0-9]+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Copied();
}

namespace Planable.Content.Posts;

/// <summary>Texts for each publishing failure: a message, used when the network gives none, and a hint what to do.</summary>
static class FailureTexts
{
    static readonly Dictionary<FailureCode, (string Message, string Hint)> All = new()
    {
        [FailureCode.REFUSED] = ("The network refused the post.", "Fix what the network refuses, then publish it again."),
        [FailureCode.RATE_LIMITED] = ("The network accepts no more posts on this page for now.",
            "Wait until the network's limit resets. Until then no post on this page is sent."),
        [FailureCode.UNREACHABLE] = ("The network could not be reached.", "Nothing was published; it is safe to publish it again."),
        [FailureCode.GRANT_EXPIRED] =
            ("The network no longer grants access to the page.", "Reconnect the page, then publish the post again."),
        [FailureCode.PAGE_DISCONNECTED] = ("The page is not connected.", "Connect the page, then publish the post again."),
        [FailureCode.NOT_SUPPORTED] = ("Publishing to this network is not supported yet.", "Publish it manually on the network."),
        [FailureCode.APPROVAL_MISSING] =
            ("The post was not fully approved when it was due.", "Get it approved, then publish it again."),
        [FailureCode.NOT_VALID] = ("The post does not meet the network's rules.", "Fix what the message names, then publish it again."),
        [FailureCode.MEDIA_MISSING] = ("A media file of the post could not be imported.", "Replace its media, then publish it again."),
        [FailureCode.HELD_LATE] =
            ("The post was due too long ago to be published automatically.",
                "Retry it, or set a new date together with publishAtScheduledDate."),
        [FailureCode.INTERRUPTED] =
            ("The attempt was interrupted before anything was sent.", "Nothing was published; it is safe to publish it again."),
        [FailureCode.NOT_ARRIVED] =
            ("The network says that it never received the post.", "Nothing was published; it is safe to publish it again."),
        [FailureCode.OUTCOME_UNKNOWN] = ("The post was sent, but it is not known whether the network published it.",
            "Check the page on the network. Publish it again only if it is not there."),
    };

    /// <param name="message">The network's message; null if it gave none.</param>
    public static Failure Of(FailureCode code, string? message = null) => new(code, message ?? All[code].Message);

    public static string HintOf(FailureCode code) => All[code].Hint;
}

/// <summary>Why a post was not published.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
/// <param name="Hint">What to do next.</param>
sealed record PublishFailure(FailureCode Code, string Message, string Hint)
{
    public static PublishFailure? Of(Failure? failure) =>
        failure is null ? null : new(failure.Code, failure.Message, FailureTexts.HintOf(failure.Code));
}

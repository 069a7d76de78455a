namespace Planable.Content.Posts;

/// <summary>
/// What there is to say of each way in which publishing fails: what happened, where the network does not say it better,
/// and what to do.
/// </summary>
static class FailureTexts
{
    static readonly Dictionary<FailureCode, (string Message, string Hint)> All = new()
    {
        [FailureCode.REFUSED] = ("The network refused the post.", "Change what it does not take, and publish it again."),
        [FailureCode.RATE_LIMITED] = ("The network takes no more posts of this page for now.",
            "Wait until the network's limit is over; until then no post of the page is tried."),
        [FailureCode.UNREACHABLE] = ("The network could not be reached.", "Nothing was published; it is safe to publish it again."),
        [FailureCode.GRANT_EXPIRED] = ("The network does not let us in any more.", "Connect the page anew, and publish the post again."),
        [FailureCode.PAGE_DISCONNECTED] = ("The page is not connected.", "Connect the page, and publish the post again."),
        [FailureCode.NOT_SUPPORTED] = ("Publishing to this network is not offered yet.", "Publish it by hand."),
        [FailureCode.APPROVAL_MISSING] =
            ("It was not approved by everybody who must when its time came.", "Have it approved, and publish it again."),
        [FailureCode.NOT_VALID] = ("The network would not take it as it is.", "Change what is named, and publish it again."),
        [FailureCode.MEDIA_MISSING] = ("A file that it shows could not be brought.", "Give it other media, and publish it again."),
        [FailureCode.HELD_LATE] =
            ("Its time had passed for longer than posts may be late.", "Retry it, or give it another date with publishAtScheduledDate."),
        [FailureCode.INTERRUPTED] =
            ("The attempt was interrupted before anything was sent.", "Nothing was published; it is safe to publish it again."),
        [FailureCode.NOT_ARRIVED] =
            ("The network says that the post never arrived.", "Nothing was published; it is safe to publish it again."),
        [FailureCode.OUTCOME_UNKNOWN] = ("The post was sent, and whether the network has taken it is not known.",
            "Look at the page on the network: publish it again only if it is not there."),
    };

    /// <param name="message">What the network says.</param>
    public static Failure Of(FailureCode code, string? message = null) => new(code, message ?? All[code].Message);

    public static string HintOf(FailureCode code) => All[code].Hint;
}

/// <summary>Why a post was not published.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
/// <param name="Hint">What to do about it.</param>
sealed record PublishFailure(FailureCode Code, string Message, string Hint)
{
    public static PublishFailure? Of(Failure? failure) =>
        failure is null ? null : new(failure.Code, failure.Message, FailureTexts.HintOf(failure.Code));
}

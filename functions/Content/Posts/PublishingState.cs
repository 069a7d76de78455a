using System.Text.Json.Serialization;

namespace Planable.Content.Posts;

/// <summary>Why a post was not published.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureCode>))]
enum FailureCode
{
    REFUSED,
    RATE_LIMITED,
    UNREACHABLE,
    GRANT_EXPIRED,
    PAGE_DISCONNECTED,
    NOT_SUPPORTED,
    APPROVAL_MISSING,
    NOT_VALID,
    MEDIA_MISSING,
    HELD_LATE,
    INTERRUPTED,
    NOT_ARRIVED,
    OUTCOME_UNKNOWN,
}

/// <summary>Why a post was not published, with a message.</summary>
sealed record Failure(FailureCode Code, string Message);

/// <summary>The state of a post's publishing. Attempts have their own rows; this is the part that is needed with the post.</summary>
sealed record PublishingState
{
    /// <summary>The key of the latest attempt; null before the first.</summary>
    public string? Attempt { get; init; }

    /// <summary>Attempts since it was scheduled or publishing was last asked for again.</summary>
    public int Attempts { get; init; }

    /// <summary>
    /// While it is being published, the end of the worker's lease; while it waits,
    /// the earliest time of the next attempt.
    /// </summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When publishing was asked for again.</summary>
    public DateTimeOffset? RetriedAt { get; init; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Its id on the network, once it is published; null if it was published before this was stored here.</summary>
    public string? RemoteId { get; init; }

    public bool IsLate { get; init; }

    public Failure? Failure { get; init; }
}

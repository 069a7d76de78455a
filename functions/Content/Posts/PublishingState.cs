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

/// <summary>Why a post was not published, and what there is to say about it.</summary>
sealed record Failure(FailureCode Code, string Message);

/// <summary>How the publishing of a post stands. Its attempts have rows of their own; here is what must be known with the post.</summary>
sealed record PublishingState
{
    /// <summary>The key of the latest attempt's id; null before the first.</summary>
    public string? Attempt { get; init; }

    /// <summary>Attempts since it was scheduled, or asked for again.</summary>
    public int Attempts { get; init; }

    /// <summary>While somebody is at it, nobody else is before this; while it waits, it is not tried before this.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When publishing was asked for again.</summary>
    public DateTimeOffset? RetriedAt { get; init; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    public bool IsLate { get; init; }

    public Failure? Failure { get; init; }
}

using System.Text.Json.Serialization;
using Planable.Content.Posts;

namespace Planable.Networks.Publishing;

/// <summary>The state of an attempt.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptState>))]
enum AttemptState
{
    STARTED,
    SENDING,
    PUBLISHED,
    FAILED,
}

/// <summary>The state of a first comment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FirstCommentState>))]
enum FirstCommentState
{
    SENDING,
    DONE,
    FAILED,
    UNKNOWN,
}

/// <param name="Message">Why it is missing or may be missing.</param>
sealed record FirstComment(FirstCommentState State, string? Message = null);

/// <summary>
/// One attempt to publish one post. It is sent at most once: a worker that finds it <see cref="AttemptState.SENDING"/> asks the network and
/// sends nothing.
/// </summary>
sealed record PublishAttempt
{
    /// <summary>Sorts newest first.</summary>
    [JsonPropertyName("own")]
    public required string Key { get; init; }

    public AttemptState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the publishing request was about to be sent.</summary>
    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool IsLate { get; init; }

    /// <summary>What is prepared on the network, as its client named it; by it the network is asked for the outcome.</summary>
    public string? Handle { get; init; }

    /// <summary>The post's revision when the attempt began: a later attempt goes on with the handle only if nothing was changed.</summary>
    public int Revision { get; init; }

    /// <summary>The worker that is sending it or has sent it.</summary>
    public string? Sender { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>When another attempt will be made.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>How often the network was asked for the outcome without success.</summary>
    public int Asked { get; init; }

    public string? RemoteId { get; init; }

    public string? Link { get; init; }

    public FirstComment? FirstComment { get; init; }
}

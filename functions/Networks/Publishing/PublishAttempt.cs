using System.Text.Json.Serialization;
using Planable.Content.Posts;

namespace Planable.Networks.Publishing;

/// <summary>How far an attempt has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptState>))]
enum AttemptState
{
    STARTED,
    SENDING,
    PUBLISHED,
    FAILED,
}

/// <summary>What became of a first comment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FirstCommentState>))]
enum FirstCommentState
{
    SENDING,
    DONE,
    FAILED,
    UNKNOWN,
}

/// <param name="Message">Why it is not there, or may not be.</param>
sealed record FirstComment(FirstCommentState State, string? Message = null);

/// <summary>
/// One attempt at publishing one post. It is sent once at the most: who finds it <see cref="AttemptState.SENDING"/> asks the network and
/// sends nothing.
/// </summary>
sealed record PublishAttempt
{
    /// <summary>Sorts the newest first.</summary>
    [JsonPropertyName("own")]
    public required string Key { get; init; }

    public AttemptState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the request that publishes was about to go out.</summary>
    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool IsLate { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>When another attempt will be made.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>How often the network was asked in vain what became of it.</summary>
    public int Asked { get; init; }

    public string? RemoteId { get; init; }

    public string? Link { get; init; }

    public FirstComment? FirstComment { get; init; }
}

using System.Text.Json.Serialization;

namespace Planable.Content.Posts;

/// <summary>A comment as stored.</summary>
/// <param name="Author">The key of the user whose token wrote it.</param>
/// <param name="Parent">The key of the comment it replies to.</param>
sealed record Comment(
    [property: JsonPropertyName("own")] string Key, string Post, string Text, string Author,
    bool TeamOnly, string? Parent, DateTimeOffset CreatedAt)
{
    /// <summary>Grouped by emoji, oldest first.</summary>
    public Reaction[] Reactions { get; init; } = [];
}

/// <param name="Users">The users who gave it, oldest first.</param>
sealed record Reaction(string Emoji, string EmojiId, int EmojiSkin, string EmojiNative, ReactingUser[] Users);

/// <param name="User">The key of the user.</param>
/// <param name="Name">The user's name at that time.</param>
sealed record ReactingUser(string User, string Name, DateTimeOffset At);

sealed record CommentPage(IReadOnlyList<Comment> Comments, bool HasMore);

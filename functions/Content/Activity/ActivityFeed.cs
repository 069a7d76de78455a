using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Planable.Company.Tokens;
using Planable.Storage;

namespace Planable.Content.Activity;

/// <summary>Something that happened to posts of one group, or to a single post.</summary>
/// <param name="Key">Newest first in key order.</param>
/// <param name="Posts">The keys of the posts.</param>
/// <param name="User">The key of the user who did it; null if the app acted by itself.</param>
/// <param name="Token">The id of the token that was used, if any.</param>
/// <param name="Silent">Whether the call sent <c>notify: false</c>.</param>
/// <param name="Fields">The JSON names of the changed fields; null for actions that always change the same fields.</param>
/// <param name="Note">The note or reason that was sent with the action.</param>
sealed record ActivityEntry(
    [property: JsonPropertyName("own")] string Key, DateTimeOffset At, PostAction Action, string[] Posts, string? User, string? Token,
    bool Silent, string[]? Fields, string? Note = null);

/// <summary>
/// The activity of posts. Table content, partition = workspace: rows <c>activity~</c>group<c>~</c>key, written in the transaction of the
/// change.
/// </summary>
sealed class ActivityFeed(Tables tables)
{
    const string Prefix = "activity~";

    /// <summary>The activity row of a change, for the change's transaction.</summary>
    /// <param name="key">Chosen before the first attempt, so that a retry writes the same row.</param>
    /// <param name="posts">The keys of the posts, all of one group.</param>
    public static TableTransactionAction Row(
        string workspace, Caller caller, string key, DateTimeOffset at, PostAction action,
        string[] posts, bool notify = true, string[]? fields = null,
        string? note = null) =>
        Row(workspace, caller.Creator.Key, caller.TokenId, key, at, action, posts, notify, fields, note);

    /// <summary>The same for work that continues after the call.</summary>
    public static TableTransactionAction Row(
        string workspace, string? user, string? token, string key, DateTimeOffset at, PostAction action, string[] posts, bool notify = true,
        string[]? fields = null, string? note = null) =>
        new(TableTransactionActionType.Add, new TableEntity(workspace, $"{Prefix}{Ids.GroupOf(posts[0])}~{key}").With(
            new(key, at, action, posts, user, token, !notify, fields, note), ActivityStoredJson.Default.ActivityEntry));

    /// <summary>A post's activity, newest first.</summary>
    public IAsyncEnumerable<ActivityEntry> ListAsync(Id post, CancellationToken cancel) =>
        tables.Content.RangeAsync(post.Partition, $"{Prefix}{Ids.GroupOf(post.Key)}~", cancel: cancel)
            .Select(row => row.Read(ActivityStoredJson.Default.ActivityEntry)).Where(entry => entry.Posts.Contains(post.Key));
}

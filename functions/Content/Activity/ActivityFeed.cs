using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Planable.Company.Tokens;
using Planable.Storage;

namespace Planable.Content.Activity;

/// <summary>What happened to posts of one group, or to a post of its own.</summary>
/// <param name="Key">Sorts the newest first.</param>
/// <param name="Posts">The keys of the posts it happened to.</param>
/// <param name="User">The key of who did it; null where nobody did, but the app by itself.</param>
/// <param name="Token">The id of the token it was done through, if any.</param>
/// <param name="Silent">Whether the call said <c>notify: false</c>.</param>
/// <param name="Fields">What was changed, by the names that callers use; null where the action says all.</param>
/// <param name="Note">What whoever did it wrote with it.</param>
sealed record ActivityEntry(
    [property: JsonPropertyName("own")] string Key, DateTimeOffset At, PostAction Action, string[] Posts, string? User, string? Token,
    bool Silent, string[]? Fields, string? Note = null);

/// <summary>
/// Who did what to posts. Table content, partition = workspace: rows <c>activity~</c>group<c>~</c>key,
/// written with what they tell of.
/// </summary>
sealed class ActivityFeed(Tables tables)
{
    const string Prefix = "activity~";

    /// <summary>The row that tells of a change, for its transaction.</summary>
    /// <param name="key">Chosen before the first attempt.</param>
    /// <param name="posts">The keys of posts of one group.</param>
    public static TableTransactionAction Row(
        string workspace, Caller caller, string key, DateTimeOffset at, PostAction action,
        string[] posts, bool notify = true, string[]? fields = null,
        string? note = null) =>
        Row(workspace, caller.Creator.Key, caller.TokenId, key, at, action, posts, notify, fields, note);

    /// <summary>The same for work that goes on after the call.</summary>
    public static TableTransactionAction Row(
        string workspace, string? user, string? token, string key, DateTimeOffset at, PostAction action, string[] posts, bool notify = true,
        string[]? fields = null, string? note = null) =>
        new(TableTransactionActionType.Add, new TableEntity(workspace, $"{Prefix}{Ids.GroupOf(posts[0])}~{key}").With(
            new(key, at, action, posts, user, token, !notify, fields, note), ActivityStoredJson.Default.ActivityEntry));

    /// <summary>What happened to a post, newest first.</summary>
    public IAsyncEnumerable<ActivityEntry> ListAsync(Id post, CancellationToken cancel) =>
        tables.Content.RangeAsync(post.Partition, $"{Prefix}{Ids.GroupOf(post.Key)}~", cancel: cancel)
            .Select(row => row.Read(ActivityStoredJson.Default.ActivityEntry)).Where(entry => entry.Posts.Contains(post.Key));
}

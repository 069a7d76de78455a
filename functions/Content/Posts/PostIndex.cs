using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>A post as an index row lists it.</summary>
/// <param name="Row">The key of the row that lists it.</param>
/// <param name="Place">The post's place in the list's order, from which its cursor is made; it ends with the post's key.</param>
/// <param name="Copy">Reads the row's copy of the post, which lacks what lists do not show; null if the row has none.</param>
readonly record struct ListedPost(string Row, string Place, Func<Post?> Copy)
{
    public string Key => Place[^Ids.KeyLength..];
}

/// <summary>
/// The index rows for lists of posts, written in the posts' transactions by <see cref="PostStore.Written"/>. Table content, partition =
/// workspace: rows <c>list~page~</c>audience<c>~</c>page<c>~</c>group, <c>list~campaign~</c>audience<c>~</c>campaign<c>~</c>group,
/// <c>list~date~</c>audience<c>~</c>ticks<c>~</c>group, <c>list~asked~</c>audience<c>~</c>group for posts whose approval was asked for,
/// and, for all posts that clients see, <c>list~all~client~</c>group. The audience is <c>client</c>, or <c>team</c> for team-only posts: a
/// client's list is one range, and the team's list is two, merged.
/// </summary>
/// <remarks>
/// A row is for the posts of one group that have its audience and value in common, because a transaction has at most 100 rows. It has a
/// copy of each post whose document is at most <see cref="MaxCopy"/>; lists read the others by their keys. The number of comments is beside
/// the copy, so that a comment does not rewrite it. Of a post that stays in its rows only its own properties are merged, under the ETag of
/// its own row: writers of a group's other posts do not disturb it. A post that enters or leaves a row rewrites the row as a whole, under
/// the ETags of the whole group.
/// </remarks>
static class PostIndex
{
    public const string Prefix = "list~";

    /// <summary>
    /// Bytes of a compressed document up to which it is copied. Twenty documents with five copies each are below 1.4 MB of a transaction's
    /// 4 MB, as sent.
    /// </summary>
    public const int MaxCopy = 8 * 1024;

    /// <summary>Takes the place of a campaign's key.</summary>
    public const string NoCampaign = "none";

    /// <summary>The property with the last characters of the keys of the row's posts, in order.</summary>
    public const string Members = "Members";

    const string Client = "client", Team = "team", All = Prefix + "all~" + Client + "~", AllAsked = Prefix + "asked~";

    /// <summary>Overwrites an earlier copy, because a merge cannot remove one.</summary>
    static readonly PackedDocument NoCopy = new([0], 0);

    static readonly string[] ForTeam = [Client, Team], ForClients = [Client];

    /// <summary>The keys of the index rows that a post is in.</summary>
    public static string[] RowsOf(Post post)
    {
        var (audience, group) = (post.TeamOnly ? Team : Client, Ids.GroupOf(post.Key));
        string?[] rows =
        [
            Page(audience, post.Page) + group, Campaign(audience, CampaignOf(post)) + group,
            post.ScheduledAt is { } date ? $"{Date(audience)}{Ticks(date)}~{group}" : null, post.TeamOnly ? null : All + group,
            post.IsAsked ? Asked(audience) + group : null,
        ];
        return [.. rows.OfType<string>()];
    }

    /// <summary>The prefixes of the ranges that are merged to a list with this filter; none if that list is read from the posts.</summary>
    public static IEnumerable<string> RangesOf(PostFilter filter) =>
        (filter.ForClients ? ForClients : ForTeam).Select(audience => filter switch
        {
            { IsByDate: true } => Date(audience),
            // Most posts of a page have no campaign.
            { Campaign: { } campaign } when filter.Page is null || campaign != NoCampaign => Campaign(audience, campaign),
            { Page: { } page } => Page(audience, page),
            _ => filter.ForClients ? All : null,
        }).OfType<string>();

    /// <summary>The start of the keys of the rows with posts whose approval was asked for, for clients or for the team.</summary>
    public static string RangeOfAsked(bool forClients) => forClients ? Asked(Client) : AllAsked;

    public static IEnumerable<string> RangesOfCampaign(string campaign) => ForTeam.Select(audience => Campaign(audience, campaign));

    /// <summary>The groups that have posts with a date of this range, with those dates.</summary>
    /// <param name="hasTeamOnly">Whether the workspace has team-only posts.</param>
    public static IAsyncEnumerable<(DateTimeOffset Date, string Group)> GroupsAsync(
        TableClient content, string workspace, bool hasTeamOnly, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel) =>
        (hasTeamOnly ? ForTeam : ForClients).ToAsyncEnumerable().SelectMany(audience => content.BetweenAsync(
            workspace, Date(audience) + Ticks(from), Date(audience) + Ticks(until), select: ["RowKey"], cancel: cancel))
            .Select(row => row.RowKey.Split('~')).Select(parts => (new DateTimeOffset(
                long.Parse(parts[^2], CultureInfo.InvariantCulture), TimeSpan.Zero), parts[^1])).Distinct();

    /// <summary>The posts of an index row, in order.</summary>
    /// <param name="prefix">The prefix of the row's range.</param>
    public static IEnumerable<ListedPost> Posts(TableEntity row, string prefix) => (row.GetString(Members) ?? "")
        .Select(member => new ListedPost(row.RowKey, row.RowKey[prefix.Length..] + member, () => CopyOf(row, NameOf(member))));

    /// <summary>The writes of the index rows of changed posts. Where a post enters or leaves a row, its whole group is given.</summary>
    public static IEnumerable<TableTransactionAction> Writes(PostWrite[] writes)
    {
        var moved = writes.SelectMany(one => one.Moved).ToHashSet(StringComparer.Ordinal);
        foreach (var key in moved)
        {
            var posts = writes.Where(one => one.RowsAfter.Contains(key)).ToArray();
            yield return posts is [] ? new(TableTransactionActionType.Delete, new TableEntity(writes[0].Workspace, key), ETag.All)
                : new(TableTransactionActionType.UpsertReplace, Row(key, posts));
        }
        foreach (var row in writes.Where(one => one.IsShownChanged).SelectMany(
            one => one.RowsAfter.Where(key => !moved.Contains(key)), (one, key) => (Key: key, Post: one)).GroupBy(one => one.Key))
        {
            yield return new(TableTransactionActionType.UpsertMerge, row.Aggregate(
                new TableEntity(writes[0].Workspace, row.Key), (merged, one) => With(merged, one.Post, isWhole: false)));
        }
    }

    /// <summary>The index rows of a group's posts, as they should be.</summary>
    public static IEnumerable<TableEntity> Rows(IEnumerable<StoredPost> group)
    {
        var posts = group.Select(one => new PostWrite(one, one.Post)).ToArray();
        return posts.SelectMany(one => one.RowsAfter).Distinct(StringComparer.Ordinal)
            .Select(key => Row(key, posts.Where(one => one.RowsAfter.Contains(key))));
    }

    /// <summary>What an index row says, as text; equal for rows that list the same posts with equal copies.</summary>
    public static string Describe(TableEntity row) => string.Join('\n', Posts(row, row.RowKey)
        .Select(post => post.Place + (post.Copy() is { } copy ? JsonSerializer.Serialize(copy, PostStoredJson.Default.Post) : "")));

    /// <summary>The key prefix of the group whose posts an index row lists.</summary>
    public static string GroupOf(string row) => row[(row.LastIndexOf('~') + 1)..];

    public static string CampaignOf(Post post) => post.Campaign ?? NoCampaign;

    /// <summary>A date as it sorts in keys.</summary>
    public static string Ticks(DateTimeOffset date) => date.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    static string Page(string audience, string page) => $"{Prefix}page~{audience}~{page}~";

    static string Campaign(string audience, string campaign) => $"{Prefix}campaign~{audience}~{campaign}~";

    static string Date(string audience) => $"{Prefix}date~{audience}~";

    static string Asked(string audience) => $"{AllAsked}{audience}~";

    static string NameOf(char member) => "post" + member;

    static TableEntity Row(string key, IEnumerable<PostWrite> posts)
    {
        var all = posts.OrderBy(one => one.After!.Key, StringComparer.Ordinal).ToArray();
        return all.Aggregate(
            new TableEntity(all[0].Workspace, key) { [Members] = string.Concat(all.Select(one => one.After!.Key[^1])) },
            (row, one) => With(row, one, isWhole: true));
    }

    /// <param name="isWhole">Whether the index row is replaced by this one; otherwise what has changed is merged into it.</param>
    static TableEntity With(TableEntity row, PostWrite write, bool isWhole)
    {
        var (post, name) = (write.After!, NameOf(write.After!.Key[^1]));
        if (!isWhole || post.Comments > 0 || post.Notes > 0)
        {
            (row[name + nameof(Post.Comments)], row[name + nameof(Post.Notes)]) = (post.Comments, post.Notes);
        }
        return !isWhole && !write.IsDocumentChanged ? row
            : row.With(write.Document.Bytes.Length <= MaxCopy ? write.Document : NoCopy, name);
    }

    static Post? CopyOf(TableEntity row, string name) => row.GetInt32(name + "Size") is not > 0 ? null : new PostState(
        row.GetInt32(name + nameof(Post.Comments)) ?? 0, row.GetInt32(name + nameof(Post.Notes)) ?? 0, Until: null)
        .In(row.Read(PostStoredJson.Default.Post, name));
}

using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>
/// The rows that lists find posts by, keys only, beside the posts and written with them: <c>by-page~</c>page<c>~</c>key,
/// <c>by-campaign~</c>campaign<c>~</c>key<c>~</c>page, and <c>by-date~</c>ticks<c>~</c>group for what of a group is planned for then. That
/// last one is the group's: twenty posts with three such rows and a note each would not fit a transaction.
/// </summary>
static class PostIndex
{
    public const string ByPage = "by-page~", ByCampaign = "by-campaign~", ByDate = "by-date~";

    /// <summary>In place of the key of a campaign.</summary>
    public const string NoCampaign = "none";

    public static readonly string[] All = [ByPage, ByCampaign, ByDate];

    /// <summary>The rows of posts of one workspace, each once.</summary>
    public static IEnumerable<TableEntity> Of(params IEnumerable<Post> posts) =>
        posts.SelectMany(post => (TableEntity?[])[PageRow(post), CampaignRow(post), DateRow(post)])
        .OfType<TableEntity>().DistinctBy(row => row.RowKey);

    /// <summary>What makes the rows of a group those of what becomes of it.</summary>
    public static IEnumerable<TableTransactionAction> Moves(Post[] before, Post[] after) =>
        Of(before).ExceptBy(Of(after).Select(row => row.RowKey), row => row.RowKey)
            .Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All))
            .Concat(Of(after).ExceptBy(Of(before).Select(row => row.RowKey), row => row.RowKey)
                .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));

    /// <summary>What a row is about: the key of a post, or what the keys of a group begin with.</summary>
    public static string SubjectOf(string row) => row.Split('~')[2];

    public static string CampaignOf(Post post) => post.Campaign ?? NoCampaign;

    public static TableEntity CampaignRow(Post post) => new(post.Workspace, $"{ByCampaign}{CampaignOf(post)}~{post.Key}~{post.Page}");

    /// <summary>Null where the post has no date.</summary>
    public static TableEntity? DateRow(Post post) =>
        post.ScheduledAt is { } date ? new(post.Workspace, $"{ByDate}{Ticks(date)}~{Ids.GroupOf(post.Key)}") : null;

    /// <summary>A date as it sorts in keys.</summary>
    public static string Ticks(DateTimeOffset date) => date.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    static TableEntity PageRow(Post post) => new(post.Workspace, $"{ByPage}{post.Page}~{post.Key}");
}

using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>
/// The index rows for lists of posts, written in the posts' transactions: <c>by-page~</c>page<c>~</c>key,
/// <c>by-campaign~</c>campaign<c>~</c>key<c>~</c>page, and <c>by-date~</c>ticks<c>~</c>group for the posts of a group with that date. The
/// date row is shared by the group, because twenty posts with three index rows and a note each would not fit in a transaction. The others
/// say whether the post is team-only, so that a client's list does not read hidden posts.
/// </summary>
static class PostIndex
{
    public const string ByPage = "by-page~", ByCampaign = "by-campaign~", ByDate = "by-date~";

    /// <summary>The property that says whether a post is team-only.</summary>
    public const string TeamOnly = "TeamOnly";

    /// <summary>Takes the place of a campaign's key.</summary>
    public const string NoCampaign = "none";

    public static readonly string[] All = [ByPage, ByCampaign, ByDate];

    /// <summary>The index rows of posts of one workspace, without duplicates.</summary>
    public static IEnumerable<TableEntity> Of(params IEnumerable<Post> posts) =>
        posts.SelectMany(post => (TableEntity?[])[PageRow(post), CampaignRow(post), DateRow(post)])
        .OfType<TableEntity>().DistinctBy(row => row.RowKey);

    /// <summary>The writes that change a group's index rows from one state to another.</summary>
    public static IEnumerable<TableTransactionAction> Moves(Post[] before, Post[] after) =>
        Of(before).ExceptBy(Of(after).Select(row => row.RowKey), row => row.RowKey)
            .Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All))
            .Concat(Of(after).ExceptBy(Of(before).Select(row => row.RowKey), row => row.RowKey)
                .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));

    /// <summary>The writes that change what a group's index rows say, where their keys stay.</summary>
    public static IEnumerable<TableTransactionAction> Changes(Post[] before, Post[] after) =>
        Of(before).Join(Of(after), row => row.RowKey, row => row.RowKey, (old, row) => (Old: old, Row: row))
            .Where(one => one.Old.GetBoolean(TeamOnly) != one.Row.GetBoolean(TeamOnly))
            .Select(one => new TableTransactionAction(TableTransactionActionType.UpsertReplace, one.Row));

    /// <summary>The key of the row's post, or the key prefix of its group.</summary>
    public static string SubjectOf(string row) => row.Split('~')[2];

    public static string CampaignOf(Post post) => post.Campaign ?? NoCampaign;

    public static TableEntity CampaignRow(Post post) =>
        new(post.Workspace, $"{ByCampaign}{CampaignOf(post)}~{post.Key}~{post.Page}") { [TeamOnly] = post.TeamOnly };

    /// <summary>Null if the post has no date.</summary>
    public static TableEntity? DateRow(Post post) =>
        post.ScheduledAt is { } date ? new(post.Workspace, $"{ByDate}{Ticks(date)}~{Ids.GroupOf(post.Key)}") : null;

    /// <summary>A date as it sorts in keys.</summary>
    public static string Ticks(DateTimeOffset date) => date.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    static TableEntity PageRow(Post post) => new(post.Workspace, $"{ByPage}{post.Page}~{post.Key}") { [TeamOnly] = post.TeamOnly };
}

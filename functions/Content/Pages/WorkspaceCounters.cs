using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Storage;

namespace Planable.Content.Pages;

/// <summary>A workspace's counters, updated in the transaction of the counted change.</summary>
/// <param name="Posts">Number of posts.</param>
/// <param name="TeamOnlyPosts">Number of posts that are team-only.</param>
/// <param name="Month">The month of <paramref name="CreatedThisMonth"/>, in UTC.</param>
/// <param name="CreatedThisMonth">Posts created in that month, including those deleted since.</param>
sealed record Counters(int Posts, int TeamOnlyPosts, string Month, int CreatedThisMonth);

/// <summary>The counters' row as read; a change fails if its ETag has changed.</summary>
sealed class CountersRow(string workspace, TableEntity? row)
{
    public Azure.ETag? ETag => row?.ETag;

    public Counters Value { get; } = row?.Read(PageStoredJson.Default.Counters) ?? new(0, 0, "", 0);

    public int CreatedIn(DateTimeOffset now) => Value.Month == MonthOf(now) ? Value.CreatedThisMonth : 0;

    /// <summary>Number of posts that a user of this role sees.</summary>
    public int CountFor(Role role) => role is Role.CLIENT ? Value.Posts - Value.TeamOnlyPosts : Value.Posts;

    public Counters Created(DateTimeOffset now, int posts, int teamOnly) =>
        new(Value.Posts + posts, Value.TeamOnlyPosts + teamOnly, MonthOf(now), CreatedIn(now) + posts);

    public Counters Deleted(bool teamOnly) =>
        Value with { Posts = Value.Posts - 1, TeamOnlyPosts = Value.TeamOnlyPosts - (teamOnly ? 1 : 0) };

    /// <summary>One team-only post more, or less.</summary>
    public Counters Hidden(bool more) => Value with { TeamOnlyPosts = Value.TeamOnlyPosts + (more ? 1 : -1) };

    public TableTransactionAction Action(Counters next)
    {
        var changed = new TableEntity(workspace, "head").With(next, PageStoredJson.Default.Counters);
        return row is null ? new(TableTransactionActionType.Add, changed)
            : new(TableTransactionActionType.UpdateReplace, changed, row.ETag);
    }

    /// <summary>Never before the month counted last: a late request, or a clock that is behind, counts in that month too.</summary>
    string MonthOf(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyy-MM", null) is var month && string.CompareOrdinal(month, Value.Month) > 0 ? month : Value.Month;
}

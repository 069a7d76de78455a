using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Storage;

namespace Planable.Content.Pages;

/// <summary>What a workspace counts, changed in the transaction that changes what is counted.</summary>
/// <param name="Posts">Posts there are.</param>
/// <param name="TeamOnlyPosts">Those of them that clients do not see.</param>
/// <param name="Month">The month, in UTC, that <paramref name="CreatedThisMonth"/> is about.</param>
/// <param name="CreatedThisMonth">Posts made in it; deleting one gives nothing back.</param>
sealed record Counters(int Posts, int TeamOnlyPosts, string Month, int CreatedThisMonth);

/// <summary>The counters' row as read, which a change to it must still find so.</summary>
sealed class CountersRow(string workspace, TableEntity? row)
{
    public Azure.ETag? ETag => row?.ETag;

    public Counters Value { get; } = row?.Read(PageStoredJson.Default.Counters) ?? new(0, 0, "", 0);

    public int MadeIn(DateTimeOffset now) => Value.Month == MonthOf(now) ? Value.CreatedThisMonth : 0;

    /// <summary>Posts that somebody of this role sees.</summary>
    public int CountFor(Role role) => role is Role.CLIENT ? Value.Posts - Value.TeamOnlyPosts : Value.Posts;

    public Counters Created(DateTimeOffset now, int posts, int teamOnly) =>
        new(Value.Posts + posts, Value.TeamOnlyPosts + teamOnly, MonthOf(now), MadeIn(now) + posts);

    public Counters Deleted(bool teamOnly) =>
        Value with { Posts = Value.Posts - 1, TeamOnlyPosts = Value.TeamOnlyPosts - (teamOnly ? 1 : 0) };

    /// <summary>One post more, or less, that clients do not see.</summary>
    public Counters Hidden(bool more) => Value with { TeamOnlyPosts = Value.TeamOnlyPosts + (more ? 1 : -1) };

    public TableTransactionAction Action(Counters next)
    {
        var changed = new TableEntity(workspace, "head").With(next, PageStoredJson.Default.Counters);
        return row is null ? new(TableTransactionActionType.Add, changed)
            : new(TableTransactionActionType.UpdateReplace, changed, row.ETag);
    }

    /// <summary>Never one before that which was counted last: who comes late, or whose clock is behind, counts in it too.</summary>
    string MonthOf(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyy-MM", null) is var month && string.CompareOrdinal(month, Value.Month) > 0 ? month : Value.Month;
}

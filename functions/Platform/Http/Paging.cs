namespace Planable.Platform.Http;

/// <summary>The page of a list that this is.</summary>
/// <param name="Offset">How many rows were skipped.</param>
/// <param name="Limit">How many rows were asked for, 100 at the most.</param>
/// <param name="HasMore">Whether there are more rows.</param>
sealed record Pagination(int Offset, int Limit, bool HasMore);

/// <summary>The page of a list that this is, and where the next begins.</summary>
/// <param name="Offset">How many rows were skipped.</param>
/// <param name="Limit">How many rows were asked for, 100 at the most.</param>
/// <param name="HasMore">Whether there are, or may be, more rows: not all could be searched in one call.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> to get the next page.</param>
sealed record CursorPagination(int Offset, int Limit, bool HasMore, string? NextCursor = null);

static class Paging
{
    public static int Clamp(int? limit) => Math.Min(limit ?? Limits.DefaultPageSize, Limits.PageSize);
}

namespace Planable.Platform.Http;

/// <summary>Which part of a list this is.</summary>
/// <param name="Offset">How many rows were skipped.</param>
/// <param name="Limit">How many rows were asked for, 100 at the most.</param>
/// <param name="HasMore">Whether rows follow.</param>
sealed record Pagination(int Offset, int Limit, bool HasMore);

/// <summary>Which part of a list this is, and where the next begins.</summary>
/// <param name="Offset">How many rows were skipped.</param>
/// <param name="Limit">How many rows were asked for, 100 at the most.</param>
/// <param name="HasMore">Whether rows follow, or may follow where not all could be looked at in one call.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next part.</param>
sealed record CursorPagination(int Offset, int Limit, bool HasMore, string? NextCursor = null);

static class Paging
{
    public static int Clamp(int? limit) => Math.Min(limit ?? Limits.DefaultPageSize, Limits.PageSize);
}

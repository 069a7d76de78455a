using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>
/// Lists posts by range queries over post rows and the rows of <see cref="PostIndex"/>. A list of all posts, or by page, campaign or date,
/// reads only what it returns; the rows have copies of posts, except of large ones. Other filters scan posts, up to a limit per call.
/// </summary>
/// <remarks>
/// A cursor is a <see cref="ListCursor"/> of the last post. In a list by date, the post's date in ticks and a tilde come before it.
/// </remarks>
sealed class PostLists(Tables tables, PostStore posts)
{
    /// <summary>Maximum rows that a call scans: among all posts, or within an index.</summary>
    const int ScanLimit = 1_000, IndexScanLimit = 200;

    /// <summary>Sorts after anything that follows a prefix in a row key.</summary>
    const string End = "~~";

    /// <summary>Whether a text has the form of a cursor of such a list.</summary>
    public static bool IsCursor(string text, bool isByDate) => !isByDate ? ListCursor.TryParse(text, out _)
        : text.Length == 19 + 1 + Ids.KeyLength && text[19] == '~' && !text.AsSpan(0, 19).ContainsAnyExceptInRange('0', '9')
            && !text.AsSpan(20).ContainsAnyExcept(Base32.Characters);

    /// <summary>The posts that match the filter.</summary>
    public Task<PostPage> ListAsync(
        Workspace workspace, PostFilter filter, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        if (!filter.IsByDate && cursor is not null && ListCursor.TryParse(cursor, out var from))
        {
            (cursor, offset) = from;
        }
        return ListAsync(workspace.Key, filter, post => filter.Matches(post, workspace), offset, limit, cursor, cancel);
    }

    /// <summary>All posts, or all that clients see, newest first.</summary>
    public Task<PostPage> NewestAsync(string workspace, bool forClients, int offset, int limit, CancellationToken cancel) =>
        ListAsync(workspace, new() { ForClients = forClients }, post => !(forClients && post.TeamOnly), offset, limit, null, cancel);

    /// <summary>
    /// Posts whose approval was asked for and can still be given, of the newest groups, and whether there may be more. The posts that
    /// clients see come first.
    /// </summary>
    /// <param name="take">How many rows to read; a row has the posts of a group.</param>
    public async Task<(List<Post> Posts, bool IsCut)> AskedAsync(string workspace, bool forClients, int take, CancellationToken cancel)
    {
        var rows = await tables.Content.RangeAsync(workspace, PostIndex.RangeOfAsked(forClients), take: take, cancel: cancel)
            .ToListAsync(cancel);
        var listed = rows.SelectMany(row => PostIndex.Posts(row, row.RowKey[..^PostIndex.GroupOf(row.RowKey).Length]));
        var found = await listed.EachAsync((one, stop) => PostAsync(workspace, one, stop), cancel);
        return ([.. found.OfType<Post>()], rows.Count == take);
    }

    /// <summary>
    /// Posts planned within <paramref name="near"/> of a date; without a date, posts created within that time before now. At most one page
    /// of them.
    /// </summary>
    public async Task<IEnumerable<Post>> NearAsync(
        string workspace, bool forClients, DateTimeOffset? date, DateTimeOffset now, TimeSpan near, CancellationToken cancel)
    {
        if (date is not { } at)
        {
            var newest = await NewestAsync(workspace, forClients, 0, Limits.PageSize, cancel);
            return newest.Posts.TakeWhile(post => post.CreatedAt > now - near);
        }
        var filter = new PostFilter
        {
            ForClients = forClients,
            ScheduledAfter = Around(at, -near),
            ScheduledBefore = Around(at, near),
        };
        return (await ListAsync(workspace, filter, _ => true, 0, Limits.PageSize, null, cancel)).Posts;
    }

    static DateTimeOffset Around(DateTimeOffset at, TimeSpan near) =>
        new(Math.Clamp(at.UtcTicks + near.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    /// <summary>
    /// One page of a list. If its filter is not exact, posts are scanned until the page is full or the scan limit is reached; the cursor
    /// then continues after the last scanned post.
    /// </summary>
    async Task<PostPage> ListAsync(
        string workspace, PostFilter filter, Func<Post, bool> matches, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        if (filter.IsExact && offset > 0)
        {
            var skipped = (await ReadAsync(workspace, filter, cursor, offset, keysOnly: true, cancel)).Posts;
            if (skipped.Count < offset)
            {
                return new([], HasMore: false, null);
            }
            (cursor, offset) = (skipped[offset - 1].Place, 0);
        }
        var take = filter.IsExact ? limit + 1 : filter.IsUnindexed ? ScanLimit : IndexScanLimit;
        var (listed, isCut) = await ReadAsync(workspace, filter, cursor, take, keysOnly: false, cancel);
        List<Post> found = [];
        var last = cursor;
        foreach (var some in listed.Chunk(Math.Max(limit, filter.IsExact ? 1 : 10)))
        {
            if (filter.IsExact && found.Count == limit)
            {
                return new(found, HasMore: true, last);
            }
            var known = await some.EachAsync((one, stop) => PostAsync(workspace, one, stop), cancel, atOnce: Limits.PageSize);
            foreach (var (post, place) in known.Zip(some, (post, one) => (post, one.Place)))
            {
                if (post is null || !matches(post) || offset-- > 0)
                {
                    continue;
                }
                if (found.Count == limit)
                {
                    return new(found, HasMore: true, last);
                }
                found.Add(post);
                last = place;
            }
        }
        return isCut ? new(found, HasMore: true, new ListCursor(listed[^1].Place, offset).ToString()) : new(found, HasMore: false, null);
    }

    /// <summary>A listed post: the copy, or else the post itself if it is still in that index row.</summary>
    async Task<Post?> PostAsync(string workspace, ListedPost listed, CancellationToken cancel) => listed.Copy()
        ?? (await posts.FindAsync(new(workspace, listed.Key), cancel) is { } post && PostIndex.RowsOf(post).Contains(listed.Row)
            ? post : null);

    /// <summary>The first posts of the filter's ranges, merged.</summary>
    /// <param name="take">How many rows of each range to read.</param>
    /// <returns>The posts, at least as many as the rows, and whether there may be more.</returns>
    async Task<(List<ListedPost> Posts, bool IsCut)> ReadAsync(
        string workspace, PostFilter filter, string? cursor, int take, bool keysOnly, CancellationToken cancel)
    {
        var ranges = PostIndex.RangesOf(filter).ToArray();
        if (ranges.Length == 0)
        {
            var all = await posts.ListAsync(workspace, cursor, take, keysOnly, cancel).ToListAsync(cancel);
            return (all, all.Count == take);
        }
        var parts = await ranges.EachAsync((range, stop) => RangeAsync(workspace, range, filter, cursor, take, keysOnly, stop), cancel);
        // What lies beyond the end of a range that was cut is not known yet.
        var end = parts.Where(part => part.IsCut).Select(part => part.Posts[^1].Place).Min(StringComparer.Ordinal);
        return (
            [.. parts.SelectMany(part => part.Posts).Where(one => end is null || string.CompareOrdinal(one.Place, end) <= 0)
                .OrderBy(one => one.Place, StringComparer.Ordinal)], end is not null);
    }

    async Task<(List<ListedPost> Posts, bool IsCut)> RangeAsync(
        string workspace, string range, PostFilter filter, string? cursor, int take, bool keysOnly, CancellationToken cancel)
    {
        // The cursor's post may share its row with posts that follow it.
        var rows = cursor is null ? take : (int)Math.Min(int.MaxValue, take + 1L);
        var from = cursor is not null ? Ids.GroupOf(cursor) : filter.ScheduledAfter is { } after ? PostIndex.Ticks(after) : "";
        var until = filter.ScheduledBefore is { } before ? PostIndex.Ticks(before) : End;
        var read = await tables.Content.BetweenAsync(
            workspace, range + from, range + until, rows, keysOnly ? ["RowKey", PostIndex.Members] : null, cancel).ToListAsync(cancel);
        var found = read.SelectMany(row => PostIndex.Posts(row, range)).Where(one => string.CompareOrdinal(one.Place, cursor) > 0).ToList();
        return (found, read.Count == rows && found.Count > 0);
    }
}

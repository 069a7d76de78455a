using System.Runtime.CompilerServices;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>
/// Lists posts by range queries over post rows and the rows of <see cref="PostIndex"/>. A list of all posts, or by page or campaign, reads
/// only what it returns; a list by date reads that range. Other filters scan posts one after another, up to a limit per call.
/// </summary>
/// <remarks>
/// A cursor is a <see cref="ListCursor"/> of the last post. In a list by date, the post's date in ticks and a tilde come before it.
/// </remarks>
sealed class PostLists(Tables tables, PostStore posts)
{
    /// <summary>Maximum rows that a call scans: in one range, or through an index with one read each.</summary>
    const int ScanLimit = 1_000, IndexScanLimit = 200;

    /// <summary>Sorts after anything that follows a post's key in a row key.</summary>
    const string End = "~~";

    /// <summary>The highest last character of a key in a group.</summary>
    const char LastMember = 'z';

    /// <summary>Whether a text has the form of a cursor of such a list.</summary>
    public static bool IsCursor(string text, bool isByDate) => !isByDate ? ListCursor.TryParse(text, out _)
        : text.Length == 19 + 1 + Ids.KeyLength && text[19] == '~' && !text.AsSpan(0, 19).ContainsAnyExceptInRange('0', '9')
            && !text.AsSpan(20).ContainsAnyExcept(Base32.Characters);

    /// <summary>The posts that match the filter and <paramref name="sees"/>; null <paramref name="sees"/> allows all.</summary>
    public Task<PostPage> ListAsync(
        Workspace workspace, PostFilter filter, Func<Post, bool>? sees, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        if (!filter.IsByDate && cursor is not null && ListCursor.TryParse(cursor, out var from))
        {
            (cursor, offset) = from;
        }
        return !filter.IsIndexOnly || (filter == default && sees is not null)
            ? ScanAsync(workspace, filter, sees, offset, limit, cursor, cancel)
            : filter == default ? NewestAsync(workspace.Key, offset, limit, cursor, cancel)
            : IndexedAsync(workspace, filter, sees, offset, limit, cursor, cancel);
    }

    /// <summary>All posts, newest first.</summary>
    public async Task<PostPage> NewestAsync(string workspace, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        var rows = cursor is null ? posts.NewestAsync(workspace, offset, limit + 1, cancel)
            : posts.RangeAsync(workspace, after: cursor, take: limit + 1, cancel: cancel);
        var found = await rows.Select(one => one.Post).ToListAsync(cancel);
        return found.Count <= limit ? new(found, HasMore: false, null)
            : new([.. found.Take(limit)], HasMore: true, limit == 0 ? cursor : found[limit - 1].Key);
    }

    /// <summary>
    /// Posts planned within <paramref name="near"/> of a date; without a date, posts created within that time before now. At most one page
    /// of them.
    /// </summary>
    public IAsyncEnumerable<Post> NearAsync(
        string workspace, DateTimeOffset? date, DateTimeOffset now, TimeSpan near, CancellationToken cancel) => date is { } at
        ? DatesAsync(workspace, new() { ScheduledAfter = Around(at, -near), ScheduledBefore = Around(at, near) }, null, Limits.PageSize,
            Limits.PageSize, cancel).SelectMany(entry => entry.Posts)
        : posts.RangeAsync(workspace, take: Limits.PageSize, cancel: cancel).Select(one => one.Post)
            .TakeWhile(post => post.CreatedAt > now - near);

    static DateTimeOffset Around(DateTimeOffset at, TimeSpan near) =>
        new(Math.Clamp(at.UtcTicks + near.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    async Task<PostPage> IndexedAsync(
        Workspace workspace, PostFilter filter, Func<Post, bool>? sees, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        // Hidden posts are skipped by what their index rows say, in one range.
        var last = sees is null ? (int)Math.Min(int.MaxValue, (long)offset + limit + 1) : ScanLimit;
        var rows = await IndexAsync(workspace.Key, filter, cursor, last, cancel).Take(last).ToListAsync(cancel);
        var seen = sees is null ? rows : rows.FindAll(row => !row.IsTeamOnly);
        var keys = seen.Skip(offset).Take(limit + 1).Select(row => row.Key).ToArray();
        var found = await keys.Take(limit)
            .EachAsync((key, stop) => posts.FindAsync(new(workspace.Key, key), stop), cancel, atOnce: Limits.PageSize);
        // A post may have been deleted or hidden after its index row was read.
        return new(
            [.. found.OfType<Post>().Where(post => sees?.Invoke(post) is not false)],
            HasMore: keys.Length > limit || (sees is not null && rows.Count == last),
            keys.Length > limit ? limit == 0 ? cursor : keys[limit - 1]
            : sees is not null && rows.Count == last ? new ListCursor(rows[^1].Key, offset - seen.Count).ToString() : null);
    }

    /// <summary>
    /// Scans posts until the page is full or the scan limit is reached; the cursor then continues after the last scanned post.
    /// </summary>
    async Task<PostPage> ScanAsync(
        Workspace workspace, PostFilter filter, Func<Post, bool>? sees, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        List<Post> found = [];
        var (skipped, scanned, next) = (0, 0, cursor);
        var scanLimit = filter.IsUnindexed ? ScanLimit : IndexScanLimit;
        await foreach (var entry in EntriesAsync(workspace.Key, filter, cursor, scanLimit, atOnce: Math.Max(limit + 1, 10), cancel))
        {
            foreach (var post in entry.Posts.Where(post => filter.Matches(post, workspace) && sees?.Invoke(post) is not false))
            {
                if (skipped < offset)
                {
                    skipped++;
                    continue;
                }
                if (found.Count == limit)
                {
                    return new(found, HasMore: true, next);
                }
                found.Add(post);
                next = entry.Date + post.Key;
            }
            if (++scanned == scanLimit)
            {
                return new(found, HasMore: true, new ListCursor(entry.Date + entry.Last, offset - skipped).ToString());
            }
        }
        return new(found, HasMore: false, null);
    }

    /// <summary>A scanned row.</summary>
    /// <param name="Date">The prefix of its posts' cursors.</param>
    /// <param name="Last">The highest key that a post of this row can have.</param>
    /// <param name="Posts">The row's posts, without those deleted since.</param>
    readonly record struct Entry(string Date, string Last, IEnumerable<Post> Posts);

    IAsyncEnumerable<Entry> EntriesAsync(
        string workspace, PostFilter filter, string? cursor, int scanLimit, int atOnce, CancellationToken cancel) =>
        filter.IsByDate ? DatesAsync(workspace, filter, cursor, scanLimit, atOnce, cancel)
        : filter.IsUnindexed
        ? posts.RangeAsync(workspace, after: cursor, take: scanLimit, cancel: cancel)
                .Select(one => new Entry("", one.Post.Key, [one.Post]))
        : IndexAsync(workspace, filter, cursor, scanLimit, cancel).Select(row => row.Key).Chunk(atOnce)
            .Select(async (string[] keys, CancellationToken stop) => keys.Zip(
                await keys.EachAsync((key, read) => posts.FindAsync(new(workspace, key), read), stop, atOnce),
                (key, post) => new Entry("", key, post is null ? [] : [post])))
            .SelectMany(entries => entries);

    /// <summary>The index rows of the posts of a page, a campaign or both.</summary>
    IAsyncEnumerable<(string Key, bool IsTeamOnly)> IndexAsync(
        string workspace, PostFilter filter, string? cursor, int take, CancellationToken cancel)
    {
        var index = filter.Campaign is { } campaign ? $"{PostIndex.ByCampaign}{campaign}~" : $"{PostIndex.ByPage}{filter.Page}~";
        // The campaign index's keys end with the page, so both filters together are still one range.
        var both = filter is { Campaign: not null, Page: not null };
        return tables.Content.RangeAsync(
            workspace, index, cursor is null ? null : index + cursor + End,
            both || take == int.MaxValue ? null : take, select: ["RowKey", PostIndex.TeamOnly], cancel: cancel)
            .Select(row => (Parts: row.RowKey[index.Length..].Split('~'), IsTeamOnly: row.GetBoolean(PostIndex.TeamOnly)!.Value))
            .Where(row => !both || row.Parts[1] == filter.Page).Select(row => (row.Parts[0], row.IsTeamOnly));
    }

    /// <summary>By date, earliest first. A row covers the posts of one group that have this date.</summary>
    async IAsyncEnumerable<Entry> DatesAsync(
        string workspace, PostFilter filter, string? cursor, int scanLimit, int atOnce, [EnumeratorCancellation] CancellationToken cancel)
    {
        var from = cursor is not null ? PostIndex.ByDate + Ids.GroupOf(cursor)
            : PostIndex.ByDate + PostIndex.Ticks(filter.ScheduledAfter ?? default);
        var until = PostIndex.ByDate + (filter.ScheduledBefore is { } before ? PostIndex.Ticks(before) : End);
        await foreach (var rows in tables.Content.BetweenAsync(
            workspace, from, until, scanLimit, ["RowKey"], cancel).Chunk(atOnce).WithCancellation(cancel))
        {
            var groups = await rows.EachAsync(
                (row, stop) =>
                    posts.GroupAsync(new(workspace, PostIndex.SubjectOf(row.RowKey) + LastMember), stop).AsTask(), cancel, atOnce);
            foreach (var (row, group) in rows.Zip(groups))
            {
                var subject = PostIndex.SubjectOf(row.RowKey);
                var date = row.RowKey[PostIndex.ByDate.Length..^subject.Length];
                yield return new(date, subject + LastMember, group.Select(one => one.Post)
                    .Where(post => PostIndex.DateRow(post)?.RowKey == row.RowKey && string.CompareOrdinal(date + post.Key, cursor) > 0));
            }
        }
    }
}

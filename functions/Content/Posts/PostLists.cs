using System.Runtime.CompilerServices;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>
/// Lists of posts, by their range and those of <see cref="PostIndex"/>. A list of all, of a page or of a campaign reads what it gives; one
/// by date reads that range; whatever else is asked of a post is found by looking at one after another, at no more than a slice of them a
/// call.
/// </summary>
/// <remarks>A cursor is the key of the last post; where a list goes by date, that after its date in ticks and a tilde.</remarks>
sealed class PostLists(Tables tables, PostStore posts)
{
    /// <summary>Posts that a call looks at: side by side in a range, or each a read of its own.</summary>
    const int Slice = 1_000, IndexSlice = 200;

    /// <summary>Sorts after whatever follows a post's key in a row's key.</summary>
    const string End = "~~";

    /// <summary>The highest that a member of a group can be numbered.</summary>
    const char LastMember = 'z';

    /// <summary>Whether a cursor is one that such a list gives.</summary>
    public static bool IsCursor(string text, bool isByDate) =>
        (isByDate ? text.Length == 19 + 1 + Ids.KeyLength && text[19] == '~'
            && !text.AsSpan(0, 19).ContainsAnyExceptInRange('0', '9') : text.Length == Ids.KeyLength)
        && !text.AsSpan(text.Length - Ids.KeyLength).ContainsAnyExcept(Base32.Characters);

    /// <summary>The posts that <paramref name="sees"/> admits; it is asked only where it is not null.</summary>
    public Task<PostPage> ListAsync(
        Workspace workspace, PostFilter filter, Func<Post, bool>? sees, int offset, int limit, string? cursor, CancellationToken cancel) =>
        !filter.IsOfKeys || sees is not null ? LookAsync(workspace, filter, sees, offset, limit, cursor, cancel)
        : filter == default ? NewestAsync(workspace.Key, offset, limit, cursor, cancel)
        : IndexedAsync(workspace.Key, filter, offset, limit, cursor, cancel);

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
    /// What stands near a post, some of it where there is very much: what is planned within <paramref name="near"/> of its date; for a post
    /// without one, what was made within that time.
    /// </summary>
    public IAsyncEnumerable<Post> NearAsync(
        string workspace, DateTimeOffset? date, DateTimeOffset now, TimeSpan near, CancellationToken cancel) => date is { } at
        ? DatesAsync(workspace, new() { ScheduledAfter = Around(at, -near), ScheduledBefore = Around(at, near) }, null, Limits.PageSize,
            Limits.PageSize, cancel).SelectMany(entry => entry.Posts)
        : posts.RangeAsync(workspace, take: Limits.PageSize, cancel: cancel).Select(one => one.Post)
            .TakeWhile(post => post.CreatedAt > now - near);

    static DateTimeOffset Around(DateTimeOffset at, TimeSpan near) =>
        new(Math.Clamp(at.UtcTicks + near.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    async Task<PostPage> IndexedAsync(string workspace, PostFilter filter, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        var last = (int)Math.Min(int.MaxValue, (long)offset + limit + 1);
        var keys = await KeysAsync(workspace, filter, cursor, last, cancel).Skip(offset).Take(limit + 1).ToListAsync(cancel);
        var found = await keys.Take(limit)
            .EachAsync((key, stop) => posts.FindAsync(new(workspace, key), stop), cancel, atOnce: Limits.PageSize);
        // One deleted since its index row was read is not there any more.
        return new([.. found.OfType<Post>()], keys.Count > limit, keys.Count <= limit ? null : limit == 0 ? cursor : keys[limit - 1]);
    }

    /// <summary>
    /// Looks at one post after another until the page is full, or the slice is used up:
    /// then the cursor says where to go on.
    /// </summary>
    async Task<PostPage> LookAsync(
        Workspace workspace, PostFilter filter, Func<Post, bool>? sees, int offset, int limit, string? cursor, CancellationToken cancel)
    {
        List<Post> found = [];
        var (skipped, looked, next) = (0, 0, cursor);
        // Whether a caller sees a post is no filter that it chose, and offsets must reach all that it sees.
        var slice = filter.IsOfKeys ? int.MaxValue : filter.IsOfPosts ? Slice : IndexSlice;
        await foreach (var entry in EntriesAsync(workspace.Key, filter, cursor, slice, atOnce: Math.Max(limit + 1, 10), cancel))
        {
            foreach (var post in entry.Posts.Where(post => filter.Takes(post, workspace) && sees?.Invoke(post) is not false))
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
            if (++looked == slice)
            {
                return new(found, HasMore: true, entry.Date + entry.Last);
            }
        }
        return new(found, HasMore: false, null);
    }

    /// <summary>A row that was looked at.</summary>
    /// <param name="Date">What cursors of its posts begin with.</param>
    /// <param name="Last">The highest key that a post of this row can have.</param>
    /// <param name="Posts">The posts it tells of; one that was deleted since is not among them.</param>
    readonly record struct Entry(string Date, string Last, IEnumerable<Post> Posts);

    IAsyncEnumerable<Entry> EntriesAsync(
        string workspace, PostFilter filter, string? cursor, int slice, int atOnce, CancellationToken cancel) =>
        filter.IsByDate ? DatesAsync(workspace, filter, cursor, slice, atOnce, cancel)
        : filter.IsOfPosts
        ? posts.RangeAsync(workspace, after: cursor, take: slice, cancel: cancel)
                .Select(one => new Entry("", one.Post.Key, [one.Post]))
        : KeysAsync(workspace, filter, cursor, slice, cancel).Chunk(atOnce)
            .Select(async (string[] keys, CancellationToken stop) => keys.Zip(
                await keys.EachAsync((key, read) => posts.FindAsync(new(workspace, key), read), stop, atOnce),
                (key, post) => new Entry("", key, post is null ? [] : [post])))
            .SelectMany(entries => entries);

    /// <summary>The keys of the posts of a page, of a campaign, or of both, by their index.</summary>
    IAsyncEnumerable<string> KeysAsync(string workspace, PostFilter filter, string? cursor, int take, CancellationToken cancel)
    {
        var index = filter.Campaign is { } campaign ? $"{PostIndex.ByCampaign}{campaign}~" : $"{PostIndex.ByPage}{filter.Page}~";
        // A campaign's index ends in the page, so both filters at once are still one range.
        var both = filter is { Campaign: not null, Page: not null };
        return tables.Content.RangeAsync(
            workspace, index, cursor is null ? null : index + cursor + End,
            both || take == int.MaxValue ? null : take, select: ["RowKey"], cancel: cancel)
            .Select(row => row.RowKey[index.Length..].Split('~'))
            .Where(parts => !both || parts[1] == filter.Page).Select(parts => parts[0]);
    }

    /// <summary>By date, the earliest first: each row is of the posts of one group that have that date.</summary>
    async IAsyncEnumerable<Entry> DatesAsync(
        string workspace, PostFilter filter, string? cursor, int slice, int atOnce, [EnumeratorCancellation] CancellationToken cancel)
    {
        var from = cursor is not null ? PostIndex.ByDate + Ids.GroupOf(cursor)
            : PostIndex.ByDate + PostIndex.Ticks(filter.ScheduledAfter ?? default);
        var until = PostIndex.ByDate + (filter.ScheduledBefore is { } before ? PostIndex.Ticks(before) : End);
        await foreach (var rows in tables.Content.BetweenAsync(
            workspace, from, until, slice, ["RowKey"], cancel).Chunk(atOnce).WithCancellation(cancel))
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

using System.Globalization;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Content.Media;

/// <param name="Next">Where the next page begins; null if there is none, or if the limit is 0 and no cursor was sent.</param>
sealed record MediaPage(IReadOnlyList<MediaItem> Items, bool HasMore, ListCursor? Next);

/// <summary>
/// Media, and their files. Table content, partition = workspace: rows <c>media~</c>key, newest first; <c>file~</c>key for each file, with
/// the number of media that use it; <c>file-hash~</c>SHA-256, the key of the file with these bytes, so that they are stored once;
/// <c>upload~</c>number for each open upload, so that their number is limited; and the row of <see cref="FileBytes"/>.
/// </summary>
sealed class MediaStore(Tables tables, IMediaUses uses)
{
    public const string Prefix = "media~", Files = "file~", Hashes = "file-hash~", Uploads = "upload~";

    /// <summary>Maximum media that a client's call scans, with one read each.</summary>
    const int ScanLimit = 200;

    /// <summary>A media item and its row.</summary>
    public async Task<(TableEntity Row, MediaItem Item)?> RowAsync(string workspace, string key, CancellationToken cancel) =>
        await tables.Content.FindAsync(workspace, Prefix + key, cancel) is { } row
            ? (row, row.Read(MediaStoredJson.Default.MediaItem)) : null;

    /// <summary>The media of one import, in order.</summary>
    public ValueTask<List<MediaItem>> ImportAsync(string workspace, string group, CancellationToken cancel) =>
        tables.Content.RangeAsync(workspace, Prefix + group, cancel: cancel)
            .Select(row => row.Read(MediaStoredJson.Default.MediaItem)).ToListAsync(cancel);

    /// <summary>A file and its row.</summary>
    public async Task<(TableEntity Row, StoredFile File)?> FileAsync(string workspace, string key, CancellationToken cancel) =>
        await tables.Content.FindAsync(workspace, Files + key, cancel) is { } row
            ? (row, row.Read(MediaStoredJson.Default.StoredFile)) : null;

    /// <summary>The file with these bytes.</summary>
    public async Task<(TableEntity Row, StoredFile File)?> FileOfAsync(string workspace, string hash, CancellationToken cancel) =>
        await tables.Content.FindAsync(workspace, Hashes + hash, cancel) is { } row
            ? await FileAsync(workspace, row.GetString("Key"), cancel) : null;

    /// <summary>
    /// A workspace's media, newest first; for a client only those that <see cref="IsSeenAsync"/> allows. A client's call scans up to
    /// <see cref="ScanLimit"/> media; the cursor then continues after the last.
    /// </summary>
    public async Task<MediaPage> ListAsync(
        string workspace, int offset, int limit, ListCursor? cursor, Caller caller, CancellationToken cancel)
    {
        var isAll = caller.Creator.Role is not Role.CLIENT;
        var rows = isAll && cursor is null ? tables.Content.NewestAsync(workspace, Prefix, offset, limit + 1, cancel)
            : tables.Content.RangeAsync(workspace, Prefix, Prefix + cursor?.Key, isAll ? limit + 1 : ScanLimit, cancel: cancel);
        var items = rows.Select(row => row.Read(MediaStoredJson.Default.MediaItem));
        List<MediaItem> found = [];
        var (skip, scanned, last) = (isAll ? 0 : cursor?.Skip ?? offset, 0, "");
        await foreach (var some in items.Chunk(Math.Max(limit + 1, 10)).WithCancellation(cancel))
        {
            var seen = await some.EachAsync((item, stop) => IsSeenAsync(item, caller, stop).AsTask(), cancel);
            foreach (var item in some.Where((_, index) => seen[index]))
            {
                if (skip > 0)
                {
                    skip--;
                    continue;
                }
                if (found.Count == limit)
                {
                    return new(found, HasMore: true, limit == 0 ? cursor : new ListCursor(found[^1].Key, 0));
                }
                found.Add(item);
            }
            (scanned, last) = (scanned + some.Length, some[^1].Key);
        }
        return !isAll && scanned == ScanLimit ? new(found, HasMore: true, new ListCursor(last, skip)) : new(found, HasMore: false, null);
    }

    /// <summary>Whether a caller may see it. A client does not see media that were imported for team-only posts.</summary>
    public async ValueTask<bool> IsSeenAsync(MediaItem item, Caller caller, CancellationToken cancel) =>
        caller.Creator.Role is not Role.CLIENT || item.Group is null || await uses.IsSeenAsync(item, caller, cancel);

    /// <summary>Whether a caller may see a file: a client only if it sees the media that the file was first stored for.</summary>
    public async ValueTask<bool> IsFileSeenAsync(string workspace, string file, Caller caller, CancellationToken cancel) =>
        caller.Creator.Role is not Role.CLIENT || (file.Length > Ids.KeyLength
            && await RowAsync(workspace, file[..Ids.KeyLength], cancel) is var (_, item) && await IsSeenAsync(item, caller, cancel));

    public async Task<FileBytes> BytesAsync(string workspace, CancellationToken cancel) =>
        new(workspace, await tables.Content.FindAsync(workspace, FileBytes.Key, cancel));

    /// <summary>A number below <paramref name="most"/> that no open upload of the workspace has; null if there is none.</summary>
    public async Task<int?> FreeSlotAsync(string workspace, int most, CancellationToken cancel)
    {
        var taken = await tables.Content.RangeAsync(workspace, Uploads, select: ["RowKey"], cancel: cancel)
            .Select(row => row.RowKey).ToHashSetAsync(StringComparer.Ordinal, cancel);
        var free = Enumerable.Range(0, most).Where(slot => !taken.Contains(SlotKey(slot))).ToArray();
        // Instances that choose at the same time should choose different ones.
        return free is [] ? null : free[Random.Shared.Next(free.Length)];
    }

    /// <summary>Takes an upload's slot; fails if another upload has it.</summary>
    public static TableTransactionAction SlotTaken(MediaItem item) =>
        new(TableTransactionActionType.Add, new TableEntity(item.Workspace, SlotKey(item.Slot!.Value)));

    /// <summary>Frees the slot of an upload that ends.</summary>
    public static IEnumerable<TableTransactionAction> SlotFreed(MediaItem item) => item is { Slot: { } slot, Status: MediaStatus.uploading }
        ? [new(TableTransactionActionType.Delete, new TableEntity(item.Workspace, SlotKey(slot)), Azure.ETag.All)] : [];

    static string SlotKey(int slot) => string.Create(CultureInfo.InvariantCulture, $"{Uploads}{slot:D9}");

    public static TableEntity Row(MediaItem item) =>
        new TableEntity(item.Workspace, Prefix + item.Key).With(item, MediaStoredJson.Default.MediaItem);

    public static TableTransactionAction Added(MediaItem item) => new(TableTransactionActionType.Add, Row(item));

    /// <summary>Adds uses of a file, if its row has not changed since it was read.</summary>
    public static TableTransactionAction Used(string workspace, TableEntity row, StoredFile file, int more) =>
        new(TableTransactionActionType.UpdateReplace, FileRow(workspace, file with { Uses = file.Uses + more }), row.ETag);

    /// <summary>Takes a use of a file, and deletes the file if it was the last.</summary>
    public static IEnumerable<TableTransactionAction> Unused(string workspace, TableEntity row, StoredFile file, FileBytes bytes) =>
        file.Uses > 1 ? [Used(workspace, row, file, -1)] :
        [
            new(TableTransactionActionType.Delete, row, row.ETag),
            new(TableTransactionActionType.Delete, HashRow(workspace, file), Azure.ETag.All),
            bytes.Changed(-file.Size),
        ];

    /// <summary>Adds a file; fails if another import added the same bytes first.</summary>
    public static IEnumerable<TableTransactionAction> FileAdded(string workspace, StoredFile file, FileBytes bytes) =>
    [
        new(TableTransactionActionType.Add, FileRow(workspace, file)), new(TableTransactionActionType.Add, HashRow(workspace, file)),
        bytes.Changed(file.Size),
    ];

    static TableEntity FileRow(string workspace, StoredFile file) =>
        new TableEntity(workspace, Files + file.Key).With(file, MediaStoredJson.Default.StoredFile);

    static TableEntity HashRow(string workspace, StoredFile file) => new(workspace, Hashes + file.Hash) { ["Key"] = file.Key };
}

/// <summary>
/// How many bytes a workspace's files have: row <c>file-bytes</c>, changed in the transactions that add and delete files. A change fails if
/// another was first.
/// </summary>
sealed class FileBytes(string workspace, TableEntity? row)
{
    public const string Key = "file-bytes";

    const string Property = "Bytes";

    public long Total => row?.GetInt64(Property) ?? 0;

    public TableTransactionAction Changed(long more)
    {
        var changed = Row(workspace, Total + more);
        return row is null ? new(TableTransactionActionType.Add, changed)
            : new(TableTransactionActionType.UpdateReplace, changed, row.ETag);
    }

    public static TableEntity Row(string workspace, long bytes) => new(workspace, Key) { [Property] = bytes };
}

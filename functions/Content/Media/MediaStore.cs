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
/// <c>upload~</c>number for each open upload, so that their number is limited.
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

    /// <summary>The bytes of a workspace's files.</summary>
    public ValueTask<long> BytesAsync(string workspace, CancellationToken cancel) =>
        tables.Content.RangeAsync(workspace, Files, cancel: cancel)
            .Select(row => row.Read(MediaStoredJson.Default.StoredFile).Size).SumAsync(cancel);

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

    /// <summary>Changes a file's number of uses, if its row has not changed since it was read. A file without uses is deleted.</summary>
    public static IEnumerable<TableTransactionAction> UsesChanged(string workspace, TableEntity row, StoredFile file, int more) =>
        file.Uses + more is var uses && uses > 0
            ? [new(TableTransactionActionType.UpdateReplace, FileRow(workspace, file with { Uses = uses }), row.ETag)]
            : [new(TableTransactionActionType.Delete, row, row.ETag),
                new(TableTransactionActionType.Delete, HashRow(workspace, file), Azure.ETag.All)];

    /// <summary>Adds a file; fails if another import added the same bytes first.</summary>
    public static IEnumerable<TableTransactionAction> FileAdded(string workspace, StoredFile file) =>
        [new(TableTransactionActionType.Add, FileRow(workspace, file)), new(TableTransactionActionType.Add, HashRow(workspace, file))];

    static TableEntity FileRow(string workspace, StoredFile file) =>
        new TableEntity(workspace, Files + file.Key).With(file, MediaStoredJson.Default.StoredFile);

    static TableEntity HashRow(string workspace, StoredFile file) => new(workspace, Hashes + file.Hash) { ["Key"] = file.Key };
}

using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Storage;

namespace Planable.Content.Media;

sealed record MediaPage(IReadOnlyList<MediaItem> Items, bool HasMore);

/// <summary>
/// Media, and their files. Table content, partition = workspace: rows <c>media~</c>key, newest first; <c>file~</c>key for each file, with
/// the number of media that use it; <c>file-hash~</c>SHA-256, the key of the file with these bytes, so that they are stored once.
/// </summary>
sealed class MediaStore(Tables tables, IMediaUses uses)
{
    public const string Prefix = "media~", Files = "file~", Hashes = "file-hash~";

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

    /// <summary>A workspace's media, newest first; for a client only those that <see cref="IsSeenAsync"/> allows.</summary>
    public async Task<MediaPage> ListAsync(string workspace, int offset, int limit, Caller caller, CancellationToken cancel)
    {
        var rows = caller.Creator.Role is Role.CLIENT ? tables.Content.RangeAsync(workspace, Prefix, cancel: cancel)
            : tables.Content.NewestAsync(workspace, Prefix, offset, limit + 1, cancel);
        var items = rows.Select(row => row.Read(MediaStoredJson.Default.MediaItem));
        var found = await (caller.Creator.Role is not Role.CLIENT ? items
            : items.Where(async (item, stop) => await IsSeenAsync(item, caller, stop)).Skip(offset).Take(limit + 1)).ToListAsync(cancel);
        return new([.. found.Take(limit)], found.Count > limit);
    }

    /// <summary>Whether a caller may see it. A client does not see media that were imported for team-only posts.</summary>
    public async ValueTask<bool> IsSeenAsync(MediaItem item, Caller caller, CancellationToken cancel) =>
        caller.Creator.Role is not Role.CLIENT || item.Group is null || await uses.IsSeenAsync(item, caller, cancel);

    /// <summary>Whether a caller may see a file: a client only if it sees the media that the file was first stored for.</summary>
    public async ValueTask<bool> IsFileSeenAsync(string workspace, string file, Caller caller, CancellationToken cancel) =>
        caller.Creator.Role is not Role.CLIENT || (file.Length > Ids.KeyLength
            && await RowAsync(workspace, file[..Ids.KeyLength], cancel) is var (_, item) && await IsSeenAsync(item, caller, cancel));

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

using Azure.Data.Tables;
using Planable.Company.Tokens;

namespace Planable.Content.Media;

/// <summary>The users of imported media, such as posts.</summary>
interface IMediaUses
{
    ValueTask<bool> IsUsedAsync(MediaItem item, CancellationToken cancel);

    /// <summary>Whether the caller can see something that uses it.</summary>
    ValueTask<bool> IsSeenAsync(MediaItem item, Caller caller, CancellationToken cancel);

    /// <summary>Reads the current uses of an item.</summary>
    /// <returns>Writes the import's result into the uses, if they have not changed since they were read.</returns>
    Task<Func<MediaItem, IEnumerable<TableTransactionAction>>> ReadAsync(MediaItem item, CancellationToken cancel);
}

using Azure.Data.Tables;
using Planable.Company.Tokens;

namespace Planable.Content.Media;

/// <summary>The users of imported media, such as posts.</summary>
interface IMediaUses
{
    ValueTask<bool> IsUsedAsync(MediaItem item, CancellationToken cancel);

    /// <summary>Whether the caller can see something that uses it.</summary>
    ValueTask<bool> IsSeenAsync(MediaItem item, Caller caller, CancellationToken cancel);

    /// <summary>The current uses of an item.</summary>
    Task<IReadOnlyList<UsedMedia>> ReadAsync(MediaItem item, CancellationToken cancel);
}

/// <summary>One use of a media item.</summary>
/// <param name="Change">Writes the import's result into the use, if the use has not changed since it was read.</param>
sealed record UsedMedia(Func<MediaItem, TableTransactionAction> Change);

using Azure.Data.Tables;
using Planable.Company.Tokens;

namespace Planable.Content.Media;

/// <summary>What uses media that was imported for it, such as posts.</summary>
interface IMediaUses
{
    ValueTask<bool> IsUsedAsync(MediaItem item, CancellationToken cancel);

    /// <summary>Whether the caller sees something that uses it.</summary>
    ValueTask<bool> IsSeenAsync(MediaItem item, Caller caller, CancellationToken cancel);

    /// <summary>What uses it, as it is now.</summary>
    Task<IReadOnlyList<UsedMedia>> ReadAsync(MediaItem item, CancellationToken cancel);
}

/// <summary>One use of a piece of media.</summary>
/// <param name="Change">Writes that the import has ended so, if the use is still as it was read.</param>
sealed record UsedMedia(Func<MediaItem, TableTransactionAction> Change);

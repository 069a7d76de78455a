using System.Text.Json.Serialization;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>A file in the blob container. Media with the same bytes share one file.</summary>
/// <param name="Key">Names its blob: the key of the media item that stored it, and the attempt's number.</param>
/// <param name="Hash">SHA-256 of its bytes, in hex.</param>
sealed record StoredFile(
    string Key, string Hash, MediaKind Kind, string ContentType, long Size, int? Width, int? Height, double? Duration, bool HasThumbnail)
{
    /// <summary>How many media of the workspace use it.</summary>
    public int Uses { get; init; } = 1;
}

/// <summary>A media item as stored, with the status of its import.</summary>
sealed record MediaItem
{
    /// <summary>The key of the workspace.</summary>
    public required string Workspace { get; init; }

    [JsonPropertyName("own")]
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public MediaStatus Status { get; init; }

    /// <summary>Guessed from the name until the bytes are inspected.</summary>
    public MediaKind Kind { get; init; }

    /// <summary>The URL to fetch; null once settled, and for uploads.</summary>
    public string? Source { get; init; }

    /// <summary>The group key of the posts that it was imported for; no other post uses it. Null for the library.</summary>
    public string? Group { get; init; }

    /// <summary>The accepted kinds; null for all.</summary>
    public MediaKind[]? Accepts { get; init; }

    /// <summary>The file, once imported.</summary>
    public StoredFile? File { get; init; }

    /// <summary>Why the import failed, for the caller.</summary>
    public string? Error { get; init; }

    /// <summary>The most bytes that may be uploaded; null if nothing smaller than the usual limit was declared.</summary>
    public long? Declared { get; init; }

    /// <summary>The number that an open upload takes among those of its workspace.</summary>
    public int? Slot { get; init; }

    /// <summary>How many attempts have begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether a worker has the lease.</summary>
    public bool IsLeased { get; init; }

    /// <summary>When the next attempt may begin; while leased, when the lease ends; while uploading, the deadline of the upload.</summary>
    public DateTimeOffset Due { get; init; }

    [JsonIgnore]
    public string Id => IdKind.Media.Format(Workspace, Key);

    [JsonIgnore]
    public bool IsSettled => Status is MediaStatus.success or MediaStatus.error;

    /// <summary>The item with its imported file. The source URL is removed, because it may contain a secret.</summary>
    public MediaItem Succeeded(StoredFile file) =>
        this with { Status = MediaStatus.success, Kind = file.Kind, File = file with { Uses = 1 }, Source = null, IsLeased = false };

    public MediaItem Failed(string why) => this with { Status = MediaStatus.error, Error = why, Source = null, IsLeased = false };
}

using System.Text.Json.Serialization;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>A file that lies in the blob container: its bytes once, whoever shows them.</summary>
/// <param name="Key">Names its blob: the key of who brought it, and which attempt that was.</param>
/// <param name="Hash">SHA-256 of its bytes, in hex.</param>
sealed record StoredFile(
    string Key, string Hash, MediaKind Kind, string ContentType, long Size, int? Width, int? Height, double? Duration, bool HasThumbnail)
{
    /// <summary>How many media of the workspace show it.</summary>
    public int Uses { get; init; } = 1;
}

/// <summary>A piece of media as stored: what a caller brought, and how far it is.</summary>
sealed record MediaItem
{
    /// <summary>The key of the workspace.</summary>
    public required string Workspace { get; init; }

    [JsonPropertyName("own")]
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public MediaStatus Status { get; init; }

    /// <summary>What its name says, until its bytes have told.</summary>
    public MediaKind Kind { get; init; }

    /// <summary>Where it is fetched from, until it is; null for what is uploaded to us.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// What the keys of the posts share that it was brought for; no other post ever shows it.
    /// Null for the library's own.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>What it may be; null for anything.</summary>
    public MediaKind[]? Accepts { get; init; }

    /// <summary>The file, once it is there.</summary>
    public StoredFile? File { get; init; }

    /// <summary>Why it is not there, for whoever brought it.</summary>
    public string? Error { get; init; }

    /// <summary>How often a worker has begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether a worker is at it.</summary>
    public bool IsLeased { get; init; }

    /// <summary>
    /// When the next attempt may begin; while it is leased, when its worker is given up for dead; while it is uploaded,
    /// when that should be done.
    /// </summary>
    public DateTimeOffset Due { get; init; }

    [JsonIgnore]
    public string Id => IdKind.Media.Format(Workspace, Key);

    [JsonIgnore]
    public bool IsSettled => Status is MediaStatus.success or MediaStatus.error;

    /// <summary>It, there. Where it came from is forgotten: a URL may hold a secret.</summary>
    public MediaItem Succeeded(StoredFile file) =>
        this with { Status = MediaStatus.success, Kind = file.Kind, File = file with { Uses = 1 }, Source = null, IsLeased = false };

    /// <summary>It, not to be had.</summary>
    public MediaItem Failed(string why) => this with { Status = MediaStatus.error, Error = why, Source = null, IsLeased = false };
}

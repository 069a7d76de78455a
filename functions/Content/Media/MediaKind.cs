using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>What a file is, by its bytes; before those are known, what its name says.</summary>
[JsonConverter(typeof(MediaKindConverter))]
public enum MediaKind
{
    image,
    video,
    gif,
}

public sealed class MediaKindConverter : NameConverter<MediaKind>;

/// <summary>How far an import is.</summary>
[JsonConverter(typeof(MediaStatusConverter))]
public enum MediaStatus
{
    uploading,
    processing,
    error,
    success,
}

public sealed class MediaStatusConverter : NameConverter<MediaStatus>;

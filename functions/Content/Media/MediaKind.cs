using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>The kind of a file, detected from its bytes; until then, guessed from its name.</summary>
[JsonConverter(typeof(MediaKindConverter))]
public enum MediaKind
{
    image,
    video,
    gif,
}

public sealed class MediaKindConverter : NameConverter<MediaKind>;

/// <summary>The status of an import.</summary>
[JsonConverter(typeof(MediaStatusConverter))]
public enum MediaStatus
{
    uploading,
    processing,
    error,
    success,
}

public sealed class MediaStatusConverter : NameConverter<MediaStatus>;

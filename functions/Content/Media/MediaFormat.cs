namespace Planable.Content.Media;

/// <summary>A file format, detected from the bytes.</summary>
sealed record MediaFormat(string Name, string ContentType, MediaKind Kind)
{
    public static readonly MediaFormat
        Jpeg = new("JPEG", "image/jpeg", MediaKind.image), Png = new("PNG", "image/png", MediaKind.image),
        Webp = new("WebP", "image/webp", MediaKind.image), Avif = new("AVIF", "image/avif", MediaKind.image),
        Heic = new("HEIC", "image/heic", MediaKind.image), Gif = new("GIF", "image/gif", MediaKind.gif),
        Mp4 = new("MP4", "video/mp4", MediaKind.video), Mov = new("MOV", "video/quicktime", MediaKind.video),
        Webm = new("WebM", "video/webm", MediaKind.video);

    static readonly MediaFormat[] All = [Jpeg, Png, Webp, Avif, Heic, Gif, Mp4, Mov, Webm];

    /// <summary>The format with a content type; null if there is none.</summary>
    public static MediaFormat? Of(string? contentType) => Array.Find(All, format => format.ContentType == contentType);
}

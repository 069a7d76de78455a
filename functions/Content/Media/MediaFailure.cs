using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>Why a file is refused; <see cref="FetchFailure"/> has the failures of fetching it.</summary>
static class MediaFailure
{
    public const string NotMedia = "It is not a supported image or video.",
        Page = "It is a web page, not an image or video. Send the file itself, or its own address.",
        Damaged = "It is damaged or cut short.",
        NotUploaded = "It was not uploaded in time.",
        NotProcessed = "It could not be processed.", NotStored = "It could not be stored; import it again.";

    public static string Full(int megabytes) =>
        $"The workspace's media would have more than {megabytes} MB. Delete media that you do not use.";

    public static string NotAccepted(MediaKind[] accepts) =>
        $"It is not {string.Join(" or ", accepts.Select(kind => kind is MediaKind.image ? "an image" : $"a {kind}"))}.";
}

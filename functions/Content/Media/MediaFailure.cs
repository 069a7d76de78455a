using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>Why a file is refused, besides what <see cref="FetchFailure"/> says of its address.</summary>
static class MediaFailure
{
    public const string NotMedia = "It is not an image or video.", Damaged = "It is damaged or cut short.",
    NotUploaded = "It was not uploaded in time.",
        NotProcessed = "It could not be processed.", NotStored = "It could not be stored; bring it once more.";

    public static string NotAccepted(MediaKind[] accepts) =>
        $"It is not {string.Join(" or ", accepts.Select(kind => kind is MediaKind.image ? "an image" : $"a {kind}"))}.";
}

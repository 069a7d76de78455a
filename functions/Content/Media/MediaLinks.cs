using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Planable.Content.Media;

/// <summary>
/// Links to blobs of the private container. What a link is made of is cut at UTC days, so that every instance gives the same one all day
/// and caches keep what it leads to: it begins the day before, for clocks that differ, and ends no sooner than a day from now.
/// </summary>
sealed class MediaLinks(BlobServiceClient service, MediaBlobs blobs, TimeProvider time)
{
    /// <summary>How long what is shown to anybody can be fetched.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromMinutes(15);

    /// <summary>How long an upload may take.</summary>
    public static readonly TimeSpan Upload = TimeSpan.FromHours(1);

    Daily? _key;

    /// <summary>A link that may be kept for a day.</summary>
    /// <param name="path">As <see cref="MediaBlobs.Path"/> makes it.</param>
    public Task<string> OfDayAsync(string path, CancellationToken cancel) =>
        MakeAsync(path, Today.AddDays(2), BlobSasPermissions.Read, cancel);

    /// <summary>A link for somebody without a token.</summary>
    public Task<string> ShownAsync(string path, CancellationToken cancel) =>
        MakeAsync(path, time.GetUtcNow() + Shown, BlobSasPermissions.Read, cancel);

    /// <summary>A link under which one blob can be written, and nothing read.</summary>
    public Task<string> UploadAsync(string path, DateTimeOffset until, CancellationToken cancel) =>
        MakeAsync(path, until, BlobSasPermissions.Create | BlobSasPermissions.Write, cancel);

    DateTimeOffset Today => new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    async Task<string> MakeAsync(string path, DateTimeOffset until, BlobSasPermissions may, CancellationToken cancel)
    {
        var blob = blobs.Container.GetBlobClient(path);
        var link = new BlobSasBuilder(may,
            until) { BlobContainerName = blob.BlobContainerName, BlobName = path, Resource = "b", StartsOn = Today.AddDays(-1) };
        return (blob.CanGenerateSasUri ? blob.GenerateSasUri(link)
            : blob.GenerateUserDelegationSasUri(link, await KeyAsync(cancel))).AbsoluteUri;
    }

    /// <summary>The key of the day, which storage derives from its interval and our identity: every instance gets the same.</summary>
    Task<UserDelegationKey> KeyAsync(CancellationToken cancel)
    {
        var (known, today) = (_key, Today);
        if (known is null || known.Day != today || known.Key.IsFaulted || known.Key.IsCanceled)
        {
            var asked = new Daily(today, new(AskAsync));
            // Of those who need it at once one asks.
            known = Interlocked.CompareExchange(ref _key, asked, known) is var first && first == known ? asked : first!;
        }
        return known.Key.WaitAsync(cancel);

        // Not cancelled with the call that happens to need it first.
        async Task<UserDelegationKey> AskAsync() =>
            await service.GetUserDelegationKeyAsync(today.AddDays(-1), today.AddDays(2), CancellationToken.None);
    }

    sealed class Daily(DateTimeOffset day, Lazy<Task<UserDelegationKey>> key)
    {
        public DateTimeOffset Day => day;

        public Task<UserDelegationKey> Key => key.Value;
    }
}

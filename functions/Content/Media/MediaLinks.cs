using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Planable.Content.Media;

/// <summary>
/// Signed links to blobs of the private container. A link's validity is rounded to UTC days, so that all instances return the same link all
/// day and caches work. It starts the day before, because clocks differ, and ends at least a day from now.
/// </summary>
sealed class MediaLinks(BlobServiceClient service, MediaBlobs blobs, TimeProvider time)
{
    /// <summary>How long a link on a public page is valid.</summary>
    public static readonly TimeSpan PublicLifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long an upload may take.</summary>
    public static readonly TimeSpan UploadLifetime = TimeSpan.FromHours(1);

    Daily? _key;

    /// <summary>A link that is valid for at least a day.</summary>
    /// <param name="path">As <see cref="MediaBlobs.Path"/> makes it.</param>
    public Task<string> DayLinkAsync(string path, CancellationToken cancel) =>
        MakeAsync(path, Today.AddDays(2), BlobSasPermissions.Read, cancel);

    /// <summary>A short-lived link for a public page.</summary>
    public Task<string> PublicLinkAsync(string path, CancellationToken cancel) =>
        MakeAsync(path, time.GetUtcNow() + PublicLifetime, BlobSasPermissions.Read, cancel);

    /// <summary>A link that can create one blob, once, and read nothing.</summary>
    public Task<string> UploadLinkAsync(string path, DateTimeOffset until, CancellationToken cancel) =>
        MakeAsync(path, until, BlobSasPermissions.Create, cancel);

    DateTimeOffset Today => new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    async Task<string> MakeAsync(string path, DateTimeOffset until, BlobSasPermissions may, CancellationToken cancel)
    {
        var blob = blobs.Container.GetBlobClient(path);
        var link = new BlobSasBuilder(may, until)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = path,
            Resource = "b",
            StartsOn = Today.AddDays(-1),
        };
        return (blob.CanGenerateSasUri ? blob.GenerateSasUri(link)
            : blob.GenerateUserDelegationSasUri(link, await KeyAsync(cancel))).AbsoluteUri;
    }

    /// <summary>
    /// The day's delegation key. Storage derives it from its interval and our identity,
    /// so every instance gets the same key.
    /// </summary>
    Task<UserDelegationKey> KeyAsync(CancellationToken cancel)
    {
        var (known, today) = (_key, Today);
        if (known is null || known.Day != today || known.Key.IsFaulted || known.Key.IsCanceled)
        {
            var asked = new Daily(today, new(AskAsync));
            // Only one of several concurrent callers requests the key.
            known = Interlocked.CompareExchange(ref _key, asked, known) is var first && first == known ? asked : first!;
        }
        return known.Key.WaitAsync(cancel);

        // Other callers share this request, so the first caller's cancellation must not cancel it.
        async Task<UserDelegationKey> AskAsync() =>
            await service.GetUserDelegationKeyAsync(today.AddDays(-1), today.AddDays(2), CancellationToken.None);
    }

    sealed class Daily(DateTimeOffset day, Lazy<Task<UserDelegationKey>> key)
    {
        public DateTimeOffset Day => day;

        public Task<UserDelegationKey> Key => key.Value;
    }
}

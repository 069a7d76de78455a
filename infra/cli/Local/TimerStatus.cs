using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;

namespace Planable.Cli;

/// <summary>When a timer last ran: <c>{"last":…}</c> in a blob beside the host's own.</summary>
sealed class TimerStatus(BlobServiceClient blobs, string timer)
{
    readonly BlobContainerClient _container = blobs.GetBlobContainerClient("azure-webjobs-hosts");

    BlobClient Blob => _container.GetBlobClient($"timers/standalone/{timer}.json");

    /// <summary>A new timer counts from now on, so that a missed first tick is past due too.</summary>
    public async Task<DateTimeOffset> ReadOrStartAsync(DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            var blob = await Blob.DownloadContentAsync(cancel);
            return JsonElement.Parse(blob.Value.Content).GetProperty("last").GetDateTimeOffset();
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancel);
            await WriteAsync(now, cancel);
            return now;
        }
    }

    public Task WriteAsync(DateTimeOffset last, CancellationToken cancel) =>
        Blob.UploadAsync(BinaryData.FromString($$"""{"last":"{{last:O}}"}"""), overwrite: true, cancel);
}

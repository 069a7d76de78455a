using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.People;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>When a timer last ran: <c>{"last":…}</c> in a blob beside the host's own.</summary>
sealed class TimerStatus(BlobServiceClient blobs, string timer)
{
    readonly BlobContainerClient _container = blobs.GetBlobContainerClient("azure-webjobs-hosts");

    BlobClient Blob => _container.GetBlobClient($"timers/standalone/{timer}.json");

    /// <summary>A timer never seen before counts from now on, so that its first tick can be missed too.</summary>
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

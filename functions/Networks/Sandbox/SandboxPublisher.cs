using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Planable.Content.Pages;
using Planable.Networks.Metrics;
using Planable.Platform;

namespace Planable.Networks.Sandbox;

/// <summary>A post as the stand-in network gets it.</summary>
sealed record SandboxPost(string Page, string Platform, string Post, string Text);

sealed record SandboxComment(string Text);

/// <summary>The stand-in network's answer: the post's id and link there.</summary>
sealed record SandboxReceipt(string Id, string? Link);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SandboxPost))]
[JsonSerializable(typeof(SandboxComment))]
[JsonSerializable(typeof(SandboxReceipt))]
sealed partial class SandboxJson : JsonSerializerContext;

/// <summary>
/// The sandbox network, which publishes nowhere: it accepts every post, derives the post's id from the attempt, and fails as the page's
/// fault says. If the settings name a stand-in network, posts are sent to its <c>posts/</c>attempt: PUT publishes, GET returns the outcome,
/// PUT of <c>comment</c> below it posts the first comment.
/// </summary>
sealed class SandboxPublisher(SandboxSettings settings, TimeProvider time) : IPublisher
{
    const string NoAnswer = "The connection ended before the network answered.";

    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    readonly Lazy<HttpClient?> _network = new(() => settings.Network is not { } address ? null
        : new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        })
        {
            BaseAddress = new(address.AbsoluteUri.TrimEnd('/') + "/"),
            // The caller's cancellation token limits the time.
            Timeout = Timeout.InfiniteTimeSpan,
        });

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        await sending();
        await Task.Delay(publication.Page.Fault is SandboxFault.Slow ? Timeout.InfiniteTimeSpan : settings.Latency, time, cancel);
        return publication.Page.Fault switch
        {
            SandboxFault.Refused => new(NetworkVerdict.Refused, Message: "The sandbox is set to refuse."),
            SandboxFault.ExpiredGrant => new(NetworkVerdict.GrantExpired, Message: "The sandbox's grant has expired."),
            SandboxFault.RateLimited =>
                new(NetworkVerdict.RateLimited, Message: "The sandbox is set to return a rate limit.", RetryAfter: Pause),
            SandboxFault.DeadAfterSending => new(NetworkVerdict.Unknown, Message: NoAnswer),
            _ when _network.Value is { } network => await CallAsync(network, HttpMethod.Put, publication, "", JsonContent.Create(
                new(publication.Page.Key, publication.Page.Platform, publication.Post.Id, publication.Post.Text),
                SandboxJson.Default.SandboxPost), cancel),
            _ => Done(publication),
        };
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel) =>
        publication.Page.Fault is SandboxFault.DeadAfterSending
        ? new(NetworkVerdict.Unknown, Message: NoAnswer)
        : _network.Value is { } network ? await CallAsync(network, HttpMethod.Get, publication, "", null, cancel)
        : Done(publication);

    public async Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel) =>
        publication.Page.Fault is not null
        ? new(NetworkVerdict.Refused, Message: "The sandbox is set to fail.")
        : _network.Value is { } network ? await CallAsync(
            network, HttpMethod.Put, publication, "/comment", JsonContent.Create(new(text), SandboxJson.Default.SandboxComment), cancel)
        : NetworkAnswer.Done(remoteId, null);

    static NetworkAnswer Done(Publication publication)
    {
        var id = Base32.Derive(SHA256.HashData(Encoding.UTF8.GetBytes(publication.Attempt)), 12);
        return NetworkAnswer.Done(id, $"{publication.Page.Link ?? "https://example.com/" + publication.Page.Platform}/{id}");
    }

    static async Task<NetworkAnswer> CallAsync(
        HttpClient network, HttpMethod method, Publication publication, string below, HttpContent? body, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"posts/{publication.Attempt}{below}", UriKind.Relative));
            request.Content = body;
            using var response = await network.SendAsync(request, cancel);
            return response.StatusCode switch
            {
                HttpStatusCode.OK or HttpStatusCode.Created =>
                    await response.Content.ReadFromJsonAsync(SandboxJson.Default.SandboxReceipt, cancel) is { } receipt
                        ? NetworkAnswer.Done(receipt.Id, receipt.Link) : new(NetworkVerdict.Unknown),
                HttpStatusCode.NoContent => NetworkAnswer.Done(publication.Attempt, null),
                HttpStatusCode.Unauthorized => new(NetworkVerdict.GrantExpired),
                HttpStatusCode.TooManyRequests => new(NetworkVerdict.RateLimited, RetryAfter: RetryAfter(response.Headers.RetryAfter)),
                HttpStatusCode.ServiceUnavailable => new(NetworkVerdict.NotNow, RetryAfter: RetryAfter(response.Headers.RetryAfter)),
                // With any other 5xx status the post may or may not have been published.
                >= HttpStatusCode.InternalServerError =>
                    new(NetworkVerdict.Unknown, Message: $"The network answered {(int)response.StatusCode}."),
                not HttpStatusCode.NotFound when method == HttpMethod.Get => new(NetworkVerdict.Unknown),
                _ => new(NetworkVerdict.Refused, Message: $"The network answered {(int)response.StatusCode}."),
            };
        }
        catch (HttpRequestException e) when (NetworkErrors.IsBeforeSending(e))
        {
            return new(NetworkVerdict.NotNow);
        }
    }

    static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header?.Delta;
}

static class SandboxServices
{
    public static IServiceCollection AddSandbox(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(SandboxSettings.Read(configuration))
        .AddKeyedSingleton<IPublisher, SandboxPublisher>(Platforms.Sandbox)
        .AddKeyedSingleton<IMetricsSource, SandboxMetrics>(Platforms.Sandbox);
}

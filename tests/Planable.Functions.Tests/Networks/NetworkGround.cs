using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Media;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Storage;
using SkiaSharp;

namespace Planable.Functions.Tests.Networks;

/// <summary>A network's client beside a server that speaks its protocol. Files are in storage, as those of posts are.</summary>
public abstract class NetworkGround<TFake>(AzuriteFixture azurite) : IAsyncDisposable where TFake : FakeServer, new()
{
    readonly string _workspace = Ids.NewWorkspaceKey(Ids.NewCompanyKey());

    private protected App App => azurite.App;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected TFake Fake { get; } = new();

    private protected virtual NetworkGrant Grant => Fake.Grant;

    private protected static readonly NetworkApp Registered = new("app-id", "app-secret");

    /// <summary>How often <c>sending</c> was awaited, and the handle it got last.</summary>
    private protected int Sendings { get; private set; }

    private protected string? SentHandle { get; private set; }

    /// <summary>A client, as the app has it, but with the fake's addresses.</summary>
    private protected T Client<T>() where T : class => ActivatorUtilities.CreateInstance<T>(App.Services, new ConfigurationBuilder()
        .AddInMemoryCollection(Fake.Settings.Select(one => KeyValuePair.Create<string, string?>(one.Name, one.Value))).Build());

    private protected Task<NetworkAnswer> PublishAsync(IPublisher publisher, Publication publication) =>
        publisher.PublishAsync(publication, handle =>
        {
            (Sendings, SentHandle) = (Sendings + 1, handle);
            return Task.CompletedTask;
        }, Cancel);

    private protected Page Page => new(
        "page0000000000001", "Acme", Fake.Network, Fake.Network, IsConnected: true, null, null,
        TimeProvider.System.GetUtcNow(), Account: Grant.Account);

    private protected Post Post(string text = "Hello", params PostMedia[] media) => new()
    {
        Workspace = _workspace,
        Key = Ids.NewKey(TimeProvider.System),
        Page = Page.Key,
        Platform = Fake.Network,
        Text = text,
        Creator = "creator",
        CreatedAt = TimeProvider.System.GetUtcNow(),
        ModifiedAt = TimeProvider.System.GetUtcNow(),
        Media = media,
    };

    private protected Publication Publication(Post post, string? handle = null, DateTimeOffset? sentAt = null) =>
        new(Page, post, Ids.NewKey(TimeProvider.System), Grant)
        {
            Files = App.Get<PublicationFiles>().Of(post),
            Thumbnail = App.Get<PublicationFiles>().ThumbnailOf(post),
            Handle = handle,
            SentAt = sentAt,
        };

    private protected Task<PostMedia> JpegAsync(int width = 1_200, int height = 1_000) =>
        StoreAsync(MediaFormat.Jpeg, Samples.Encoded(SKEncodedImageFormat.Jpeg, width, height), width, height);

    private protected Task<PostMedia> PngAsync(int width = 1_200, int height = 1_000) =>
        StoreAsync(MediaFormat.Png, Samples.Encoded(SKEncodedImageFormat.Png, width, height), width, height);

    private protected Task<PostMedia> GifAsync() => StoreAsync(MediaFormat.Gif, Samples.Gif(), 60, 40);

    /// <summary>A video, as far as its size, its length and its frame go.</summary>
    private protected Task<PostMedia> VideoAsync(int bytes = 100_000, double seconds = 10, int width = 1_080, int height = 1_920) =>
        StoreAsync(MediaFormat.Mp4, new byte[bytes], width, height, seconds);

    private protected Task<PostMedia> StoreAsync(
        MediaFormat format, byte[] bytes, int? width = null, int? height = null, double? seconds = null) =>
        App.StoreAsync(_workspace, format, bytes, width, height, seconds);

    private protected Task<NetworkResult<PageDay[]>> PageDaysAsync(IMetricsSource source, DateOnly from, DateOnly to) =>
        source.PageAsync(_workspace, Page, from, to, Grant, Cancel);

    /// <summary>The figures of a published post with this id on the network.</summary>
    private protected Task<NetworkResult<PostFigures>> PostFiguresAsync(IMetricsSource source, string remoteId, Post? post = null) =>
        source.PostAsync(Page, (post ?? Post()) with
        {
            Delivery = Delivery.Published,
            Publishing = new() { RemoteId = remoteId, PublishedAt = TimeProvider.System.GetUtcNow() },
        }, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), Grant, Cancel);

    public async ValueTask DisposeAsync()
    {
        await Fake.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

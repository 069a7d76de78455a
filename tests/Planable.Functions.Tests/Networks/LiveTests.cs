using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Media;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks;

/// <summary>
/// One post on a real account, for those who have one. <c>PLANABLE_LIVE_LINKEDIN</c> and so on hold a grant, as <c>planable pages
/// connect</c> takes it. The post is deleted at the end, where the network lets apps do that.
/// </summary>
public sealed class LiveTests(AzuriteFixture azurite)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Those that fetch pictures themselves cannot reach this machine.</summary>
    public static TheoryData<string> Reachable => [.. Fakes.Names.Except(["instagram", "pinterest"])];

    [Theory]
    [MemberData(nameof(Reachable))]
    public async Task A_post_goes_out_and_is_found(string network)
    {
        var text = Environment.GetEnvironmentVariable("PLANABLE_LIVE_" + network.ToUpperInvariant());
        Assert.SkipUnless(text is { Length: > 0 }, "There is no grant for this network.");
        var grant = NetworkGrant.Parse(text!) ?? throw new InvalidOperationException("That is no grant.");
        await using var fake = Fakes.Of(network);
        await using var company = await NetworkCompany.CreateAsync(azurite, fake);
        var video = Environment.GetEnvironmentVariable("PLANABLE_LIVE_VIDEO") is { Length: > 0 } path
            ? await File.ReadAllBytesAsync(path, Cancel) : [];
        var post = company.Company.StoredPost($"A test of Planable.Functions, {Guid.NewGuid():N}", TimeProvider.System.GetUtcNow()) with
        {
            Media = network is "youtube" or "tiktok" ? [await company.FileAsync(MediaFormat.Mp4, video, 10)] : [],
        };
        var page = new Content.Pages.Page(
            "page0000000000001", "Live", network, network, IsConnected: true, null, null, TimeProvider.System.GetUtcNow());
        // Without the settings of the fake, so that it is the real network.
        var publisher = azurite.App.Services.GetRequiredKeyedService<IPublisher>(network);
        var publication = new Publication(page, post, "live", grant) { Files = azurite.App.Get<PublicationFiles>().Of(post) };
        var answer = await publisher.PublishAsync(publication, handle =>
        {
            publication = publication with { SentAt = TimeProvider.System.GetUtcNow(), Handle = handle };
            return Task.CompletedTask;
        }, Cancel);
        for (var tries = 0; answer.Verdict is NetworkVerdict.NotReady && tries < 40; tries++)
        {
            await Task.Delay(answer.RetryAfter ?? TimeSpan.FromSeconds(10), Cancel);
            answer = await publisher.PublishAsync(publication with { Handle = answer.Handle }, handle =>
            {
                publication = publication with { SentAt = TimeProvider.System.GetUtcNow(), Handle = handle };
                return Task.CompletedTask;
            }, Cancel);
        }

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.True((await publisher.FindAsync(publication, Cancel)).Verdict is NetworkVerdict.Done or NetworkVerdict.Unknown);
        TestContext.Current.TestOutputHelper!.WriteLine($"{answer.Link}; {await DeleteAsync(network, answer.RemoteId!, grant)}");
    }

    async Task<string> DeleteAsync(string network, string id, NetworkGrant grant)
    {
        if (network switch
        {
            "facebook" => "https://graph.facebook.com/v25.0/" + id,
            "threads" => "https://graph.threads.net/v1.0/" + id,
            "linkedin" => "https://api.linkedin.com/rest/posts/" + Uri.EscapeDataString(id),
            "youtube" => "https://www.googleapis.com/youtube/v3/videos?id=" + id,
            "twitter" => "https://api.x.com/2/tweets/" + id,
            "googleMyBusiness" => "https://mybusiness.googleapis.com/v4/" + id,
            _ => null,
        } is not { } url)
        {
            return "delete it by hand";
        }
        var request = NetworkHttp.Request(HttpMethod.Delete, url, grant.AccessToken);
        if (network == "linkedin")
        {
            request.Headers.Add("LinkedIn-Version", "202607");
            request.Headers.Add("X-Restli-Protocol-Version", "2.0.0");
        }
        return $"deleted with status {(await azurite.App.Get<NetworkHttp>().SendAsync(request, Cancel)).Status}";
    }
}

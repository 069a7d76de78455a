using System.Globalization;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Networks;
using Planable.Work;

namespace Planable.Functions.Tests.Kill;

/// <summary>A large video goes from storage to a network without being held in memory.</summary>
public sealed class UploadMemoryTests : KillGround
{
    const int Megabyte = 1024 * 1024, Large = 100 * Megabyte, MostMegabytes = 32;

    static readonly string[] Networks = ["youtube", "tiktok", "linkedin", "twitter"];

    readonly Dictionary<string, FakeServer> _fakes = Networks.ToDictionary(name => name, Fakes.Of);

    private protected override (string Key, string Value)[] ObserverSettings => [("KeyVault:vaultUri", ""), ("PLANABLE_DATA", Folder)];

    [Fact]
    public async Task Four_videos_of_100_MB_at_once_take_32_MB_at_the_most()
    {
        var company = await TestCompany.CreateAsync(Observer, pages: 1);
        List<Page> pages = [];
        foreach (var fake in _fakes.Values)
        {
            pages.Add((await Observer.Get<PageConnections>().ConnectAsync(company.Workspaces[0].Key, "A page", fake.Network, fake.Network,
                null, new(fake.Grant.ToJson(), fake.Grant.Account), Cancel)).Value!);
        }
        (string, string?)[] settings = [("Publishing__Lease", "00:00:20"), .. _fakes.Values.SelectMany(fake => fake.Settings)
            .Select(one => (one.Name.Replace(":", "__", StringComparison.Ordinal), (string?)one.Value))];
        var (app, http) = await StartAsync(settings);
        await using (app)
        using (http)
        {
            // A small video first, so that the code and its buffers are there.
            await PublishAsync(8 * Megabyte, "Small", () => { });
            var (rest, peak) = (Memory(), 0L);
            await PublishAsync(Large, "Large", () => peak = Math.Max(peak, Memory()));

            var more = (peak - rest) / (double)Megabyte;
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"at rest {rest / Megabyte} MB, with four uploads of 100 MB {more:0.0} MB more"));
            Assert.True(more <= MostMegabytes, $"{more} MB more than {rest / Megabyte} MB");
        }

        long Memory() => File.ReadLines($"/proc/{app.Id}/status").Where(line => line.StartsWith("RssAnon", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
            .Single() * 1024;

        async Task PublishAsync(int bytes, string text, Action look)
        {
            var video = await Observer.StoreAsync(
                company.Workspaces[0].Key, MediaFormat.Mp4, new byte[bytes], height: 1_920, seconds: 60);
            var now = TimeProvider.System.GetUtcNow();
            Post[] posts = [.. pages.Select(page => company.StoredPost(text, now) with
            {
                ScheduledAt = now,
                ScheduledSet = true,
                Page = page.Key,
                Platform = page.Platform,
                Media = [video],
            })];
            await Observer.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, posts, now, Cancel);
            await Observer.Get<ProcessDue>().RunAsync(Cancel);
            await Eventually.TrueAsync(() =>
            {
                look();
                return _fakes.Values.All(fake => fake.Visible.Any(one => one.Contains(text, StringComparison.Ordinal)));
            }, $"all {text} videos are visible", TimeSpan.FromMinutes(4));
        }
    }
}

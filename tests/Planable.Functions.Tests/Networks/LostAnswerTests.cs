using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Functions.Tests.Kill;
using Planable.Platform;

namespace Planable.Functions.Tests.Networks;

/// <summary>Connections fail at random instants of many posts. What people see, and what the posts say, agree.</summary>
public sealed class LostAnswerTests(AzuriteFixture azurite)
{
    const int Pages = 4;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Fakes.All), MemberType = typeof(Fakes))]
    public async Task Nothing_is_visible_twice_and_what_is_not_visible_says_so(string network)
    {
        var rounds = Math.Max(10, Rounds.Of(40));
        await using var fake = Fakes.Of(network);
        await using var company = await NetworkCompany.CreateAsync(azurite, fake, null,
            ("Publishing:Lease", "00:00:03"), ("Publishing:Retries", string.Join(',', Enumerable.Repeat("00:00:00.5", 12))));
        var (picture, video) = (
            await company.FileAsync(Fakes.Picture.Format, Fakes.Picture.Bytes),
            await company.FileAsync(MediaFormat.Mp4, new byte[200_000], seconds: 10));
        var pages = await Enumerable.Range(0, Pages).EachAsync((_, _) => company.PageAsync(), Cancel);
        List<Post> posts = [];
        for (var number = 0; number < rounds; number++)
        {
            posts.Add(await company.DueAsync(
                pages[number % Pages], $"Post number {number:000}", post => post.On(network, picture, video)));
        }
        fake.Chaos = 0.12;

        await Task.WhenAll(posts.Select(company.SettleAsync));

        fake.Chaos = 0;
        var known = await posts.EachAsync((post, _) => company.StoredAsync(post), Cancel);
        var seen = fake.Visible;
        Assert.All(known, post =>
        {
            var times = seen.Count(text => text.Contains(post.Text, StringComparison.Ordinal));
            Assert.True(times <= 1, $"{post.Text} is visible {times} times");
            var isUnknown = post.Publishing!.Failure?.Code is FailureCode.OUTCOME_UNKNOWN;
            Assert.True(isUnknown || (times == 1) == (post.Delivery is Delivery.Published),
                $"{post.Text} is visible {times} times, and is {post.Delivery}: {post.Publishing.Failure?.Message}");
        });
        var (published, unknown) = (
            known.Count(post => post.Delivery is Delivery.Published),
            known.Count(post => post.Publishing!.Failure?.Code is FailureCode.OUTCOME_UNKNOWN));
        Assert.True(unknown == 0 || !Fakes.Certain.Contains(network), $"{unknown} outcomes are unknown");
        Assert.True(published > rounds / 2, $"{published} of {rounds} are published");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{network}: {rounds} posts, {fake.Requests.Length} requests, {published} published, {unknown} unknown");
    }
}

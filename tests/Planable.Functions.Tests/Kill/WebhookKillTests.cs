using System.Collections.Concurrent;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Webhooks;

namespace Planable.Functions.Tests.Kill;

/// <summary>The app is killed amid changes and deliveries. What was committed is told, and what was not is never told.</summary>
public sealed class WebhookKillTests : KillGround
{
    const int Writers = 4;

    [Fact]
    public async Task Every_committed_change_is_told_and_nothing_else()
    {
        var changes = Math.Max(100, Rounds.Of(1_000));
        await using var receiver = await Receiver.StartAsync();
        var inbox = receiver.Open();
        var company = await TestCompany.CreateAsync(Observer);
        (string, string?)[] settings =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("Fetch__AllowLoopback", "true"), ("IDENTITY_ENDPOINT", null),
            ("Webhooks__Retries", "00:00:01,00:00:01"), ("Webhooks__Lease", "00:00:10"), ("Webhooks__Run", "00:00:03"),
            ("Webhooks__Timeout", "00:00:03"),
        ];
        var (left, kills) = (new ConcurrentQueue<int>(Enumerable.Range(0, changes)), 0);
        await ListenAsync();

        for (; !left.IsEmpty; kills++)
        {
            var (process, http) = await StartAsync(settings);
            await using (process)
            using (http)
            {
                var first = new TaskCompletionSource();
                var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => WriteAsync(http, first)));
                await Task.WhenAny(first.Task, writing);
                await Task.Delay(Random.Shared.Next(4_000), Cancel);
                await process.KillAsync();
                await writing;
            }
        }

        var (last, other) = await StartAsync(settings);
        await using (last)
        using (other)
        {
            await Eventually.TrueAsync(
                async () => (await PostsAsync()).Except(Told()).Any() is false, "every post that is there was told",
                TimeSpan.FromMinutes(4));
            await OutboxIsDoneAsync();
        }
        var posts = await PostsAsync();
        Assert.True(posts.Count > changes / 2, $"{posts.Count} of {changes} are there");
        Assert.Equal(posts.Order(), Told().Order());
        Assert.All(inbox.All.GroupBy(one => one.Data.Text("postId")), same => Assert.Single(same.Select(one => one.Id).Distinct()));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{changes} changes, {kills} kills, {posts.Count} posts, {inbox.All.Length} deliveries");

        async Task ListenAsync()
        {
            var (process, http) = await StartAsync(settings);
            await using (process)
            using (http)
            {
                await new Client(http, company.Token).PostAsync("/webhooks", new { url = inbox.Url }).CreatedAsync();
            }
        }

        async Task WriteAsync(HttpClient http, TaskCompletionSource first)
        {
            while (left.TryDequeue(out _))
            {
                try
                {
                    using var answer = await new Client(http, company.Token)
                        .SendAsync(HttpMethod.Post, "/posts", Json.Text(company.Post()));
                    first.TrySetResult();
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    return;
                }
            }
        }

        HashSet<string> Told() => [.. inbox.All.Select(one => one.Data.Text("postId"))];

        async Task<List<string>> PostsAsync() => await Observer.Get<PostStore>()
            .RangeAsync(company.Workspaces[0].Key, cancel: Cancel).Select(one => one.Post.Id).ToListAsync(Cancel);
    }
}

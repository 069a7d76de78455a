using System.Collections.Concurrent;
using System.Net;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Kill;
using Planable.Functions.Tests.Metrics;

namespace Planable.Functions.Tests.Published;

/// <summary>How a worker ends: asked to, or without notice.</summary>
public sealed class EndTests(AzuriteFixture fixture)
{
    const int Writers = 6;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asked_to_end_it_finishes_what_is_under_way_and_its_exit_code_is_not_zero()
    {
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString);
        using var http = PublishedWorker.Client(host.Address);
        var company = await TestCompany.CreateAsync(fixture.App);
        var client = new Client(http, company.Token);
        var page = await company.PageAsync(fixture.App, "facebook");
        await fixture.App.SyncAsync(page);
        await client.GetAsync("/ping").OkAsync();
        Task<HttpResponseMessage> write, stream;
        Task<int> ending;
        using (var held = storage.Hold("/"))
        {
            write = client.PostAsync("/posts", company.Post("Late"));
            stream = client.SendAsync(HttpMethod.Get, $"/pages/{page}/metrics?{AsOnKestrelTests.Days}", change: request =>
                request.Headers.Add("Accept", "text/csv"));
            await held.Arrived;
            await Eventually.TrueAsync(() => host.InFlight.Count == 2, "both calls are under way");

            ending = host.TerminateAsync(TimeSpan.FromMinutes(2));
            await Eventually.TrueAsync(async () => !await ListensAsync(new(host.Capabilities["HttpUri"])), "it takes no more calls");
            Assert.False(ending.IsCompleted);
        }

        await write.CreatedAsync();
        using var lines = await stream;
        Assert.Equal(HttpStatusCode.OK, lines.StatusCode);
        Assert.True((await lines.Content.ReadAsStringAsync(Cancel)).Count(letter => letter == '\n') > 1);
        Assert.Equal(1, await ending);
        Assert.Equal(1, await company.CountAsync());
    }

    static async Task<bool> ListensAsync(Uri address)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, Cancel);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Killed_amid_calls_whoever_repeats_them_succeeds_and_nothing_is_made_twice_or_lost()
    {
        await using var host = await PublishedWorker.StartAsync(fixture.ConnectionString);
        using var http = PublishedWorker.Client(host.Address);
        TestCompany[] companies = [await TestCompany.CreateAsync(fixture.App), await TestCompany.CreateAsync(fixture.App)];
        var made = new ConcurrentDictionary<(TestCompany Company, string Text), string>();
        var (repeats, rounds) = (0, Rounds.Of(40));
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync(companies[writer % companies.Length], writer)).ToArray();

        for (var round = 0; round < rounds; round++)
        {
            var before = made.Count;
            await Eventually.TrueAsync(() => made.Count >= before + Writers, "calls succeed");
            await Task.Delay(Random.Shared.Next(200), Cancel);
            await host.KillAsync();
            await host.RestartAsync();
        }
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        foreach (var company in companies)
        {
            var there = new List<(string Text, string Id)>();
            for (var more = true; more;)
            {
                var part = await company.Client.GetAsync(
                    $"/posts?workspaceId={company.WorkspaceId}&limit=100&offset={there.Count}").OkAsync();
                there.AddRange(part["data"]!.AsArray().Select(post => (post!.Text("plainText"), post!.Text("id"))));
                more = part["pagination"]!["hasMore"]!.GetValue<bool>();
            }
            Assert.Equal(made.Where(one => one.Key.Company == company).Select(one => (one.Key.Text, one.Value)).Order(), there.Order());
            Assert.Equal(there.Count, await company.CountAsync());
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{rounds} rounds, {made.Count} posts, {repeats} calls repeated");
        Assert.NotEqual(0, repeats);

        async Task WriteAsync(TestCompany company, int writer)
        {
            for (var number = 0; !enough.IsCancellationRequested; number++)
            {
                var text = $"{writer}.{number}";
                string? post;
                while ((post = await TryAsync(company, text)) is null)
                {
                    Interlocked.Increment(ref repeats);
                }
                made[(company, text)] = post;
            }
        }

        // Null where the worker was gone before the whole answer was there.
        async Task<string?> TryAsync(TestCompany company, string text)
        {
            try
            {
                using var answer = await new Client(http, company.Token).PostAsync("/posts", company.Post(text), "key " + text);
                var body = await answer.Content.ReadAsStringAsync(Cancel);
                Assert.True(answer.StatusCode is HttpStatusCode.Created || body.Length == 0, $"{answer.StatusCode} {body}");
                return body.Length == 0 ? null : System.Text.Json.Nodes.JsonNode.Parse(body)!.Ids("posts")[0];
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }
}

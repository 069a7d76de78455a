using System.Net;
using Planable.Functions.Tests.Http;

namespace Planable.Functions.Tests.Hosting;

/// <summary>What whoever operates the app gets to see of it, from a process of its own.</summary>
public sealed class TelemetryTests(AzuriteFixture fixture) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;

    /// <summary>As the host calls for a message whose write never came to be.</summary>
    const string Message = """
        {"Data":{"item":"\"{\\\"job\\\":{\\\"table\\\":\\\"content\\\",\\\"partition\\\":\\\"none\\\",\\\"record\\\":\\\"none\\\",\\\"sent\\\":\\\"2026-01-01T00:00:00Z\\\",\\\"followUps\\\":[]}}\""},
        "Metadata":{"DequeueCount":"1","InsertionTime":"\"2026-01-01T00:00:00+00:00\""}}
        """;

    [Fact]
    public async Task Unless_it_is_asked_for_nothing_of_it_is_loaded()
    {
        Assert.DoesNotContain("OpenTelemetry", await MapsAsync(), StringComparison.Ordinal);
        await using var receiver = await OtlpReceiver.StartAsync();
        Assert.Contains("OpenTelemetry", await MapsAsync(receiver.Settings), StringComparison.Ordinal);

        async Task<string> MapsAsync(params (string Key, string Value)[] settings)
        {
            var (app, http) = Start(settings);
            await using (app)
            using (http)
            {
                await new Client(http, (await TestCompany.CreateAsync(fixture.App)).Token).GetAsync("/ping").OkAsync();
                return await File.ReadAllTextAsync($"/proc/{app.Id}/maps", TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Calls_and_functions_are_traced_counted_and_logged_though_the_process_is_killed()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var company = await TestCompany.CreateAsync(fixture.App);
        var (app, http) = Start([.. receiver.Settings, ("RateLimits__Reads", "1")]);
        await using (app)
        using (http)
        {
            var client = new Client(http, company.Token);
            var made = await client.PostAsync("/posts", company.Post()).CreatedAsync();
            var post = made.Ids("posts")[0];
            await client.GetAsync("/posts/" + post).OkAsync();
            await client.GetAsync("/ping").ShouldBeAsync(HttpStatusCode.TooManyRequests);
            await client.DeleteAsync("/posts/" + post).GoneAsync();
            using var message = new StringContent(Message);
            await http.PostAsync(new Uri("/FollowUps", UriKind.Relative), message, TestContext.Current.CancellationToken).OkAsync();
            await Eventually.TrueAsync(() => receiver.Points("planable.queue.lag").Any(), "the last of the numbers arrives");
            await app.KillAsync();
        }

        var call = Assert.Single(receiver.Spans, span => span.Name == "GET /api/v1/posts/{id}");
        Assert.Equal("200", call.Attributes["http.response.status_code"]);
        Assert.StartsWith("req_", call.Attributes["request.id"], StringComparison.Ordinal);
        var below = receiver.Spans.Where(span => span.Parent == call.Id).Select(span => span.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "GET content", "GET tokens" }, below);
        Assert.Contains(receiver.Points("http.server.request.duration"), point =>
            point["http.route"] == "/api/v1/ping" && point["http.response.status_code"] == "429");
        Assert.Contains(receiver.Points("planable.storage.calls"), point => point["http.route"] == "/api/v1/posts/{id}" && point["http.request.method"] == "DELETE");
        var function = Assert.Single(receiver.Spans, span => span.Name == "FollowUps");
        Assert.Equal(function.Parent, Assert.Single(receiver.Spans, span => span.Name == "POST /FollowUps").Id);
        Assert.Contains(receiver.Spans, span => span.Parent == function.Id && span.Name == "GET content");
        Assert.Contains(receiver.Points("planable.queue.lag"), point => point["faas.name"] == "FollowUps");
        Assert.Contains(receiver.Points("planable.rate_limited"), point => point["policy"] == "read");
    }

    [Fact]
    public async Task How_files_and_posts_end_is_counted()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var server = new LoopbackServer();
        await using var app = await AppProcess.StartDemoAsync(_folder, [
            ("Fetch__AllowLoopback", "true"), ("IDENTITY_ENDPOINT", null), .. receiver.Settings.Select(one => (one.Key, (string?)one.Value))]);
        var demo = app.Demo;
        using var http = new HttpClient { BaseAddress = new Uri(demo.Text("baseUrl")) };
        var (client, workspace) = (new Client(http, demo["tokens"]!.Text("write")), demo["workspaces"]![0]!);

        await client.PostAsync("/media", new { workspaceId = workspace.Text("id"), mediaUrls = new[] { server.On("/a.png", "no picture"u8.ToArray()).AbsoluteUri } })
            .ShouldBeAsync(HttpStatusCode.Accepted);
        await client.PostAsync("/posts", new
        {
            workspaceId = workspace.Text("id"),
            pageId = workspace["pages"]!.AsArray().First(page => page!.Text("platform") == "facebook")!.Text("id"),
            text = "Now",
            scheduledAt = TimeProvider.System.GetUtcNow(),
            publishAtScheduledDate = true,
        }).CreatedAsync();

        await IsCountedAsync("planable.ingests", point => point["outcome"] == "error");
        await IsCountedAsync("planable.publishes", point => point["network"] == "sandbox" && point["outcome"] == "Done");

        // The timer that looks for what is due comes each minute.
        Task IsCountedAsync(string name, Func<IReadOnlyDictionary<string, string>, bool> isIt) =>
            Eventually.TrueAsync(() => receiver.Points(name).Any(point => isIt(point)), name, TimeSpan.FromMinutes(3));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The app as the host starts it, on the storage that all tests share.</summary>
    (AppProcess Process, HttpClient Http) Start(params (string Key, string Value)[] settings)
    {
        var port = $"{AppProcess.FreePort()}";
        var app = AppProcess.Start(_folder, [
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("AzureWebJobsStorage", fixture.ConnectionString),
            ("FUNCTIONS_CUSTOMHANDLER_PORT", port), ("KeyVault__vaultUri", "https://unused.vault.azure.net"),
            .. settings.Select(one => (one.Key, (string?)one.Value))]);
        return (app, app.Client($"http://127.0.0.1:{port}"));
    }
}

using System.Net;
using Planable.Functions.Tests.Http;

namespace Planable.Functions.Tests.Hosting;

/// <summary>
/// What a process of its own counts of work that takes its time; the worker's telemetry is tried with
/// the published worker.
/// </summary>
public sealed class TelemetryTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;

    [Fact]
    public async Task How_files_and_posts_end_is_counted()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var server = new LoopbackServer();
        await using var app = await AppProcess.StartDemoAsync(_folder, [
            ("Fetch__AllowLoopback", "true"), ("IDENTITY_ENDPOINT", null),
                .. receiver.Settings.Select(one => (one.Key, (string?)one.Value))]);
        var demo = app.Demo;
        using var http = new HttpClient { BaseAddress = new Uri(demo.Text("baseUrl")) };
        var (client, workspace) = (new Client(http, demo["tokens"]!.Text("write")), demo["workspaces"]![0]!);

        await client.PostAsync("/media",
            new { workspaceId = workspace.Text("id"), mediaUrls = new[] { server.On("/a.png", "no picture"u8.ToArray()).AbsoluteUri } })
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
}

using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using Planable.Cli;

namespace Planable.Functions.Benchmarks;

/// <summary>What the app takes of a machine, beside an empty worker.</summary>
static class Resources
{
    const int Calls = 10_000, AtOnce = 8;
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>What is deployed, zipped, beside an empty worker.</summary>
    public static async Task PackageAsync(Ground ground)
    {
        var empty = await ground.PublishControlAsync("Worker", "emptyworker");
        Figures.PrintMiB("package zipped", Zipped(ground.Worker.Folder), Zipped(empty.Folder), 30 * 1024 * 1024);

        static long Zipped(string folder)
        {
            var zip = folder + ".zip";
            ZipFile.CreateFromDirectory(folder, zip, CompressionLevel.SmallestSize, includeBaseDirectory: false);
            var length = new FileInfo(zip).Length;
            File.Delete(zip);
            return length;
        }
    }

    /// <summary>Resident memory: a while after the first answer, and after thousands of calls; an empty worker's likewise.</summary>
    public static async Task MemoryAsync(Ground ground)
    {
        var (emptyAtRest, emptyAfter) = await OfAsync(
            await ground.PublishControlAsync("Worker", "emptyworker"), "/ping", http => Parallel.ForAsync(
                0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) => await Workers.GetAsync(http, "/ping")));
        var (atRest, after) = await OfAsync(ground.Worker, "/api/v1/ping", http => CallAsync(http, ground.Company.Workspaces[0]));
        Figures.PrintMiB("memory of the worker at rest", atRest, emptyAtRest, Goal(emptyAtRest));
        Figures.PrintMiB($"memory of the worker after {Calls} calls", after, emptyAfter, Goal(emptyAfter));

        async Task<(long AtRest, long After)> OfAsync(Published package, string path, Func<HttpClient, Task> call)
        {
            await using var host = await ground.StartWorkerAsync(package);
            using var http = ground.Client(host);
            await Workers.GetAsync(http, path);
            await Task.Delay(Settling);
            var before = host.ResidentBytes;
            await call(http);
            return (before, host.ResidentBytes);
        }

        static double Goal(long empty) => (1.4 * empty) + (40 * 1024 * 1024);
    }

    /// <summary>Of twenty calls: eight read a post, six are pings, four list, two make a post.</summary>
    static async Task CallAsync(HttpClient http, DemoWorkspace workspace)
    {
        var list = "/api/v1/posts?workspaceId=" + workspace.Id;
        var post = "/api/v1/posts/" + (await http.GetFromJsonAsync<JsonElement>(list)).GetProperty("data")[0].GetProperty("id").GetString();
        var body = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["workspaceId"] = workspace.Id,
            ["pageId"] = workspace.Pages[0].Id,
            ["text"] = "Hello",
        };
        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancel) =>
        {
            using var response = await ((number % 20) switch
            {
                < 8 => http.GetAsync(post, cancel),
                < 14 => http.GetAsync("/api/v1/ping", cancel),
                < 18 => http.GetAsync(list, cancel),
                _ => http.PostAsJsonAsync("/api/v1/posts", body, cancel),
            });
            response.EnsureSuccessStatusCode();
        });
    }
}

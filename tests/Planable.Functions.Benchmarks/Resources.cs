using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using Planable.Hosting;

namespace Planable.Functions.Benchmarks;

/// <summary>What the app takes of a machine, beside an empty web app.</summary>
static class Resources
{
    const int Calls = 10_000, AtOnce = 8;
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>What is deployed: a folder, and that folder zipped.</summary>
    public static async Task PackageAsync(Ground ground)
    {
        var (app, control) = (ground.App.Folder, (await ground.PublishControlAsync("Empty", "empty")).Folder);
        Figures.PrintMiB("package", Unpacked(app), Unpacked(control));
        Figures.PrintMiB("package zipped", Zipped(app), Zipped(control));

        static long Unpacked(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

        static long Zipped(string folder)
        {
            var zip = folder + ".zip";
            ZipFile.CreateFromDirectory(folder, zip, CompressionLevel.SmallestSize, includeBaseDirectory: false);
            var length = new FileInfo(zip).Length;
            File.Delete(zip);
            return length;
        }
    }

    /// <summary>Resident memory: a while after the first answer, and after thousands of calls.</summary>
    public static async Task MemoryAsync(Ground ground)
    {
        await using var empty = (await ground.PublishControlAsync("Empty", "empty")).Start(("ASPNETCORE_URLS", "http://127.0.0.1:{port}"));
        var control = await AtRestAsync(empty, "/");
        await MeasureAsync("under the host", ground.StartUnderHost);
        await MeasureAsync("standalone", () => ground.StartStandalone());

        async Task MeasureAsync(string how, Func<RunningApp> start)
        {
            await using var app = start();
            app.Authorize(ground.Company.Tokens.Write);
            Figures.PrintMiB($"memory {how}", await AtRestAsync(app, "/api/v1/ping"), control);
            await CallAsync(app.Http, ground.Company.Workspaces[0]);
            Figures.PrintMiB($"memory {how}, {Calls} calls", await app.ResidentAsync(), control);
        }

        static async Task<long> AtRestAsync(RunningApp app, string path)
        {
            await app.FirstAnswerAsync(path);
            await Task.Delay(Settling);
            return await app.ResidentAsync();
        }
    }

    /// <summary>Of twenty calls: eight read a post, six are pings, four list, two make a post.</summary>
    static async Task CallAsync(HttpClient http, DemoWorkspace workspace)
    {
        var list = "/api/v1/posts?workspaceId=" + workspace.Id;
        var post = "/api/v1/posts/" + (await http.GetFromJsonAsync<JsonElement>(list)).GetProperty("data")[0].GetProperty("id").GetString();
        var body = new Dictionary<string, string>(StringComparer.Ordinal) { ["workspaceId"] = workspace.Id, ["pageId"] = workspace.Pages[0].Id, ["text"] = "Hello" };
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

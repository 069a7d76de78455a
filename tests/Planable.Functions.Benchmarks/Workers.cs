using System.Diagnostics;
using System.Globalization;

namespace Planable.Functions.Benchmarks;

/// <summary>The worker as the Functions host runs it, beside an empty one.</summary>
static class Workers
{
    const int WarmUp = 3_000, Calls = 10_000;

    /// <summary>Time, and processor time, from the start of a worker's process to its first 200.</summary>
    public static async Task<(TimeSpan Wall, TimeSpan Processor)> FirstAnswerAsync(Ground ground, Published package, string path)
    {
        await using var host = await ground.StartWorkerAsync(package);
        var ready = Stopwatch.GetTimestamp();
        using var http = ground.Client(host);
        await GetAsync(http, path);
        return (host.TimeToReady + Stopwatch.GetElapsedTime(ready), host.ProcessorTime);
    }

    /// <summary>
    /// The same bytes through the bridge to a pipeline of our own, and from a plain function:
    /// what the bridge takes of time and of memory.
    /// </summary>
    public static async Task BridgeAsync(Ground ground)
    {
        await using var bridge = await ground.StartWorkerAsync(await ground.PublishControlAsync("Bridge", "bridgeworker"));
        await using var plain = await ground.StartWorkerAsync(await ground.PublishControlAsync("Worker", "emptyworker"));
        using var bridged = ground.Client(bridge);
        using var direct = ground.Client(plain);
        var figures = new Figures();
        var (before, beforePlain) = (0L, 0L);
        for (var round = -WarmUp; round < Calls; round++)
        {
            if (round == 0)
            {
                (before, beforePlain) = (await AllocatedAsync(bridged), await AllocatedAsync(direct));
            }
            var (one, other) = (await TimeAsync(bridged), await TimeAsync(direct));
            if (round >= 0)
            {
                figures.Add(one, other);
            }
        }
        figures.PrintDifference("bridge", 0.5, TimeSpan.FromMicroseconds(60));
        Figures.PrintBytes(
            "bridge, allocated a call", (await AllocatedAsync(bridged) - before) / Calls,
            (await AllocatedAsync(direct) - beforePlain) / Calls, 8 * 1024);

        static async Task<TimeSpan> TimeAsync(HttpClient http)
        {
            var start = Stopwatch.GetTimestamp();
            await GetAsync(http, "/ping");
            return Stopwatch.GetElapsedTime(start);
        }

        static async Task<long> AllocatedAsync(HttpClient http) =>
            long.Parse(await http.GetStringAsync(new Uri("/allocated", UriKind.Relative)), CultureInfo.InvariantCulture);
    }

    public static async Task GetAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }
}

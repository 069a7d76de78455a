namespace Planable.Functions.Benchmarks;

/// <summary>
/// What a call allocates and how much processor time it takes, beside a control that makes the same storage calls with the SDK alone. Calls
/// are made one after another, so what a program does between them counts too.
/// </summary>
static class Allocations
{
    const int Posts = 100, WarmUp = 1500, Calls = 1500;

    static readonly Dictionary<string, (double Kilobytes, TimeSpan Processor)> Goals = new(StringComparer.Ordinal)
    {
        ["create"] = (160, TimeSpan.FromMilliseconds(1.5)),
        ["newest 20"] = (100, TimeSpan.FromMilliseconds(0.9)),
        ["list by date"] = (120, TimeSpan.FromMilliseconds(1.2)),
        ["list by page"] = (120, TimeSpan.FromMilliseconds(1.2)),
        ["list by campaign"] = (120, TimeSpan.FromMilliseconds(1.2)),
    };

    public static async Task MeasureAsync(Ground ground)
    {
        var control = await ground.PublishControlAsync("Rows", "rows");
        var hook = await ground.PublishControlAsync("Allocations", "allocations");
        await using var store = await ground.OnAnotherStoreAsync(preload: true);
        await Stores.SeedAsync(store, Posts);
        await using var pair = await Pair.StartAsync(store, control, ("DOTNET_STARTUP_HOOKS", hook.Executable + ".dll"));
        foreach (var kind in Stores.KindsOf(store, Posts))
        {
            var (allocated, time) = await OfAsync(pair.App, kind.App);
            var (allocatedAlone, timeAlone) = await OfAsync(pair.Control, kind.Control);
            var (most, longest) = Goals[kind.Name];
            Figures.PrintKilobytes($"{kind.Name}, allocated", allocated, allocatedAlone, most * 1024);
            Figures.Print($"{kind.Name}, processor time", time, timeAlone, longest);
        }
    }

    static async Task<(double Allocated, TimeSpan Time)> OfAsync(RunningApp app, Func<HttpClient, Task<HttpResponseMessage>> call)
    {
        await CallAsync(WarmUp);
        var (allocated, time) = (await app.AllocatedAsync(), app.ProcessorTime);
        await CallAsync(Calls);
        return ((await app.AllocatedAsync() - allocated) / (double)Calls, (app.ProcessorTime - time) / Calls);

        async Task CallAsync(int times)
        {
            for (var round = 0; round < times; round++)
            {
                using var response = await call(app.Http);
                response.EnsureSuccessStatusCode();
            }
        }
    }
}

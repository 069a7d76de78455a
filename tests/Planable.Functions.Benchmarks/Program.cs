using Planable.Functions.Benchmarks;

Dictionary<string, Func<Ground, Task>> all = new(StringComparer.Ordinal)
{
    ["start"] = Measurements.StartAsync,
    ["package"] = Resources.PackageAsync,
    ["bridge"] = Workers.BridgeAsync,
    ["get"] = Measurements.GetAsync,
    ["create"] = Measurements.CreateAsync,
    ["limits"] = Limits.MeasureAsync,
    ["stores"] = Stores.MeasureAsync,
    ["media"] = Ingestion.MeasureAsync,
    ["memory"] = Resources.MemoryAsync,
};
if (args.Except(all.Keys).Any())
{
    await Console.Error.WriteLineAsync($"Name some of {string.Join(", ", all.Keys)}, or none for all.");
    return 1;
}

await using var ground = await Ground.CreateAsync();
Figures.PrintHead();
foreach (var name in args.DefaultIfEmpty(null).SelectMany(name => name is null ? all.Keys : (IEnumerable<string>)[name]))
{
    await all[name](ground);
}
return 0;

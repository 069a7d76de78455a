using Planable.Functions.Benchmarks;

const string Scale = "scale";
Dictionary<string, Func<Ground, Task>> all = new(StringComparer.Ordinal)
{
    ["start"] = Measurements.StartAsync,
    ["package"] = Resources.PackageAsync,
    ["bridge"] = Workers.BridgeAsync,
    ["get"] = Measurements.GetAsync,
    ["create"] = Measurements.CreateAsync,
    ["allocations"] = Allocations.MeasureAsync,
    ["limits"] = Limits.MeasureAsync,
    ["stores"] = Stores.MeasureAsync,
    ["assistants"] = Assistants.MeasureAsync,
    ["media"] = Ingestion.MeasureAsync,
    ["memory"] = Resources.MemoryAsync,
};
if (args is [Scale])
{
    ScaleReport.Print();
    return 0;
}
if (args.Except(all.Keys).Any())
{
    await Console.Error.WriteLineAsync($"Name some of {string.Join(", ", all.Keys)}, or none for all; or {Scale}, which measures nothing.");
    return 1;
}

await using var ground = await Ground.CreateAsync();
Figures.PrintHead();
foreach (var name in args.DefaultIfEmpty(null).SelectMany(name => name is null ? all.Keys : (IEnumerable<string>)[name]))
{
    await all[name](ground);
}
return 0;

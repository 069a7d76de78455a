using System.Globalization;

namespace Planable.Functions.Benchmarks;

/// <summary>Simulates the busiest hour of docs/SCALE.md, with the product's design and with one part of it changed at a time.</summary>
static class ScaleReport
{
    const int Seed = 19;

    /// <summary>As Microsoft has measured: a thousand instances in a minute.</summary>
    static readonly ScaleLimits Fast = new(InstancesAtOnce: 17, ScaleEvery: 1);

    static readonly (string Name, ScaleLimits Limits, ScaleDesign Design)[] All =
    [
        ("As it is, 4 instances added each 30 s", new(), new()),
        ("As it is, 17 instances added a second; so are those below", Fast, new()),
        ("The timer stops after 5,000 entries", Fast, new(MostAtOnce: 5_000, RunFor: 0)),
        ("One partition an hour", Fast, new(Shards: 1)),
        ("Both", Fast, new(Shards: 1, MostAtOnce: 5_000, RunFor: 0)),
        ("16 posts a message", Fast, new(PostsOfJob: 16)),
        ("As it is, each page with credentials in one vault", Fast with { Vault = 400 }, new()),
        ("As it is, an account of 40,000 requests", Fast with { Account = 40_000 }, new()),
    ];

    public static void Print()
    {
        foreach (var (name, limits, design) in All)
        {
            Print(name, new ScaleSimulation(new(), limits, design, Seed).Run());
        }
    }

    static void Print(string name, ScaleSimulation run)
    {
        Line($"{name}");
        Line($"  {run.Messages:N0} messages, {run.MostInstances} instances");
        Line($"  the last post is sent {run.EndedAt / 60:0.0} minutes after the hour");
        Line($"  {"lateness in seconds",-34}{"p50",10}{"p99",10}{"longest",10}");
        Late("all", run.Lateness);
        Late("on the hour", run.Lateness[..new ScaleLoad().OnTheHour]);
        Line($"  {"limit",-34}{"a second",10}{"busiest",10}{"used",10}{"waited",10}{"from",10}");
        foreach (var (limit, throttle) in run.Throttles.Where(one => one.Throttle.Rate > 0))
        {
            var (busiest, used) = (throttle.Peak / throttle.Rate, throttle.Units / throttle.Rate / Math.Max(run.EndedAt, 3600));
            var from = throttle.SaturatedAt is { } at ? at.ToString("0 s", CultureInfo.InvariantCulture) : "–";
            Line($"  {limit,-34}{throttle.Rate,10:N0}{busiest,10:P0}{used,10:P0}{throttle.LongestWait,8:0.0} s{from,10}");
        }
        Console.WriteLine();
    }

    static void Late(string name, double[] all)
    {
        double[] lateness = [.. all.Order()];
        Line($"  {name,-34}{At(0.5),10:0.0}{At(0.99),10:0.0}{lateness[^1],10:0.0}");

        double At(double percentile) => lateness[(int)(percentile * (lateness.Length - 1))];
    }

    static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

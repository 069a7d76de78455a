using System.Diagnostics;
using System.Globalization;
using Planable.Functions.Tests.Kill;

namespace Planable.Functions.Tests.RateLimits;

/// <summary>One token at twice its limit, over four instances: what is let through is the limit, in every minute.</summary>
public sealed class FourInstanceTests(AzuriteFixture fixture) : LimitTests(fixture)
{
    static readonly TimeSpan Length = TimeSpan.FromMinutes(3), Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task At_twice_the_limit_every_minute_lets_the_limit_through()
    {
        App[] instances = [Start(), Start(), Start(), Start()];
        var company = await TestCompany.CreateAsync(Fixture);
        foreach (var (limit, call) in Kinds(company))
        {
            List<(TimeSpan Sent, TimeSpan Answered)> allowed = [];
            var (pause, start) = (Minute / (2 * limit), Time.GetUtcNow());
            for (var sent = 0; Time.GetUtcNow() - start < Length; sent++)
            {
                if (await IsAllowedAsync(call(instances[Random.Shared.Next(instances.Length)])))
                {
                    allowed.Add((Time.GetUtcNow() - start, Time.GetUtcNow() - start));
                }
                Time.Advance(pause);
            }
            Check(limit, allowed);
        }
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Calls.Writes} leases"));
    }

    /// <summary>In real time, all at once: three minutes, so only where all rounds are run.</summary>
    [Fact]
    public async Task At_twice_the_limit_in_real_time_every_minute_lets_the_limit_through()
    {
        Assert.SkipUnless(Rounds.Of(2) > 1 && Environment.GetEnvironmentVariable("PLANABLE_ALL_ROUNDS") is { Length: > 0 },
            "It takes three minutes: set PLANABLE_ALL_ROUNDS.");
        App[] instances = [.. Enumerable.Range(0, 4).Select(_ => Start(TimeProvider.System))];
        var company = await TestCompany.CreateAsync(Fixture);
        await Task.WhenAll(Kinds(company).Select(async kind =>
        {
            var (limit, call) = kind;
            List<(TimeSpan Sent, TimeSpan Answered)> allowed = [];
            List<Task> calls = [];
            using var pace = new PeriodicTimer(Minute / (2 * limit));
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < Length; await pace.WaitForNextTickAsync())
            {
                calls.Add(OneAsync(watch));
            }
            await Task.WhenAll(calls);
            // A machine that stalls offers too little.
            Check(limit, allowed, least: 0.75);

            async Task OneAsync(Stopwatch watch)
            {
                var sent = watch.Elapsed;
                if (await IsAllowedAsync(call(instances[Random.Shared.Next(instances.Length)])))
                {
                    lock (allowed)
                    {
                        allowed.Add((sent, watch.Elapsed));
                    }
                }
            }
        }));
    }

    static (int Limit, Func<App, Task<HttpResponseMessage>> Call)[] Kinds(TestCompany company) =>
    [
        (600, app => app.As(company.Token).GetAsync("/ping")),
        (120, app => app.As(company.Token).PostAsync("/labels",
            new { workspaceId = company.WorkspaceId, text = Guid.NewGuid().ToString(), color = "feta" })),
    ];

    /// <summary>A call is allowed at some time between its being sent and answered, which on a busy machine is a while.</summary>
    static void Check(int limit, List<(TimeSpan Sent, TimeSpan Answered)> allowed, double least = 0.95)
    {
        var (fewest, most) = (new List<int>(), new List<int>());
        for (var start = TimeSpan.Zero; start + Minute <= Length; start += TimeSpan.FromMilliseconds(250))
        {
            fewest.Add(allowed.Count(call => call.Sent >= start && call.Answered < start + Minute));
            most.Add(allowed.Count(call => call.Answered >= start && call.Sent < start + Minute));
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"limit {limit}: {most.Min()} to {fewest.Max()} in every sliding minute"));
        Assert.All(fewest, calls => Assert.True(calls <= limit * 1.05, $"{calls} in a minute"));
        Assert.All(most, calls => Assert.True(calls >= limit * least, $"{calls} in a minute"));
    }
}

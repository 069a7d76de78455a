using System.Runtime.InteropServices;
using Planable.Hosting;
using Planable.Tokens;

namespace Planable.Usage;

/// <summary>
/// Counts calls in memory and adds them up in storage once a minute: one write a token, day and instance. An instance that is killed loses
/// what it counted since, a minute at the most; one that is stopped loses nothing.
/// </summary>
sealed partial class UsageCounter(UsageStore store, TimeProvider time, ILogger<UsageCounter> log) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    Dictionary<Use, CallCounts> _counts = [];

    public void Count(Token token, string group, int status)
    {
        var use = new Use(token.Company, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), token.Id, token.Name, group);
        Add(use, CallCounts.Of(status));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var grace = new StopGrace(stoppingToken);
        using var timer = new PeriodicTimer(Period, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(stoppingToken).AsTask().Quietly();
            await WriteAsync(grace.Token);
        }
    }

    async Task WriteAsync(CancellationToken cancel)
    {
        Dictionary<Use, CallCounts> counts;
        lock (_lock)
        {
            (counts, _counts) = (_counts, []);
        }
        foreach (var day in counts.GroupBy(one => one.Key with { Group = "" }))
        {
            try
            {
                await store.AddAsync(
                    day.Key.Company, day.Key.Day, day.Key.Token, day.Key.Name, day.ToDictionary(one => one.Key.Group, one => one.Value, StringComparer.Ordinal),
                    cancel);
            }
            catch (Exception e)
            {
                LogKept(e);
                foreach (var (use, calls) in day)
                {
                    Add(use, calls);
                }
            }
        }
    }

    void Add(Use use, CallCounts calls)
    {
        lock (_lock)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, use, out _);
            known = (known ?? CallCounts.None) + calls;
        }
    }

    /// <summary>What is counted together.</summary>
    readonly record struct Use(string Company, DateOnly Day, string Token, string Name, string Group);

    [LoggerMessage(LogLevel.Warning, "Usage was not written; it is kept for the next minute")]
    partial void LogKept(Exception e);
}

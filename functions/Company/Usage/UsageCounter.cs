using System.Runtime.InteropServices;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Hosting;

namespace Planable.Company.Usage;

/// <summary>
/// Counts calls in memory and adds them to storage once a minute: one write for each token and day. An instance that is killed loses at
/// most the last minute; one that stops normally loses nothing.
/// </summary>
sealed partial class UsageCounter(UsageStore store, TimeProvider time, ILogger<UsageCounter> log) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly Dictionary<Use, CallCounts> _counts = [];
    readonly List<Addition> _unwritten = [];

    public void Count(Token token, string group, int status)
    {
        var use = new Use(token.Company, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), token.Id, token.Name, group);
        lock (_lock)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, use, out _);
            known = (known ?? CallCounts.None) + CallCounts.Of(status);
        }
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
        lock (_lock)
        {
            _unwritten.AddRange(_counts.GroupBy(one => one.Key with { Group = "" }).Select(day => new Addition(
                Base32.NewName(), day.Key, day.ToDictionary(one => one.Key.Group, one => one.Value, StringComparer.Ordinal))));
            _counts.Clear();
        }
        foreach (var addition in _unwritten.ToArray())
        {
            var (name, day, calls) = addition;
            try
            {
                await store.AddAsync(day.Company, day.Day, day.Token, day.Name, calls, name, cancel);
                _unwritten.Remove(addition);
            }
            catch (Exception e)
            {
                // It may have been written all the same, so it is retried under the same name.
                LogKept(e);
            }
        }
    }

    /// <summary>Calls with the same values are counted together.</summary>
    readonly record struct Use(string Company, DateOnly Day, string Token, string Name, string Group);

    /// <summary>The calls to add to a token's day.</summary>
    sealed record Addition(string Name, Use Day, Dictionary<string, CallCounts> Calls);

    [LoggerMessage(LogLevel.Warning, "Usage was not written; it is tried again in a minute")]
    partial void LogKept(Exception e);
}

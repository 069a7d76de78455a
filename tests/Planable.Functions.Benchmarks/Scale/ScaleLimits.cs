using Planable.Networks.Publishing;
using Planable.Work;

namespace Planable.Functions.Benchmarks;

/// <summary>
/// What the platform allows. docs/SCALE.md has the source of each number, and says which of them are assumptions.
/// </summary>
/// <param name="Account">Requests to the storage account, a second.</param>
/// <param name="Partition">Entities of a partition of a table, a second.</param>
/// <param name="Queue">Messages of a queue, a second.</param>
/// <param name="Vault">Reads of secrets, a second; zero if pages have no credentials.</param>
/// <param name="Instances">The most instances of the app.</param>
/// <param name="InstancesAtOnce">How many instances of a function are added at once.</param>
/// <param name="ScaleEvery">Seconds between two decisions to add instances.</param>
/// <param name="ColdStart">Seconds until a new instance works. Assumed.</param>
/// <param name="CallsOfCore">Storage calls that an instance's processor can make a second. Assumed.</param>
/// <param name="StorageLatency">Seconds of a storage call. Assumed.</param>
/// <param name="NetworkLatency">The median of seconds that a social network takes to answer. Assumed.</param>
sealed record ScaleLimits(
    double Account = 20_000, double Partition = 2_000, double Queue = 2_000, double Vault = 0, int Instances = 100,
    int InstancesAtOnce = 4, double ScaleEvery = 30, double ColdStart = 5, double CallsOfCore = 2_500, double StorageLatency = 0.01,
    double NetworkLatency = 1.5)
{
    public const int BatchSize = 16, NewBatchThreshold = 8, RowsOfPage = 1_000, RowsOfTransaction = 100, SendsAtOnce = 16;

    public const double FirstPoll = 0.1, LongestPoll = 2;
}

/// <summary>How due posts are found and handed to instances. The defaults are the product's.</summary>
/// <param name="Shards">Partitions of an hour of the due index.</param>
/// <param name="MostAtOnce">The most entries that the timer reads before it hands them over.</param>
/// <param name="RunFor">Seconds for which the timer goes on while more entries are due.</param>
/// <param name="PostsOfJob">Groups of posts in a message.</param>
sealed record ScaleDesign(
    int Shards = DueIndex.Shards, int MostAtOnce = DueIndex.Shards * DueIndex.MostOfPartition, double RunFor = ProcessDue.SecondsOfRun,
    int PostsOfJob = PublishDuePosts.PerJob)
{
    /// <summary>Seconds after which a post is handed over again, unless it is published: the lease of a post.</summary>
    public const double CheckAfter = 60;
}

/// <summary>Posts that are due in an hour: some at its first second, the others at the first second of any of its minutes.</summary>
sealed record ScaleLoad(int Posts = 1_000_000, int OnTheHour = 100_000, int Minutes = 60, int Companies = 100_000);

/// <summary>A resource that serves so many units a second. Whoever asks when none are left waits until some are.</summary>
sealed class Throttle(double rate)
{
    const int SlotsOfSecond = 10;

    readonly Dictionary<int, double> _used = [];
    readonly Dictionary<int, int> _afterFull = [];

    public double Rate => rate;

    public double Units { get; private set; }

    /// <summary>The units of the busiest second.</summary>
    public double Peak => _used.GroupBy(slot => slot.Key / SlotsOfSecond).Select(second => second.Sum(slot => slot.Value))
        .DefaultIfEmpty().Max();

    /// <summary>When something first waited for it for more than a second; null for never.</summary>
    public double? SaturatedAt { get; private set; }

    public double LongestWait { get; private set; }

    /// <summary>Takes units as soon as they are free. Returns the time at which the last of them is.</summary>
    public double Take(double now, double units)
    {
        if (rate <= 0)
        {
            return now;
        }
        Units += units;
        var (first, left) = ((int)Math.Floor(now * SlotsOfSecond), units);
        int slot;
        for (slot = Free(first); ; slot = Free(slot + 1))
        {
            var used = _used.GetValueOrDefault(slot);
            var taken = Math.Min(left, (rate / SlotsOfSecond) - used);
            _used[slot] = used + taken;
            left -= taken;
            if (left <= 0)
            {
                break;
            }
            _afterFull[slot] = slot + 1;
        }
        var served = slot == first ? now : (double)slot / SlotsOfSecond;
        LongestWait = Math.Max(LongestWait, served - now);
        if (served - now > 1)
        {
            SaturatedAt ??= now;
        }
        return served;
    }

    /// <summary>The first slot from this one on that is not full.</summary>
    int Free(int slot)
    {
        var free = slot;
        while (_afterFull.TryGetValue(free, out var next))
        {
            free = next;
        }
        // Later searches skip the full ones.
        while (slot != free)
        {
            (_afterFull[slot], slot) = (free, _afterFull[slot]);
        }
        return free;
    }
}

sealed class ScaleMessage(int[] posts, double at)
{
    public int[] Posts => posts;

    /// <summary>The time of its posts' due entries.</summary>
    public double At => at;

    public int Left { get; set; } = posts.Length;

    public ScaleInstance? Instance { get; set; }
}

sealed class ScaleInstance(double calls)
{
    public Throttle Processor { get; } = new(calls);

    public int Running { get; set; }

    public double Backoff { get; set; } = ScaleLimits.FirstPoll;

    public bool IsPolling { get; set; }

    public bool IsGone { get; set; }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Planable.Networks.Metrics;

/// <summary>
/// When pages and posts are synced. Each workspace, page and post has its own offset in the period, computed from its id, so it is the same
/// on every instance and every day.
/// </summary>
static class SyncPlan
{
    public static readonly TimeSpan Horizon = TimeSpan.FromHours(24), OfPages = TimeSpan.FromHours(24);

    /// <summary>How often posts are synced: those up to Age old, once every Every.</summary>
    static readonly (TimeSpan Age, TimeSpan Every)[] OfPosts =
    [
        (TimeSpan.FromDays(1), TimeSpan.FromHours(3)),
        (TimeSpan.FromDays(7), TimeSpan.FromHours(12)),
        (TimeSpan.FromDays(30), TimeSpan.FromDays(1)),
        (Oldest, TimeSpan.FromDays(7)),
    ];

    /// <summary>Older posts are synced only on request.</summary>
    public static TimeSpan Oldest => TimeSpan.FromDays(90);

    /// <summary>The hour of the day, in UTC, in which a workspace's next 24 hours are planned.</summary>
    public static int HourOf(string workspace) => (int)(Offset(workspace) % 24);

    /// <summary>When a page is synced, once in the 24 hours from <paramref name="start"/>.</summary>
    public static DateTimeOffset Page(string page, DateTimeOffset start) => Times(page, start, start + Horizon, OfPages).Single();

    /// <summary>
    /// When a post that was published at <paramref name="published"/> is synced in the 24 hours from
    /// <paramref name="start"/>.
    /// </summary>
    public static IEnumerable<DateTimeOffset> Post(string post, DateTimeOffset published, DateTimeOffset start)
    {
        var young = TimeSpan.Zero;
        foreach (var (age, every) in OfPosts)
        {
            foreach (var moment in Times(post, Later(start, published + young), Earlier(start + Horizon, published + age), every))
            {
                yield return moment;
            }
            young = age;
        }
    }

    /// <summary>
    /// The times from <paramref name="start"/> until before <paramref name="end"/> that have the subject's offset in a
    /// period.
    /// </summary>
    static IEnumerable<DateTimeOffset> Times(string subject, DateTimeOffset start, DateTimeOffset end, TimeSpan period)
    {
        var offset = TimeSpan.FromSeconds(Offset(subject) % (long)period.TotalSeconds);
        var into = TimeSpan.FromTicks((start - offset).UtcTicks % period.Ticks);
        for (var moment = into == TimeSpan.Zero ? start : start + period - into; moment < end; moment += period)
        {
            yield return moment;
        }
    }

    static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    static uint Offset(string subject) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));
}

using CsCheck;
using Planable.Networks.Metrics;

namespace Planable.Functions.Tests.Metrics;

/// <summary>Everything that is planned is planned once, at the same time everywhere, and spread.</summary>
public sealed class SyncPlanTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    static readonly Gen<string> Id = Gen.String[Gen.Char["0123456789abcdefghjkmnpqrstvwxyz"], 31, 31];

    [Fact]
    public void A_page_is_synced_every_24_hours_whenever_it_is_planned() =>
        Gen.Select(Id, Gen.Int[0, 1_000]).Sample((page, hours) =>
        {
            var start = Start.AddHours(hours);
            var moment = SyncPlan.Page(page, start);
            Assert.InRange(moment, start, start.AddHours(24).AddTicks(-1));
            Assert.Equal(moment.AddHours(24), SyncPlan.Page(page, start.AddHours(24)));
            Assert.Equal(moment.TimeOfDay, SyncPlan.Page(page, start.AddHours(7)).TimeOfDay);
        });

    [Fact]
    public void Pages_and_workspaces_are_spread_over_the_hours_of_the_day()
    {
        string[] ids = [.. Enumerable.Range(0, 2_400).Select(number => $"pg_{number:D31}")];
        foreach (var hours in new[] { ids.CountBy(id => SyncPlan.Page(id, Start).Hour), ids.CountBy(SyncPlan.HourOf) })
        {
            var counts = hours.Select(hour => hour.Value).ToArray();
            Assert.Equal(24, counts.Length);
            Assert.All(counts, count => Assert.InRange(count, 60, 140));
        }
    }

    [Fact]
    public void Young_posts_are_synced_oftener_than_old_ones()
    {
        int[] Times(double age) =>
            [.. Enumerable.Range(0, 7).Select(number => SyncPlan.Post("grp_" + number, Start.AddDays(-age), Start).Count())];

        Assert.All(Times(0), times => Assert.Equal(8, times));
        Assert.All(Times(3), times => Assert.Equal(2, times));
        Assert.All(Times(10), times => Assert.Equal(1, times));
        Assert.All(
            Enumerable.Range(0, 7).Select(number => Enumerable.Range(40, 7)
                .Sum(age => SyncPlan.Post("grp_" + number, Start.AddDays(-40), Start.AddDays(age - 40)).Count())),
            week => Assert.Equal(1, week));
        Assert.All(Times(91), times => Assert.Equal(0, times));
        // One that is to be published within the day is followed from then on.
        var coming = SyncPlan.Post("grp_x", Start.AddHours(12), Start).ToArray();
        Assert.Equal(4, coming.Length);
        Assert.All(coming, moment => Assert.True(moment >= Start.AddHours(12)));
    }

    [Fact]
    public void Planning_day_by_day_leaves_nothing_out_and_repeats_nothing() =>
        Gen.Select(Id, Gen.Int[0, 24 * 60]).Sample((post, minutes) =>
        {
            var published = Start.AddMinutes(minutes);
            DateTimeOffset[] moments = [.. Enumerable.Range(0, 100).SelectMany(day => SyncPlan.Post(post, published, Start.AddDays(day)))];
            Assert.Equal(moments.Distinct().Order(), moments);
            Assert.All(moments, moment => Assert.InRange(moment - published, TimeSpan.Zero, SyncPlan.Oldest));
            Assert.All(moments.Zip(moments.Skip(1)),
                pair => Assert.InRange(pair.Second - pair.First, TimeSpan.FromTicks(1), TimeSpan.FromDays(14)));
            Assert.InRange(moments.Length, 8 + 12 + 22 + 7, 9 + 13 + 24 + 10);
        });
}

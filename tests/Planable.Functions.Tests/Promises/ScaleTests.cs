using Planable.Functions.Benchmarks;

namespace Planable.Functions.Tests.Promises;

/// <summary>docs/SCALE.md says how late posts are when very many are due. The simulation is of the busiest minutes of that hour.</summary>
public sealed class ScaleTests
{
    const int OnTheHour = 100_000, Minutes = 5;

    static readonly ScaleLoad Busiest = new(OnTheHour + (15_000 * Minutes), OnTheHour, Minutes);

    [Fact]
    public void A_simulation_is_the_same_each_time()
    {
        var load = new ScaleLoad(10_000, 5_000, 3, 1_000);

        var lateness = Run();

        Assert.Equal(load.Posts, lateness.Length);
        Assert.Equal(lateness, Run());

        double[] Run() => new ScaleSimulation(load, new(), new(), seed: 1).Run().Lateness;
    }

    [Theory]
    [InlineData(4, 30, 310)]
    [InlineData(17, 1, 75)]
    public void Of_a_hundred_thousand_posts_on_the_hour_99_in_100_are_this_late_at_the_most(int instances, double each, double seconds)
    {
        var run = new ScaleSimulation(Busiest, new(InstancesAtOnce: instances, ScaleEvery: each), new(), seed: 1).Run();

        var late = run.Lateness[..OnTheHour].Order().ElementAt(OnTheHour * 99 / 100);
        Assert.InRange(late, 0, seconds);
        Assert.All(run.Lateness, one => Assert.InRange(one, 0, 6 * 60));
    }
}

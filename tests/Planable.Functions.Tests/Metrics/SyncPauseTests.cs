using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Content.Pages;
using Planable.Networks;
using Planable.Networks.Metrics;

namespace Planable.Functions.Tests.Metrics;

/// <summary>How long a sync is held, and how long it waits for its network, by a clock that the test moves. No triggers run.</summary>
public sealed class SyncPauseTests(SyncPauseGround ground) : IClassFixture<SyncPauseGround>
{
    const string Run = "run";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    DateTimeOffset Now => ground.Time.GetUtcNow();

    MetricsStore Metrics => ground.App.Get<MetricsStore>();

    /// <summary>Which try it is, seconds that the network asks for, and seconds that it is left alone; null where the sync ends.</summary>
    [Theory]
    [InlineData(1, null, 900d)]
    [InlineData(19, null, 900d)]
    [InlineData(20, null, null)]
    [InlineData(1, 1d, 1d)]
    [InlineData(19, 1d, 1d)]
    [InlineData(20, 1d, null)]
    [InlineData(1, 86_399d, 86_399d)]
    [InlineData(1, 86_400d, 86_400d)]
    [InlineData(1, 86_400.000_000_1, null)]
    [InlineData(1, 86_401d, null)]
    public async Task A_rate_limit_is_waited_for_as_the_network_says_or_15_minutes_and_a_day_at_the_most(
        int attempt, double? asked, double? pause)
    {
        var (subject, state) = await SyncedAsync(attempt, NetworkVerdict.RateLimited, asked);

        Check(state, attempt, pause);
        Assert.Equal(pause is { } seconds ? Now.AddSeconds(seconds) : null, (await PageAsync(subject)).PausedUntil);
    }

    [Theory]
    [InlineData(1, null, 10d)]
    [InlineData(2, null, 60d)]
    [InlineData(3, null, 300d)]
    [InlineData(4, null, 1_200d)]
    [InlineData(5, null, null)]
    [InlineData(1, 3d, 3d)]
    [InlineData(4, 7_200d, 7_200d)]
    [InlineData(5, 3d, null)]
    public async Task What_is_refused_for_now_is_tried_four_times_more_each_time_later(int attempt, double? asked, double? pause)
    {
        var (subject, state) = await SyncedAsync(attempt, NetworkVerdict.NotNow, asked);

        // Its own pauses vary by a tenth.
        if (asked is null && pause is { } least)
        {
            var waits = (state.HeldUntil - Now).TotalSeconds;
            Assert.InRange(waits, least, least * 1.1);
            pause = waits;
        }
        Check(state, attempt, pause);
        Assert.Null((await PageAsync(subject)).PausedUntil);
    }

    [Theory]
    [InlineData(false, 90)]
    [InlineData(true, 300)]
    public async Task Who_takes_a_sync_up_holds_it_for_90_seconds(bool isAsked, int underway)
    {
        var subject = await SubjectAsync();
        await SeedAsync(subject, new(Run, isAsked, Until: Now.AddHours(1), Tries: 2));
        SyncState? held = null;
        ground.Network.Answer = async (_, _) =>
        {
            held = await Metrics.StateAsync(subject, Cancel);
            return (NetworkVerdict.Refused, null);
        };

        await RunAsync(subject, Run);

        Assert.Equal((Now.AddSeconds(90), Now.AddSeconds(underway), 3, isAsked), (held!.HeldUntil, held.Until, held.Tries, held.Asked));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Nobody_else_takes_it_up_before_the_end_of_its_hold(long ticks, bool isTaken)
    {
        var subject = await SubjectAsync();
        await SeedAsync(subject, new(Run, Until: Now.AddHours(1), HeldUntil: Now.AddTicks(ticks), Tries: 1));

        Assert.Equal(isTaken, await AsksAsync(subject, Run));
        Assert.False(await AsksAsync(subject, "another run"));
    }

    /// <summary>Ticks from now to the end of the one under way, from this one's time to the end of the last, and if it begins.</summary>
    [Theory]
    [InlineData(-1, null, true)]
    [InlineData(0, null, true)]
    [InlineData(1, null, false)]
    [InlineData(null, -1, true)]
    [InlineData(null, 0, false)]
    [InlineData(null, 1, false)]
    public async Task A_planned_sync_begins_where_none_is_under_way_and_none_has_ended_since_it_was_due(int? until, int? ended, bool begins)
    {
        var subject = await SubjectAsync();
        await SeedAsync(subject, until is { } ticks ? new(Run, Until: Now.AddTicks(ticks)) : new(EndedAt: Now.AddTicks(ended!.Value)));

        Assert.Equal(begins, await AsksAsync(subject, null));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_page_that_is_left_alone_is_asked_nothing_until_its_time_has_come(long ticks, bool isAsked)
    {
        var (subject, until) = (await SubjectAsync(), Now.AddTicks(ticks));
        await ground.App.Get<PageStore>().PauseAsync(subject.Id, until, Cancel);
        await SeedAsync(subject, new(Run, Until: Now.AddHours(1)));

        Assert.Equal(isAsked, await AsksAsync(subject, Run));

        var state = await Metrics.StateAsync(subject, Cancel);
        Assert.Equal(isAsked ? (null, default, default) : (Run, until, until.AddMinutes(5)), (state.Run, state.HeldUntil, state.Until));
    }

    /// <summary>A double is not always a tick's whole.</summary>
    DateTimeOffset After(double seconds) => Now.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    void Check(SyncState state, int attempt, double? pause)
    {
        Assert.Equal("As told.", state.Message);
        Assert.Equal(
            pause is { } seconds ? (Run, After(seconds), After(seconds).AddMinutes(5), attempt, null)
                : ((string?)null, default, default, 0, (DateTimeOffset?)Now),
            (state.Run, state.HeldUntil, state.Until, state.Tries, state.EndedAt));
        Assert.Null(state.SyncedAt);
    }

    /// <summary>How the sync of a page is after this try, which the network answers so.</summary>
    async Task<(Subject Subject, SyncState State)> SyncedAsync(int attempt, NetworkVerdict verdict, double? retryAfter)
    {
        var subject = await SubjectAsync();
        await SeedAsync(subject, new(Run, Until: Now.AddHours(1), Tries: attempt - 1));
        TimeSpan? after = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        ground.Network.Answer = (_, _) => Task.FromResult<(NetworkVerdict, TimeSpan?)?>((verdict, after));
        await RunAsync(subject, Run);
        return (subject, await Metrics.StateAsync(subject, Cancel));
    }

    /// <summary>Whether a message has the network asked.</summary>
    async Task<bool> AsksAsync(Subject subject, string? run)
    {
        ground.Network.Answer = (_, _) => Task.FromResult<(NetworkVerdict, TimeSpan?)?>((NetworkVerdict.Refused, null));
        var before = ground.Network.Asked.Count;
        await RunAsync(subject, run);
        return ground.Network.Asked.Count > before;
    }

    async Task<Subject> SubjectAsync() => Subject.Parse((await TestCompany.CreateAsync(ground.App)).PageIds[0])!.Value;

    Task<SyncState?> SeedAsync(Subject subject, SyncState state) => Metrics.WriteAsync(subject, state, Cancel);

    Task RunAsync(Subject subject, string? run) => ground.App.Get<SyncMetrics>().RunAsync(new(subject.ToString(), Now, run), Cancel);

    async Task<Page> PageAsync(Subject subject) => (await ground.App.Get<PageStore>().FindAsync(subject.Id, Cancel))!;
}

/// <summary>An instance as in production, but for its clock, which stands still, and its network, which does as told.</summary>
public sealed class SyncPauseGround : OwnStorageGround
{
    internal FakeTimeProvider Time { get; } = new(new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));

    internal FakeNetwork Network { get; } = new();

    private protected override App Start() => App.Start(
        ConnectionString,
        services => services.AddSingleton<TimeProvider>(Time).AddKeyedSingleton<IMetricsSource>(Platforms.Sandbox, Network),
        App.CallsOnly);
}

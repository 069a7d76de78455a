using System.Text.Json;

namespace Planable.Functions.Tests.Hosting;

public sealed class TimerRunnerTests(AzuriteFixture azurite)
{
    const string Daily = "0 30 3 * * *";

    static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    static readonly DateTimeOffset NextRun = new(2026, 3, 3, 3, 30, 0, TimeSpan.Zero);

    /// <summary>As long as the runner waits at once: then it looks at the clock again.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    readonly WatchedTime _time = new(Noon);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_timer_never_seen_before_waits_for_its_tick()
    {
        var root = new ScriptRoot().WithTimer(Daily);
        await using var app = new StandaloneApp(root, azurite.ConnectionString, _time);
        var function = new TestFunction();

        await app.StartAsync(function);
        await LastAsync(app, root, Noon);
        _time.SetUtcNow(NextRun.AddSeconds(-1));
        await _time.WaitedAsync(TimeSpan.FromSeconds(1));
        Assert.Empty(function.Runs);

        _time.SetUtcNow(NextRun);
        await LastAsync(app, root, NextRun);
        Assert.Single(function.Runs);
    }

    [Fact]
    public async Task Missed_ticks_give_one_past_due_run_at_the_start()
    {
        var root = new ScriptRoot().WithTimer(Daily);
        await using var app = new StandaloneApp(root, azurite.ConnectionString, _time);
        await StoreLastAsync(app, root, Noon.AddDays(-5));
        var function = new TestFunction();

        await app.StartAsync(function);

        await LastAsync(app, root, Noon);
        await _time.WaitedAsync(Look);
        Assert.Single(function.Runs);
    }

    [Fact]
    public async Task A_timer_that_missed_nothing_does_not_run_at_the_start()
    {
        var root = new ScriptRoot().WithTimer(Daily);
        await using var app = new StandaloneApp(root, azurite.ConnectionString, _time);
        await StoreLastAsync(app, root, Noon.AddHours(-8));
        var function = new TestFunction();

        await app.StartAsync(function);

        await _time.WaitedAsync(Look);
        Assert.Empty(function.Runs);
    }

    [Fact]
    public async Task A_failed_run_waits_for_the_next_tick()
    {
        var root = new ScriptRoot().WithTimer(Daily);
        await using var app = new StandaloneApp(root, azurite.ConnectionString, _time);
        await StoreLastAsync(app, root, Noon.AddDays(-1));
        var function = TestFunction.Failing();

        await app.StartAsync(function);
        await LastAsync(app, root, Noon);
        await _time.WaitedAsync(Look);
        _time.Advance(TimeSpan.FromHours(1));
        await _time.WaitedAsync(Look, times: 2);
        Assert.Single(function.Runs);

        _time.SetUtcNow(NextRun);
        await LastAsync(app, root, NextRun);
        Assert.Equal(2, function.Runs.Count);
    }

    [Theory]
    [InlineData("* * * * * *")]
    [InlineData("00:00:01")]
    public async Task Runs_of_one_timer_never_overlap(string schedule)
    {
        var root = new ScriptRoot().WithTimer(schedule);
        await using var app = new StandaloneApp(root, azurite.ConnectionString, _time);
        await StoreLastAsync(app, root, Noon.AddSeconds(-1));
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var function = new TestFunction((_, _) => release.Task);
        // The same timer, of which no run takes any time.
        var prompt = new ScriptRoot().WithTimer(schedule);
        await using var other = new StandaloneApp(prompt, azurite.ConnectionString, _time);

        await app.StartAsync(function);
        await other.StartAsync(new TestFunction());
        await Eventually.TrueAsync(() => function.Runs.Count == 1, "the first run starts");
        await LastAsync(other, prompt, Noon);
        _time.Advance(TimeSpan.FromSeconds(10));
        await LastAsync(other, prompt, Noon.AddSeconds(10));
        Assert.Single(function.Runs);

        release.SetResult();
        await LastAsync(app, root, Noon.AddSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(1));
        await LastAsync(app, root, Noon.AddSeconds(11));
        Assert.Equal(2, function.Runs.Count);
    }

    [Fact]
    public async Task A_storage_that_is_down_does_not_end_the_runner()
    {
        var root = new ScriptRoot().WithTimer(Daily);
        await using var app = new StandaloneApp(root, StandaloneApp.StorageThatIsDown, _time);
        var pause = TimeSpan.FromSeconds(10);

        await app.StartAsync(new TestFunction());

        await _time.WaitedAsync(pause);
        _time.Advance(pause);
        await _time.WaitedAsync(pause, times: 2);
        Assert.True(app.IsRunning);
    }

    static async Task StoreLastAsync(StandaloneApp app, ScriptRoot root, DateTimeOffset last) =>
        await new TimerStatus(app.Blobs, root.Name).ReadOrStartAsync(last, Cancel);

    static Task LastAsync(StandaloneApp app, ScriptRoot root, DateTimeOffset expected)
    {
        var blob = app.Blobs.GetBlobContainerClient("azure-webjobs-hosts").GetBlobClient($"timers/standalone/{root.Name}.json");
        return Eventually.TrueAsync(
            async () => await blob.ExistsAsync(Cancel)
                && JsonElement.Parse((await blob.DownloadContentAsync(Cancel)).Value.Content)
                    .GetProperty("last").GetDateTimeOffset() == expected,
            $"a run is noted at {expected:O}");
    }
}

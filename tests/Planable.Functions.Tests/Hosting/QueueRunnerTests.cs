namespace Planable.Functions.Tests.Hosting;

public sealed class QueueRunnerTests(AzuriteFixture azurite)
{
    const string Message = """{"job":{"post":"pst_1","note":"žluť 🎈"}}""";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handled_message_is_deleted()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction();
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await app.EmptyAsync();
        var call = Assert.Single(function.Runs).Call!;
        Assert.Equal("pst_1", call.Job.GetProperty("post").GetString());
        Assert.Equal((1, false), (call.DequeueCount, call.IsLastAttempt));
        Assert.False(await app.Poison.ExistsAsync(Cancel));
    }

    [Fact]
    public async Task A_failed_message_comes_back_after_the_visibility_timeout()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction((attempt, _) => attempt == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask);
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await app.EmptyAsync();
        Assert.Equal([(1, false), (2, true)], function.Runs.Select(run => (run.Call!.DequeueCount, run.Call.IsLastAttempt)));
        Assert.InRange(function.Runs[1].At - function.Runs[0].At, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_message_stays_locked_while_its_handler_runs_longer_than_the_lock()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString, messageLock: "00:00:09");
        var function = new TestFunction((_, cancel) => Task.Delay(TimeSpan.FromSeconds(13), cancel));
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await app.EmptyAsync();
        Assert.Single(function.Runs);
        Assert.True(TimeProvider.System.GetUtcNow() - function.Runs[0].At > TimeSpan.FromSeconds(12.5));
    }

    [Fact]
    public async Task A_message_that_a_dead_process_had_taken_is_seen_again_when_the_lock_ends()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        await app.SendAsync(Message);
        Assert.NotNull((await app.Queue.ReceiveMessageAsync(TimeSpan.FromSeconds(2), Cancel)).Value);
        var function = new TestFunction();

        await app.StartAsync(function);

        await app.EmptyAsync();
        Assert.Equal(2, Assert.Single(function.Runs).Call!.DequeueCount);
    }

    [Fact]
    public async Task A_handler_may_send_itself_a_later_copy_and_succeed()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction((run, cancel) => run == 1
            ? app.Queue.SendMessageAsync(Message, visibilityTimeout: TimeSpan.FromSeconds(2), cancellationToken: cancel)
            : Task.CompletedTask);
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await Eventually.TrueAsync(() => function.Runs.Count == 2, "the copy is handled");
        await app.EmptyAsync();
        Assert.Equal([1, 1], function.Runs.Select(run => run.Call!.DequeueCount));
        Assert.True(function.Runs[1].At - function.Runs[0].At >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_stop_lets_the_running_handler_finish_and_takes_nothing_more()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction((_, cancel) => Task.Delay(TimeSpan.FromSeconds(1), cancel));
        await app.SendAsync(Message);
        await app.StartAsync(function);
        await Eventually.TrueAsync(() => function.Runs.Count == 1, "the handler starts");

        await app.StopAsync();
        await app.SendAsync(Message);

        Assert.Single((await app.Queue.PeekMessagesAsync(32, Cancel)).Value);
        Assert.Single(function.Runs);
    }

    [Fact]
    public async Task No_more_than_a_batch_and_the_threshold_run_at_once()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var (now, most) = (0, 0);
        var gate = new Lock();
        var function = new TestFunction(async (_, cancel) =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++now);
            }
            await Task.Delay(200, cancel);
            lock (gate)
            {
                now--;
            }
        });
        for (var sent = 0; sent < 12; sent++)
        {
            await app.SendAsync(Message);
        }

        await app.StartAsync(function);

        await app.EmptyAsync();
        Assert.Equal(12, function.Runs.Count);
        Assert.InRange(most, 2, 3);
    }

    [Fact]
    public async Task A_queue_that_appears_later_is_polled_then()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = new StandaloneApp(root, azurite.ConnectionString);
        var function = new TestFunction();

        await app.StartAsync(function);
        await app.PolledAsync(times: 2);
        await app.Queue.CreateAsync(cancellationToken: Cancel);
        await app.SendAsync(Message);

        await Eventually.TrueAsync(() => function.Runs.Count == 1, "the message is handled");
    }

    [Fact]
    public async Task A_storage_that_is_down_does_not_end_the_runner()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = new StandaloneApp(root, StandaloneApp.StorageThatIsDown);

        await app.StartAsync(new TestFunction());

        await app.PolledAsync(times: 2);
        Assert.True(app.IsRunning);
    }
}

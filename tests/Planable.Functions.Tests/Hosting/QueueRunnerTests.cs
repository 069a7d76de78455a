using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Planable.Functions.Tests.Hosting;

public sealed class QueueRunnerTests(AzuriteFixture azurite)
{
    const string Message = """{"job":{"post":"pst_1","note":"žluť 🎈"}}""";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handled_message_is_deleted()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        var function = new TestFunction();
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await EmptyAsync(app.Queue);
        var call = Assert.Single(function.Runs).Call!;
        Assert.Equal("pst_1", call.Job.GetProperty("post").GetString());
        Assert.Equal((1, false), (call.DequeueCount, call.IsLastAttempt));
        Assert.False(await app.Poison.ExistsAsync(Cancel));
    }

    [Fact]
    public async Task A_failed_message_comes_back_after_the_visibility_timeout()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        var function = new TestFunction((attempt, _) => attempt == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask);
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await EmptyAsync(app.Queue);
        Assert.Equal([(1, false), (2, true)], function.Runs.Select(run => (run.Call!.DequeueCount, run.Call.IsLastAttempt)));
        Assert.InRange(function.Runs[1].At - function.Runs[0].At, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_message_that_fails_its_last_attempt_goes_to_the_poison_queue_unchanged()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        var function = TestFunction.Failing();
        await app.SendAsync(Message);

        await app.StartAsync(function);

        var poisoned = await ReceivedAsync(app.Poison);
        await EmptyAsync(app.Queue);
        Assert.Equal(Message, poisoned.Body.ToString());
        Assert.Equal(2, function.Runs.Count);
    }

    [Fact]
    public async Task A_message_whose_last_attempt_ended_with_the_process_goes_to_the_poison_queue_without_another()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        var function = new TestFunction();
        await app.SendAsync(Message);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var taken = (await app.Queue.ReceiveMessageAsync(TimeSpan.FromSeconds(30), Cancel)).Value;
            await app.Queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancel);
        }

        await app.StartAsync(function);

        Assert.Equal(Message, (await ReceivedAsync(app.Poison)).Body.ToString());
        Assert.Empty(function.Runs);
    }

    [Fact]
    public async Task A_message_that_is_not_base64_goes_to_the_poison_queue_and_spares_the_rest_of_its_batch()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        var function = new TestFunction();
        var plain = new QueueClient(azurite.ConnectionString, root.QueueName);
        await plain.SendMessageAsync("plain text, {not base64}", Cancel);
        await app.SendAsync(Message);

        await app.StartAsync(function);

        Assert.Equal("plain text, {not base64}", (await ReceivedAsync(app.Poison)).Body.ToString());
        await EmptyAsync(app.Queue);
        Assert.Single(function.Runs);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[1]")]
    [InlineData("""{"task":{}}""")]
    public async Task A_message_without_a_job_goes_to_the_poison_queue(string text)
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        var function = new TestFunction();
        await app.SendAsync(text);

        await app.StartAsync(function);

        Assert.Equal(text, (await ReceivedAsync(app.Poison)).Body.ToString());
        Assert.Empty(function.Runs);
    }

    [Fact]
    public async Task A_message_stays_locked_while_its_handler_runs_longer_than_the_lock()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root, messageLock: "00:00:03");
        var function = new TestFunction((_, cancel) => Task.Delay(TimeSpan.FromSeconds(7), cancel));
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await EmptyAsync(app.Queue);
        Assert.Single(function.Runs);
        Assert.InRange(TimeProvider.System.GetUtcNow() - function.Runs[0].At, TimeSpan.FromSeconds(6.5), TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task A_message_that_a_dead_process_had_taken_is_seen_again_when_the_lock_ends()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        await app.SendAsync(Message);
        Assert.NotNull((await app.Queue.ReceiveMessageAsync(TimeSpan.FromSeconds(2), Cancel)).Value);
        var function = new TestFunction();

        await app.StartAsync(function);

        await EmptyAsync(app.Queue);
        Assert.Equal(2, Assert.Single(function.Runs).Call!.DequeueCount);
    }

    [Fact]
    public async Task A_handler_may_send_itself_a_later_copy_and_succeed()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
        var function = new TestFunction((run, cancel) => run == 1
            ? app.Queue.SendMessageAsync(Message, visibilityTimeout: TimeSpan.FromSeconds(2), cancellationToken: cancel)
            : Task.CompletedTask);
        await app.SendAsync(Message);

        await app.StartAsync(function);

        await Eventually.TrueAsync(() => function.Runs.Count == 2, "the copy is handled");
        await EmptyAsync(app.Queue);
        Assert.Equal([1, 1], function.Runs.Select(run => run.Call!.DequeueCount));
        Assert.True(function.Runs[1].At - function.Runs[0].At >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_handler_past_the_function_timeout_is_cancelled_and_has_failed()
    {
        using var root = new ScriptRoot(functionTimeout: "00:00:01").WithQueue();
        await using var app = await AppAsync(root);
        var function = new TestFunction((_, cancel) => Task.Delay(Timeout.Infinite, cancel));
        await app.SendAsync(Message);

        await app.StartAsync(function);

        Assert.Equal(Message, (await ReceivedAsync(app.Poison)).Body.ToString());
        Assert.Equal(2, function.Runs.Count);
    }

    [Fact]
    public async Task A_handler_that_does_not_listen_is_left_behind_and_has_failed()
    {
        using var root = new ScriptRoot(functionTimeout: "00:00:01").WithQueue();
        await using var app = await AppAsync(root);
        var never = new TaskCompletionSource();
        await app.SendAsync(Message);

        await app.StartAsync(new TestFunction((_, _) => never.Task));

        Assert.Equal(Message, (await ReceivedAsync(app.Poison)).Body.ToString());
    }

    [Fact]
    public async Task A_stop_lets_the_running_handler_finish_and_takes_nothing_more()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
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
        using var root = new ScriptRoot().WithQueue();
        await using var app = await AppAsync(root);
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

        await EmptyAsync(app.Queue);
        Assert.Equal(12, function.Runs.Count);
        Assert.InRange(most, 2, 3);
    }

    [Fact]
    public async Task A_queue_that_appears_later_is_polled_then()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = new StandaloneApp(root, azurite.ConnectionString);
        var function = new TestFunction();

        await app.StartAsync(function);
        await Task.Delay(500, Cancel);
        await app.Queue.CreateAsync(cancellationToken: Cancel);
        await app.SendAsync(Message);

        await Eventually.TrueAsync(() => function.Runs.Count == 1, "the message is handled");
    }

    async Task<StandaloneApp> AppAsync(ScriptRoot root, string messageLock = "00:10:00")
    {
        var app = new StandaloneApp(root, azurite.ConnectionString, messageLock: messageLock);
        await app.Queue.CreateAsync(cancellationToken: Cancel);
        return app;
    }

    // The approximate count has the messages that are locked, too.
    static Task EmptyAsync(QueueClient queue) => Eventually.TrueAsync(
        async () => (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount == 0, "the queue is empty");

    static async Task<QueueMessage> ReceivedAsync(QueueClient queue)
    {
        QueueMessage? message = null;
        await Eventually.TrueAsync(
            async () => await queue.ExistsAsync(Cancel) && (message = (await queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value) is not null,
            $"a message arrives in {queue.Name}");
        return message!;
    }
}

using Azure.Storage.Queues;

namespace Planable.Functions.Tests.Hosting;

public sealed class PoisonQueueTests(AzuriteFixture azurite)
{
    const string Message = """{"job":{"post":"pst_1","note":"žluť 🎈"}}""";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_fails_its_last_attempt_goes_to_the_poison_queue_unchanged()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = TestFunction.Failing();
        await app.SendAsync(Message);

        await app.StartAsync(function);

        var poisoned = await app.PoisonedAsync();
        await app.EmptyAsync();
        Assert.Equal(Message, poisoned);
        Assert.Equal(2, function.Runs.Count);
    }

    [Fact]
    public async Task A_message_whose_last_attempt_ended_with_the_process_goes_to_the_poison_queue_without_another()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction();
        await app.SendAsync(Message);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var taken = (await app.Queue.ReceiveMessageAsync(TimeSpan.FromSeconds(30), Cancel)).Value;
            await app.Queue.UpdateMessageAsync(
                taken.MessageId, taken.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancel);
        }

        await app.StartAsync(function);

        Assert.Equal(Message, await app.PoisonedAsync());
        Assert.Empty(function.Runs);
    }

    [Fact]
    public async Task A_message_that_is_not_base64_goes_to_the_poison_queue_and_spares_the_rest_of_its_batch()
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction();
        var plain = new QueueClient(azurite.ConnectionString, root.QueueName);
        await plain.SendMessageAsync("plain text, {not base64}", Cancel);
        await app.SendAsync(Message);

        await app.StartAsync(function);

        Assert.Equal("plain text, {not base64}", await app.PoisonedAsync());
        await app.EmptyAsync();
        Assert.Single(function.Runs);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[1]")]
    [InlineData("""{"task":{}}""")]
    public async Task A_message_without_a_job_goes_to_the_poison_queue(string text)
    {
        var root = new ScriptRoot().WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction();
        await app.SendAsync(text);

        await app.StartAsync(function);

        Assert.Equal(text, await app.PoisonedAsync());
        Assert.Empty(function.Runs);
    }

    [Fact]
    public async Task A_handler_past_the_function_timeout_is_cancelled_and_has_failed()
    {
        var root = new ScriptRoot(functionTimeout: "00:00:01").WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var function = new TestFunction((_, cancel) => Task.Delay(Timeout.Infinite, cancel));
        await app.SendAsync(Message);

        await app.StartAsync(function);

        Assert.Equal(Message, await app.PoisonedAsync());
        Assert.Equal(2, function.Runs.Count);
    }

    [Fact]
    public async Task A_handler_that_does_not_listen_is_left_behind_and_has_failed()
    {
        var root = new ScriptRoot(functionTimeout: "00:00:01").WithQueue();
        await using var app = await StandaloneApp.WithQueueAsync(root, azurite.ConnectionString);
        var never = new TaskCompletionSource();
        await app.SendAsync(Message);

        await app.StartAsync(new TestFunction((_, _) => never.Task));

        Assert.Equal(Message, await app.PoisonedAsync());
    }
}

using Azure;
using Azure.Core;
using Azure.Storage.Queues;

namespace Planable.Functions.Tests.Hosting;

public sealed class SentMessagesTests(AzuriteFixture azurite)
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly SentMessages _sent = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_hears_at_once_of_what_its_own_process_sends()
    {
        var queue = await NewQueueAsync();
        var wait = _sent.WaitAsync(queue.Name, Timeout.InfiniteTimeSpan, Cancel);
        Assert.False(wait.IsCompleted);

        await queue.SendMessageAsync("one", Cancel);
        await wait.WaitAsync(Limit, Cancel);

        await queue.SendMessageAsync("two, while nobody waits", Cancel);
        await _sent.WaitAsync(queue.Name, Timeout.InfiniteTimeSpan, Cancel).WaitAsync(Limit, Cancel);
    }

    [Fact]
    public async Task What_is_seen_later_is_another_queues_or_was_refused_wakes_nobody()
    {
        var (queue, other) = (await NewQueueAsync(), await NewQueueAsync());
        var wait = _sent.WaitAsync(queue.Name, Timeout.InfiniteTimeSpan, Cancel);
        var elsewhere = _sent.WaitAsync(other.Name, Timeout.InfiniteTimeSpan, Cancel);

        await queue.SendMessageAsync("later", TimeSpan.FromSeconds(1), cancellationToken: Cancel);
        await Assert.ThrowsAsync<RequestFailedException>(() => queue.SendMessageAsync(new string('x', 70_000), Cancel));
        await other.SendMessageAsync("elsewhere", Cancel);
        await elsewhere.WaitAsync(Limit, Cancel);
        Assert.False(wait.IsCompleted);

        await queue.SendMessageAsync("now", TimeSpan.Zero, cancellationToken: Cancel);
        await wait.WaitAsync(Limit, Cancel);
    }

    async Task<QueueClient> NewQueueAsync()
    {
        var options = new QueueClientOptions();
        options.AddPolicy(_sent, HttpPipelinePosition.BeforeTransport);
        var queue = new QueueServiceClient(azurite.ConnectionString, options).GetQueueClient("sent-" + Guid.NewGuid().ToString("N"));
        await queue.CreateAsync(cancellationToken: Cancel);
        return queue;
    }
}

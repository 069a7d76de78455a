using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Infra;
using Planable.Operate;

namespace Planable.Functions.Tests.Health;

/// <summary>Queues that need somebody are named, in lines that the alerts find.</summary>
public sealed class QueueWatchTests(AzuriteFixture fixture) : ILoggerProvider, ILogger
{
    readonly List<(string Category, string Event, string Line)> _lines = [];
    string _category = "";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_poison_queue_that_is_not_empty_is_named_every_time()
    {
        var root = new ScriptRoot().WithQueue();
        var (queue, poison) = await MakeAsync(root);
        await queue.SendMessageAsync("new", Cancel);
        await poison.SendMessageAsync("bad", Cancel);

        await RunAsync(root);
        await RunAsync(root);

        Assert.Equal(2, _lines.Count);
        Assert.All(_lines, line => Assert.Equal(
            ("LogPoison", $"1 messages in {poison.Name} failed repeatedly and need an operator"),
            (line.Event, line.Line)));
        await AlertFindsAsync("planable-poison", _lines[0]);
    }

    [Fact]
    public async Task A_message_that_waits_too_long_is_told()
    {
        var root = new ScriptRoot().WithQueue();
        var (queue, _) = await MakeAsync(root);
        await queue.SendMessageAsync("late", Cancel);

        await RunAsync(root, TimeSpan.FromMinutes(9));
        Assert.Empty(_lines);
        await RunAsync(root, TimeSpan.FromMinutes(11));

        var line = Assert.Single(_lines);
        Assert.Equal("LogLate", line.Event);
        await AlertFindsAsync("planable-queue-age", line);
    }

    async Task<(QueueClient Queue, QueueClient Poison)> MakeAsync(ScriptRoot root)
    {
        var service = new QueueServiceClient(fixture.ConnectionString);
        return (await service.CreateQueueAsync(root.QueueName, cancellationToken: Cancel),
            await service.CreateQueueAsync(root.QueueName + "-poison", cancellationToken: Cancel));
    }

    async Task RunAsync(ScriptRoot root, TimeSpan later = default)
    {
        using var logs = new LoggerFactory([this]);
        var watch = new QueueWatch(
            new QueueServiceClient(fixture.ConnectionString),
            new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later), logs.CreateLogger<QueueWatch>());
        await watch.LookAsync([root.QueueName], Cancel);
    }

    static async Task AlertFindsAsync(string alert, (string Category, string Event, string Line) line)
    {
        var rule = Assert.Single((await Templates.ReadAsync()).Default.Of("Microsoft.Insights/scheduledQueryRules"),
            one => one.Text("name") == alert)["properties"]!;
        Assert.Equal(
            $"""AppTraces | where Properties.CategoryName == "{line.Category}" and Properties.EventName == "{line.Event}" """.TrimEnd(),
            rule["criteria"]!["allOf"]![0]!.Text("query"));
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName)
    {
        _category = categoryName;
        return this;
    }

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add((_category, eventId.Name!, formatter(state, exception)));

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void IDisposable.Dispose()
    {
    }
}

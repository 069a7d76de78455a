using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Planable.Platform.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>What every run of a queue or timer function has, whoever calls it.</summary>
public sealed class FunctionRunTests : ILoggerProvider, ILogger
{
    const string Message = """{"job":{"id":"p1"}}""", Reason = "as the test wants it";

    static readonly JsonTypeInfo<Message<JsonElement?>> Type =
        (JsonTypeInfo<Message<JsonElement?>>)JsonSerializerOptions.Web.GetTypeInfo(typeof(Message<JsonElement?>));

    readonly List<string> _lines = [];

    [Theory]
    [InlineData("1", false)]
    [InlineData("4", false)]
    [InlineData("5", true)]
    [InlineData("\"5\"", true)]
    [InlineData("6", true)]
    [InlineData("\"p1\"", false)]
    [InlineData("{}", false)]
    [InlineData(null, false)]
    public async Task A_handler_gets_the_job_and_whether_this_attempt_is_the_last_however_the_count_is_told(string? count, bool isLast)
    {
        (string Id, bool IsLast)? told = null;

        await Context(count).RunQueueAsync(Message, Type, (job, last, _) =>
        {
            told = (job!.Value.GetProperty("id").GetString()!, last);
            return Task.CompletedTask;
        });

        Assert.Equal(("p1", isLast), told);
    }

    [Theory]
    [InlineData("""{"id":"p1","n":3}""")]
    [InlineData("""{"job":null}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("no JSON")]
    [InlineData("")]
    public async Task A_message_without_a_job_fails_and_reaches_no_handler(string message)
    {
        var ran = false;

        await Assert.ThrowsAsync<FunctionFailure>(() => Context("1").RunQueueAsync(message, Type, (_, _, _) =>
        {
            ran = true;
            return Task.CompletedTask;
        }));

        Assert.False(ran);
    }

    [Fact]
    public async Task A_failure_is_told_without_its_reason_which_is_in_the_log_by_the_name_of_the_run()
    {
        var failure = await Assert.ThrowsAsync<FunctionFailure>(
            () => Context(null).RunTimerAsync(_ => throw new InvalidOperationException(Reason)));

        Assert.Matches("^Test failed; the log lines of run_[0-9a-z]+ say why\\.$", failure.Message);
        Assert.Null(failure.InnerException);
        Assert.DoesNotContain(Reason, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(_lines, line => line.Contains(Reason, StringComparison.Ordinal));
        Assert.Contains(_lines, line => line.Contains(failure.Message.Split(' ')[6], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_is_told_and_then_given_up_before_the_host_would_end_the_process()
    {
        var (told, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        var start = TimeProvider.System.GetTimestamp();

        await Assert.ThrowsAsync<FunctionFailure>(() => Context(null, "00:00:02").RunTimerAsync(cancel =>
        {
            cancel.Register(told.SetResult);
            return never.Task;
        }));

        Assert.True(told.Task.IsCompleted);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(1.8), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Whoever_cancels_the_call_cancels_the_handler()
    {
        using var cancel = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var run = Context(null, cancel: cancel.Token).RunTimerAsync(async stop =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
        });
        await started.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<FunctionFailure>(() => run);
    }

    LocalContext Context(string? count, string functionTimeout = "00:05:00", CancellationToken? cancel = null) => new(
        new("Test", "Test", "test"),
        new ServiceCollection().AddSingleton(new HostJson(TimeSpan.Parse(functionTimeout, null), 5)).AddSingleton(TimeProvider.System)
            .AddLogging(logging => logging.AddProvider(this)).BuildServiceProvider(),
        cancel ?? TestContext.Current.CancellationToken)
    {
        ["DequeueCount"] = count,
    };

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{formatter(state, exception)} {exception?.Message}");

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state)
    {
        _lines.Add(state.ToString()!);
        return null;
    }

    void IDisposable.Dispose() => GC.SuppressFinalize(this);
}

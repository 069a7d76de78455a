using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Planable.Functions.Tests.Http;

/// <summary>A client that goes away is no failure of ours.</summary>
public sealed class GoneClientTests(AzuriteFixture fixture)
{
    [Theory]
    [InlineData("POST /api/v1/posts HTTP/1.1", "Content-Type: application/json\r\nContent-Length: 5000\r\n", "{\"text\":\"")]
    [InlineData(
        "POST /api/v1/posts HTTP/1.1", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "ff\r\n{\"text\":\"")]
    [InlineData(
        "POST /api/v1/posts HTTP/1.1", "Content-Type: application/json\r\nContent-Length: 5000\r\nIdempotency-Key: a key\r\n", "{\"text\"")]
    [InlineData("POST /api/v1/posts/x/share HTTP/1.1", "Content-Length: 5000\r\nIdempotency-Key: a key\r\n", "{")]
    [InlineData("GET /api/v1/workspaces HTTP/1.1", "", "")]
    [InlineData("GET /api/v1/posts?workspaceId={workspace} HTTP/1.1", "Accept: text/csv\r\n", "")]
    public async Task Whoever_goes_away_leaves_no_warning_in_the_log(string line, string headers, string start)
    {
        var log = new Warnings();
        await using var app = App.Start(fixture.ConnectionString, services => services.RemoveAll<ILoggerProvider>()
            .AddSingleton<ILoggerProvider>(log), App.CallsOnly);
        var company = await TestCompany.CreateAsync(app);
        await company.Client.GetAsync("/ping").OkAsync();

        foreach (var wait in new[] { 0, 1, 5, 20, 50 })
        {
            using var socket = new TcpClient { LingerState = new LingerOption(enable: wait % 2 == 0, seconds: 0) };
            await socket.ConnectAsync(app.BaseAddress.Host, app.BaseAddress.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(
                Encoding.Latin1.GetBytes(
                    $"{line.Replace("{workspace}", company.WorkspaceId, StringComparison.Ordinal)}\r\nHost: localhost\r\n"
                    + $"Authorization: Bearer {company.Token}\r\n{headers}\r\n{start}"),
                TestContext.Current.CancellationToken);
            await Task.Delay(wait, TestContext.Current.CancellationToken);
        }
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        await company.Client.GetAsync("/ping").OkAsync();
        Assert.Empty(log.All);
    }

    sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                All.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}

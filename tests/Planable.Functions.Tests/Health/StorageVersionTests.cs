using System.Collections.Concurrent;
using System.Net;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Planable.Functions.Tests.Commands;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Health;

/// <summary>No work is done on a storage of another version, and whoever operates it is told what to run.</summary>
public sealed class StorageVersionTests : OwnStorageGround
{
    const string Upgrade = "Run: planable storage upgrade", Update = "Update planable and the app";

    TestCompany _company = null!;

    private protected override App Start() => App.Start(ConnectionString, null, App.CallsOnly);

    [Theory]
    [InlineData(null, "The storage has version 0, and this program needs 3. " + Upgrade)]
    [InlineData(0, "The storage has version 0, and this program needs 3. " + Upgrade)]
    [InlineData(1, "The storage has version 1, and this program needs 3. " + Upgrade)]
    [InlineData(2, "The storage has version 2, and this program needs 3. " + Upgrade)]
    [InlineData(4, "The storage has version 4, and this program needs 3. " + Update)]
    public async Task An_app_and_commands_leave_a_storage_of_another_version_alone(int? version, string reason)
    {
        await GiveAsync(version);
        var before = await StorageUpgradeTests.StoredAsync(ConnectionString);
        var log = new Errors();
        await using var app = App.Start(ConnectionString, services => services.AddSingleton<ILoggerProvider>(log));
        var client = app.As(_company.Token);

        // The very first write waits until it is known.
        await client.PostAsync("/posts", _company.Post()).FailAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");
        using var read = await client.GetAsync("/posts?workspaceId=" + _company.WorkspaceId);
        await read.EnvelopeAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");
        Assert.NotNull(read.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/settings"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/api/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/api/health"));
        var timer = app.Get<LocalFunctions>().OfTimers.Single(function => function.Name == "ProcessDue");
        Assert.False(await app.Get<FunctionCaller>().RunTimerAsync(timer, Cancel));
        Assert.Contains(log, line => line.StartsWith("ProcessDue failed", StringComparison.Ordinal)
            && line.Contains(reason, StringComparison.Ordinal));
        Assert.Single(log, line => line.StartsWith(reason, StringComparison.Ordinal));

        var command = new Operator(ConnectionString);
        (await command.RunAsync("company", "list")).Fails(1, reason);
        (await command.RunAsync("storage", "check", "--repair")).Fails(1, reason);
        (await command.RunAsync("company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email", "ada@example.com"))
            .Fails(1, reason);
        Assert.Contains("\"STORAGE_VERSION\"", (await command.RunAsync("company", "list", "--json")).Is(1).Error, StringComparison.Ordinal);
        if (version > StorageSchema.Version)
        {
            (await command.RunAsync("storage", "upgrade")).Fails(1, reason);
        }
        Assert.Equal(before, await StorageUpgradeTests.StoredAsync(ConnectionString));
    }

    [Fact]
    public async Task An_app_works_once_the_upgrade_is_done()
    {
        await GiveAsync(null);
        var log = new Errors();
        await using var app = App.Start(ConnectionString, services => services.AddSingleton<ILoggerProvider>(log));
        await app.As(_company.Token).PostAsync("/posts", _company.Post()).FailAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");

        (await new Operator(ConnectionString).RunAsync("storage", "upgrade")).Done();

        await Eventually.TrueAsync(async () => await StatusAsync(app, "/api/health/ready") is HttpStatusCode.OK, "ready");
        await app.As(_company.Token).PostAsync("/posts", _company.Post()).CreatedAsync();
        Assert.Single(log, line => line.StartsWith("The storage has version", StringComparison.Ordinal));
    }

    /// <summary>A company, and a version that is not its own; null for none.</summary>
    async Task GiveAsync(int? version)
    {
        _company = await TestCompany.CreateAsync(App);
        var row = new TableEntity("schema", "version") { ["Version"] = version };
        var companies = App.Get<Tables>().Companies;
        Assert.Equal(StorageSchema.Version, (await companies.FindAsync("schema", "version", Cancel))!.GetInt32("Version"));
        await (version is null ? companies.DeleteEntityAsync("schema", "version", cancellationToken: Cancel)
            : companies.UpsertEntityAsync(row, cancellationToken: Cancel));
    }

    static async Task<HttpStatusCode> StatusAsync(App app, string path)
    {
        using var answer = await app.Http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        return answer.StatusCode;
    }

    sealed class Errors : ConcurrentQueue<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}

using System.Net;
using Planable.Functions.Tests.Hosting;
using Planable.Rpc;

namespace Planable.Functions.Tests;

/// <summary>The host's side of the worker protocol, against a worker that can do nothing but answer.</summary>
public sealed class FunctionsHostTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_lists_its_functions_and_answers()
    {
        await using var host = await FunctionsHost.StartAsync(await PublishedPackage.BareWorkerAsync);
        using var http = new HttpClient { BaseAddress = host.Address };

        Assert.Equal(["Allocated", "Ping"], host.Functions.Select(function => function.Name).Order());
        var ping = host.Functions.Single(function => function.Name == "Ping");
        Assert.Equal(("Ping", "emptyworker.dll", null), (ping.Name, ping.ScriptFile, ping.LoadError));
        Assert.Equal("ping", ping.Trigger.GetProperty("route").GetString());
        Assert.Equal("""{"ok":true}""", await http.GetStringAsync(Relative("PING"), Cancel));
        Assert.InRange(host.OwnResidentBytes, 1, host.ResidentBytes);
        Assert.NotEqual(TimeSpan.Zero, host.ProcessorTime);
        Assert.Contains(host.Logs, log => log.Message.StartsWith("Application started", StringComparison.Ordinal));
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task What_no_function_takes_is_not_found_and_nothing_is_said_of_it()
    {
        await using var host = await FunctionsHost.StartAsync(await PublishedPackage.BareWorkerAsync);
        using var http = new HttpClient { BaseAddress = host.Address };

        foreach (var (method, path) in new[] { (HttpMethod.Get, "pings"), (HttpMethod.Get, "ping/more"), (HttpMethod.Post, "ping") })
        {
            using var answer = await http.SendAsync(new(method, Relative(path)), Cancel);
            Assert.Equal((HttpStatusCode.NotFound, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync(Cancel)).Length));
        }
        using var home = await http.GetAsync(Relative(""), Cancel);
        Assert.Equal(HttpStatusCode.NoContent, home.StatusCode);
    }

    [Fact]
    public async Task A_cold_worker_answers_two_hundred_calls_at_once()
    {
        await using var host = await FunctionsHost.StartAsync(await PublishedPackage.BareWorkerAsync);
        using var http = new HttpClient { BaseAddress = host.Address };

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => http.GetStringAsync(Relative("ping"), Cancel)));

        Assert.All(answers, answer => Assert.Equal("""{"ok":true}""", answer));
        Assert.Empty(host.InFlight);
    }

    /// <summary>A bare worker waits fifteen seconds for the other half of such a call.</summary>
    [Theory]
    [InlineData(CallersInvocationId.Stays, HttpStatusCode.InternalServerError)]
    [InlineData(CallersInvocationId.Precedes, HttpStatusCode.InternalServerError)]
    [InlineData(CallersInvocationId.Replaced, HttpStatusCode.OK)]
    public async Task A_callers_own_invocation_id_misleads_a_bare_worker_unless_the_host_replaces_it(
        CallersInvocationId callers, HttpStatusCode expected)
    {
        await using var host = await FunctionsHost.StartAsync(await PublishedPackage.BareWorkerAsync, callers: callers);
        using var http = new HttpClient { BaseAddress = host.Address };

        var statuses = await Task.WhenAll(
            StatusAsync("b6b0e2a4-5f3c-4d0e-9d4e-0a3c5b1f2e6d"), StatusAsync("6f9619ff-8b86-d011-b42d-00c04fc964ff", "one more"),
            StatusAsync("no id"), StatusAsync(""));

        Assert.All(statuses, status => Assert.Equal(expected, status));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());

        async Task<HttpStatusCode> StatusAsync(params string[] ids)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Relative("ping"));
            request.Headers.TryAddWithoutValidation("x-ms-invocation-id", ids);
            using var answer = await http.SendAsync(request, Cancel);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_worker_ends_when_asked_and_calls_wait_for_the_next()
    {
        await using var host = await FunctionsHost.StartAsync(await PublishedPackage.BareWorkerAsync);
        using var http = new HttpClient { BaseAddress = host.Address };
        await http.GetStringAsync(Relative("ping"), Cancel);
        var first = host.ProcessId;

        Assert.Equal(0, await host.TerminateAsync(TimeSpan.FromMinutes(2)));
        var waiting = http.GetStringAsync(Relative("ping"), Cancel);
        await host.RestartAsync();

        Assert.Equal("""{"ok":true}""", await waiting);
        Assert.NotEqual(first, host.ProcessId);
    }

    [Fact]
    public async Task Calls_under_way_fail_with_a_killed_worker_and_later_ones_reach_the_next()
    {
        await using var host = await FunctionsHost.StartAsync(await PublishedPackage.BareWorkerAsync, callers: CallersInvocationId.Stays);
        using var http = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative("ping")) { Headers = { { "x-ms-invocation-id", "nobody's" } } };
        var stuck = http.SendAsync(request, Cancel);
        while (host.InFlight.Count == 0)
        {
            await Task.Delay(10, Cancel);
        }

        await host.KillAsync();

        Assert.Equal(137, await host.Exit);
        using var failed = await stuck;
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        await host.RestartAsync();
        Assert.Equal("""{"ok":true}""", await http.GetStringAsync(Relative("ping"), Cancel));
    }

    [Fact]
    public async Task A_worker_that_does_not_start_says_why()
    {
        var package = await PublishedPackage.BareWorkerAsync;

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => FunctionsHost.StartAsync(package, [("DOTNET_STARTUP_HOOKS", "/nowhere.dll")]));

        Assert.Contains("/nowhere.dll", failed.Message, StringComparison.Ordinal);
    }

    static Uri Relative(string path) => new(path, UriKind.Relative);
}

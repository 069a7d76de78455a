using System.Net;
using Microsoft.Extensions.Logging;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Secrets;

namespace Planable.Functions.Tests.Published;

/// <summary>What whoever operates the worker gets to see of it, and what nobody does.</summary>
public sealed class WorkerTelemetryTests(AzuriteFixture fixture, FakeKeyVault vaults, PublishedWorker worker)
{
    const string Message =
        """{"job":{"table":"content","partition":"none","record":"none","sent":"2026-01-01T00:00:00Z","events":[]}}""";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unless_it_is_asked_for_nothing_of_it_is_loaded()
    {
        var (host, http) = await worker.SharedAsync(fixture, vaults);
        await new Client(http, (await TestCompany.CreateAsync(fixture.App)).Token).GetAsync("/ping").OkAsync();
        await host.InvokeQueueAsync("DispatchOutbox", Message, cancel: Cancel);

        var maps = await File.ReadAllTextAsync($"/proc/{host.ProcessId}/maps", Cancel);

        // The framework's own stand-in for it is another matter, and is not loaded either.
        Assert.DoesNotContain("OpenTelemetry", maps, StringComparison.Ordinal);
        Assert.Contains("Planable.Functions.dll", maps, StringComparison.Ordinal);
        Assert.False(host.Capabilities.ContainsKey("WorkerOpenTelemetryEnabled"));
    }

    [Fact]
    public async Task Calls_and_functions_are_traced_counted_and_logged_once_though_the_process_is_killed()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var host = await PublishedWorker.StartAsync(
            fixture.ConnectionString, [.. receiver.Settings.Select(one => (one.Key, (string?)one.Value)), ("RateLimits__Reads", "1")]);
        using var http = PublishedWorker.Client(host.Address);
        var company = await TestCompany.CreateAsync(fixture.App);
        var client = new Client(http, company.Token);
        Assert.Equal(bool.TrueString, host.Capabilities["WorkerOpenTelemetryEnabled"]);
        Assert.Equal(bool.TrueString, host.Capabilities["WorkerApplicationInsightsLoggingEnabled"]);
        Assert.Contains("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{host.ProcessId}/maps", Cancel), StringComparison.Ordinal);

        var post = (await client.PostAsync("/posts", company.Post()).CreatedAsync()).Ids("posts")[0];
        await client.GetAsync("/posts/" + post).OkAsync();
        await client.GetAsync("/ping").ShouldBeAsync(HttpStatusCode.TooManyRequests);
        await client.DeleteAsync("/posts/" + post).GoneAsync();
        await host.InvokeQueueAsync(
            "DispatchOutbox", Message, insertionTime: TimeProvider.System.GetUtcNow().AddSeconds(-7), cancel: Cancel);
        await host.InvokeQueueAsync("DispatchOutbox", "no JSON", cancel: Cancel);
        await host.InvokeTimerAsync("SweepOutbox", cancel: Cancel);
        await Eventually.TrueAsync(
            () => receiver.Counts("planable.queue.lag").Sum(one => one.Count) == 2
                && receiver.Spans.Any(span => span.Name == "SweepOutbox"),
            "the last of the numbers and spans arrives");
        await host.KillAsync();

        var spans = receiver.Spans;
        var call = Assert.Single(spans, span => span.Name == "GET /api/v1/posts/{id}");
        Assert.Equal("200", call.Attributes["http.response.status_code"]);
        Assert.StartsWith("req_", call.Attributes["request.id"], StringComparison.Ordinal);
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "GET content", "GET tokens" }, Below(call));
        // Nothing else has no parent: neither the host's message, nor a second half of a call.
        Assert.Equal(
            ["DELETE /api/v1/posts/{id}", "DispatchOutbox", "DispatchOutbox", "GET /api/v1/ping",
                "GET /api/v1/posts/{id}", "POST /api/v1/posts/",
                "SweepOutbox"],
            spans.Where(span => span.Parent.Length == 0 && !IsStorage(span)).Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.Contains("GET content", spans.Where(span => span.Name == "DispatchOutbox").SelectMany(Below));
        Assert.NotEmpty(Below(Assert.Single(spans, span => span.Name == "SweepOutbox")));

        var durations = receiver.Counts("http.server.request.duration");
        Assert.Equal(4, durations.Sum(one => one.Count));
        Assert.Equal(1, Assert.Single(
            durations, one => one.By["http.route"] == "/api/v1/ping" && one.By["http.response.status_code"] == "429").Count);
        Assert.Equal(2, receiver.Counts("planable.queue.lag").Where(one => one.By["faas.name"] == "DispatchOutbox").Sum(one => one.Count));
        Assert.Contains(receiver.Points("planable.storage.calls"), point =>
            point["http.route"] == "/api/v1/posts/{id}" && point["http.request.method"] == "DELETE");
        Assert.Contains(receiver.Points("planable.rate_limited"), point => point["policy"] == "read");
        // A function's line names its run.
        Assert.Contains(receiver.Lines, line => line.Text == "DispatchOutbox failed"
            && line.Attributes["RunId"].StartsWith("run_", StringComparison.Ordinal));

        HashSet<string> Below(OtlpReceiver.Span span) => spans.Where(one => one.Parent == span.Id).Select(one => one.Name)
            .ToHashSet(StringComparer.Ordinal);

        // The app's own, of what it does by itself.
        static bool IsStorage(OtlpReceiver.Span span) =>
            span.Attributes.ContainsKey("db.system.name") || span.Name.Split(' ')[0] is "PUT" or "MERGE";
    }

    [Fact]
    public async Task A_line_names_its_call_and_nothing_that_callers_or_messages_say_is_told_to_host_or_collector()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString,
        [
            .. receiver.Settings.Select(one => (one.Key, (string?)one.Value)),
            ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
                ("Logging__Console__LogLevel__Default", "Trace"),
        ]);
        using var http = PublishedWorker.Client(host.Address);
        var company = await TestCompany.CreateAsync(fixture.App);
        var client = new Client(http, company.Token);
        var marks = new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = company.Token };

        await client.PostAsync("/posts", company.Post(Mark("text")), Mark("key")).CreatedAsync();
        await client.GetAsync("/posts/" + Mark("id")).NotFoundAsync();
        await client.GetAsync("/" + Mark("path")).NotFoundAsync();
        await client.GetAsync($"/posts?workspaceId={Mark("query")}").NotFoundAsync();
        await client.SendAsync(HttpMethod.Post, "/posts", "{ \"text\": \"" + Mark("broken body")).InvalidAsync();
        await client.SendAsync(HttpMethod.Get, "/ping", change: request =>
        {
            request.Headers.Add("User-Agent", Mark("agent"));
            request.Headers.Add("X-Forwarded-Host", Mark("host") + ".example.com");
            request.Headers.Add("x-ms-invocation-id", Mark("invocation"));
            request.Headers.Add("baggage", "a=" + Mark("baggage"));
            request.Headers.Add("tracestate", "a=" + Mark("state"));
        }).OkAsync();
        using var shared = await http.GetAsync(new Uri("/share/" + Mark("link"), UriKind.Relative), Cancel);
        await host.InvokeQueueAsync("DispatchOutbox", $$"""{"{{Mark("name")}}":"{{Mark("value")}}"}""", cancel: Cancel);
        storage.Refuse("/content");
        await client.PostAsync("/posts", company.Post(Mark("refused text"))).ShouldBeAsync(HttpStatusCode.InternalServerError);
        await Eventually.TrueAsync(
            () => receiver.Lines.Any(line => line.Text.EndsWith(" failed.", StringComparison.Ordinal)), "lines arrive");
        await Eventually.TrueAsync(() => receiver.Spans.Any(span => span.Name == "DispatchOutbox"), "spans arrive");
        await host.TerminateAsync(TimeSpan.FromMinutes(2));

        // It did tell, and what is looked for would be found.
        Assert.Contains(receiver.Lines, line => line.Attributes.TryGetValue("RequestId", out var id)
            && line.Text == $"Request {id} failed.");
        Assert.Contains(host.Logs, log => log.Level is LogLevel.Error && log.Message.StartsWith("Request req_", StringComparison.Ordinal));
        Assert.Contains(receiver.Spans, span => span.Name == "GET /share/{**code}");
        var told = string.Join('\n', host.Logs.Select(log => log.ToString()).Concat(host.Output).Concat(host.Errors));
        foreach (var (what, mark) in marks)
        {
            Assert.False(receiver.Text.Contains(mark, StringComparison.OrdinalIgnoreCase), $"{what} is exported");
            Assert.False(told.Contains(mark, StringComparison.OrdinalIgnoreCase), $"{what} is told to the host: {Around(told, mark)}");
        }

        string Mark(string what) => marks[what] = "mark" + Guid.NewGuid().ToString("N");

        static string Around(string text, string mark) =>
            text.IndexOf(mark, StringComparison.OrdinalIgnoreCase) is >= 0 and var at
                ? text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 100)] : "";
    }
}

using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Workspaces;
using Planable.Functions.Tests.Secrets;
using Planable.Platform.Hosting;
using Planable.Rpc;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Published;

/// <summary>Messages and timers as the host brings them.</summary>
public sealed class FunctionCallTests(AzuriteFixture fixture, FakeKeyVault vaults, PublishedWorker worker)
{
    const string Secret = "hush4711";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A write that never came to be, too young to be given up.</summary>
    static string Job(string table = "content", string more = "") =>
        $$$"""{"job":{"table":"{{{table}}}","partition":"none","record":"none","sent":"2026-01-01T00:00:00Z","events":[]}{{{more}}}}""";

    [Theory]
    [InlineData("")]
    [InlineData(""","DequeueCount":"x","Id":5,"InsertionTime":"nonsense","PopReceipt":null,"QueueTrigger":{"a":1}""")]
    [InlineData(""","dequeuecount":99999999999,"sys":{"MethodName":"x"},"message":"x","job2":[1],"context":{"InvocationId":"x"}""")]
    public async Task A_good_message_succeeds_whatever_else_is_in_it(string more)
    {
        var (host, _) = await worker.SharedAsync(fixture, vaults);

        var result = await host.InvokeQueueAsync("DispatchOutbox", Job(more: more), cancel: Cancel);

        Assert.True(result.Status is InvocationStatus.Success, result.ToString());
    }

    [Theory]
    [InlineData("no JSON " + Secret)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"job\":null}")]
    [InlineData("{\"table\":\"" + Secret + "\"}")]
    [InlineData("{\"job\":{\"table\":\"" + Secret
        + "\",\"partition\":\"none\",\"record\":\"none\",\"sent\":\"2026-01-01T00:00:00Z\",\"events\":[]}}")]
    [InlineData("{\"job\":{\"entries\":\"" + Secret + "\"}}")]
    public async Task What_fails_is_told_without_a_reason(string text)
    {
        var (host, _) = await worker.SharedAsync(fixture, vaults);
        var queues = host.Functions.Where(function => function.Trigger.TryGetProperty("queueName", out _))
            .Select(function => function.Name).ToArray();
        foreach (var function in text.Contains("\"job\":{", StringComparison.Ordinal) ? ["DispatchOutbox"] : queues)
        {
            Says(host, function, await host.InvokeQueueAsync(function, text, dequeueCount: 1, cancel: Cancel));
        }
    }

    static void Says(FunctionsHost host, string function, InvocationResult result)
    {
        Assert.Equal((InvocationStatus.Failure, $"{function} failed"),
            (result.Status, result.Message!.Split(';')[0][^(function.Length + 7)..]));
        var told = $"{result.ExceptionType} {result.Message} {result.StackTrace}";
        Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
        Assert.DoesNotContain("Json", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(" ---> ", told, StringComparison.Ordinal);
        Assert.All(host.Logs.Where(log => !log.Category.StartsWith("Planable", StringComparison.Ordinal)), log =>
        {
            Assert.DoesNotContain(Secret, log.Message + log.Exception, StringComparison.Ordinal);
            Assert.DoesNotContain("JsonException", log.Message + log.Exception, StringComparison.Ordinal);
        });
        // The line that says why names the run that the host was told of.
        Assert.Matches("run_[0-9a-z]+", result.Message);
        Assert.Contains(host.Logs, log => log.Category == typeof(FunctionRuns).FullName && log.InvocationId == result.Id
            && log.Exception is not null);
    }

    [Fact]
    public async Task Every_timer_runs_also_when_it_is_late()
    {
        var (host, _) = await worker.SharedAsync(fixture, vaults);
        var timers = host.Functions.Where(function => function.Trigger.GetProperty("type").GetString() == "timerTrigger").ToArray();

        Assert.NotEmpty(timers);
        foreach (var (timer, number) in timers.Select((timer, number) => (timer, number)))
        {
            var result = await host.InvokeTimerAsync(timer.Name, isPastDue: number % 2 == 0, cancel: Cancel);
            Assert.True(result.Status is InvocationStatus.Success, $"{timer.Name}: {result}");
        }
    }

    [Fact]
    public async Task The_fifth_attempt_that_fails_shows_itself_to_whoever_waits_for_it()
    {
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString);
        var company = await TestCompany.CreateAsync(fixture.App);
        var deleted = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        var companies = fixture.App.Get<Tables>().Companies;
        await companies.UpsertEntityAsync(CompanyStore.Row(company.Workspaces[0] with { DeletedAt = deleted }), cancellationToken: Cancel);
        await companies.AddEntityAsync(
            new TableEntity(company.Key, Outbox.Prefix + "stuck") { ["Open"] = true, ["At"] = deleted }
                .With([new DomainEvent(WorkspaceRemoval.Deleted, company.Workspaces[0].Key)],
                    WorkStoredJson.Default.DomainEventArray, "events"),
                    Cancel);
        var message = new JsonObject
        {
            ["job"] = new JsonObject
            {
                ["table"] = "companies",
                ["partition"] = company.Key,
                ["record"] = "stuck",
                ["sent"] = deleted,
                ["events"] = new JsonArray(),
            },
        }.ToJsonString();
        storage.Refuse("/content");

        Says(host, "DispatchOutbox", await host.InvokeQueueAsync("DispatchOutbox", message, dequeueCount: 4, cancel: Cancel));
        Assert.Empty((await company.Client.GetAsync("/workspaces").OkAsync())["data"]!.AsArray());
        Says(host, "DispatchOutbox", await host.InvokeQueueAsync("DispatchOutbox", message, dequeueCount: 5, cancel: Cancel));

        var shown = (await company.Client.GetAsync("/workspaces").OkAsync())["data"]!.AsArray().Single()!;
        Assert.True(shown["removalFailed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Whoever_cancels_a_run_cancels_its_handler()
    {
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString);
        (string Path, Func<CancellationToken, Task<InvocationResult>> Run)[] all =
        [
            ("/content", stop => host.InvokeQueueAsync("DispatchOutbox", Job(), cancel: stop)),
            ("/companies", stop => host.InvokeTimerAsync("SweepOutbox", cancel: stop)),
        ];
        foreach (var (path, run) in all)
        {
            using var held = storage.Hold(path);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var running = run(gone.Token);
            await held.Arrived.WaitAsync(TimeSpan.FromMinutes(2), Cancel);

            await gone.CancelAsync();

            var result = await running.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
            Assert.True(result.Status is not InvocationStatus.Success, $"{path}: {result}");
            await held.Abandoned.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        }
    }
}

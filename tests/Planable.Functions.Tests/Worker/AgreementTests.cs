using System.Text.Json.Nodes;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Secrets;
using Planable.Work;

namespace Planable.Functions.Tests.Published;

/// <summary>The package's list, what the worker tells, the local runner and the deployment mean the same functions.</summary>
public sealed class AgreementTests(AzuriteFixture fixture, FakeKeyVault vaults, PublishedWorker worker)
{
    [Fact]
    public async Task Every_function_loads()
    {
        var (host, _) = await worker.SharedAsync(fixture, vaults);

        Assert.True(host.Functions.Count > 20);
        Assert.All(host.Functions, function => Assert.Null(function.LoadError));
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task All_agree_on_every_name_route_queue_and_schedule()
    {
        var (host, _) = await worker.SharedAsync(fixture, vaults);
        var file = Path.Combine(await PublishedPackage.FolderAsync, "functions.metadata");
        var listed = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!.AsArray();
        var driven = LocalFunctions.Generated();
        var generated = LocalFunctions.Routes().Select(one => $"{one.Key} httpTrigger {one.Value}")
            .Concat(driven.OfQueues.Select(one => $"{one.Name} queueTrigger {one.Source}"))
            .Concat(driven.OfTimers.Select(one => $"{one.Name} timerTrigger {one.Source}")).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(generated, listed.Select(one => Summary(one!.Text("name"), one!["bindings"]![0]!)).Order(StringComparer.Ordinal));
        Assert.Equal(
            generated,
            host.Functions.Select(one => Summary(one.Name, JsonNode.Parse(one.Trigger.GetRawText())!)).Order(StringComparer.Ordinal));
        Assert.Equal(
            listed.Select(one => (one!.Text("name"), one!.Text("entryPoint"))).Order(),
            host.Functions.Select(one => (one.Name, one.EntryPoint)).Order());
    }

    [Fact]
    public async Task The_deployment_makes_the_queues_that_there_are_functions_for()
    {
        var (host, _) = await worker.SharedAsync(fixture, vaults);
        var stores = Path.Combine(PublishedPackage.Repository.FullName, "infra", "stores.json");
        var made = JsonNode.Parse(await File.ReadAllTextAsync(stores, TestContext.Current.CancellationToken))!["queues"]!.AsArray();
        var queues = host.Functions.Where(function => function.Trigger.TryGetProperty("queueName", out _))
            .Select(function => function.Trigger.GetProperty("queueName").GetString()!).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(queues, made.Select(queue => queue!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(queues, Queues.All.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Methods are the app's to refuse, who may call is the app's to say, and the host repeats nothing by rules
    /// of its own.
    /// </summary>
    [Fact]
    public async Task Triggers_leave_methods_keys_and_retries_to_the_app()
    {
        var (host, _) = await worker.SharedAsync(fixture, vaults);

        Assert.All(host.Functions, function =>
            Assert.All(function.Bindings, binding => Assert.DoesNotContain("\"methods\"", binding, StringComparison.Ordinal)));
        Assert.All(
            host.Functions.Where(function => function.Trigger.GetProperty("type").GetString() == "httpTrigger"),
            function => Assert.Equal("Anonymous", function.Trigger.GetProperty("authLevel").GetString()));
        var file = Path.Combine(await PublishedPackage.FolderAsync, "functions.metadata");
        Assert.DoesNotContain(
            "retry", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    static string Summary(string name, JsonNode trigger) =>
        $"{name} {trigger.Text("type")} {(trigger["route"] ?? trigger["queueName"] ?? trigger["schedule"])!.GetValue<string>()}";
}

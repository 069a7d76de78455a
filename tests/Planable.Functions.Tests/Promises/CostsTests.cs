using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Planable.Functions.Tests.Hosting;
using Planable.Platform.Hosting;

namespace Planable.Functions.Tests.Promises;

/// <summary>infra/COSTS.md says what the budgets and the prices of infra/costs.json come to.</summary>
public sealed class CostsTests
{
    const string Write = "PLANABLE_WRITE_COSTS";
    const double Month = 30 * 24 * 60 * 60;

    static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);
    static readonly string Infra = Path.Combine(PublishedPackage.Repository.FullName, "infra");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_says_what_calls_and_idling_cost()
    {
        var file = Path.Combine(Infra, "COSTS.md");
        var page = Page(JsonSerializer.Deserialize<Costs>(await File.ReadAllTextAsync(Path.Combine(Infra, "costs.json"), Cancel), Camel)!);
        if (Environment.GetEnvironmentVariable(Write) is not null)
        {
            await File.WriteAllTextAsync(file, page, Cancel);
        }

        Assert.True(File.Exists(file) && await File.ReadAllTextAsync(file, Cancel) == page,
            $"infra/COSTS.md is old: {Write}=1 dotnet run --project tests/Planable.Functions.Tests -- "
            + "-class \"*CostsTests\" makes it anew.");
    }

    static string Page(Costs costs)
    {
        const string Made = "Made by `CostsTests` from `Promises/Operations.cs`, which the tests hold the app to, "
            + "and from the prices in `costs.json`; do not edit it.";
        const string Missing = "Regions, redundancy and contracts change them. Not in here: what is stored, traffic out of the region, "
            + "Application Insights (by the gigabyte), the host's own leases,";
        const string MissingToo = "private endpoints, retries, and what calls beyond their budget cost: a cold cache (2 table calls more), "
            + "writers that meet, an offset (a call a thousand rows).";
        const string Tick =
            "of an instance, for the host's note of it in a blob, and for what it does: that grows with what there is to do.";
        var assumed = costs.Assumptions;
        var functions = LocalFunctions.Generated();
        var host = RunnerSettings.Read(HostJson.Load(AppContext.BaseDirectory), new ConfigurationManager());
        var calls = Operations.All.GroupBy(one => (Tables: one.Calls - one.Messages, one.Messages)).OrderBy(all => all.Key)
            .Select(all => Row(costs, all.Key.Tables, all.Key.Messages, all));
        var dispatch = FormattableString.Invariant($"and another execution with {assumed.TableCallsOfADispatch} table calls and more.");
        var busy = FormattableString.Invariant($"{assumed.CallsPerBusySecond} calls a second (assumed, not measured). ")
            + "*Alone*: each call pays for the least time billed,";
        return string.Create(CultureInfo.InvariantCulture, $"""
            # What it costs

            {Made}
            After a change: `{Write}=1 dotnet run --project tests/Planable.Functions.Tests -- -class "*CostsTests"`

            ## A million calls, in {costs.Currency}

            A warm call of each kind to the tables; a message also costs its receipt, its deletion, {dispatch}
            Only calls that make, show or end a secret ask Key Vault. *Busy*: instances of {assumed.InstanceGigabytes} GB handle {busy}
            {assumed.LeastSecondsBilled} s. Nothing of the free grants is taken off.

            | table calls | messages | storage | executions | time, busy | **all, busy** | all, alone | calls |
            |--:|--:|--:|--:|--:|--:|--:|---|
            {string.Join('\n', calls)}

            ## A month of idling, in {costs.Currency}

            | what | times | executions and time | storage |
            |---|--:|--:|--:|
            {string.Join('\n', functions.OfTimers.Select(timer => Row(costs, timer)))}
            {string.Join('\n', functions.OfQueues.Select(queue => Row(costs, queue, host.MaxPollingInterval)))}

            A tick pays for {assumed.LeastSecondsBilled} s {Tick}

            ## Prices

            | price | for | source | read |
            |--:|---|---|---|
            {string.Join('\n', costs.Prices.Values.Select(Row))}

            {Missing}
            {MissingToo}

            """);
    }

    static string Row(Costs costs, int tables, int messages, IEnumerable<Operation> operations)
    {
        const double Million = 1_000_000;
        var assumed = costs.Assumptions;
        // A message is sent, received and deleted.
        var storage = costs.Of("queue", Million * messages * 3)
            + costs.Of("table", Million * (tables + (messages * assumed.TableCallsOfADispatch)));
        var runs = Million * (1 + messages);
        var executions = costs.Of("execution", runs);
        var busy = costs.Of("gigabyteSecond", runs / assumed.CallsPerBusySecond * assumed.InstanceGigabytes);
        var alone = costs.Of("gigabyteSecond", runs * assumed.LeastSecondsBilled * assumed.InstanceGigabytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {tables} | {messages} | {storage:0.00} | {executions:0.00} | {busy:0.00} | **{storage + executions + busy:0.00}** "
            + $"| {storage + executions + alone:0.00} | {string.Join(" · ", operations.Select(Name).Distinct())} |");
    }

    /// <summary>What is called; of a query, by which of its values.</summary>
    static string Name(Operation operation)
    {
        var by = operation.Path.Split('?') is [_, var query]
            ? " by " + string.Join(", ", query.Split('&').Select(part => part.Split('=')[0])) : "";
        return $"{operation.Method} {operation.Path.Split('?')[0]}{by}{(operation.What is null ? "" : $" ({operation.What})")}";
    }

    static string Row(Costs costs, LocalFunction queue, TimeSpan interval)
    {
        var (times, every) = (Month / interval.TotalSeconds, interval.TotalSeconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| queue `{queue.Source}`, at the most: looked into every {every} s, as by an instance that runs all month "
            + $"| {times:N0} | – | {costs.Of("queue", times):0.00} |");
    }

    static string Row(Price price) => string.Create(CultureInfo.InvariantCulture,
        $"| {price.Usd:0.######} | {price.Per:N0} {price.What} | {price.Source} | {price.Read ?? "**not verified**"} |");

    static string Row(Costs costs, LocalFunction timer)
    {
        var (schedule, start, ticks) = (TimerSchedule.Parse(timer.Source), DateTimeOffset.UnixEpoch, 0);
        for (var at = schedule.After(start); at <= start.AddSeconds(Month); at = schedule.After(at))
        {
            ticks++;
        }
        var assumed = costs.Assumptions;
        var runs = costs.Of("execution", ticks)
            + costs.Of("gigabyteSecond", ticks * assumed.LeastSecondsBilled * assumed.InstanceGigabytes);
        var storage = costs.Of("blobRead", ticks * assumed.BlobReadsOfATick) + costs.Of("blobWrite", ticks * assumed.BlobWritesOfATick);
        return string.Create(
            CultureInfo.InvariantCulture, $"| timer `{timer.Name}` (`{timer.Source}`) | {ticks:N0} | {runs:0.00} | {storage:0.00} |");
    }

    sealed record Costs(string Currency, Dictionary<string, Price> Prices, Assumptions Assumptions)
    {
        public double Of(string price, double times) => Prices[price].Usd * times / Prices[price].Per;
    }

    sealed record Price(double Usd, double Per, string What, string Source, string? Read);

    sealed record Assumptions(
        double InstanceGigabytes, double LeastSecondsBilled, double CallsPerBusySecond, double TableCallsOfADispatch,
        double BlobReadsOfATick, double BlobWritesOfATick);
}

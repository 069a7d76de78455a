using System.Net;
using Azure.Data.Tables;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Metrics;
using Planable.Functions.Tests.Secrets;

namespace Planable.Functions.Tests.Published;

/// <summary>Calls through the host, one by one.</summary>
public sealed class CallTests(AzuriteFixture fixture, FakeKeyVault vaults, PublishedWorker worker)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_get_that_is_sent_again_changes_nothing()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        var company = await TestCompany.CreateAsync(fixture.App);
        var client = new Client(http, company.Token);
        var post = (await client.PostAsync("/posts", company.Post()).CreatedAsync()).Ids("posts")[0];
        var before = await RowsAsync(company);

        var answers = new List<string>();
        for (var time = 0; time < 11; time++)
        {
            answers.Add((await client.GetAsync("/posts/" + post).OkAsync()).ToJsonString());
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(before, await RowsAsync(company));
    }

    [Fact]
    public async Task An_answer_that_fails_half_way_is_cut_off_and_not_taken_for_whole()
    {
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString);
        using var http = PublishedWorker.Client(host.Address);
        var company = await TestCompany.CreateAsync(fixture.App);
        var page = await company.PageAsync(fixture.App, "facebook");
        await fixture.App.SyncAsync(page);
        var client = new Client(http, company.Token);
        await client.GetAsync("/ping").OkAsync();
        storage.Refuse("/metrics");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(
            HttpMethod.Get, $"/pages/{page}/metrics?{AsOnKestrelTests.Days}",
            change: request => request.Headers.Add("Accept", "text/csv")));

        Assert.DoesNotContain(host.Logs, log => log.Message.Contains("thrown by the invocation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_answer_names_its_call_anew_whatever_the_caller_says()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        var ids = new HashSet<string>();
        for (var time = 0; time < 3; time++)
        {
            var call = new HttpRequestMessage(HttpMethod.Get, "/api/v1/ping") { Headers = { { "X-Request-Id", "req_mine" } } };
            using var answer = await http.SendAsync(call, Cancel);
            await answer.EnvelopeAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
            ids.Add(answer.Headers.GetValues("X-Request-Id").Single());
        }

        Assert.Equal(3, ids.Count);
        Assert.DoesNotContain("req_mine", ids);
    }

    [Fact]
    public async Task Links_lead_where_the_host_was_called_whatever_else_callers_say()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        var call = new Call("GET", "/api/v1/openapi.json")
        {
            Headers =
            [
                ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"), ("X-Original-Host", "evil.example"),
                ("Forwarded", "host=evil.example"),
            ],
        };

        var links = (await call.SendAsync(http)).Body;

        Assert.Contains("\"https://api.test/api/v1\"", links, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", links, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_unchanged_is_not_sent_again()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        using var first = await http.GetAsync(new Uri("/settings/settings.css", UriKind.Relative), Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/settings/settings.css");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await http.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (first.StatusCode, again.StatusCode));
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Contains("default-src 'none'", again.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_caller_changes_is_changed_for_whoever_knows_its_version()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        var company = await TestCompany.CreateAsync(fixture.App);
        var (client, path) = (new Client(http, company.Token), "/posts/" + (await company.MakeAsync())[0]);
        using var first = await client.GetAsync(path);
        var version = first.Headers.ETag!.ToString();

        using var changed = await client.PatchAsync(path, new { text = "Changed" }, ifMatch: version);
        using var late = await client.PatchAsync(path, new { text = "Too late" }, ifMatch: version);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (changed.StatusCode, late.StatusCode));
        Assert.NotEqual(version, changed.Headers.ETag!.ToString());
    }

    /// <summary>Without its address a flood of calls without a good token would be everybody's.</summary>
    [Fact]
    public async Task Where_nothing_tells_callers_apart_a_flood_keeps_no_good_token_out()
    {
        await using var host = await PublishedWorker.StartAsync(
            fixture.ConnectionString, [("RateLimits__Address", null), ("RateLimits__Reads", null), ("ClientAddressHeader", "")]);
        using var http = PublishedWorker.Client(host.Address);
        for (var call = 0; call < 60; call++)
        {
            await new Client(http, "pln_nonsense").GetAsync("/ping").UnauthorizedAsync();
        }
        await new Client(http, "pln_nonsense").GetAsync("/ping").FailAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");

        await new Client(http, (await TestCompany.CreateAsync(fixture.App)).Token).GetAsync("/ping").OkAsync();
    }

    [Fact]
    public async Task A_caller_who_goes_away_cancels_the_call()
    {
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString);
        using var http = PublishedWorker.Client(host.Address);
        var company = await TestCompany.CreateAsync(fixture.App);
        await new Client(http, company.Token).GetAsync("/ping").OkAsync();
        using var held = storage.Hold("/content");
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/posts/count")
        {
            Headers = { { "Authorization", "Bearer " + company.Token } },
        };
        var call = http.SendAsync(request, gone.Token);
        await held.Arrived;

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        // The worker hangs up on storage, which goes on holding it.
        await held.Abandoned.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        await Eventually.TrueAsync(() => host.InFlight.Count == 0, "the call has ended in the worker");
    }

    async Task<string[]> RowsAsync(TestCompany company)
    {
        var service = new TableServiceClient(fixture.ConnectionString);
        var rows = new List<string>();
        foreach (var (table, partition) in new[] { ("content", company.Workspaces[0].Key), ("companies", company.Key) })
        {
            rows.AddRange(await service.GetTableClient(table).QueryAsync<TableEntity>(
                $"PartitionKey eq '{partition}'", cancellationToken: Cancel)
                .Select(row => $"{table} {row.RowKey} {row.ETag}").ToListAsync(Cancel));
        }
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}

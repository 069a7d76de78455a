using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Planable.Functions.Tests.Secrets;
using Planable.Http;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The published package, started and called as the Functions host does: its environment, its HTTP, its queue and timer calls.</summary>
public sealed class PublishedPackageTests(AzuriteFixture fixture, FakeKeyVault vaults) : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;
    readonly int _port = AppProcess.FreePort();
    readonly FakeVault _vault = vaults.New();
    AppProcess _app = null!;
    HttpClient _http = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var executable = Path.Combine(await PublishedPackage.FolderAsync, "planable");
        // Its images set these for themselves, and we inherit them.
        _app = AppProcess.Start([executable], _folder,
        [
            .. vaults.EnvironmentFor(_vault), ("FUNCTIONS_CUSTOMHANDLER_PORT", $"{_port}"), ("AzureWebJobsStorage", fixture.ConnectionString),
            ("ASPNETCORE_URLS", "http://+:80"), ("ASPNETCORE_CONTENTROOT", "/azure-functions-host"), ("PLANABLE_DATA", null),
        ]);
        _http = _app.Client($"http://127.0.0.1:{_port}");
        // So the host finds out that it is ready, whatever it says.
        using var answer = await _http.GetAsync(new Uri("/", UriKind.Relative), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task It_is_a_script_root()
    {
        var root = await PublishedPackage.FolderAsync;
        var host = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(root, "host.json"), Cancel))!;
        var functions = Directory.GetFiles(root, "function.json", SearchOption.AllDirectories);

        Assert.Equal("2.0", host.Text("version"));
        var handler = host["customHandler"]!;
        Assert.True(handler["enableProxyingHttpRequest"]!.GetValue<bool>());
        Assert.Null(handler["http"]);
        Assert.Null(handler["enableForwardingHttpRequest"]);
        Assert.True(TimeSpan.Parse(host.Text("functionTimeout"), null) > Limits.Deadline);
        Assert.Equal("", host["extensions"]!["http"]!.Text("routePrefix"));
        Assert.Equal("Microsoft.Azure.Functions.ExtensionBundle", host["extensionBundle"]!.Text("id"));
        Assert.True(TimeSpan.Parse(host["extensions"]!["queues"]!.Text("visibilityTimeout"), null) > TimeSpan.Zero);
        Assert.InRange(host["extensions"]!["queues"]!.Number("batchSize"), 1, 32);
        Assert.True(File.GetUnixFileMode(Path.Combine(root, handler["description"]!.Text("defaultExecutablePath"))).HasFlag(UnixFileMode.UserExecute));
        Assert.True(functions.Length > 10);
        Assert.All(functions, function => Assert.Equal(root, Path.GetDirectoryName(Path.GetDirectoryName(function))));
        Assert.All(functions, function => Assert.DoesNotMatch("\"(methods|retry)\"", File.ReadAllText(function)));
    }

    [Fact]
    public async Task Every_public_route_has_a_prefix_that_no_function_has_and_the_one_that_takes_the_rest_sorts_last()
    {
        var functions = Directory.GetFiles(await PublishedPackage.FolderAsync, "function.json", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileName(Path.GetDirectoryName(file))!, file => JsonNode.Parse(File.ReadAllText(file))!["bindings"]![0]!);
        var routes = functions.Where(function => function.Value.Text("type") == "httpTrigger").ToDictionary(one => one.Key, one => one.Value.Text("route"));

        Assert.All(routes.Values, route => Assert.DoesNotContain(functions.Keys, name => name.Equals(route.Split('/')[0], StringComparison.OrdinalIgnoreCase)));
        Assert.Equal("api/{*rest}", routes[routes.Keys.Order(StringComparer.OrdinalIgnoreCase).Last()]);
        Assert.All(functions.Values.Select(binding => binding["queueName"]).OfType<JsonNode>(), queue => Assert.NotEmpty(queue.GetValue<string>()));
    }

    [Fact]
    public async Task A_proxied_call_is_answered_and_a_get_that_is_sent_again_changes_nothing()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var client = new Client(_http, company.Token);
        var post = (await client.PostAsync("/posts", company.Post()).CreatedAsync()).Ids("posts")[0];
        var before = await RowsAsync(company);

        var answers = new List<string>();
        for (var time = 0; time < 11; time++)
        {
            answers.Add((await client.SendAsync(HttpMethod.Get, "/posts/" + post, change: Proxied).OkAsync()).ToJsonString());
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(before, await RowsAsync(company));
        Assert.Contains("https://api.example.com/api/v1", (await client.SendAsync(HttpMethod.Get, "/openapi.json", change: Proxied).OkAsync())["servers"]!.ToJsonString(), StringComparison.Ordinal);

        static void Proxied(HttpRequestMessage request)
        {
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
            request.Headers.Add("X-Forwarded-Host", "api.example.com");
            request.Headers.Add("X-Forwarded-Proto", "https");
        }
    }

    [Theory]
    [InlineData("FollowUps", """{"Data":{"item":"\"{\\\"job\\\":{\\\"table\\\":\\\"content\\\",\\\"partition\\\":\\\"none\\\",\\\"record\\\":\\\"none\\\",\\\"sent\\\":\\\"2026-01-01T00:00:00Z\\\",\\\"followUps\\\":[]}}\""},"Metadata":{"DequeueCount":"1","Id":"\"x\"","InsertionTime":"\"2026-01-01T00:00:00+00:00\"","PopReceipt":"\"x\"","sys":{"MethodName":"FollowUps","UtcNow":"2026-01-01T00:00:00Z","RandGuid":"7b7d9b0e"}}}""", 200)]
    [InlineData("FollowUps", """{"Data":{"item":"\"{\\\"id\\\":\\\"p1\\\",\\\"n\\\":3}\""},"Metadata":{"DequeueCount":"1","Id":"\"p1\"","n":"\"3\""}}""", 500)]
    [InlineData("FollowUps", "not json", 500)]
    [InlineData("FollowUps", "", 500)]
    [InlineData("SweepCommits", """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"0001-01-01T00:00:00","Next":"2026-01-01T03:30:00Z","LastUpdated":"0001-01-01T00:00:00"},"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"SweepCommits","UtcNow":"2026-01-01T00:00:00Z","RandGuid":"7b7d9b0e"}}}""", 200)]
    [InlineData("SweepCommits", """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":true}},"Metadata":{"sys":{"MethodName":"SweepCommits","UtcNow":"2026-01-01T00:00:00Z","RandGuid":"7b7d9b0e"}}}""", 200)]
    public async Task A_trigger_call_is_answered_with_a_json_object(string function, string body, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Headers.TransferEncodingChunked = true;

        using var response = await _http.SendAsync(request, Cancel);
        var answer = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("application/json").MediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"Outputs":{},"Logs":[],"ReturnValue":null}""", answer);
    }

    [Fact]
    public async Task A_body_far_over_the_limit_is_refused_by_us()
    {
        var company = await TestCompany.CreateAsync(fixture.App);

        await new Client(_http, company.Token).SendAsync(HttpMethod.Post, "/posts", new string(' ', 20_000_000))
            .FailAsync(HttpStatusCode.RequestEntityTooLarge, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task It_listens_on_loopback_only_and_makes_nothing_where_it_runs()
    {
        var ours = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => listener.Port == _port);

        Assert.All(ours, listener => Assert.True(IPAddress.IsLoopback(listener.Address)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task It_is_ready_once_storage_and_the_vault_answer_and_asks_the_vault_nothing_before()
    {
        await new Client(_http, (await TestCompany.CreateAsync(fixture.App)).Token).GetAsync("/ping").OkAsync();
        Assert.Empty(_vault.Requests);

        await Eventually.TrueAsync(async () =>
        {
            using var answer = await _http.GetAsync(new Uri("/api/health/ready", UriKind.Relative), Cancel);
            return answer.IsSuccessStatusCode && await answer.Content.ReadAsStringAsync(Cancel) == "Healthy";
        }, "it is ready");

        Assert.Equal(["GET /secrets/health 401", "GET /secrets/health 404"], _vault.Requests.Distinct());
    }

    [Fact]
    public async Task However_it_ends_its_exit_code_is_not_zero()
    {
        _app.Interrupt();

        Assert.Equal(1, (await _app.ExitAsync()).Code);
    }

    async Task<string[]> RowsAsync(TestCompany company)
    {
        var service = new TableServiceClient(fixture.ConnectionString);
        var rows = new List<string>();
        foreach (var (table, partition) in new[] { ("content", company.Workspaces[0].Key), ("companies", company.Key) })
        {
            rows.AddRange(await service.GetTableClient(table).QueryAsync<TableEntity>($"PartitionKey eq '{partition}'", cancellationToken: Cancel)
                .Select(row => $"{table} {row.RowKey} {row.ETag}").ToListAsync(Cancel));
        }
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Planable.Functions.Tests.Health;
using Planable.Storage;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The first minute with the project: one command, a curl, a post.</summary>
public sealed partial class DemoTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_printed_call_makes_a_post_which_a_second_start_still_has()
    {
        string post;
        await using (var first = await AppProcess.StartDemoAsync(_folder))
        {
            var (url, token, body) = Command().Match(first.Output) is { Success: true } curl
                ? (curl.Groups["url"].Value, curl.Groups["token"].Value, curl.Groups["body"].Value)
                : throw new InvalidOperationException(first.Output);
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            post = (await http.PostAsync(new Uri(url), content, Cancel).CreatedAsync()).Ids("posts").Single();
            Assert.Contains("/api/v1/docs", first.Output, StringComparison.Ordinal);
            first.Terminate();
            Assert.Equal((0, ""), await first.ExitAsync());
        }
        await using var second = await AppProcess.StartDemoAsync(_folder);
        using var client = new HttpClient { BaseAddress = new Uri(second.Demo.Text("baseUrl")) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", second.Demo["tokens"]!.Text("read"));

        await client.GetAsync(new Uri("/api/v1/posts/" + post, UriKind.Relative), Cancel).OkAsync();
    }

    [Fact]
    public async Task The_demo_company_has_everything_to_try()
    {
        await using var app = await AppProcess.StartDemoAsync(_folder);
        var demo = app.Demo;

        Assert.True(new Uri(demo.Text("baseUrl")).IsLoopback);
        Assert.True(new TableServiceClient(demo.Text("storage")).Uri.IsLoopback);
        Assert.StartsWith("cmp_", demo.Text("companyId"), StringComparison.Ordinal);
        Assert.Equal(["OWNER", "ADMINISTRATOR", "MEMBER", "MEMBER", "CLIENT"], demo["users"]!.AsArray().Select(user => user!.Text("role")));
        Assert.Equal(2, demo["workspaces"]!.AsArray().Count);
        Assert.All(demo["workspaces"]!.AsArray(), workspace =>
            Assert.Equal(10, workspace!["pages"]!.AsArray().Select(page => page!.Text("platform")).Distinct().Count()));
        using var client = new HttpClient { BaseAddress = new Uri(demo.Text("baseUrl")) };
        var workspaces = demo["workspaces"]!.AsArray().Select(workspace => workspace!.Text("id")).ToArray();
        var write = await ListAsync("write", workspaces[0]).OkAsync();
        Assert.Equal(
            ["ARCHIVED", "NO_DATE_SET", "PLANNED", "PUBLISHED", "PUBLISHED", "PUBLISHED", "SCHEDULED", "WITH_ERRORS"],
            write["data"]!.AsArray().Select(post => post!.Text("status")).Order());
        foreach (var post in write["data"]!.AsArray().OfType<JsonNode>().Where(post => post.Text("status") is "PUBLISHED" or "WITH_ERRORS"))
        {
            var attempt = (await GetAsync("read", $"/posts/{post.Text("id")}/publish-attempts").OkAsync())["data"]![0]!;
            Assert.Equal((post["publishedPostLink"]?.GetValue<string>(), post["publishFailure"]?["code"]!.GetValue<string>()),
                (attempt["link"]?.GetValue<string>(), attempt["code"]?.GetValue<string>()));
            Assert.NotEmpty((await GetAsync("read", $"/posts/{post.Text("id")}/activity").OkAsync())["data"]!.AsArray());
        }
        foreach (var page in demo["workspaces"]![0]!["pages"]!.AsArray()
            .Where(page => page!.Text("platform") is not ("pinterest" or "twitter" or "universal")))
        {
            Assert.Equal(90, (await GetAsync(
                "read", $"/pages/{page!.Text("id")}/metrics?startDate=2020-01-01T00:00:00Z&endDate=2099-01-01T00:00:00Z&limit=90")
                .OkAsync())["data"]!.AsArray().Count);
        }
        var published = write["data"]!.AsArray()
            .First(post => post!["published"]!.GetValue<bool>() && post.Text("type") == "facebook")!.Text("id");
        Assert.True((await GetAsync("read", $"/posts/{published}/metrics").OkAsync())["data"]!.Number("impressions") > 0);
        await ListAsync("restricted", workspaces[0]).OkAsync();
        await ListAsync("restricted", workspaces[1]).ForbiddenAsync();

        Task<HttpResponseMessage> ListAsync(string token, string workspace) => GetAsync(token, "/posts?workspaceId=" + workspace);

        async Task<HttpResponseMessage> GetAsync(string token, string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1" + path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", demo["tokens"]!.Text(token));
            return await client.SendAsync(request, Cancel);
        }
    }

    [Fact]
    public async Task In_production_on_an_empty_store_nothing_is_made_and_no_Azurite_started()
    {
        await using var storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        var url = $"http://localhost:{AppProcess.FreePort()}";
        await using var app = AppProcess.Start(
            _folder, ("ASPNETCORE_ENVIRONMENT", "Production"), ("AzureWebJobsStorage", storage.ConnectionString), ("ASPNETCORE_URLS", url));
        var tables = new TableServiceClient(storage.ConnectionString);
        using var http = app.Client(url);
        // Answered once the tables are made; and a company that it began to make would be there before it ends.
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/api/health/ready", UriKind.Relative), Cancel));
        Assert.Equal(new Tables(tables).All.Count(), await tables.QueryAsync(cancellationToken: Cancel).CountAsync(Cancel));

        app.Terminate();
        Assert.Equal((0, ""), await app.ExitAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.Equal(0, await new TableServiceClient(storage.ConnectionString).GetTableClient("companies").QueryAsync<TableEntity>(
            cancellationToken: Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Ctrl_C_ends_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/env") && OperatingSystem.IsLinux(), "It takes coreutils.");
        // What a shell runs in the background, these tests perhaps, has it ignored.
        await using var app = AppProcess.Start(
            ["/usr/bin/env", "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "planable.dll")],
            _folder, ("ASPNETCORE_ENVIRONMENT", "Development"));
        await app.LineAsync("    -d");

        app.Interrupt();

        Assert.Equal((0, ""), await app.ExitAsync());
    }

    [Fact]
    public async Task A_busy_port_is_one_clear_sentence()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)busy.LocalEndpoint).Port}";
        await using var app = AppProcess.Start(
            _folder, ("ASPNETCORE_URLS", url), ("AzureWebJobsStorage", StorageAwayTests.Nowhere), ("ASPNETCORE_ENVIRONMENT", "Production"));

        var (code, errors) = await app.ExitAsync();

        Assert.Equal(1, code);
        Assert.Equal($"{url} is in use. Stop the program that listens there, or set ASPNETCORE_URLS to another address.", errors.Trim());
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "nonsense", "AzureWebJobsStorage is not a storage connection string.")]
    [InlineData("AzureWebJobsStorage__accountName", "someaccount",
        "AzureWebJobsStorage is not storage on this machine, and planable would handle its queues")]
    [InlineData("Runner__MessageLock", "nonsense", "Runner__MessageLock is 'nonsense', which is not a duration such as 00:01:00.")]
    [InlineData("WorkspaceRemoval__Wait", "-00:01:00", "WorkspaceRemoval__Wait is '-00:01:00', which is not a duration")]
    [InlineData("PublicBaseUrl", "api.example.com", "PublicBaseUrl is 'api.example.com', which is not an address")]
    [InlineData("KeyVault__vaultUri", "http://example.vault.azure.net",
        "KeyVault__vaultUri is 'http://example.vault.azure.net', which is not a vault's address")]
    [InlineData("KeyVault__vaultUri", "example", "KeyVault__vaultUri is 'example', which is not a vault's address")]
    [InlineData("PATH", "/nowhere", "Local storage needs Node.js 20 or newer")]
    public async Task A_wrong_setting_is_one_clear_sentence(string name, string value, string sentence)
    {
        await using var app = AppProcess.Start(_folder, (name, value), ("ASPNETCORE_ENVIRONMENT", "Production"));

        var (code, errors) = await app.ExitAsync();

        Assert.Equal(1, code);
        Assert.StartsWith(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors.Trim());
    }

    [Fact]
    public async Task Secrets_that_cannot_be_read_are_one_clear_sentence()
    {
        var secrets = Directory.CreateDirectory(Path.Combine(_folder, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "token-1"), "of an earlier format, or damaged", Cancel);
        await using var app = AppProcess.Start(
            _folder, ("AzureWebJobsStorage", StorageAwayTests.Nowhere), ("ASPNETCORE_ENVIRONMENT", "Production"));

        var (code, errors) = await app.ExitAsync();

        Assert.Equal(1, code);
        Assert.Equal(
            "The secrets in the data folder cannot be read. They are damaged or belong to another data folder.", errors.Trim());
    }

    [GeneratedRegex(@"curl (?<url>\S+) -H 'Authorization: Bearer (?<token>\S+)'.*-d '(?<body>[^']*)'",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();
}

using System.Net;
using System.Net.NetworkInformation;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Published;

/// <summary>The port at which the worker takes calls from its host: no path of it does anything for a caller who is not the host.</summary>
public sealed class WorkerPortTests(AzuriteFixture fixture)
{
    static readonly string[] Ids = ["", "no id", "6f9619ff-8b86-d011-b42d-00c04fc964ff"], Tables = ["tcp", "tcp6"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_not_the_host_is_refused_and_nothing_happens()
    {
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString);
        using var front = PublishedWorker.Client(host.Address);
        using var http = PublishedWorker.Client(new Uri(host.Capabilities["HttpUri"]));
        var company = await TestCompany.CreateAsync(fixture.App);
        // Once this is answered, it listens.
        using var live = await front.GetAsync(new Uri("/api/health", UriKind.Relative), Cancel);
        string[] paths =
        [
            "/", "/api/v1/ping", "/api/health", "/settings", "/api/v1/posts", "/admin/host/status", "/admin/functions",
                "/runtime/webhooks/x",
            .. host.Functions.Select(function => "/" + function.Name),
                .. host.Functions.Select(function => "/admin/functions/" + function.Name),
            .. host.Functions.Select(function => "/api/" + function.Name),
        ];

        await Task.WhenAll(paths.SelectMany(path => Ids.Append(null).Select(async id =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(Json.Text(company.Post())) };
            request.Headers.Add("Authorization", "Bearer " + company.Token);
            if (id is not null)
            {
                request.Headers.TryAddWithoutValidation("x-ms-invocation-id", id);
            }
            using var answer = await http.SendAsync(request, Cancel);
            // With the host's header it may be the host's, whose word is late.
            Assert.True(answer.StatusCode == (id is null ? HttpStatusCode.NotFound : HttpStatusCode.ServiceUnavailable),
                $"{path} {id}: {answer.StatusCode}");
            Assert.DoesNotContain(answer.Headers, header => header.Key is "Server");
            var body = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(id is null ? body.Length == 0 : body.Contains("busy", StringComparison.OrdinalIgnoreCase), body);
        })));

        // The worker itself reads the storage's version once.
        Assert.DoesNotContain(storage.Calls, call => !call.Contains("PartitionKey='schema'", StringComparison.Ordinal));
        Assert.Empty(host.InFlight);
        // It still does what the host says.
        await new Client(front, company.Token).GetAsync("/ping").OkAsync();
    }

    [Fact]
    public async Task It_listens_on_loopback_only_and_writes_nothing_where_it_runs()
    {
        var home = Directory.CreateTempSubdirectory("planable-test").FullName;
        var package = await PublishedPackage.FolderAsync;
        string[] Files(string folder) =>
            [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var before = Files(package);
        await using (var host = await PublishedWorker.StartAsync(
            fixture.ConnectionString,
                [("HOME", home), ("TMPDIR", home), ("ASPNETCORE_URLS", "http://+:80"), ("DOTNET_EnableDiagnostics", "0")]))
        {
            using var http = PublishedWorker.Client(host.Address);
            await new Client(http, (await TestCompany.CreateAsync(fixture.App)).Token).GetAsync("/ping").OkAsync();
            using var page = await http.GetAsync(new Uri("/settings/integrations", UriKind.Relative), Cancel);

            var listeners = Sockets(host.ProcessId);
            Assert.Contains(listeners, listener => listener.Port == new Uri(host.Capabilities["HttpUri"]).Port);
            Assert.All(listeners, listener => Assert.True(IPAddress.IsLoopback(listener.Address), listener.ToString()));
        }

        Assert.Equal(before, Files(package));
        Assert.Empty(Files(home));
        Directory.Delete(home, recursive: true);
    }

    /// <summary>Where a process listens.</summary>
    static IPEndPoint[] Sockets(int process)
    {
        var own = Directory.EnumerateFiles($"/proc/{process}/fd")
            .Select(file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name ?? "")
            .Where(name => name.StartsWith("socket:[", StringComparison.Ordinal)).Select(name => name[8..^1])
                .ToHashSet(StringComparer.Ordinal);
        var ports = Tables.SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            // 0A is LISTEN; then comes whose socket it is.
            .Where(fields => fields[3] == "0A" && own.Contains(fields[9])).Select(fields => Convert.ToInt32(fields[1].Split(':')[1], 16))
                .ToHashSet();
        return [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => ports.Contains(listener.Port))];
    }
}

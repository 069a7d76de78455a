using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using Planable.Functions.Tests.Health;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The first start, whatever the machine is like and whenever it is ended.</summary>
public sealed class FirstStartTests : IDisposable
{
    const string NoProxy = "http://127.0.0.1:9";

    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_environments_proxy_does_not_stand_before_the_storage_on_this_machine()
    {
        (string, string?)[] proxies =
            [("http_proxy", NoProxy), ("HTTP_PROXY", NoProxy), ("ALL_PROXY", NoProxy), ("no_proxy", null), ("NO_PROXY", null)];
        await using var app = await AppProcess.StartDemoAsync(_folder, proxies);
        await using var command = AppProcess.Start(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "planable.dll"), "company", "list", "--json"], _folder, proxies);

        Assert.Equal((0, ""), await command.ExitAsync());
        Assert.Contains(app.Demo.Text("companyId"), command.Output, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_start_warns_of_nothing_and_closes_a_folder_that_was_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Unix file modes, and /proc.");
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite, folder = file | UnixFileMode.UserExecute;
        const UnixFileMode everybody = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        File.SetUnixFileMode(_folder, folder | everybody | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var demo = Path.Combine(_folder, "demo.json");
        await File.WriteAllTextAsync(demo, "{}", Cancel);
        File.SetUnixFileMode(demo, file | everybody);

        await using (var app = await AppProcess.StartDemoAsync(_folder))
        {
            // Time zones, mail and assistants cost whom they concern, and not every start.
            var loaded = await File.ReadAllTextAsync($"/proc/{app.Id}/maps", Cancel);
            Assert.All(
                ["NodaTime", "MailKit", "MimeKit", "BouncyCastle", "ModelContextProtocol"],
                name => Assert.DoesNotContain(name, loaded, StringComparison.Ordinal));
            app.Terminate();
            Assert.Equal((0, ""), await app.ExitAsync());
            Assert.DoesNotContain("warn:", app.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", app.Output, StringComparison.Ordinal);
        }

        Assert.Equal(folder, File.GetUnixFileMode(_folder));
        Assert.All(
            Directory.GetDirectories(_folder, "*", SearchOption.AllDirectories), path => Assert.Equal(folder, File.GetUnixFileMode(path)));
        Assert.All(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), path => Assert.Equal(file, File.GetUnixFileMode(path)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ended_as_soon_as_it_answers_it_is_whole_at_the_next_start(bool killed)
    {
        var url = $"http://127.0.0.1:{AppProcess.FreePort()}";
        await using (var first = AppProcess.Start(_folder, ("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_URLS", url)))
        {
            using var http = first.Client(url);
            Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/api/health/ready", UriKind.Relative), Cancel));
            if (killed)
            {
                await first.KillAsync();
            }
            else
            {
                first.Terminate();
                Assert.Equal((0, ""), await first.ExitAsync());
            }
        }

        await using var second = await AppProcess.StartDemoAsync(_folder);
        using var client = new HttpClient { BaseAddress = new Uri(second.Demo.Text("baseUrl")) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", second.Demo["tokens"]!.Text("read"));
        foreach (var workspace in second.Demo["workspaces"]!.AsArray())
        {
            Assert.Equal(8, (await client.GetAsync(
                new Uri("/api/v1/posts?workspaceId=" + workspace!.Text("id"), UriKind.Relative), Cancel).OkAsync()).Ids().Length);
        }
    }

    [Fact]
    public async Task Asked_to_end_while_storage_is_away_it_ends_cleanly()
    {
        var url = $"http://127.0.0.1:{AppProcess.FreePort()}";
        await using var app = AppProcess.Start(
            _folder, ("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_URLS", url),
            ("AzureWebJobsStorage", StorageAwayTests.Nowhere));
        using var http = app.Client(url);
        using var ready = await http.GetAsync(new Uri("/api/health/ready", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);

        app.Terminate();

        Assert.Equal((0, ""), await app.ExitAsync());
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
        Assert.InRange(app.Output.Split("Storage does not answer").Length - 1, 0, 1);
    }
}

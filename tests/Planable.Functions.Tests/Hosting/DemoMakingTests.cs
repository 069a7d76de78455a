using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Functions.Tests.Tokens;
using Planable.Storage;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The demo company is there whole, or not yet.</summary>
public sealed class DemoMakingTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string File => Path.Combine(_folder, "demo.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Whatever_write_it_is_killed_at_the_next_start_has_the_whole_company()
    {
        await using var storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        var instant = new Instant();
        await using var mortal = App.Start(
            storage.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(instant),
            ("PLANABLE_DATA", _folder), ("Tests:Runner", "false"));
        await using var next = App.Start(storage.ConnectionString, null, ("PLANABLE_DATA", _folder));
        await next.Get<LocalStores>().Created;
        var isMade = false;
        // What comes before the company is of one kind.
        for (int writes = 0, step; !isMade; writes += step)
        {
            await ForgetAsync(next);
            instant.DieAfter(writes);
            isMade = await Record.ExceptionAsync(() => PresentAsync(mortal)) is null;
            instant.Live();
            step = await CompaniesAsync(next) == 0 ? 11 : 1;

            await PresentAsync(next);

            Assert.Equal(1, await CompaniesAsync(next));
            var demo = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File, Cancel))!;
            Assert.Equal(
                ["OWNER", "ADMINISTRATOR", "MEMBER", "MEMBER", "CLIENT"], demo["users"]!.AsArray().Select(user => user!.Text("role")));
            foreach (var workspace in demo["workspaces"]!.AsArray())
            {
                Assert.Equal(10, workspace!["pages"]!.AsArray().Count);
                var posts = "/posts?workspaceId=" + workspace.Text("id");
                Assert.Equal(8, (await next.As(demo["tokens"]!.Text("read")).GetAsync(posts).OkAsync()).Ids().Length);
                await next.As(demo["tokens"]!.Text("write")).GetAsync(posts).OkAsync();
                var restricted = next.As(demo["tokens"]!.Text("restricted")).GetAsync(posts);
                await (workspace == demo["workspaces"]![0] ? restricted.OkAsync() : restricted.ForbiddenAsync());
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"companyId":"cmp_wpd""")]
    public async Task A_file_that_is_lost_or_damaged_is_written_anew_with_the_same_tokens(string? left)
    {
        await using var storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        await using var app = App.Start(storage.ConnectionString, null, ("PLANABLE_DATA", _folder));
        await app.Get<LocalStores>().Created;
        await PresentAsync(app);
        var written = await System.IO.File.ReadAllTextAsync(File, Cancel);
        System.IO.File.Delete(File);
        if (left is not null)
        {
            await System.IO.File.WriteAllTextAsync(File, left, Cancel);
        }

        await PresentAsync(app);

        Assert.Equal(written, await System.IO.File.ReadAllTextAsync(File, Cancel));
    }

    Task PresentAsync(App app) => app.Get<Demo>().PresentAsync("http://localhost:7071", _folder, "the storage", Cancel);

    static ValueTask<int> CompaniesAsync(App app) => app.Get<CompanyStore>().AllAsync(Cancel).CountAsync(Cancel);

    /// <summary>Begins again with no company.</summary>
    async Task ForgetAsync(App app)
    {
        System.IO.File.Delete(File);
        var companies = app.Get<Tables>().Companies;
        await foreach (var row in companies.QueryAsync<TableEntity>(cancellationToken: Cancel)
            .Where(row => row.PartitionKey != "schema"))
        {
            await companies.DeleteEntityAsync(row, cancellationToken: Cancel);
        }
    }
}

using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.People;
using Planable.Company.Tokens;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Doors.ContentSystems;
using Planable.Doors.Webhooks;
using Planable.Functions.Tests.Hosting;
using Planable.Operate;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Commands;

/// <summary>A storage and a vault of the test's own, for a check looks at all there is.</summary>
public sealed class StorageCheckTests : IAsyncLifetime
{
    static readonly (string Key, string Value)[] Settings =
        [("Outbox:GiveUpAfter", "00:00:00.0010000"), ("WorkspaceRemoval:Wait", "00:00:00.2")];

    readonly string _data = Directory.CreateTempSubdirectory("planable-check-").FullName;
    LocalStorage _storage = null!;
    App _app = null!;
    Operator _operator = null!;
    Operator.Made _made = null!;
    string _page = "", _token = "", _post = "";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Workspace => _made.Workspace["wks_".Length..];

    Tables Tables => _app.Get<Tables>();

    public async ValueTask InitializeAsync()
    {
        _storage = await LocalStorage.StartInMemoryAsync(_ => { }, CancellationToken.None);
        _app = App.Start(_storage.ConnectionString, null, [("PLANABLE_DATA", _data), ("WorkspaceRemoval:Wait", "00:00:00.2")]);
        _operator = new(_storage.ConnectionString, _data, null, Settings);
        await UseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task After_ordinary_use_nothing_is_wrong()
    {
        var report = (await _operator.RunAsync("storage", "check", "--json")).Done().Json;

        Assert.Empty(report["findings"]!.AsArray());
        var counts = report["counts"]!;
        Assert.Equal(
            (1, 1, 1, 1), (counts.Number("companies"), counts.Number("workspaces"), counts.Number("pages"), counts.Number("campaigns")));
        Assert.Equal((2, 1), (counts.Number("posts"), counts.Number("tokens")));
        Assert.Contains("Nothing is wrong.",
            (await _operator.RunAsync("storage", "check", "--company", _made.Company)).Done().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_says_on_stderr_how_far_it_is_in_plain_lines_where_output_is_redirected_and_to_programs()
    {
        var toPeople = (await _operator.RunAsync("storage", "check")).Done();
        var toPrograms = (await new Operator(_storage.ConnectionString, _data, null, Settings) { Width = 80 }
            .RunAsync("storage", "check", "--json")).Done();

        Assert.Equal("Checking the storage" + Environment.NewLine, toPeople.Error);
        Assert.Equal(toPeople.Error, toPrograms.Error);
        Assert.NotNull(toPrograms.Json);
    }

    [Fact]
    public async Task On_a_terminal_a_check_writes_over_one_line_of_stderr_and_wipes_it()
    {
        var ran = (await new Operator(_storage.ConnectionString, _data, null, Settings) { Width = 80 }.RunAsync("storage", "check")).Done();

        Assert.StartsWith("\rChecking the storage (0 s)", ran.Error, StringComparison.Ordinal);
        Assert.EndsWith(" \r", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', ran.Error);
        Assert.DoesNotContain("Checking", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_tells_of_rows_tokens_workspaces_and_secrets()
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder();
        (builder.Configuration["AzureWebJobsStorage"], builder.Configuration["PLANABLE_DATA"]) = (_storage.ConnectionString, _data);
        foreach (var (key, value) in Settings)
        {
            builder.Configuration[key] = value;
        }
        CommandLine.AddServices(builder);
        await using var command = builder.Build();
        var told = new Told();

        await command.Services.GetRequiredService<StorageCheck>().RunAsync(null, repair: false, told, Cancel);

        Assert.Equal(Enum.GetValues<CheckStep>(), told.Select(one => one.Step).Distinct());
        Assert.Contains(new CheckProgress(CheckStep.Tokens, 1, 1), told);
        Assert.Contains(new CheckProgress(CheckStep.Workspaces, 1, 1), told);
    }

    [Fact]
    public async Task A_company_made_by_commands_alone_answers_over_http()
    {
        var list = await _app.As(_token).GetAsync("/posts?workspaceId=" + _made.Workspace).OkAsync();

        Assert.Equal(2, list["data"]!.AsArray().Count);
        Assert.Equal(_page, (await _app.As(_token).GetAsync("/pages").OkAsync()).Ids().Single());
    }

    [Fact]
    public async Task The_secrets_of_webhooks_and_of_content_systems_belong_to_somebody()
    {
        var caller = _app.As(_token);
        await caller.PostAsync("/webhooks", new { url = "https://example.com/" }).CreatedAsync();
        var connection = (await caller.PostAsync("/cms-connections", JsonNode.Parse($$"""
            {"workspaceId":"{{_made.Workspace}}","name":"A site","provider":"ghost","pages":[{"pageId":"{{_page}}" }],
             "api":{"url":"https://ghost.invalid","key":"a secret key" } }
            """)!).CreatedAsync())["data"]!["connection"]!;
        await caller.PostAsync($"/cms-connections/{connection.Text("id")}/rotate-secret", new { }).OkAsync();

        // What follows is handled. The end of the replaced secret is due in a day, and nothing is wrong with that.
        await _operator.RunAsync("storage", "check", "--repair");

        Assert.Contains("Nothing is wrong.", (await _operator.RunAsync("storage", "check")).Done().Out, StringComparison.Ordinal);
        Assert.Equal(3, await Secrets.ListAsync(ConnectionSecrets.Prefix, Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Each_thing_that_is_wrong_is_found_told_and_left_alone_and_mended_where_asked()
    {
        (string Kind, Func<Task> Break)[] planted =
        [
            ("token-unlisted", async () => await _app.Get<TokenStore>().AddAsync(Token(TokenText.Hash("one")), Cancel)),
            ("token-without-row", async () => await _app.Get<TokenStore>().DeleteAsync(TokenText.Hash(_token), Cancel)),
            ("account-without-user", async () => await Tables.Companies.AddEntityAsync(
                new TableEntity(AccountStore.Partition, new string('a', 64))
                    .With(new Binding(_made.Key, Ids.NewKey(TimeProvider.System)), AccountStoredJson.Default.Binding), Cancel)),
            ("content-without-workspace", async () =>
                await Tables.Content.AddEntityAsync(new TableEntity(_made.Key + "000000", "label~x"), Cancel)),
            ("outbox-open", async () => await Tables.Content.AddEntityAsync(
                new TableEntity(Workspace, Outbox.Prefix + Base32.NewName()) { ["At"] = DateTimeOffset.UnixEpoch, ["Open"] = true }
                    .With([], WorkStoredJson.Default.DomainEventArray, "events"), Cancel)),
            ("counters-drift", async () =>
            {
                var head = await _app.Get<PageStore>().CountersAsync(Workspace, Cancel);
                await Tables.Content.SubmitTransactionAsync([head.Action(head.Value with { Posts = 17 })], Cancel);
            }),
            ("post-without-index", async () =>
                await Tables.Content.DeleteEntityAsync(Workspace, await IndexAsync("page"), cancellationToken: Cancel)),
            ("copy-differs", async () => await Tables.Content.UpdateEntityAsync(
                new TableEntity(Workspace, await IndexAsync("campaign")) { ["post0Comments"] = 17 }, Azure.ETag.All,
                TableUpdateMode.Merge, Cancel)),
            ("index-without-post", async () =>
                await Tables.Content.AddEntityAsync(
                    new TableEntity(Workspace, $"list~page~team~x~{Ids.NewGroup(TimeProvider.System)}"), Cancel)),
            ("secret-unnamed", async () => await Secrets.SetAsync(PageConnections.SecretPrefix + "nobodys", "a secret", Cancel)),
            ("secret-unnamed", async () => await Secrets.SetAsync(ConnectionSecrets.Prefix + "nobodys", "a secret", Cancel)),
            ("secret-unnamed", async () => await Secrets.SetAsync(WebhookStore.SecretNames + "nobodys", "a secret", Cancel)),
        ];
        foreach (var (_, spoil) in planted)
        {
            await spoil();
        }
        await Task.Delay(20, Cancel);

        string[] expected = [.. planted.Select(one => one.Kind).Order(StringComparer.Ordinal)];
        foreach (var _ in new[] { 1, 2 })
        {
            var looked = (await _operator.RunAsync("storage", "check", "--json")).Is(5).Json["findings"]!.AsArray();
            Assert.Equal(expected, Kinds(looked));
            Assert.DoesNotContain("a secret", looked.ToJsonString(), StringComparison.Ordinal);
        }
        var mended = (await _operator.RunAsync("storage", "check", "--repair", "--json")).Done().Json["findings"]!.AsArray();
        Assert.Equal(expected, Kinds(mended));
        Assert.All(mended, finding => Assert.True(finding!["repaired"]!.GetValue<bool>(), finding.ToJsonString()));

        Assert.Empty((await _operator.RunAsync("storage", "check", "--json")).Done().Json["findings"]!.AsArray());
        Assert.Equal(2, (await _app.Get<PageStore>().CountersAsync(Workspace, Cancel)).Value.Posts);
    }

    [Fact]
    public async Task Credentials_that_the_vault_lost_are_told_and_cannot_be_mended()
    {
        await foreach (var secret in Secrets.ListAsync(PageConnections.SecretPrefix, Cancel))
        {
            await Secrets.DeleteAsync(secret.Name, Cancel);
        }

        var findings = (await _operator.RunAsync("storage", "check", "--repair", "--json")).Is(5).Json["findings"]!.AsArray();

        Assert.Equal(("page-without-secret", _page), (findings.Single()!.Text("kind"), findings.Single()!.Text("subject")));
    }

    [Fact]
    public async Task What_is_younger_than_the_time_to_give_up_is_left_alone()
    {
        await _app.Get<TokenStore>().AddAsync(Token(TokenText.Hash("two")) with { CreatedAt = TimeProvider.System.GetUtcNow() }, Cancel);
        await Secrets.SetAsync(PageConnections.SecretPrefix + "young", "a secret", Cancel);

        (await new Operator(_storage.ConnectionString, _data).RunAsync("storage", "check", "--repair")).Done();

        Assert.NotNull(await _app.Get<TokenStore>().RowAsync(TokenText.Hash("two"), Cancel));
        Assert.NotNull(await Secrets.GetAsync(PageConnections.SecretPrefix + "young", Cancel));
    }

    [Fact]
    public async Task While_posts_change_a_repair_finds_nothing_wrong_and_breaks_nothing()
    {
        var client = _app.As(_token);
        var campaign = (await client.GetAsync("/campaigns?workspaceId=" + _made.Workspace).OkAsync()).Ids().Single();
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await client.PatchAsync("/posts/" + _post,
                    new Dictionary<string, object?>(StringComparer.Ordinal) { ["campaignId"] = i % 2 == 0 ? campaign : null }).OkAsync();
                var made = await client.PostAsync(
                    "/posts", new { workspaceId = _made.Workspace, pageId = _page, text = "x" }).CreatedAsync();
                await client.DeleteAsync("/posts/" + made.Ids("posts")[0]).GoneAsync();
            }
        }, Cancel);

        for (var round = 0; round < 10; round++)
        {
            var report = (await _operator.RunAsync("storage", "check", "--repair", "--json")).Json["findings"]!.AsArray();
            // Records of writes under way count as old here, where nothing is waited for.
            Assert.All(report, finding => Assert.True(finding!.Text("kind") is "outbox-open" or "workspace-busy", finding!.ToJsonString()));
        }
        await stop.CancelAsync();
        await writer;

        await Eventually.TrueAsync(async () => (await _operator.RunAsync("storage", "check")).Code == 0, "all is well");
    }

    SecretStore Secrets => _app.Get<SecretStore>();

    /// <summary>What a first day brings: made by commands, used over HTTP.</summary>
    async Task UseAsync()
    {
        await Eventually.TrueAsync(async () => (await _operator.RunAsync("company", "list")).Code == 0, "the tables are made");
        _made = await _operator.CreateAsync();
        _page = (await _operator.TypeAsync("""{"account":"1","accessToken":"key"}""",
            "pages", "connect", _made.Workspace, "--platform", "facebook", "--name", "Acme", "--json")).Done().Json.Text("id");
        _token = await _operator.IssueAsync(_made.Company);
        var client = _app.As(_token);
        string[] campaigns = [await CampaignAsync("One"), await CampaignAsync("Two")];
        List<string> posts = [];
        for (var i = 0; i < 4; i++)
        {
            posts.AddRange((await client.PostAsync("/posts", new
            {
                workspaceId = _made.Workspace,
                pageId = _page,
                text = $"{i}",
                campaignId = campaigns[i % 2],
                internalNote = "x",
            }).CreatedAsync()).Ids("posts"));
        }
        _post = posts[0];
        await client.PatchAsync("/posts/" + posts[1], new { teamOnly = true, text = "changed" }).OkAsync();
        await client.PostAsync($"/posts/{posts[2]}/comments", new { text = "A comment" }).CreatedAsync();
        await client.DeleteAsync("/posts/" + posts[2]).GoneAsync();
        await client.DeleteAsync("/posts/" + posts[3]).GoneAsync();
        await client.DeleteAsync("/campaigns/" + campaigns[1]).GoneAsync();
        var doomed = (await client.PostAsync("/workspaces", new
        {
            name = "Doomed",
            timezone = "UTC",
            approvalSettings = new { type = "NONE", autoLock = false, autoSchedule = false },
        }).CreatedAsync())["data"]!.Text("id");
        await client.DeleteAsync("/workspaces/" + doomed).GoneAsync();
        await Eventually.TrueAsync(async () => (await _operator.RunAsync("storage", "check")).Code == 0, "what follows is done");

        async Task<string> CampaignAsync(string name) =>
            (await client.PostAsync("/campaigns", new { workspaceId = _made.Workspace, name }).CreatedAsync())["data"]!.Text("id");
    }

    Token Token(string hash) => new(
        Ids.NewKey(TimeProvider.System), _made.Key, "nobody", "Stray", Scope.Read, null, DateTimeOffset.UnixEpoch.AddYears(50), null, hash);

    async Task<string> IndexAsync(string index) =>
        (await Tables.Content.RangeAsync(Workspace, $"{PostIndex.Prefix}{index}~", take: 1, cancel: Cancel).FirstAsync(Cancel)).RowKey;

    sealed class Told : System.Collections.Concurrent.ConcurrentQueue<CheckProgress>, IProgress<CheckProgress>
    {
        public void Report(CheckProgress value) => Enqueue(value);
    }

    static string[] Kinds(JsonArray findings) => [.. findings.Select(finding => finding!.Text("kind")).Order(StringComparer.Ordinal)];
}

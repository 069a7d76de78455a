using System.Text;
using Planable.Content.Pages;
using Planable.Functions.Tests.Tokens;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Functions.Tests.Commands;

public sealed class PageCommandTests(AzuriteFixture fixture)
{
    const string Nowhere = "wks_00000000000000", Nothing = "pg_0000000000000000000000000000000";

    readonly Operator _operator = new(fixture.ConnectionString);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    SecretStore Vault => fixture.App.Get<SecretStore>();

    [Fact]
    public async Task Credentials_go_from_stdin_to_the_vault_and_nowhere_else()
    {
        var made = await _operator.CreateAsync();
        var token = $"{Guid.NewGuid():N}";
        var credentials = Credentials(token);

        var ran = (await _operator.TypeAsync(
            credentials + "\n", "pages", "connect", made.Workspace, "--platform", "facebook", "--name", "Acme", "--link",
            "https://example.com/acme", "--json")).Done();

        Assert.Equal(["createdAt", "disconnectedReason", "fault", "id", "isConnected", "link", "name", "network",
            "platform", "workspaceId"], ran.Json.Names());
        Assert.Equal(("facebook", "facebook", true),
            (ran.Json.Text("platform"), ran.Json.Text("network"), ran.Json["isConnected"]!.GetValue<bool>()));
        var secret = Assert.Single(await SecretsAsync(made.Workspace));
        Assert.Equal(secret, (await PageAsync(ran.Json.Text("id"))).Secret);
        Assert.Equal(credentials, await Vault.GetAsync(secret, Cancel));
        Assert.DoesNotContain(token, ran.Out + ran.Error, StringComparison.Ordinal);
        foreach (var table in fixture.App.Get<Tables>().All)
        {
            await foreach (var row in table.RangeAsync(
                table.Name == "content" ? made.Workspace["wks_".Length..] : made.Key, "", cancel: Cancel))
            {
                var text = string.Concat(row.Select(property => property.Value)
                    .Select(value => value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : $"{value}"));
                Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            }
        }
        Assert.DoesNotContain(secret, Encoding.UTF8.GetString(
            await File.ReadAllBytesAsync(Path.Combine(AzuriteFixture.Data, "secrets", secret), Cancel)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a token")]
    [InlineData("{}")]
    [InlineData("""{"account":"1"}""")]
    [InlineData("""{"account":1,"accessToken":"t"}""")]
    public async Task Credentials_that_are_none_connect_nothing(string text)
    {
        var made = await _operator.CreateAsync();

        (await _operator.TypeAsync(text, "pages", "connect", made.Workspace, "--platform", "facebook", "--name", "Acme"))
            .Fails(2, "stdin");

        Assert.Empty(await SecretsAsync(made.Workspace));
        Assert.Empty((await _operator.JsonAsync("pages", "list", made.Workspace)).Ids());
    }

    [Fact]
    public async Task The_sandbox_needs_no_credentials_and_reads_none()
    {
        var made = await _operator.CreateAsync();

        var page = (await _operator.TypeAsync(
            "left alone", "pages", "connect", made.Workspace, "--platform", "universal", "--name", "Any", "--json")).Done().Json;
        await _operator.ConnectAsync(made.Workspace, "tiktok");

        Assert.Equal("sandbox", page.Text("network"));
        Assert.Empty(await SecretsAsync(made.Workspace));
        Assert.Equal(["tiktok", "universal"],
            (await _operator.JsonAsync("pages", "list", made.Workspace))["data"]!.AsArray().Select(one => one!.Text("platform")));
    }

    [Fact]
    public async Task The_plans_number_of_pages_holds_however_many_connect_at_once()
    {
        var made = await _operator.CreateAsync("Basic");

        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(number =>
            _operator.TypeAsync(
                Credentials("secret"), "pages", "connect", made.Workspace, "--platform", "facebook", "--name", $"Page {number}")));

        Assert.Equal(4, all.Count(ran => ran.Code == 0));
        Assert.All(all.Where(ran => ran.Code != 0), ran => ran.Fails(1, "The Basic plan allows 4 connected pages"));
        Assert.Equal(4, (await _operator.JsonAsync("pages", "list", made.Workspace)).Ids().Length);
        Assert.Equal(4, (await SecretsAsync(made.Workspace)).Length);
    }

    [Fact]
    public async Task A_disconnected_page_keeps_its_posts_makes_room_and_may_come_back()
    {
        var made = await _operator.CreateAsync("Pro");
        var page = (await ConnectAsync(made.Workspace, "first")).Json.Text("id");
        var client = fixture.App.As(await _operator.IssueAsync(made.Company));
        await client.PostAsync("/posts", new { workspaceId = made.Workspace, pageId = page, text = "Hello" }).CreatedAsync();
        var first = Assert.Single(await SecretsAsync(made.Workspace));
        await _operator.JsonAsync("company", "set", made.Company, "--plan", "Basic");

        var gone = await _operator.JsonAsync("pages", "disconnect", page);
        Assert.False(gone["isConnected"]!.GetValue<bool>());
        Assert.Empty(await SecretsAsync(made.Workspace));
        Assert.Null(await Vault.GetAsync(first, Cancel));
        for (var other = 0; other < 4; other++)
        {
            await _operator.ConnectAsync(made.Workspace);
        }
        (await _operator.TypeAsync(Credentials("second"), "pages", "reconnect", page)).Fails(1, "4 connected pages");
        await _operator.JsonAsync("company", "set", made.Company, "--plan", "Pro");
        var back = (await _operator.TypeAsync(Credentials("second"), "pages", "reconnect", page, "--json")).Done().Json;

        Assert.Equal(page, back.Text("id"));
        var second = Assert.Single(await SecretsAsync(made.Workspace));
        Assert.NotEqual(first, second);
        Assert.Equal(Credentials("second"), await Vault.GetAsync(second, Cancel));
        Assert.Single((await client.GetAsync("/posts?workspaceId=" + made.Workspace).OkAsync()).Ids());
    }

    [Fact]
    public async Task Connecting_again_takes_the_place_of_the_old_credentials()
    {
        var made = await _operator.CreateAsync();
        var page = (await ConnectAsync(made.Workspace, "first")).Json.Text("id");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => _operator.TypeAsync(
            Credentials($"{number}"), "pages", "reconnect", page)));

        Assert.Equal((await PageAsync(page)).Secret, Assert.Single(await SecretsAsync(made.Workspace)));
    }

    [Fact]
    public async Task A_command_that_is_killed_between_vault_and_table_has_connected_nothing()
    {
        var made = await _operator.CreateAsync();
        var mortal = new Operator(fixture.ConnectionString, between: new NoTransactions());

        await Assert.ThrowsAsync<Instant.DeadException>(() =>
            mortal.TypeAsync(Credentials("mortal"), "pages", "connect", made.Workspace, "--platform", "facebook", "--name", "Acme"));

        Assert.Empty((await _operator.JsonAsync("pages", "list", made.Workspace)).Ids());
        Assert.Single(await SecretsAsync(made.Workspace));
    }

    [Fact]
    public async Task A_deleted_workspaces_credentials_are_forgotten()
    {
        var made = await _operator.CreateAsync("Pro");
        var client = fixture.App.As(await _operator.IssueAsync(made.Company));
        await ConnectAsync(made.Workspace, "secret");

        await client.DeleteAsync("/workspaces/" + made.Workspace).GoneAsync();

        await Hosting.Eventually.TrueAsync(async () => (await SecretsAsync(made.Workspace)).Length == 0, "the page's secret is gone");
        (await _operator.RunAsync("pages", "list", made.Workspace)).Fails(3, "<workspace>");
    }

    [Theory]
    [InlineData(2, "--platform", "pages", "connect", Nowhere, "--name", "Acme")]
    [InlineData(2, "--platform", "pages", "connect", Nowhere, "--name", "Acme", "--platform", "myspace")]
    [InlineData(2, "--name", "pages", "connect", Nowhere, "--platform", "facebook")]
    [InlineData(2, "--network", "pages", "connect", Nowhere, "--platform", "facebook", "--name", "Acme", "--network", "tiktok")]
    [InlineData(2, "--network", "pages", "connect", Nowhere, "--platform", "facebook", "--name", "Acme", "--network", "myspace")]
    [InlineData(2, "--link", "pages", "connect", Nowhere, "--platform", "facebook", "--name", "Acme", "--link", "javascript:alert(1)")]
    [InlineData(2, "stdin", "pages", "connect", Nowhere, "--platform", "facebook", "--name", "Acme")]
    [InlineData(2, "<workspace>", "pages", "connect", Nothing, "--platform", "facebook", "--name", "Acme")]
    [InlineData(2, "<page>", "pages", "disconnect", Nowhere)]
    [InlineData(3, "<workspace>", "pages", "connect", Nowhere, "--platform", "universal", "--name", "Acme")]
    [InlineData(3, "<workspace>", "pages", "list", Nowhere)]
    [InlineData(3, "<page>", "pages", "reconnect", Nothing)]
    [InlineData(3, "<page>", "pages", "disconnect", Nothing)]
    public async Task What_cannot_be_done_is_one_line_that_says_why(int code, string part, params string[] args) =>
        (await _operator.RunAsync(args)).Fails(code, part);

    [Fact]
    public async Task Credentials_that_no_vault_takes_are_refused()
    {
        var made = await _operator.CreateAsync();

        (await _operator.TypeAsync(
            new string('x', SecretStore.MaxValue + 1), "pages", "connect", made.Workspace, "--platform", "facebook", "--name", "Acme"))
            .Fails(2, "stdin");
        Assert.Empty(await SecretsAsync(made.Workspace));
    }

    static string Credentials(string token) => $$"""{"account":"1","accessToken":"{{token}}"}""";

    async Task<Ran> ConnectAsync(string workspace, string credentials) =>
        (await _operator.TypeAsync(
            Credentials(credentials), "pages", "connect", workspace, "--platform", "facebook", "--name", "Acme", "--json")).Done();

    async Task<string[]> SecretsAsync(string workspace) =>
        await Vault.ListAsync(PageConnections.SecretPrefix + workspace["wks_".Length..], Cancel)
            .Select(secret => secret.Name).ToArrayAsync(Cancel);

    async Task<Page> PageAsync(string id)
    {
        Assert.True(IdKind.Page.TryParse(id, out var page));
        return (await fixture.App.Get<PageStore>().ListAsync(page.Partition, Cancel)).Single(one => one.Key == page.Key);
    }
}

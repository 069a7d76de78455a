using System.Net;
using System.Text.Json.Nodes;
using Planable.Doors.ContentSystems;
using Planable.Functions.Tests.Hosting;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Functions.Tests.Doors.ContentSystems;

/// <summary>Connections with content systems, and who may call in their name.</summary>
public sealed class ConnectionTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_comes_back_as_it_was_sent_and_its_secret_only_once()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = company.Connection("contentful").With("siteUrl", "https://site.example/").With("schedule", "article")
            .With("fields", new { title = "/fields/headline" })
            .With("pages", new[] { new { pageId = company.PageIds[1], template = "{{title}}" } });

        var made = (await company.Client.PostAsync("/cms-connections", body).CreatedAsync())["data"]!;

        Assert.Matches("^[0-9A-Za-z]{64}$", made.Text("secret"));
        var connection = made["connection"]!;
        Assert.Equal(_app.BaseAddress + "hooks/cms/" + connection.Text("id"), made.Text("hookUrl"));
        Assert.Equal(
            ["createdAt", "createdBy", "fields", "id", "name", "pages", "provider", "schedule", "siteUrl", "unsigned", "workspaceId"],
            connection.Names());
        Assert.Equal(("contentful", "article", "https://site.example/", "A site", company.Owner.Id(company.Key)), (
            connection.Text("provider"), connection.Text("schedule"), connection.Text("siteUrl"), connection.Text("name"),
            connection.Text("createdBy")));
        Assert.Equal((company.PageIds[1], "{{title}}"),
            (connection["pages"]![0]!.Text("pageId"), connection["pages"]![0]!.Text("template")));
        Assert.Equal(connection.ToJsonString(), (await GetAsync(company, connection.Text("id"))).ToJsonString());
        Assert.Equal($"[{connection.ToJsonString()}]", (await company.Client.GetAsync(
            "/cms-connections?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.ToJsonString());
    }

    [Fact]
    public async Task An_update_changes_what_is_sent_and_null_clears()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync(
            company.Connection().With("siteUrl", "https://site.example/").With("fields", new { title = "/a" }));

        var changed = (await company.Client.SendAsync(HttpMethod.Patch, "/cms-connections/" + connection.Id, """
            {"name":"Another","siteUrl":null,"fields":null,"schedule":"article"}
            """).OkAsync())["data"]!;

        Assert.Equal(("Another", "article", null, null),
            (changed.Text("name"), changed.Text("schedule"), changed["siteUrl"], changed["fields"]));
        Assert.Equal(changed.ToJsonString(), (await GetAsync(company, connection.Id)).ToJsonString());
        await company.Client.PatchAsync("/cms-connections/" + connection.Id, new { }).InvalidAsync();
    }

    [Fact]
    public async Task A_repeat_by_its_key_tells_the_same_secret()
    {
        var company = await TestCompany.CreateAsync(_app);

        var first = await company.Client.PostAsync("/cms-connections", company.Connection(), "a key").CreatedAsync();
        var again = await company.Client.PostAsync("/cms-connections", company.Connection(), "a key").CreatedAsync();

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Single((await company.Client.GetAsync(
            "/cms-connections?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray());
    }

    public static TheoryData<string, object, string> Wrong => new()
    {
        { "provider", "joomla", "provider" },
        { "secret", "short", "secret" },
        { "pages", Array.Empty<object>(), "pages" },
        { "pages", new[] { new { pageId = "x", template = "{{titel}}" } }, "pages[0].template" },
        { "pages", new[] { new { pageId = "x" }, new { pageId = "x" } }, "pages" },
        { "fields", new { title = "fields/title" }, "fields.title" },
        { "siteUrl", "ftp://site.example", "siteUrl" },
        { "schedule", "soon", "schedule" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_not_valid_is_named(string field, object value, string named)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/cms-connections", company.Connection().With(field, value)).InvalidAsync(named);
    }

    [Fact]
    public async Task Contentfuls_secret_has_64_characters()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = company.Connection("contentful").With("secret", new string('x', 63));

        await company.Client.PostAsync("/cms-connections", body).InvalidAsync("secret");
        var connection = await company.ConnectAsync(body.With("secret", new string('x', 64)));
        await company.Client.PostAsync(
            $"/cms-connections/{connection.Id}/rotate-secret", new { secret = "another one" }).InvalidAsync("secret");
    }

    [Fact]
    public async Task Its_pages_are_of_its_workspace()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var other = await TestCompany.CreateAsync(_app);

        var error = await company.Client.PostAsync("/cms-connections", company.Connection().With("pages", new[]
        {
            new { pageId = company.PageIds[0] }, new { pageId = other.PageIds[0] },
        })).FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "pages[1].pageId");

        Assert.Equal("There is no such page.", error.Text("message"));
    }

    [Fact]
    public async Task Another_companys_connection_is_not_found()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        var path = "/cms-connections/" + (await other.ConnectAsync()).Id;

        await company.Client.GetAsync(path).NotFoundAsync();
        await company.Client.PatchAsync(path, new { name = "Mine" }).NotFoundAsync();
        await company.Client.PostAsync(path + "/rotate-secret", new { }).NotFoundAsync();
        await company.Client.GetAsync(path + "/deliveries").NotFoundAsync();
        await company.Client.DeleteAsync(path).NotFoundAsync();
    }

    [Fact]
    public async Task A_call_without_the_secret_is_refused_and_not_listed()
    {
        var connection = await (await TestCompany.CreateAsync(_app)).ConnectAsync();

        await connection.CallAsync(new { id = 1, title = "A" }, secret: connection.Secret[..^1] + "!").UnauthorizedAsync();
        await connection.SendAsync("""{"id":1,"title":"A"}""").UnauthorizedAsync();
        await connection.CallAsync(new { id = 1 }, hook: new(connection.Hook.ToString()[..^1] + "z")).NotFoundAsync();

        Assert.Empty(await connection.DeliveriesAsync());
    }

    [Fact]
    public async Task A_rotated_secret_is_valid_for_a_day_and_one_before_it_no_more()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        var path = $"/cms-connections/{connection.Id}/rotate-secret";

        var second = (await company.Client.PostAsync(path, new { }).OkAsync())["data"]!.Text("secret");
        await connection.CallAsync(new { id = 1, title = "A" }).OkAsync();
        await connection.CallAsync(new { id = 1, title = "A" }, second).OkAsync();
        var third = (await company.Client.PostAsync(path, new { secret = "a secret of mine" }).OkAsync())["data"]!.Text("secret");
        await connection.CallAsync(new { id = 1, title = "A" }).UnauthorizedAsync();
        await connection.CallAsync(new { id = 1, title = "A" }, second).OkAsync();
        await connection.CallAsync(new { id = 1, title = "A" }, third).OkAsync();

        Assert.Equal("a secret of mine", third);
        var stored = (await StoredAsync(connection))!;
        Assert.Equal([stored.Secret, stored.PreviousSecret!], stored.Secrets(stored.PreviousUntil!.Value.AddSeconds(-1)));
        Assert.Equal([stored.Secret], stored.Secrets(stored.PreviousUntil!.Value));
        await Eventually.TrueAsync(
            async () => (await SecretsAsync(connection)).Order().SequenceEqual(new[] { stored.Secret, stored.PreviousSecret! }.Order()),
            "the first secret is deleted");
    }

    [Fact]
    public async Task A_content_system_that_signs_nothing_has_a_secret_in_its_path()
    {
        var company = await TestCompany.CreateAsync(_app);
        var strapi = await company.ConnectAsync(company.Connection("strapi"));
        var unsigned = await company.ConnectAsync(company.Connection("storyblok").With("unsigned", true));
        var without = new Uri(unsigned.Hook, unsigned.Id);

        Assert.Matches("/hooks/cms/cms_[0-9a-z]{31}/[0-9a-z]{26}$", strapi.Hook.ToString());
        await strapi.CallAsync(new { @event = "entry.publish" }).OkAsync();
        await strapi.CallAsync(new { @event = "entry.publish" }, secret: "another").UnauthorizedAsync();
        await strapi.CallAsync(new { @event = "entry.publish" }, hook: new(strapi.Hook.ToString()[..^1] + "~")).UnauthorizedAsync();
        await unsigned.SendAsync("""{"action":"moved","story_id":1}""").OkAsync();
        await unsigned.SendAsync("""{"action":"moved","story_id":1}""", hook: without).UnauthorizedAsync();
        var path = $"/cms-connections/{unsigned.Id}/rotate-secret";
        var rotated = (await company.Client.PostAsync(path, new { }).OkAsync())["data"]!;
        Assert.NotEqual(unsigned.Hook.ToString(), rotated.Text("hookUrl"));
        await unsigned.SendAsync("{}").OkAsync();
        await unsigned.SendAsync("{}", hook: new(rotated.Text("hookUrl"))).OkAsync();
    }

    [Fact]
    public async Task A_deleted_connection_leaves_its_posts_and_nothing_else()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        await connection.HandleAsync(new { id = 1, title = "A" });

        await company.Client.DeleteAsync("/cms-connections/" + connection.Id).GoneAsync();

        await connection.CallAsync(new { id = 1, title = "A" }).NotFoundAsync();
        await company.Client.GetAsync("/cms-connections/" + connection.Id).NotFoundAsync();
        Assert.Equal(1, await company.CountAsync());
        await Eventually.TrueAsync(async () => await SecretsAsync(connection) is [] && await RowsAsync(company) == 0,
            "its secret and rows are deleted");
    }

    [Fact]
    public async Task A_deleted_workspaces_secrets_are_deleted()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();

        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();

        await Eventually.TrueAsync(async () => await SecretsAsync(connection) is [], "its secret is deleted");
    }

    [Fact]
    public async Task A_workspace_has_20_connections_at_most()
    {
        var company = await TestCompany.CreateAsync(_app);
        for (var count = 0; count < ContentConnections.Most; count++)
        {
            await company.ConnectAsync();
        }

        await company.Client.PostAsync("/cms-connections", company.Connection()).ForbiddenAsync();
    }

    static async Task<JsonNode> GetAsync(TestCompany company, string id) =>
        (await company.Client.GetAsync("/cms-connections/" + id).OkAsync())["data"]!;

    Task<ContentConnection?> StoredAsync(TestConnection connection)
    {
        Assert.True(IdKind.ContentConnection.TryParse(connection.Id, out var id));
        return _app.Get<ConnectionStore>().FindAsync(id, Cancel);
    }

    Task<string[]> SecretsAsync(TestConnection connection) => _app.Get<SecretStore>()
        .ListAsync("cms-" + connection.Id[4..], Cancel).Select(secret => secret.Name).ToArrayAsync(Cancel).AsTask();

    Task<int> RowsAsync(TestCompany company) =>
        _app.Get<Tables>().Content.RangeAsync(company.Workspaces[0].Key, "cms", cancel: Cancel).CountAsync(Cancel).AsTask();
}

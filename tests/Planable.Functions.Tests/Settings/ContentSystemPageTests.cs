using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Planable.Functions.Tests.Doors.ContentSystems;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Settings;

/// <summary>The pages about content systems.</summary>
public sealed partial class ContentSystemPageTests(DevelopmentApp development, Browser browser) : IClassFixture<DevelopmentApp>
{
    const string Path = "/settings/content-systems";

    App App => development.App;

    [Fact]
    public async Task A_page_lists_calls_and_what_became_of_them_and_replays_one()
    {
        var company = await TestCompany.CreateAsync(App);
        var connection = await company.ConnectAsync(company.Connection().With("name", "Our <b>blog</b>"));
        await connection.HandleAsync(new { id = 1, title = "A" });
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);

        (await visitor.GetAsync(Path)).Dispose();
        Assert.Contains("Our &lt;b&gt;blog&lt;/b&gt;", visitor.Html, StringComparison.Ordinal);
        Assert.Contains("created", visitor.Html, StringComparison.Ordinal);
        (await visitor.GetAsync($"{Path}/{connection.Id}")).Dispose();
        Assert.DoesNotContain(connection.Secret, visitor.Html, StringComparison.Ordinal);
        using var answer = await visitor.PostAsync(
            $"{Path}/{connection.Id}/replay", ("delivery", Delivery().Match(visitor.Html).Value));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        await Eventually.TrueAsync(async () => (await connection.ResultAsync()).Text("outcome") == "unchanged", "it is handled again");
    }

    [Fact]
    public async Task A_connection_is_made_once_changed_and_deleted()
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        (await visitor.GetAsync($"{Path}/new?workspace={company.WorkspaceId}")).Dispose();
        (string Name, string Value)[] form =
        [
            ("nonce", visitor.Hidden("nonce")), ("workspace", company.WorkspaceId), ("provider", "ghost"), ("name", "Our blog"),
            ("pages", company.PageIds[1]), ("template-" + company.PageIds[1], "New: {{title}}"), ("schedule", "article"),
            ("apiUrl", "https://ghost.invalid"), ("apiKey", "the read key"),
        ];

        using var made = await visitor.PostAsync(Path + "/new", form);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        var secret = Secret().Match(visitor.Html).Value;
        using var again = await visitor.PostAsync(Path + "/new", form);
        Assert.Contains(secret, visitor.Html, StringComparison.Ordinal);

        var connection = Assert.Single(await ListAsync(company));
        Assert.Equal(("Our blog", "ghost", "article", true), (
            connection.Text("name"), connection.Text("provider"), connection.Text("schedule"),
            connection["api"]!["hasKey"]!.GetValue<bool>()));
        Assert.Equal((company.PageIds[1], "New: {{title}}"),
            (connection["pages"]![0]!.Text("pageId"), connection["pages"]![0]!.Text("template")));
        var path = $"{Path}/{connection.Text("id")}";
        (await visitor.GetAsync(path + "/edit")).Dispose();
        Assert.DoesNotContain("the read key", visitor.Html, StringComparison.Ordinal);
        using var changed = await visitor.PostAsync(path + "/edit", ("name", "Their blog"), ("pages", company.PageIds[0]),
            ("schedule", "none"), ("apiUrl", "https://ghost.invalid"), ("field-title", "/post/current/meta_title"));
        Assert.Equal(HttpStatusCode.Redirect, changed.StatusCode);
        connection = Assert.Single(await ListAsync(company));
        Assert.Equal(("Their blog", company.PageIds[0], "/post/current/meta_title", true), (
            connection.Text("name"), connection["pages"]![0]!.Text("pageId"), connection["fields"]!.Text("title"),
            connection["api"]!["hasKey"]!.GetValue<bool>()));
        using var rotated = await visitor.PostAsync(path + "/rotate", ("secret", ""));
        Assert.NotEqual(secret, Secret().Match(visitor.Html).Value);
        using var fetching = await visitor.PostAsync(path + "/fetch");
        Assert.Equal(HttpStatusCode.Redirect, fetching.StatusCode);
        using var deleted = await visitor.PostAsync(path + "/delete");
        Assert.Empty(await ListAsync(company));
    }

    [Theory]
    [InlineData("name", "", "name")]
    [InlineData("provider", "joomla", "provider")]
    [InlineData("schedule", "soon", "schedule")]
    [InlineData("pages", "x", "pages")]
    [InlineData("siteUrl", "ftp://site.example", "siteUrl")]
    [InlineData("secret", "short", "secret")]
    [InlineData("field-title", "title", "field-title")]
    [InlineData("apiUrl", "ghost.invalid", "apiUrl")]
    [InlineData("apiKey", "a key without an address", "apiUrl")]
    [InlineData("apiType", "a b", "apiType")]
    public async Task A_form_filled_in_wrongly_says_where_and_makes_nothing(string field, string value, string named)
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        (await visitor.GetAsync($"{Path}/new?workspace={company.WorkspaceId}")).Dispose();
        (string Name, string Value)[] usual =
        [
            ("nonce", visitor.Hidden("nonce")), ("workspace", company.WorkspaceId), ("provider", "ghost"), ("name", "Our blog"),
            ("pages", company.PageIds[0]), ("schedule", "none"), .. field is "apiType" ? [("apiUrl", "https://ghost.invalid")] : NoFields,
        ];

        using var answer = await visitor.PostAsync(Path + "/new", [.. usual.Where(one => one.Name != field), (field, value)]);

        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, answer.StatusCode.ToString());
        Assert.Contains($"id=\"{named}-error\"", visitor.Html, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(company));
    }

    [Fact]
    public async Task Another_companys_connection_and_workspace_are_not_found()
    {
        var (company, other) = (await TestCompany.CreateAsync(App), await TestCompany.CreateAsync(App));
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        var path = $"{Path}/{(await other.ConnectAsync()).Id}";
        (await visitor.GetAsync("/settings/api-tokens")).Dispose();

        foreach (var page in new[] { path, path + "/edit", $"{Path}/new?workspace={other.WorkspaceId}", Path + "/nonsense" })
        {
            using var answer = await visitor.GetAsync(page);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound, $"{page}: {answer.StatusCode}");
        }
        foreach (var form in new[] { "/edit", "/replay", "/rotate", "/fetch", "/delete" })
        {
            using var answer = await visitor.PostAsync(path + form, ("name", "Mine"));
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound, $"{form}: {answer.StatusCode}");
        }
        using var made = await visitor.PostAsync(Path + "/new", ("workspace", other.WorkspaceId), ("name", "Mine"));
        Assert.Equal(HttpStatusCode.NotFound, made.StatusCode);
        Assert.Equal("A site", Assert.Single(await ListAsync(other)).Text("name"));
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task The_pages_are_accessible_and_fit(int width)
    {
        var company = await TestCompany.CreateAsync(App);
        var connection = await company.ConnectAsync(company.Connection("ghost").With("unsigned", true)
            .With("api", new { url = "https://ghost.invalid", key = "the read key" }));
        await connection.SendAsync("not JSON").OkAsync();
        await connection.ResultAsync();
        var page = await browser.OpenAsync(App, company, company.Owner, new() { ViewportSize = new() { Width = width, Height = 900 } });

        foreach (var path in new[] { "", "/new?workspace=" + company.WorkspaceId, "/" + connection.Id, $"/{connection.Id}/edit" })
        {
            await page.GotoAsync(Path + path);
            await FitAsync(path);
        }
        await page.GotoAsync($"{Path}/new?workspace={company.WorkspaceId}");
        await page.GetByLabel("Name").FillAsync("A blog");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Correct the marked fields")).ToBeVisibleAsync();
        await FitAsync("refused");
        await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Secret").First).ToBeVisibleAsync();
        await FitAsync("made");

        async Task FitAsync(string what)
        {
            Assert.Empty(await Browser.AxeAsync(page));
            Assert.True(
                await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{what} is wider than {width}.");
            await Browser.PhotographAsync(page, $"content-systems-{what.Split('?')[0].Split('/')[^1].Split('_')[0]}-{width}");
        }
    }

    static readonly (string, string)[] NoFields = [];

    static async Task<JsonNode[]> ListAsync(TestCompany company) =>
        [.. (await company.Client.GetAsync("/cms-connections?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray()
            .OfType<JsonNode>()];

    [GeneratedRegex("(?<=name=\"delivery\" value=\")[0-9a-z]+", RegexOptions.None, 1_000)]
    private static partial Regex Delivery();

    [GeneratedRegex("(?<=id=\"secret-text\" readonly value=\")[0-9A-Za-z]{64}", RegexOptions.None, 1_000)]
    private static partial Regex Secret();
}

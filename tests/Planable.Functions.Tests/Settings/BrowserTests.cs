using System.Net;
using Microsoft.Playwright;
using Planable.Company.Companies;
using Planable.Company.Usage;
using Planable.Functions.Tests.Doors.OAuth;
using Planable.Functions.Tests.Posts;

namespace Planable.Functions.Tests.Settings;

/// <summary>The settings as a person uses them, in a real browser.</summary>
public sealed class BrowserTests(DevelopmentApp development, Browser browser) : IClassFixture<DevelopmentApp>
{
    App App => development.App;

    [Fact]
    public async Task An_owner_generates_a_token_copies_it_sees_it_again_and_revokes_it()
    {
        var company = await TestCompany.CreateAsync(App);
        var page = await browser.OpenAsync(App, company, company.Owner);

        await page.GetByRole(AriaRole.Link, new() { Name = "Generate tokens" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Reporting dashboard");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Write" }).CheckAsync();
        await page.GetByLabel("Expires after").SelectOptionAsync("30 days");
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your new token" })).ToBeVisibleAsync();
        // The button says so for two seconds, which a slow machine may miss: here for good.
        await page.EvaluateAsync("window.setTimeout = () => 0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        var token = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Equal(App.BaseAddress + "api/v1", await page.GetByLabel("Base URL").InputValueAsync());
        await App.As(token).GetAsync("/ping").OkAsync();

        await company.UsedAsync(token);
        await page.GotoAsync("/settings/api-tokens");
        var listed = page.GetByRole(AriaRole.Listitem, new() { Name = "Reporting dashboard" });
        await Assertions.Expect(listed).ToContainTextAsync("expires in 29 days");
        await Assertions.Expect(listed).ToContainTextAsync("last used just now");
        await Assertions.Expect(page.GetByText(token)).ToHaveCountAsync(0);
        await listed.GetByText("Reveal Reporting dashboard").ClickAsync();
        await listed.GetByRole(AriaRole.Button, new() { Name = "Reveal the token" }).ClickAsync();
        Assert.Equal(token, await page.GetByLabel("Token", new() { Exact = true }).InputValueAsync());

        await listed.GetByText("Revoke Reporting dashboard").ClickAsync();
        await listed.GetByRole(AriaRole.Button, new() { Name = "Revoke it for good" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The token is revoked")).ToBeVisibleAsync();
        await Assertions.Expect(listed).ToHaveCountAsync(0);
        await App.As(token).GetAsync("/ping").UnauthorizedAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Audit log" }).ClickAsync();
        var log = await page.GetByRole(AriaRole.Main).InnerTextAsync();
        Assert.Matches("(?s)revoked.*looked at.*generated", log);
        Assert.Contains("127.0.0.1", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_works_without_javascript()
    {
        var company = await TestCompany.CreateAsync(App, workspaces: 2);
        var page = await browser.OpenAsync(App, company, company.Owner, new() { JavaScriptEnabled = false });

        await page.GotoAsync("/settings/api-tokens");
        await page.GetByLabel("Name").FillAsync("Plain");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Only these" }).CheckAsync();
        await page.GetByLabel("Workspace 1").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate", Exact = true }).ClickAsync();

        var token = await page.GetByLabel("Token", new() { Exact = true }).InputValueAsync();
        Assert.Equal([company.Workspaces[1].Id], (await App.As(token).GetAsync("/workspaces").OkAsync()).Ids());
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copy" })).ToHaveCountAsync(0);
        var listed = page.GetByRole(AriaRole.Listitem, new() { Name = "Plain" });
        await listed.GetByText("Revoke Plain").ClickAsync();
        await listed.GetByRole(AriaRole.Button, new() { Name = "Revoke it for good" }).ClickAsync();
        await App.As(token).GetAsync("/ping").UnauthorizedAsync();
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        var company = await TestCompany.CreateAsync(App);
        var page = await browser.OpenAsync(App, company, company.Owner);
        await page.GotoAsync("/settings/api-tokens");

        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, page.GetByLabel("Name"));
        await page.Keyboard.TypeAsync("By keyboard");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("ArrowDown");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Generate", Exact = true }));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your new token" })).ToBeVisibleAsync();
        var token = await page.GetByLabel("Token", new() { Exact = true }).InputValueAsync();
        await App.As(token).PostAsync("/posts", company.Post()).CreatedAsync();

        await TabToAsync(page, page.Locator("summary").Filter(new() { HasText = "Revoke" }));
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("The token is revoked")).ToBeVisibleAsync();
        await App.As(token).GetAsync("/ping").UnauthorizedAsync();
    }

    [Fact]
    public async Task With_ten_active_tokens_the_form_says_how_to_go_on()
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        for (var made = 0; made < 10; made++)
        {
            using var answer = await visitor.GenerateAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        var page = await browser.OpenAsync(App, company, company.Owner);

        await page.GotoAsync("/settings/api-tokens");

        await Assertions.Expect(
            page.GetByText("A company has at most 10 active tokens. Revoke one that is no longer needed.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Generate", Exact = true })).ToHaveCountAsync(0);
        Assert.Empty(await Browser.AxeAsync(page));
    }

    [Fact]
    public async Task On_a_plan_without_tokens_the_form_says_which_plans_have_them()
    {
        var company = await TestCompany.CreateAsync(App, Plan.Basic);
        var page = await browser.OpenAsync(App, company, company.Owner);

        await page.GotoAsync("/settings/api-tokens");

        await Assertions.Expect(
            page.GetByText("New API tokens need the plan Pro or Enterprise; this company is on Basic.")).ToBeVisibleAsync();
        Assert.Empty(await Browser.AxeAsync(page));
    }

    [Fact]
    public async Task A_member_is_turned_away_and_told_who_can_help()
    {
        var company = await TestCompany.CreateAsync(App);
        var member = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])) with { Name = "Mia Member" });
        var page = await browser.OpenAsync(App, company, member);

        var response = await page.GotoAsync("/settings/api-tokens");

        Assert.Equal(403, response!.Status);
        await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync(company.Owner.Name + " Owner");
        Assert.Empty(await Browser.AxeAsync(page));
    }

    static readonly string[] TokenNames = ["Dashboard", "Zapier", "A script with a name as long as they may be"];

    /// <summary>A month of calls of three tokens, for the charts.</summary>
    async Task UseAsync(TestCompany company)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        for (var day = 0; day < 30; day++)
        {
            foreach (var (index, name) in TokenNames.Index())
            {
                var calls = (index + 1) * (40 + (day * 7 % 30));
                await App.Get<UsageStore>().AddAsync(
                    company.Key, today.AddDays(-day), $"token{index}", name,
                    new() { ["posts"] = new(calls, calls / 9, day % 8 == 0 ? calls / 5 : 0, day == 3 ? 4 : 0) }, $"day{day}",
                    TestContext.Current.CancellationToken);
            }
        }
    }

    [Theory]
    [InlineData(1280, 900, ColorScheme.Light)]
    [InlineData(1280, 900, ColorScheme.Dark)]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(360, 740, ColorScheme.Dark)]
    public async Task Every_page_is_fit_for_everybody(int width, int height, ColorScheme scheme)
    {
        var company = await TestCompany.CreateAsync(App, workspaces: 2, approval: ApprovalTests.Settings("REQUIRED"));
        var member = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.APPROVE])) with { Name = "Mia Member" });
        await company.AskAsync(company.Post("A post " + new string('x', 200)), company.Owner, "Please look");
        var page = await browser.OpenAsync(
            App, company, company.Owner, new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        (await visitor.GenerateAsync(("name", "Zapier"))).Dispose();
        var name = $"{width}-{scheme}".ToLowerInvariant();

        var webhook = await company.Client.PostAsync("/webhooks", new { url = "https://example.com/" + new string('x', 200) })
            .CreatedAsync();
        await UseAsync(company);
        var assistant = await TestClient.RegisteredAsync(App);
        await assistant.ConnectAsync(visitor);
        var (webhookId, memberId) = (webhook["data"]!["webhook"]!.Text("id"), member.Id(company.Key));
        foreach (var path in new[]
            {
                "sign-in?company=" + company.Id, "overview", "integrations", "audit", "nowhere", "webhooks", "webhooks/" + webhookId,
                "notifications", "review", "people", "people/" + memberId, "pages", "apps",
                "pages/connect?network=linkedin&workspace=" + company.WorkspaceId, "apps/authorize" + assistant.Query(), "api-tokens",
            })
        {
            await page.GotoAsync("/settings/" + path);
            await FitAsync(path.Split('?')[0].Replace(memberId, "one", StringComparison.Ordinal)
                .Replace(webhookId, "one", StringComparison.Ordinal).Replace('/', '-'));
        }
        await page.GotoAsync("/settings/review");
        await page.GetByText("Reject the post on").ClickAsync();
        await FitAsync("review-reject");
        await page.GotoAsync("/settings/people");
        await page.GetByLabel("E-mail address").FillAsync("max@example.com");
        await page.GetByLabel("Name").FillAsync("Max with a name as long as names may be, so that one sees what becomes of it here");
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Link")).ToBeVisibleAsync();
        await FitAsync("invited");
        await page.GotoAsync("/settings/api-tokens");
        await page.GetByLabel("Name").FillAsync("  ");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Only these" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("No token was generated")).ToBeVisibleAsync();
        await FitAsync("refused");
        await page.GetByLabel("Name").FillAsync("A name as long as it may be, to see what becomes of the page when somebody does it");
        await page.GetByRole(AriaRole.Radio, new() { Name = "All workspaces" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate", Exact = true }).ClickAsync();
        await page.GetByText("Revoke Zapier").ClickAsync();
        await FitAsync("generated");
        var post = (await company.MakeAsync(company.Group(company.PageIds).With("text", "Good morning " + new string('x', 200))))[0];
        var link = (await company.Client.SendAsync(HttpMethod.Post, $"/posts/{post}/share").OkAsync())["data"]!.Text("publicShareLink");
        foreach (var (what, address) in new[] { ("shared", link), ("unshared", link + "x") })
        {
            await page.GotoAsync(address);
            await FitAsync(what);
        }

        async Task FitAsync(string what)
        {
            Assert.Empty(await Browser.AxeAsync(page));
            Assert.True(
                await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{what} is wider than {width}.");
            await Browser.PhotographAsync(page, $"{what}-{name}");
        }
    }

    static async Task TabToAsync(IPage page, ILocator target)
    {
        for (var presses = 0; presses < 40; presses++)
        {
            if (await target.EvaluateAsync<bool>("one => one === document.activeElement"))
            {
                return;
            }
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail("Tab does not get there.");
    }
}

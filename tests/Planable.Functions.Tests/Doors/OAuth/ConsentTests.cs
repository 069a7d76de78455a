using System.Net;
using Planable.Company.Companies;
using Planable.Doors.OAuth;
using Planable.Functions.Tests.Http;
using Planable.Functions.Tests.Settings;

namespace Planable.Functions.Tests.Doors.OAuth;

/// <summary>The page on which people let an app in, and the apps themselves.</summary>
public sealed class ConsentTests(AzuriteFixture azurite, DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    App App => development.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_says_which_app_from_where_and_what_it_may_do()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);

        using var begun = await client.AuthorizeAsync(client.Query());
        Assert.Contains("/settings/apps/authorize?", await begun.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var page = await visitor.GetAsync("/settings/apps/authorize" + client.Query());

        Assert.All(["An assistant", "https://app.example", "nobody vouches for it", company.Workspaces[0].Name,
            "Approve and reject posts", "Schedule posts"], text => Assert.Contains(text, visitor.Html, StringComparison.Ordinal));
        Assert.Contains("form-action 'self' https://app.example", page.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_consent_tells_the_app_so()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);

        var answer = await client.ConsentAsync(visitor, null, ("decision", "deny"));

        Assert.Equal(("access_denied", "a state & more"), (answer["error"], answer["state"]));
        Assert.Empty(await App.Get<Grants>().ListAsync(company.Key, Cancel));
    }

    [Fact]
    public async Task A_person_grants_no_more_than_was_asked_for_and_no_more_than_they_may_do()
    {
        var (client, owner, company) = await TestClient.ReadyAsync(App);
        await company.App.Get<CompanyStore>().ChangeAsync(company.Key, known => known with { MembersConnectApps = true }, Cancel);
        App.Get<CompanyDirectory>().Forget(company.Key);
        var member = await company.PersonAsync(TestCompany.Person(
            Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));

        var asked = await client.ConnectAsync(owner, client.Query(("scope", "read approve")));
        var own = await client.ConnectAsync(await Visitor.SignedInAsync(App, company, member));

        Assert.Equal("read approve", asked.Text("scope"));
        Assert.Equal("read edit analyze engage", own.Text("scope"));
    }

    [Fact]
    public async Task A_person_chooses_scopes_and_workspaces()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App, workspaces: 2);

        var tokens = await client.ConnectAsync(visitor, null,
            ("access", "chosen"), ("workspaces", company.Workspaces[1].Id), ("scopes", "engage"), ("scopes", "nonsense"));

        Assert.Equal("read engage", tokens.Text("scope"));
        Assert.Equal([company.Workspaces[1].Key], Assert.Single(await App.Get<Grants>().ListAsync(company.Key, Cancel)).Workspaces!);
    }

    [Theory]
    [InlineData("access", "none")]
    [InlineData("access", "chosen")]
    [InlineData("workspaces", "wks_00000000000000")]
    public async Task A_form_that_is_not_valid_is_shown_again_and_grants_nothing(string field, string value)
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        (await visitor.GetAsync("/settings/apps/authorize" + client.Query())).Dispose();

        using var answer = await visitor.PostAsync("/settings/apps/authorize" + client.Query(),
            ("nonce", visitor.Hidden("nonce")), ("decision", "allow"), (field, value), ("access", "chosen"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("class=\"error\"", visitor.Html, StringComparison.Ordinal);
        Assert.Empty(await App.Get<Grants>().ListAsync(company.Key, Cancel));
    }

    [Fact]
    public async Task Members_connect_apps_once_the_company_allows_it_and_until_then_learn_who_can_help()
    {
        var (client, owner, company) = await TestClient.ReadyAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, await company.PersonAsync(TestCompany.Person(
            Role.MEMBER, (company.Workspaces[0], [Permission.VIEW]))));

        using var refused = await visitor.GetAsync("/settings/apps/authorize" + client.Query());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("only Owners and Administrators connect apps", visitor.Html, StringComparison.Ordinal);
        Assert.Contains(company.Owner.Name, visitor.Html, StringComparison.Ordinal);
        (await owner.GetAsync("/settings/apps")).Dispose();
        using var allowed = await owner.PostAsync("/settings/apps/members", ("members", "yes"));
        Assert.Equal("/settings/apps?done=saved", allowed.Headers.Location!.OriginalString);

        Assert.Equal("read analyze engage", (await client.ConnectAsync(visitor)).Text("scope"));
    }

    [Fact]
    public async Task A_plan_without_api_access_connects_no_apps()
    {
        var company = await TestCompany.CreateAsync(App, Plan.Basic);
        var client = await TestClient.RegisteredAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);

        using var refused = await visitor.GetAsync("/settings/apps/authorize" + client.Query());

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("Apps can connect on the plans Pro and Enterprise", visitor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owners_see_all_apps_and_others_their_own()
    {
        var (client, owner, company) = await TestClient.ReadyAsync(App);
        var administrator = await company.PersonAsync(
            TestCompany.Person(Role.ADMINISTRATOR) with { Name = "Ada Administrator" });
        var visitor = await Visitor.SignedInAsync(App, company, administrator);
        await client.ConnectAsync(owner);
        var own = await client.ConnectAsync(visitor);
        await client.CallAsync(own.Text("access_token"));

        (await owner.GetAsync("/settings/apps")).Dispose();
        Assert.Equal(3, owner.Html.Split("<h2 ").Length - 1);
        Assert.Contains("Ada Administrator", owner.Html, StringComparison.Ordinal);
        (await visitor.GetAsync("/settings/apps")).Dispose();
        Assert.Equal(2, visitor.Html.Split("<h2 ").Length - 1);

        var grants = await App.Get<Grants>().ListAsync(company.Key, Cancel);
        var others = grants.Single(grant => grant.User == company.Owner.Key);
        using var refused = await visitor.PostAsync(
            $"/settings/apps/{Storage.IdKind.Grant.Format(company.Key, others.Key)}/revoke");
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal(2, (await App.Get<Grants>().ListAsync(company.Key, Cancel)).Count);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_connects_once()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var query = client.Query();
        (await visitor.GetAsync("/settings/apps/authorize" + query)).Dispose();
        (string, string)[] fields = [("nonce", visitor.Hidden("nonce")), ("decision", "allow"), ("access", "all")];

        using var first = await visitor.PostAsync("/settings/apps/authorize" + query, fields);
        using var second = await visitor.PostAsync("/settings/apps/authorize" + query, fields);

        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Single(await App.Get<Grants>().ListAsync(company.Key, Cancel));
    }

    [Fact]
    public async Task A_program_on_this_computer_listens_on_any_port()
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        var client = await TestClient.RegisteredAsync(
            App, "http://localhost/callback", "http://127.0.0.1:33418/", "cursor://editor/callback");

        foreach (var redirect in new[]
            { "http://localhost:51234/callback", "http://localhost/callback", "http://127.0.0.1:8080/", "cursor://editor/callback" })
        {
            var answer = await client.ConsentAsync(visitor, client.Query(("redirect_uri", redirect)));
            await client.TokenAsync(client.Exchange(answer["code"], ("redirect_uri", redirect))).OkAsync();
        }
        foreach (var redirect in new[] { "http://localhost:51234/other", "http://localhost:51234/callback?a=b", "http://[::1]:8080/",
            "https://localhost/callback", "cursor://editor/other", "http://localhost.evil.example/callback" })
        {
            using var refused = await client.AuthorizeAsync(client.Query(("redirect_uri", redirect)));
            Assert.True(refused.StatusCode is HttpStatusCode.BadRequest, redirect);
        }
    }

    [Fact]
    public async Task An_app_describes_itself_at_its_id()
    {
        await using var app = App.Start(azurite.ConnectionString, null,
            ("environment", "Development"), ("Tests:Runner", "false"), ("Fetch:AllowLoopback", "true"), ("IDENTITY_ENDPOINT", ""));
        using var server = new LoopbackServer();
        var company = await TestCompany.CreateAsync(app);
        var visitor = await Visitor.SignedInAsync(app, company, company.Owner);
        var client = new TestClient(app) { Id = $"{server.Address}client.json" };
        server.On("/client.json", Document(client.Id, "A described app"));

        var tokens = await client.ConnectAsync(visitor);
        await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))).OkAsync();

        Assert.Equal("A described app", Assert.Single(await app.Get<Grants>().ListAsync(company.Key, Cancel)).Name);
        // The document is kept for some minutes.
        Assert.Single(server.Requests);
        (await visitor.GetAsync("/settings/apps")).Dispose();
        Assert.Contains("of 127.0.0.1", visitor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_not_the_apps_connects_nothing()
    {
        await using var app = App.Start(azurite.ConnectionString, null,
            ("environment", "Development"), ("Tests:Runner", "false"), ("Fetch:AllowLoopback", "true"), ("IDENTITY_ENDPOINT", ""));
        using var server = new LoopbackServer();
        (string Path, byte[] Answer, string Fault)[] all =
        [
            ("/other.json", Document(server.Address + "client.json", "Other"), "does not name itself"),
            ("/text.json", "nonsense"u8.ToArray(), "not valid JSON"),
            ("/list.json", "[]"u8.ToArray(), "not valid JSON"),
            ("/bare.json", Json("{\"client_id\":\"" + server.Address + "bare.json\"}"), "redirect_uris"),
            ("/large.json", new byte[6_000], "larger than"),
        ];
        server.On("/gone.json", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        server.Redirect("/moved.json", "/client.json");
        foreach (var (path, answer, _) in all)
        {
            server.On(path, answer);
        }

        foreach (var (path, fault) in all.Select(one => (one.Path, one.Fault)).Concat([("/gone.json", "404"), ("/moved.json", "302")]))
        {
            var client = new TestClient(app) { Id = server.Address.ToString().TrimEnd('/') + path };
            using var refused = await client.AuthorizeAsync(client.Query());
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(fault, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        static byte[] Json(string text) => System.Text.Encoding.UTF8.GetBytes(text);
    }

    [Fact]
    public async Task A_registration_that_nobody_used_is_forgotten_after_thirty_days()
    {
        var (client, visitor, _) = await TestClient.ReadyAsync(App);
        var used = await TestClient.RegisteredAsync(App);
        await used.ConnectAsync(visitor);
        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(31));
        var clients = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<OAuthClients>(App.Services, later);

        Assert.NotNull((await clients.FindAsync(client.Id, Cancel)).Fault);
        await clients.SweepAsync(Cancel);

        Assert.Null((await App.Get<OAuthClients>().FindAsync(client.Id, Cancel)).Client);
        Assert.NotNull((await App.Get<OAuthClients>().FindAsync(used.Id, Cancel)).Client);
    }

    static byte[] Document(string id, string name) => System.Text.Encoding.UTF8.GetBytes(
        Tests.Json.Text(new { client_id = id, client_name = name, redirect_uris = new[] { TestClient.Redirect } }));
}

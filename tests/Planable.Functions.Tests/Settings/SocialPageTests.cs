using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Functions.Tests.Networks;
using Planable.Functions.Tests.Networks.X;
using Planable.Networks;
using Planable.Networks.Connecting;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Functions.Tests.Settings;

/// <summary>The pages Company settings → Pages, beside a network at which people sign in.</summary>
public sealed partial class SocialPageTests(AzuriteFixture azurite) : IAsyncLifetime
{
    const string Path = "/settings/pages";

    readonly FakeX _fake = new();
    App _app = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = App.Start(azurite.ConnectionString, null,
            [("environment", "Development"), ("Tests:Runner", "false"), NetworkCompany.Registered("twitter"), .. _fake.Settings]);
        await _app.Get<SecretStore>().SetAsync(NetworkApps.SecretName("twitter"), "app-secret", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task A_person_signs_in_chooses_an_account_and_the_page_is_connected()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 0);
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);

        await ConnectAsync(visitor, company);

        var page = Assert.Single(await PagesAsync(company));
        Assert.Equal(("Acme Coffee", "twitter", "twitter", "account-1", true, "https://x.com/acme"),
            (page.Name, page.Platform, page.Network, page.Account, page.IsConnected, page.Link));
        var grant = NetworkGrant.Parse((await _app.Get<SecretStore>().GetAsync(page.Secret!, Cancel))!)!;
        Assert.Equal((_fake.Access, _fake.Refresh), (grant.AccessToken, grant.RefreshToken));
        Assert.Contains("Acme Coffee", visitor.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(_fake.Access, visitor.Html, StringComparison.Ordinal);
        var entry = (await _app.Get<AuditLog>().ListAsync(company.Key, null, 1, Cancel))[0];
        Assert.Equal((AuditAction.PageConnected, company.Owner.Key, "X"), (entry.Action, entry.By, entry.Detail));
    }

    [Fact]
    public async Task The_same_account_again_is_the_same_page()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 0);
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);

        await ConnectAsync(visitor, company);
        await ConnectAsync(visitor, company);

        Assert.Single(await PagesAsync(company));
    }

    [Fact]
    public async Task A_disconnected_page_says_so_and_can_be_connected_again()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 0);
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);
        await ConnectAsync(visitor, company);
        var page = (await PagesAsync(company))[0];
        var id = IdKind.Page.Format(company.Workspaces[0].Key, page.Key);

        using var gone = await visitor.PostAsync($"{Path}/{id}/disconnect");
        Assert.Equal(Path + "?done=disconnected", gone.Headers.Location!.ToString());
        Assert.Null(await _app.Get<SecretStore>().GetAsync(page.Secret!, Cancel));
        (await visitor.GetAsync(Path)).Dispose();
        Assert.Contains("not connected", visitor.Html, StringComparison.Ordinal);
        await FinishAsync(visitor, await BeginAsync(visitor, "page=" + id));

        var again = Assert.Single(await PagesAsync(company));
        Assert.Equal((page.Key, true), (again.Key, again.IsConnected));
        Assert.Equal(AuditAction.PageDisconnected, (await _app.Get<AuditLog>().ListAsync(company.Key, null, 3, Cancel))[1].Action);
    }

    [Fact]
    public async Task Another_account_does_not_take_the_place_of_a_page()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 0);
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);
        var other = (await _app.Get<PageConnections>().ConnectAsync(company.Workspaces[0].Key, "Other", "twitter", "twitter", null,
            new(new NetworkGrant("another", "token").ToJson(), "another"), Cancel)).Value!;
        var state = await BeginAsync(visitor, "page=" + IdKind.Page.Format(company.Workspaces[0].Key, other.Key));

        var ticket = await ReturnAsync(visitor, state);
        (await visitor.GetAsync($"{Path}/choose?ticket={Uri.EscapeDataString(ticket)}")).Dispose();
        Assert.Contains("may not manage Other", visitor.Html, StringComparison.Ordinal);
        (await visitor.GetAsync("/settings/api-tokens")).Dispose();
        using var forced = await visitor.PostAsync($"{Path}/choose", ("ticket", ticket), ("account", "account-1"));

        Assert.Equal(HttpStatusCode.BadRequest, forced.StatusCode);
        Assert.Equal("another", Assert.Single(await PagesAsync(company)).Account);
    }

    [Fact]
    public async Task A_sign_in_that_somebody_else_began_or_nobody_connects_nothing()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 0);
        var administrator = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var (owner, other) = (await Visitor.SignedInAsync(_app, company, company.Owner),
            await Visitor.SignedInAsync(_app, company, administrator));
        var state = await BeginAsync(owner, $"workspace={company.WorkspaceId}&network=twitter");

        foreach (var query in new[]
        {
            $"state={Uri.EscapeDataString(state)}&code=code-1", "state=nonsense&code=code-1", "code=code-1", "error=access_denied",
        })
        {
            using var answer = await other.GetAsync($"{Path}/connected?{query}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
        using var wrong = await owner.GetAsync($"{Path}/connected?state={Uri.EscapeDataString(state)}&code=wrong");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        foreach (var ticket in new[] { "nonsense", state })
        {
            using var choice = await owner.GetAsync($"{Path}/choose?ticket={Uri.EscapeDataString(ticket)}");
            Assert.Equal(HttpStatusCode.BadRequest, choice.StatusCode);
        }

        Assert.Empty(await PagesAsync(company));
    }

    [Fact]
    public async Task Other_companies_pages_and_workspaces_are_not_there()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);
        (await visitor.GetAsync(Path)).Dispose();

        using var page = await visitor.GetAsync($"{Path}/connect?page={other.PageIds[0]}");
        using var workspace = await visitor.GetAsync($"{Path}/connect?network=twitter&workspace={other.WorkspaceId}");
        using var network = await visitor.GetAsync($"{Path}/connect?network=myspace&workspace={company.WorkspaceId}");
        (await visitor.GetAsync(Path)).Dispose();
        using var gone = await visitor.PostAsync($"{Path}/{other.PageIds[0]}/disconnect");

        Assert.All([page, workspace, network, gone], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.All(await PagesAsync(other), one => Assert.True(one.IsConnected));
    }

    [Fact]
    public async Task A_network_that_is_not_set_up_says_what_to_do()
    {
        var company = await TestCompany.CreateAsync(_app);
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);

        (await visitor.GetAsync($"{Path}/connect?network=pinterest&workspace={company.WorkspaceId}")).Dispose();

        Assert.Contains("Pinterest is not set up here.", visitor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_shows_why_it_is_not_connected()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);
        var page = (await PagesAsync(company))[0];
        await _app.Get<PageStore>().MarkDisconnectedAsync(company.Workspaces[0].Key, page, "The owner withdrew it.", Cancel);
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);

        (await visitor.GetAsync(Path)).Dispose();

        Assert.Contains("The owner withdrew it.", visitor.Html, StringComparison.Ordinal);
        Assert.Contains("sandbox: publishes nowhere", visitor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_return_page_sends_the_browser_on_and_nothing_else()
    {
        var stranger = new Visitor(_app);

        using var answer = await stranger.GetAsync($"{Path}/return/twitter?code=a%22b&state=%3Cs%3E");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("0; url=/settings/pages/connected?code=a%22b&amp;state=%3Cs%3E", stranger.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_that_nobody_finished_is_forgotten()
    {
        var vault = _app.Get<SecretStore>();
        var company = await TestCompany.CreateAsync(_app, pages: 0);
        var visitor = await Visitor.SignedInAsync(_app, company, company.Owner);
        await ReturnAsync(visitor, await BeginAsync(visitor, $"workspace={company.WorkspaceId}&network=twitter"));

        var made = await vault.ListAsync(PageSignIns.SecretPrefix, Cancel).ToListAsync(Cancel);
        Assert.NotEmpty(made);
        await _app.Get<PageSignIns>().SweepAsync(Cancel);
        Assert.NotEmpty(await vault.ListAsync(PageSignIns.SecretPrefix, Cancel).ToListAsync(Cancel));
        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(3));
        await ActivatorUtilities.CreateInstance<PageSignIns>(_app.Services, later).SweepAsync(Cancel);

        Assert.Empty((await vault.ListAsync(PageSignIns.SecretPrefix, Cancel).ToListAsync(Cancel)).IntersectBy(
            made.Select(one => one.Name), one => one.Name));
    }

    async Task ConnectAsync(Visitor visitor, TestCompany company) =>
        await FinishAsync(visitor, await BeginAsync(visitor, $"workspace={company.WorkspaceId}&network=twitter"));

    /// <summary>Opens the page with the link to the network; returns the state in the link.</summary>
    async Task<string> BeginAsync(Visitor visitor, string query)
    {
        (await visitor.GetAsync($"{Path}/connect?{query}")).Dispose();
        var address = WebUtility.HtmlDecode(Link().Match(visitor.Html).Groups["url"].Value);
        Assert.StartsWith(_fake.Address + "/i/oauth2/authorize?", address, StringComparison.Ordinal);
        Assert.Contains(Uri.EscapeDataString(_app.BaseAddress + "settings/pages/return/twitter"), address, StringComparison.Ordinal);
        var state = Uri.UnescapeDataString(State().Match(address).Groups["state"].Value);
        Assert.InRange(state.Length, 50, 500);
        return state;
    }

    /// <summary>Comes back from the network; returns the ticket for the choice.</summary>
    static async Task<string> ReturnAsync(Visitor visitor, string state)
    {
        using var answer = await visitor.GetAsync($"{Path}/connected?state={Uri.EscapeDataString(state)}&code=code-1");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return Uri.UnescapeDataString(answer.Headers.Location!.ToString().Split("ticket=")[1]);
    }

    static async Task FinishAsync(Visitor visitor, string state)
    {
        var ticket = await ReturnAsync(visitor, state);
        (await visitor.GetAsync($"{Path}/choose?ticket={Uri.EscapeDataString(ticket)}")).Dispose();
        Assert.Contains("Acme Coffee", visitor.Html, StringComparison.Ordinal);
        using var chosen = await visitor.PostAsync($"{Path}/choose", ("ticket", ticket), ("account", "account-1"));
        Assert.Equal(Path + "?done=connected", chosen.Headers.Location!.ToString());
        (await visitor.GetAsync(Path)).Dispose();
    }

    Task<List<Page>> PagesAsync(TestCompany company) => _app.Get<PageStore>().ListAsync(company.Workspaces[0].Key, Cancel);

    [GeneratedRegex("href=\"(?<url>http[^\"]*authorize[^\"]*)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("[?&]state=(?<state>[^&]*)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex State();
}

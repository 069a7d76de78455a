using System.Net;
using Microsoft.AspNetCore.Routing;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Settings;

namespace Planable.Functions.Tests.Settings;

/// <summary>Who gets into the settings, and what their forms take.</summary>
public sealed class SettingsTests(AzuriteFixture azurite, DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    static readonly string[] Open = ["/settings", "/settings/settings.css", "/settings/settings.js", "/settings/icon.svg",
        "/settings/sign-in", "/settings/sign-out", "/settings/invitation", "/settings/pages/return/{network}"];

    /// <summary>For everybody who has signed in.</summary>
    const string Own = "/settings/notifications";

    App App => development.App;

    (string Method, string Path)[] Routes => [.. App.Routes
        .Where(route => route.RoutePattern.RawText!.Trim('/').StartsWith("settings", StringComparison.Ordinal))
        .SelectMany(route => route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Except(["HEAD"]).Select(method =>
            (method, "/" + route.RoutePattern.RawText!.Trim('/').Replace(
                "{id}", "tok_0000000000000000000000000", StringComparison.Ordinal))))];

    [Fact]
    public async Task Every_route_is_refused_without_a_sign_in()
    {
        var closed = Routes.Where(route => !Open.Contains(route.Path)).ToArray();
        Assert.True(closed.Length >= 6);
        foreach (var (method, path) in closed)
        {
            var visitor = new Visitor(App);
            using var answer = method is "GET" ? await visitor.GetAsync(path) : await visitor.PostRawAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.Redirect, $"{method} {path}: {answer.StatusCode}");
            Assert.Equal("/settings/sign-in", answer.Headers.Location!.AbsolutePath);
        }
    }

    [Fact]
    public async Task Every_form_is_refused_without_its_antiforgery_token_and_with_somebody_elses()
    {
        var company = await TestCompany.CreateAsync(App);
        var administrator = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var other = await Visitor.SignedInAsync(App, company, administrator);
        await other.GetAsync("/settings/api-tokens");
        var forms = Routes.Where(route => route.Method is "POST").ToArray();
        Assert.True(forms.Length >= 6);
        foreach (var (_, path) in forms)
        {
            var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
            await visitor.GetAsync("/settings/api-tokens");
            foreach (var token in new[] { null, "", "nonsense", other.FormToken })
            {
                using var answer = token is null ? await visitor.PostRawAsync(path)
                    : await visitor.PostRawAsync(path, (PageContext.AntiforgeryField, token));
                Assert.True(answer.StatusCode is HttpStatusCode.BadRequest, $"{path} with {token}: {answer.StatusCode}");
            }
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData("application/x-www-form-urlencoded; charset=nonsense")]
    [InlineData(null)]
    public async Task What_is_no_form_is_refused_even_with_a_valid_antiforgery_token(string? type)
    {
        var company = await TestCompany.CreateAsync(App);
        foreach (var (_, path) in Routes.Where(route => route.Method is "POST"))
        {
            var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
            await visitor.GetAsync("/settings/api-tokens");
            using var answer = await visitor.PostAsAsync(path, type, string.Join('&', Enumerable.Range(0, 2_000)));
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest, $"{path} with {type}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_form_of_one_instance_posts_to_another()
    {
        await using var second = App.Start(azurite.ConnectionString, null, ("environment", "Development"));
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        await visitor.GetAsync("/settings/api-tokens");
        var nonce = visitor.Hidden("nonce");

        var there = visitor.At(second);
        using var answer = await there.PostAsync(
            "/settings/api-tokens", ("nonce", nonce), ("name", "There"), ("scope", "Read"), ("access", "all"), ("expiry", "never"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await App.As(there.Token).GetAsync("/ping").OkAsync();
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("name", "   ")]
    [InlineData("name", "a\u0007b")]
    [InlineData("name", "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 1")]
    [InlineData("scope", "")]
    [InlineData("scope", "read")]
    [InlineData("scope", "1")]
    [InlineData("access", "")]
    [InlineData("access", "some")]
    [InlineData("expiry", "")]
    [InlineData("expiry", "31d")]
    [InlineData("nonce", "")]
    public async Task A_form_filled_in_wrongly_says_where_and_makes_nothing(string field, string value)
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);

        using var answer = await visitor.GenerateAsync((field, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"id=\"{field}-error\"", visitor.Html, StringComparison.Ordinal);
        Assert.Empty(await App.Get<CompanyTokens>().ListAsync(company.Key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Chosen_workspaces_must_be_the_companys_and_at_least_one()
    {
        var (company, foreign) = (await TestCompany.CreateAsync(App), await TestCompany.CreateAsync(App));
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);

        foreach (var workspaces in new (string, string)[][] { [], [("workspaces", foreign.WorkspaceId)],
            [("workspaces", company.WorkspaceId), ("workspaces", foreign.WorkspaceId)] })
        {
            using var answer = await visitor.GenerateAsync([("access", "chosen"), .. workspaces]);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("id=\"workspaces-error\"", visitor.Html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("reveal")]
    [InlineData("revoke")]
    public async Task Another_companys_token_is_not_found(string what)
    {
        var (company, foreign) = (await TestCompany.CreateAsync(App), await TestCompany.CreateAsync(App));
        var owner = await Visitor.SignedInAsync(App, foreign, foreign.Owner);
        (await owner.GenerateAsync()).Dispose();
        var token = Assert.Single(await App.Get<CompanyTokens>().ListAsync(foreign.Key, TestContext.Current.CancellationToken));
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        await visitor.GetAsync("/settings/api-tokens");

        foreach (var id in new[] { token.PublicId, "tok_x", company.Key + token.Id, "tok_" + company.Key + token.Id })
        {
            using var answer = await visitor.PostAsync($"/settings/api-tokens/{id}/{what}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        await App.As(owner.Token).GetAsync("/ping").OkAsync();
    }

    [Theory]
    [InlineData(Role.MEMBER)]
    [InlineData(Role.CLIENT)]
    public async Task Nobody_but_owners_and_administrators_gets_in(Role role)
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, await company.PersonAsync(TestCompany.Person(role)));

        foreach (var (method, path) in Routes.Where(route => !Open.Contains(route.Path) && !IsForEverybody(route.Path)))
        {
            using var answer = method is "GET" ? await visitor.GetAsync(path) : await visitor.PostAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden, $"{method} {path}: {answer.StatusCode}");
        }
    }

    static bool IsForEverybody(string path) => path == Own || path.StartsWith(ReviewEndpoints.Path, StringComparison.Ordinal)
        || (path.StartsWith(ConnectedAppEndpoints.Path, StringComparison.Ordinal) && path != ConnectedAppEndpoints.Path + "/members");

    [Fact]
    public async Task The_audit_log_is_for_owners()
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR)));

        using var tokens = await visitor.GetAsync("/settings/api-tokens");
        using var audit = await visitor.GetAsync("/settings/audit");

        Assert.Equal(HttpStatusCode.OK, tokens.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, audit.StatusCode);
    }

    [Fact]
    public async Task Who_is_removed_or_loses_the_role_is_out()
    {
        var company = await TestCompany.CreateAsync(App);
        var administrator = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var visitor = await Visitor.SignedInAsync(App, company, administrator);

        await company.PersonAsync(administrator with { Role = Role.MEMBER });
        using var demoted = await visitor.GetAsync("/settings/api-tokens");
        await company.RemoveAsync(administrator);
        using var removed = await visitor.GetAsync("/settings/api-tokens");

        Assert.Equal(HttpStatusCode.Forbidden, demoted.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, removed.StatusCode);
    }

    [Fact]
    public async Task What_comes_from_outside_is_shown_as_text()
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);

        (await visitor.GenerateAsync(("name", "<script>alert(1)</script>\"'&"))).Dispose();

        Assert.DoesNotContain("<script>alert", visitor.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", visitor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_may_not_be_framed_cached_or_given_scripts()
    {
        var visitor = new Visitor(App);
        foreach (var path in new[] { "/settings/sign-in", "/settings/nowhere", "/settings/api-tokens" })
        {
            using var answer = await visitor.GetAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.True(answer.Headers.CacheControl!.NoStore);
        }
        using var cookies = await new Visitor(App).GetAsync("/settings/sign-in");
        Assert.All(
            cookies.Headers.GetValues("Set-Cookie"), cookie => Assert.Matches("(?i)path=/settings; samesite=strict; httponly", cookie));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/settings/\\evil.example")]
    [InlineData("/api/v1/docs")]
    [InlineData("/settings/\tx")]
    [InlineData("/settings/x\r\nSet-Cookie: a=b")]
    [InlineData("/settings/пост")]
    public async Task Signing_in_leads_nowhere_else(string destination)
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = new Visitor(App);
        await visitor.GetAsync("/settings/sign-in");

        using var answer = await visitor.PostAsync("/settings/sign-in", ("user", company.Owner.Id(company.Key)), ("return", destination));

        Assert.Equal("/settings/integrations", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_page_of_another_host_does_not_reach_the_choice_of_users()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/settings/sign-in") { Headers = { Host = "rebound.example" } };
        request.Headers.Add("X-Forwarded-Host", "localhost");

        using var answer = await App.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Outside_Development_nobody_can_pick_a_user_or_sign_in()
    {
        var visitor = new Visitor(azurite.App);

        using var choice = await visitor.GetAsync("/settings/sign-in");
        using var tokens = await visitor.GetAsync("/settings/api-tokens");

        Assert.Equal(HttpStatusCode.NotFound, choice.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, tokens.StatusCode);
        Assert.Contains("Nobody can sign in here yet", visitor.Html, StringComparison.Ordinal);
    }
}

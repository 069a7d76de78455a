using System.Net;
using System.Text;

namespace Planable.Functions.Tests.Settings;

/// <summary>Signing in through App Service Authentication, which says in a header who calls.</summary>
public sealed class PlatformSignInTests(AzuriteFixture azurite)
{
    internal const string Header = "X-MS-CLIENT-PRINCIPAL";

    internal static readonly (string, string) Secure = ("X-Forwarded-Proto", "https");

    [Fact]
    public async Task An_invited_person_signs_in_and_manages_tokens()
    {
        await using var app = App.Start(
            azurite.ConnectionString, null, ("WEBSITE_AUTH_ENABLED", "True"), ("ClientAddressHeader", "X-Client-IP"));
        var company = await TestCompany.CreateAsync(app);
        var visitor = new Visitor(app, (Header, Principal()), Secure, ("X-Client-IP", "203.0.113.7:51234"));
        var code = await app.InviteAsync(company.Key, company.Owner.Key, TestContext.Current.CancellationToken);

        using var before = await visitor.GetAsync("/settings/api-tokens");
        using var invitation = await visitor.GetAsync("/settings/invitation?code=" + code);
        using var accepted = await visitor.PostAsync("/settings/invitation", ("code", code!));
        using var made = await visitor.GenerateAsync();

        Assert.Equal(HttpStatusCode.Forbidden, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, invitation.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, accepted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        await app.As(visitor.Token).GetAsync("/ping").OkAsync();
        using var log = await visitor.GetAsync("/settings/audit");
        Assert.Contains("from 203.0.113.7<", visitor.Html, StringComparison.Ordinal);
        Assert.Contains(
            "secure",
            string.Join(' ', before.Headers.Concat(invitation.Headers)
                .Where(header => header.Key is "Set-Cookie").SelectMany(header => header.Value)),
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_same_e_mail_address_is_not_the_same_person()
    {
        await using var app = App.Start(azurite.ConnectionString, null, ("WEBSITE_AUTH_ENABLED", "True"));
        var company = await TestCompany.CreateAsync(app);
        var id = Guid.NewGuid().ToString();
        var (mine, code) =
            (Principal(id: id), await app.InviteAsync(
                company.Key, company.Owner.Key, TestContext.Current.CancellationToken));
        var owner = new Visitor(app, (Header, mine), Secure);
        await owner.GetAsync("/settings/invitation?code=" + code);
        (await owner.PostAsync("/settings/invitation", ("code", code!))).Dispose();

        foreach (var other in new[] { Principal(), Principal(tenant: "another", id: id),
            Principal(issuer: "https://other.example", id: id) })
        {
            var stranger = new Visitor(app, (Header, other), Secure);
            using var page = await stranger.GetAsync("/settings/api-tokens");
            Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
            Assert.DoesNotContain(company.Owner.Name, stranger.Html, StringComparison.Ordinal);
            await stranger.GetAsync("/settings/invitation?code=" + code);
            using var again = await stranger.PostAsync("/settings/invitation", ("code", code!));
            Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        }
        using var still = await owner.GetAsync("/settings/api-tokens");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task Without_the_platforms_variable_the_header_does_nothing()
    {
        await using var on = App.Start(azurite.ConnectionString, null, ("WEBSITE_AUTH_ENABLED", "True"));
        await using var development = App.Start(azurite.ConnectionString, null, ("environment", "Development"));
        var company = await TestCompany.CreateAsync(on);
        var (principal, code) =
            (Principal(), await on.InviteAsync(company.Key, company.Owner.Key, TestContext.Current.CancellationToken));
        var owner = new Visitor(on, (Header, principal), Secure);
        await owner.GetAsync("/settings/invitation?code=" + code);
        (await owner.PostAsync("/settings/invitation", ("code", code!))).Dispose();

        using var known = await owner.GetAsync("/settings/api-tokens");
        using var off = await new Visitor(azurite.App, (Header, principal), Secure).GetAsync("/settings/api-tokens");
        using var chosen = await new Visitor(development, (Header, principal)).GetAsync("/settings/api-tokens");

        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, off.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, chosen.StatusCode);
        foreach (var path in new[] { "/api/v1/ping", "/api/v1/workspaces", "/api/settings/api-tokens" })
        {
            using var outside = await new Visitor(on, (Header, principal), Secure).GetAsync(path);
            Assert.True(outside.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, $"{path}: {outside.StatusCode}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("bm90IGpzb24=")]
    [InlineData("bnVsbA==")]
    [InlineData("W10=")]
    [InlineData("e30=")]
    [InlineData("eyJjbGFpbXMiOm51bGx9")]
    [InlineData("eyJjbGFpbXMiOltudWxsXX0=")]
    [InlineData("eyJjbGFpbXMiOlt7InR5cCI6ImlzcyJ9XX0=")]
    public async Task A_header_that_says_nothing_is_nobody(string principal)
    {
        await using var app = App.Start(azurite.ConnectionString, null, ("WEBSITE_AUTH_ENABLED", "True"));

        using var page = await new Visitor(app, (Header, principal), Secure).GetAsync("/settings/api-tokens");

        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.StartsWith("/.auth/login/aad", page.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    internal static string Principal(string issuer = "https://login.microsoftonline.com/t/v2.0", string tenant = "t", string? id = null) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Json.Text(new
        {
            auth_typ = "aad",
            claims = new[]
            {
                new { typ = "iss", val = issuer },
                new { typ = "http://schemas.microsoft.com/identity/claims/tenantid", val = tenant },
                new { typ = "http://schemas.microsoft.com/identity/claims/objectidentifier", val = id ?? Guid.NewGuid().ToString() },
                new { typ = "preferred_username", val = "person@example.com" },
            },
        })));
}

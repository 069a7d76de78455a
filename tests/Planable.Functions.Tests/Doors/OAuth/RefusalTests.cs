using System.Net;
using Planable.Company.Tokens;
using Planable.Doors.OAuth;
using Planable.Functions.Tests.Settings;

namespace Planable.Functions.Tests.Doors.OAuth;

/// <summary>What the authorization server refuses.</summary>
public sealed class RefusalTests(DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    App App => development.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Nothing may go to an address that is not known to be the client's.</summary>
    [Theory]
    [InlineData("client_id", null)]
    [InlineData("client_id", "client_00000000000000000000000000")]
    [InlineData("client_id", "nonsense")]
    [InlineData("client_id", "http://10.0.0.1/client.json")]
    [InlineData("client_id", "https://app.example")]
    [InlineData("client_id", "https://app.example/client.json#part")]
    [InlineData("client_id", "https://app.example/client.json?a=b")]
    [InlineData("client_id", "https://user@app.example/client.json")]
    [InlineData("client_id", "https://app.example/a/../client.json")]
    [InlineData("redirect_uri", null)]
    [InlineData("redirect_uri", "https://evil.example/callback")]
    [InlineData("redirect_uri", "https://app.example/callback/more")]
    [InlineData("redirect_uri", "https://app.example/")]
    [InlineData("redirect_uri", "https://app.example/callback?more=1")]
    [InlineData("redirect_uri", "https://app.example/callback#part")]
    [InlineData("redirect_uri", "https://app.example/a/../callback")]
    [InlineData("redirect_uri", "https://app.example/Callback")]
    [InlineData("redirect_uri", "https://app.example:8443/callback")]
    [InlineData("redirect_uri", "https://app.example.evil.example/callback")]
    [InlineData("redirect_uri", "https://user@app.example/callback")]
    [InlineData("redirect_uri", "http://app.example/callback")]
    [InlineData("redirect_uri", "http://127.0.0.1:1234/callback")]
    [InlineData("redirect_uri", "javascript:alert(1)")]
    public async Task A_request_that_names_no_client_or_no_address_of_it_is_shown_to_the_person(string parameter, string? value)
    {
        var client = await TestClient.RegisteredAsync(App);

        using var answer = await client.AuthorizeAsync(client.Query((parameter, value)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(parameter, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", null, "unsupported_response_type")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("resource", null, "invalid_target")]
    [InlineData("resource", "https://elsewhere.example/mcp", "invalid_target")]
    [InlineData("resource", "/mcp", "invalid_target")]
    [InlineData("resource", "{issuer}/api/v1", "invalid_target")]
    [InlineData("resource", "{issuer}/mcp/", "invalid_target")]
    [InlineData("scope", "openid email", "invalid_scope")]
    public async Task A_request_that_is_not_valid_goes_back_to_the_app(string parameter, string? value, string error)
    {
        var client = await TestClient.RegisteredAsync(App);

        using var answer = await client.AuthorizeAsync(
            client.Query((parameter, value?.Replace("{issuer}", client.Issuer, StringComparison.Ordinal))));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith(TestClient.Redirect + "?", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var told = TestClient.Parameters(answer.Headers.Location);
        Assert.Equal((error, "a state & more", client.Issuer), (told["error"], told["state"], told["iss"]));
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("redirect_uri")]
    [InlineData("code_challenge")]
    [InlineData("resource")]
    [InlineData("state")]
    public async Task A_parameter_may_not_be_sent_twice(string parameter)
    {
        var client = await TestClient.RegisteredAsync(App);

        using var answer = await client.AuthorizeAsync(client.Query() + $"&{parameter}=again");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    public static TheoryData<string, string, string?, string> Exchanges => new()
    {
        { "no grant type", "grant_type", null, "invalid_request" },
        { "a password", "grant_type", "password", "unsupported_grant_type" },
        { "no client", "client_id", null, "invalid_request" },
        { "a client that is gone", "client_id", "client_00000000000000000000000000", "invalid_client" },
        { "another client", "client_id", "https://other.example/client.json", "invalid_grant" },
        { "no code", "code", null, "invalid_request" },
        { "an invented code", "code", "plc_00000000000000000000000000000000000000000000000000000000000000000", "invalid_grant" },
        { "nonsense as code", "code", "\u00e9", "invalid_grant" },
        { "no address", "redirect_uri", null, "invalid_request" },
        { "another address", "redirect_uri", "https://app.example/other", "invalid_grant" },
        { "no verifier", "code_verifier", null, "invalid_request" },
        { "another verifier", "code_verifier", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "invalid_grant" },
        { "the challenge as verifier", "code_verifier", "{challenge}", "invalid_grant" },
        { "another resource", "resource", "https://elsewhere.example/mcp", "invalid_target" },
    };

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task A_code_is_exchanged_only_for_what_fits_and_is_not_used_up_by_what_does_not(
        string what, string field, string? value, string error)
    {
        var (client, visitor, _) = await TestClient.ReadyAsync(App);
        var code = (await client.ConsentAsync(visitor))["code"];

        var refusal = await client.TokenAsync(
            client.Exchange(code, (field, value?.Replace("{challenge}", client.Challenge, StringComparison.Ordinal))))
            .ShouldBeAsync(error is "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest);

        Assert.True(error == refusal.Text("error"), what);
        Assert.NotEmpty(refusal.Text("error_description"));
        await client.TokenAsync(client.Exchange(code)).OkAsync();
    }

    [Fact]
    public async Task A_code_is_exchanged_once_and_the_second_time_ends_the_access()
    {
        var (client, visitor, _) = await TestClient.ReadyAsync(App);
        var code = (await client.ConsentAsync(visitor))["code"];
        var tokens = await client.TokenAsync(client.Exchange(code)).OkAsync();

        await RefusedAsync(client.TokenAsync(client.Exchange(code)), "invalid_grant");

        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(tokens.Text("access_token")));
        await RefusedAsync(client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))), "invalid_grant");
    }

    [Fact]
    public async Task A_code_is_not_exchanged_after_a_minute()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var code = (await client.ConsentAsync(visitor))["code"];
        await ChangeAsync(company, grant => grant with { CreatedAt = grant.CreatedAt.AddSeconds(-61) });

        await RefusedAsync(client.TokenAsync(client.Exchange(code)), "invalid_grant");
    }

    public static TheoryData<string, string, string?, string> Refreshes => new()
    {
        { "no token", "refresh_token", null, "invalid_request" },
        { "an invented token", "refresh_token", "plr_00000000000000000000000000000000000000000000000000000000000000000", "invalid_grant" },
        { "the access token", "refresh_token", "{access}", "invalid_grant" },
        { "the code", "refresh_token", "{code}", "invalid_grant" },
        { "another client", "client_id", "https://other.example/client.json", "invalid_grant" },
        { "another resource", "resource", "https://elsewhere.example/mcp", "invalid_target" },
        { "more than was granted", "scope", "read admin", "invalid_scope" },
    };

    [Theory]
    [MemberData(nameof(Refreshes))]
    public async Task A_refresh_token_is_exchanged_only_for_what_fits(string what, string field, string? value, string error)
    {
        var (client, visitor, _) = await TestClient.ReadyAsync(App);
        var code = (await client.ConsentAsync(visitor))["code"];
        var tokens = await client.TokenAsync(client.Exchange(code)).OkAsync();

        var refusal = await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"), (field, value
            ?.Replace("{access}", tokens.Text("access_token"), StringComparison.Ordinal)
            .Replace("{code}", code, StringComparison.Ordinal)))).ShouldBeAsync(HttpStatusCode.BadRequest);

        Assert.True(error == refusal.Text("error"), what);
        await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))).OkAsync();
    }

    [Fact]
    public async Task A_used_refresh_token_ends_the_access_once_its_grace_is_over()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var first = await client.ConnectAsync(visitor);
        var second = await client.TokenAsync(client.Refresh(first.Text("refresh_token"))).OkAsync();
        await ChangeAsync(company, grant => grant with { RenewedAt = grant.RenewedAt - GrantTokens.Grace - TimeSpan.FromSeconds(1) });

        await RefusedAsync(client.TokenAsync(client.Refresh(first.Text("refresh_token"))), "invalid_grant");

        await RefusedAsync(client.TokenAsync(client.Refresh(second.Text("refresh_token"))), "invalid_grant");
        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(second.Text("access_token")));
        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(first.Text("access_token")));
        Assert.Empty(await App.Get<Grants>().ListAsync(company.Key, Cancel));
    }

    [Fact]
    public async Task A_refresh_token_older_than_the_previous_ends_the_access_at_once()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var first = await client.ConnectAsync(visitor);
        var second = await client.TokenAsync(client.Refresh(first.Text("refresh_token"))).OkAsync();
        await client.TokenAsync(client.Refresh(second.Text("refresh_token"))).OkAsync();

        await RefusedAsync(client.TokenAsync(client.Refresh(first.Text("refresh_token"))), "invalid_grant");

        Assert.Empty(await App.Get<Grants>().ListAsync(company.Key, Cancel));
    }

    [Fact]
    public async Task A_grant_that_was_not_renewed_for_ninety_days_has_ended()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var tokens = await client.ConnectAsync(visitor);
        await ChangeAsync(company, grant => grant with { RenewedAt = grant.RenewedAt.AddDays(-91) });

        await RefusedAsync(client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))), "invalid_grant");
    }

    [Fact]
    public async Task A_person_who_left_takes_the_access_along()
    {
        var (client, _, company) = await TestClient.ReadyAsync(App);
        var administrator = await company.PersonAsync(TestCompany.Person(Planable.Company.Companies.Role.ADMINISTRATOR));
        var tokens = await client.ConnectAsync(await Visitor.SignedInAsync(App, company, administrator));
        await company.RemoveAsync(administrator);

        await RefusedAsync(client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))), "invalid_grant");
        Assert.NotEqual(HttpStatusCode.OK, await client.CallAsync(tokens.Text("access_token")));
    }

    [Fact]
    public async Task A_token_for_assistants_is_none_for_the_api_and_a_forged_one_is_none_at_all()
    {
        var (client, visitor, _) = await TestClient.ReadyAsync(App);
        var access = (await client.ConnectAsync(visitor)).Text("access_token");

        Assert.Equal(HttpStatusCode.OK, await client.CallAsync(access));
        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(access, "/api/v1/ping"));
        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(TokenText.New()));
    }

    [Theory]
    [InlineData("{}", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":[]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["http://app.example/callback"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["javascript:alert(1)"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["data:text/html,x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://app.example/callback#x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://user:pass@app.example/"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["callback"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":"https://app.example/"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":[null]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://app.example/"],"client_name":"a\u0000b"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://app.example/"],"grant_types":["password"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://app.example/"],"response_types":["token"]}""", "invalid_client_metadata")]
    [InlineData("[]", "invalid_client_metadata")]
    [InlineData("null", "invalid_client_metadata")]
    [InlineData("nonsense", "invalid_client_metadata")]
    public async Task A_registration_that_is_not_valid_is_refused(string body, string error)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        await RefusedAsync(App.Http.PostAsync(new Uri("/oauth/register", UriKind.Relative), content, Cancel), error);
    }

    [Theory]
    [InlineData("/oauth/token", "application/json", "{}")]
    [InlineData("/oauth/token", "text/plain", "grant_type=refresh_token")]
    [InlineData("/oauth/token", "application/x-www-form-urlencoded", "grant_type=refresh_token&grant_type=refresh_token")]
    [InlineData("/oauth/token", "multipart/form-data; boundary=x", "nonsense")]
    [InlineData("/oauth/revoke", "application/x-www-form-urlencoded", "")]
    public async Task A_body_that_is_no_form_is_refused(string path, string type, string body)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);

        await RefusedAsync(App.Http.PostAsync(new Uri(path, UriKind.Relative), content, Cancel), "invalid_request");
    }

    static async Task RefusedAsync(Task<HttpResponseMessage> call, string error) =>
        Assert.Equal(error, (await call.ShouldBeAsync(HttpStatusCode.BadRequest)).Text("error"));

    /// <summary>Changes the company's only grant, as if time had passed.</summary>
    async Task ChangeAsync(TestCompany company, Func<Grant, Grant> change)
    {
        var grants = App.Get<Grants>();
        var known = await grants.FindAsync(company.Key, Assert.Single(await grants.ListAsync(company.Key, Cancel)).Key, Cancel);
        Assert.True(await grants.TryRenewAsync(known!, change(known!.Value), Cancel));
    }
}

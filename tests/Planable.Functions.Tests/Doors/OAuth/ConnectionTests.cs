using System.Net;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Audit;
using Planable.Company.Tokens;
using Planable.Doors.OAuth;
using Planable.Functions.Tests.Settings;
using Planable.Functions.Tests.Work;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Functions.Tests.Doors.OAuth;

/// <summary>Apps connect, renew their access, and lose it.</summary>
public sealed class ConnectionTests(AzuriteFixture azurite, DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    App App => development.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_app_registers_a_person_consents_and_the_tokens_work_for_assistants()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);

        var answer = await client.ConsentAsync(visitor);
        var tokens = await client.TokenAsync(client.Exchange(answer["code"])).OkAsync();

        Assert.Equal(("a state & more", client.Issuer), (answer["state"], answer["iss"]));
        Assert.Equal(("Bearer", "read edit approve publish analyze engage write"), (tokens.Text("token_type"), tokens.Text("scope")));
        Assert.InRange(tokens.Number("expires_in"), 3590, 3600);
        Assert.Equal(HttpStatusCode.OK, await client.CallAsync(tokens.Text("access_token")));
        var renewed = await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))).OkAsync();
        Assert.NotEqual(tokens.Text("access_token"), renewed.Text("access_token"));
        Assert.Equal(HttpStatusCode.OK, await client.CallAsync(renewed.Text("access_token")));
        var entry = (await App.Get<AuditLog>().ListAsync(company.Key, null, 1, Cancel))[0];
        Assert.Equal((AuditAction.AppConnected, company.Owner.Key, "An assistant"), (entry.Action, entry.By, entry.Name));
    }

    [Fact]
    public async Task An_apps_token_counts_not_among_the_ten_and_is_neither_listed_nor_in_the_vault_nor_stored_as_text()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var tokens = await client.ConnectAsync(visitor);

        Assert.Empty(await App.Get<CompanyTokens>().ListAsync(company.Key, Cancel));
        var hash = TokenText.Hash(tokens.Text("access_token"));
        Assert.Null(await App.Get<SecretStore>().GetAsync(CompanyTokens.SecretPrefix + hash, Cancel));
        var row = (await App.Get<TokenStore>().RowAsync(hash, Cancel))!;
        var text = string.Join('\n', row.Keys.Select(name => row[name]).Select(value => value as string ?? (value is byte[] bytes
            ? System.Text.Encoding.UTF8.GetString(bytes) : "")));
        Assert.DoesNotContain(tokens.Text("access_token"), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_calls_of_an_app_go_on_counting_when_its_token_is_renewed()
    {
        await using var limited = App.Start(
            azurite.ConnectionString, null, [("environment", "Development"), ("Tests:Runner", "false"), ("RateLimits:Reads", "20")]);
        var company = await TestCompany.CreateAsync(limited);
        var client = await TestClient.RegisteredAsync(limited);
        var tokens = await client.ConnectAsync(await Visitor.SignedInAsync(limited, company, company.Owner));
        while (await client.CallAsync(tokens.Text("access_token")) is HttpStatusCode.OK)
        {
        }

        var renewed = await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))).OkAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, await client.CallAsync(renewed.Text("access_token")));
    }

    [Fact]
    public async Task A_hundred_refreshes_at_once_make_one_generation_and_throw_nobody_out()
    {
        await using var other = App.Start(azurite.ConnectionString, null, ("environment", "Development"), ("Tests:Runner", "false"));
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var first = await client.ConnectAsync(visitor);
        var there = new TestClient(other) { Id = client.Id };

        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(number =>
            (number % 2 == 0 ? client : there).TokenAsync(client.Refresh(first.Text("refresh_token"))).OkAsync()));

        Assert.Single(all.Select(one => (one.Text("access_token"), one.Text("refresh_token"))).Distinct());
        Assert.Equal(2, Assert.Single(await App.Get<Grants>().ListAsync(company.Key, Cancel)).Generation);
        Assert.Equal(HttpStatusCode.OK, await client.CallAsync(all[0].Text("access_token")));
        await client.TokenAsync(client.Refresh(all[0].Text("refresh_token"))).OkAsync();
    }

    [Fact]
    public async Task A_revoked_app_is_out_on_every_instance_even_while_it_refreshes()
    {
        await using var other = App.Start(azurite.ConnectionString, null, ("environment", "Development"), ("Tests:Runner", "false"));
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var tokens = await client.ConnectAsync(visitor);
        var grant = Assert.Single(await App.Get<Grants>().ListAsync(company.Key, Cancel));
        var refreshes = Enumerable.Range(0, 20).Select(_ => client.TokenAsync(client.Refresh(tokens.Text("refresh_token")))).ToArray();

        var id = IdKind.Grant.Format(company.Key, grant.Key);
        (await visitor.GetAsync("/settings/apps")).Dispose();
        using var revoked = await visitor.PostAsync($"/settings/apps/{id}/revoke");
        Assert.Equal("/settings/apps?done=revoked", revoked.Headers.Location!.OriginalString);

        foreach (var answer in await Task.WhenAll(refreshes))
        {
            using (answer)
            {
                var body = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
                if (answer.StatusCode is HttpStatusCode.OK)
                {
                    Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(body.Text("access_token")));
                    await client.TokenAsync(client.Refresh(body.Text("refresh_token"))).ShouldBeAsync(HttpStatusCode.BadRequest);
                }
            }
        }
        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(tokens.Text("access_token")));
        Assert.Equal(HttpStatusCode.Unauthorized, await new TestClient(other).CallAsync(tokens.Text("access_token")));
        Assert.Equal(AuditAction.AppRevoked, (await App.Get<AuditLog>().ListAsync(company.Key, null, 1, Cancel))[0].Action);
    }

    /// <summary>Once, so that the SDK sends it again; and until the SDK gives up.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Tokens_are_issued_though_the_answers_of_storage_are_lost(int losses)
    {
        var lossy = new LossyTransport("')");
        await using var app = App.Start(azurite.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(lossy),
            ("environment", "Development"), ("Tests:Runner", "false"));
        var company = await TestCompany.CreateAsync(app);
        var client = await TestClient.RegisteredAsync(app);
        var code = (await client.ConsentAsync(await Visitor.SignedInAsync(app, company, company.Owner)))["code"];

        lossy.Lose(losses);
        var tokens = await client.TokenAsync(client.Exchange(code)).OkAsync();
        Assert.Equal(0, lossy.Left);
        lossy.Lose(losses);
        var renewed = await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))).OkAsync();

        Assert.Equal(0, lossy.Left);
        Assert.Equal(2, Assert.Single(await app.Get<Grants>().ListAsync(company.Key, Cancel)).Generation);
        Assert.Equal(HttpStatusCode.OK, await client.CallAsync(renewed.Text("access_token")));
    }

    [Fact]
    public async Task A_revocation_that_was_interrupted_is_finished_by_its_message()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var grants = App.Get<Grants>();
        var tokens = await client.ConnectAsync(visitor);
        var known = (await grants.FindAsync(
            company.Key, Assert.Single(await grants.ListAsync(company.Key, Cancel)).Key, Cancel))!;
        Assert.True(await grants.TryRenewAsync(
            known, known.Value with { EndedAt = TimeProvider.System.GetUtcNow() }, Cancel));

        await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))).ShouldBeAsync(HttpStatusCode.BadRequest);
        await grants.HandleAsync(
            new(Grants.Ended, company.Key + known.Value.Key), TimeProvider.System.GetUtcNow(), Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(tokens.Text("access_token")));
        Assert.Null(await App.Get<Tables>().Companies.FindAsync(company.Key, Grants.Prefix + known.Value.Key, Cancel));
    }

    [Fact]
    public async Task An_address_that_calls_too_often_waits()
    {
        await using var limited = App.Start(
            azurite.ConnectionString, null, ("environment", "Development"), ("Tests:Runner", "false"), ("RateLimits:Address", "5"));
        var client = new TestClient(limited);
        for (var call = 0; call < 5; call++)
        {
            await client.TokenAsync(client.Refresh("nonsense")).ShouldBeAsync(HttpStatusCode.BadRequest);
        }

        using var refusal = await client.TokenAsync(client.Refresh("nonsense"));
        using var page = await client.AuthorizeAsync(client.Query());

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (refusal.StatusCode, page.StatusCode));
        Assert.True(refusal.Headers.Contains("Retry-After"));
        Assert.Contains("temporarily_unavailable", await refusal.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_gives_its_access_back_and_a_token_that_is_none_is_as_good_as_revoked()
    {
        var (client, visitor, company) = await TestClient.ReadyAsync(App);
        var tokens = await client.ConnectAsync(visitor);

        await client.RevokeAsync("nonsense").OkAsync();
        await client.RevokeAsync(TokenText.New()).OkAsync();
        Assert.Equal(HttpStatusCode.OK, await client.CallAsync(tokens.Text("access_token")));
        await client.RevokeAsync(tokens.Text("access_token")).OkAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(tokens.Text("access_token")));
        var renewed = await client.TokenAsync(client.Refresh(tokens.Text("refresh_token"))).OkAsync();
        await client.RevokeAsync(renewed.Text("refresh_token")).OkAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await client.CallAsync(renewed.Text("access_token")));
        Assert.Empty(await App.Get<Grants>().ListAsync(company.Key, Cancel));
    }

    [Fact]
    public async Task An_api_token_cannot_be_revoked_by_who_merely_has_it()
    {
        var (client, _, company) = await TestClient.ReadyAsync(App);

        await client.RevokeAsync(company.Token).OkAsync();

        await company.Client.GetAsync("/ping").OkAsync();
    }

    [Fact]
    public async Task The_documents_name_each_other_and_what_there_is()
    {
        var client = new TestClient(App);
        var server = await App.Http.GetAsync(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative), Cancel).OkAsync();

        foreach (var path in new[] { "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp" })
        {
            var resource = await App.Http.GetAsync(new Uri(path, UriKind.Relative), Cancel).OkAsync();
            Assert.Equal((client.Resource, client.Issuer),
                (resource.Text("resource"), Assert.Single(resource["authorization_servers"]!.AsArray())!.GetValue<string>()));
        }

        Assert.Equal(client.Issuer, server.Text("issuer"));
        Assert.Equal("""["S256"]""", server["code_challenge_methods_supported"]!.ToJsonString());
        Assert.Equal("""["none"]""", server["token_endpoint_auth_methods_supported"]!.ToJsonString());
        Assert.True(server["authorization_response_iss_parameter_supported"]!.GetValue<bool>());
        Assert.True(server["client_id_metadata_document_supported"]!.GetValue<bool>());
        Assert.All(["authorization", "token", "revocation", "registration"], (string name) =>
            Assert.StartsWith(client.Issuer + "/oauth/", server.Text(name + "_endpoint"), StringComparison.Ordinal));
    }
}

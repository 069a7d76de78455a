using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>Who may enter, from where, and what is said to who may not.</summary>
public sealed class EntryTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    string Origin => _app.BaseAddress.GetLeftPart(UriPartial.Authority);

    string Metadata => Origin + "/.well-known/oauth-protected-resource/mcp";

    [Theory]
    [InlineData(null)]
    [InlineData("pln_unknown")]
    public async Task A_call_without_a_good_token_is_told_where_to_get_one(string? token)
    {
        using var response = await new McpClient(_app, token).SendAsync("tools/list");

        await response.EnvelopeAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Equal(
            $"Bearer {(token is null ? "" : "error=\"invalid_token\", ")}resource_metadata=\"{Metadata}\", scope=\"read write\"",
            response.Headers.WwwAuthenticate.Single().ToString());
    }

    [Fact]
    public async Task A_read_token_may_list_and_read_but_is_told_which_scope_a_write_needs()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = new McpClient(_app, await company.TokenAsync(Scope.Read));

        await client.ResultAsync("tools/list");
        await client.ResultAsync("resources/read", new JsonObject { ["uri"] = "planable://workspaces" });
        await client.GoodAsync("list_workspaces");

        await InsufficientAsync(client, "create_post", "edit");
        await InsufficientAsync(client, "approve_post", "approve");
        await InsufficientAsync(client, "create_comment", "engage");
    }

    [Fact]
    public async Task An_apps_token_may_do_what_it_was_granted_and_only_here()
    {
        var ground = await McpGround.CreateAsync(_app);
        var token = await ground.AppTokenAsync(_app, Origin + "/mcp", AppScopes.Read, AppScopes.Engage);
        var client = new McpClient(_app, token);

        await client.GoodAsync("list_posts", new { workspaceId = ground.Company.WorkspaceId });
        await client.GoodAsync("create_comment", new { postId = ground.Post, text = "Nice" });
        await InsufficientAsync(client, "create_post", "edit");
        await InsufficientAsync(client, "approve_post", "approve");
        await InsufficientAsync(client, "refresh_page_metrics", "analyze");
        await _app.As(token).GetAsync("/workspaces").UnauthorizedAsync();
        foreach (var elsewhere in new[] { Origin, Origin + "/zapier" })
        {
            var other = await ground.AppTokenAsync(_app, elsewhere, AppScopes.Write);
            using var refused = await new McpClient(_app, other).SendAsync("tools/list");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    [Fact]
    public async Task A_token_of_someone_who_left_enters_no_more()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(Role.MEMBER));
        var token = await company.TokenAsync(creator: person);
        await company.RemoveAsync(person);

        using var response = await new McpClient(_app, token).SendAsync("tools/list");

        await response.EnvelopeAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "evil.example:7071")]
    public async Task A_page_of_another_site_is_refused(string header, string value)
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await new McpClient(_app, company.Token).SendAsync(
            "tools/list", change: request => request.Headers.TryAddWithoutValidation(header, value));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task The_apps_own_pages_may_call_by_any_name_of_this_machine()
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var host in new[] { "localhost", "127.0.0.1", "[::1]" })
        {
            using var response = await new McpClient(_app, company.Token).SendAsync("tools/list", change: request =>
            {
                request.Headers.Host = host + ":7071";
                request.Headers.Add("Origin", $"http://{host}:7071");
            });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Pages_that_an_operator_names_may_call_and_the_host_is_the_public_one()
    {
        await using var app = App.Start(fixture.ConnectionString, settings:
            [.. App.CallsOnly, ("PublicBaseUrl", "https://plan.example"), ("Mcp:Origins", "https://one.example, https://two.example")]);
        var company = await TestCompany.CreateAsync(fixture.App);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("plan.example", "https://two.example"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("plan.example", "https://plan.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("plan.example", "https://three.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("other.example", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("localhost", null));

        async Task<HttpStatusCode> StatusAsync(string host, string? origin)
        {
            using var response = await new McpClient(app, company.Token).SendAsync("tools/list", change: request =>
            {
                request.Headers.Host = host;
                if (origin is not null)
                {
                    request.Headers.Add("Origin", origin);
                }
            });
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_limit_that_is_reached_is_told_as_by_the_api()
    {
        var company = await TestCompany.CreateAsync(_app);
        await using var limited = App.Start(fixture.ConnectionString, settings: [.. App.CallsOnly, ("RateLimits:Writes", "1")]);
        var client = new McpClient(limited, company.Token);
        await client.GoodAsync("create_label", new { workspaceId = company.WorkspaceId, text = "One", color = "fog" });

        using var response = await client.SendAsync(
            "tools/call", McpClient.Call("create_label", new { workspaceId = company.WorkspaceId, text = "Two", color = "fog" }));

        await response.EnvelopeAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.NotNull(response.Headers.RetryAfter);
        await client.GoodAsync("list_labels", new { workspaceId = company.WorkspaceId });
    }

    [Fact]
    public async Task Only_posts_are_taken_and_each_answer_says_what_is_left_of_the_limit()
    {
        var company = await TestCompany.CreateAsync(_app);
        using var get = await _app.Http.GetAsync(new Uri("/mcp", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal("POST", get.Content.Headers.Allow.Single());

        using var response = await new McpClient(_app, company.Token).SendAsync("tools/call", McpClient.Call("list_workspaces", null));

        Assert.Contains("\"read\"", response.Headers.GetValues("RateLimit-Policy").Single(), StringComparison.Ordinal);
        Assert.StartsWith("req_", response.Headers.GetValues("X-Request-Id").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_label","arguments":{}}}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}""")]
    public async Task What_is_no_message_is_refused_by_the_protocol(string body)
    {
        var company = await TestCompany.CreateAsync(_app);
        using var content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));

        using var response = await new McpClient(_app, company.Token).SendAsync("tools/list", change: request => request.Content = content);

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode < 500, text);
        Assert.Contains("error", text, StringComparison.Ordinal);
    }

    async Task InsufficientAsync(McpClient client, string tool, string scope)
    {
        using var response = await client.SendAsync("tools/call", McpClient.Call(tool, null));
        await response.EnvelopeAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        Assert.Equal(
            $"Bearer error=\"insufficient_scope\", scope=\"{scope}\", resource_metadata=\"{Metadata}\"",
            response.Headers.WwwAuthenticate.Single().ToString());
    }
}

using System.Net;

namespace Planable.Functions.Tests.Http;

/// <summary>An address leads to the operation that it spells, or nowhere.</summary>
public sealed class AddressTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("DELETE", "/posts/{post}/comments/%2e%2e")]
    [InlineData("DELETE", "/posts/{post}/comments/..")]
    [InlineData("DELETE", "/posts/{post}/comments/.%2E")]
    [InlineData("DELETE", "/posts/{post}/comments/x/../..")]
    [InlineData("DELETE", "/posts/{post}/share/%2E%2e/")]
    [InlineData("DELETE", "/posts/%2e/{post}")]
    [InlineData("DELETE", "/posts/x/../{post}?a=..")]
    [InlineData("PATCH", "/posts/{post}/comments/%2e%2e")]
    [InlineData("POST", "/posts/{post}/comments/%2e%2e/share")]
    // As most clients send the first: they resolve the dots themselves.
    [InlineData("DELETE", "/posts/{post}/")]
    [InlineData("PATCH", "/posts/{post}/")]
    [InlineData("DELETE", "/workspaces/{workspace}/")]
    [InlineData("PATCH", "/workspaces/{workspace}/")]
    public async Task Dots_never_lead_to_another_operation(string method, string path)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var target = path.Replace("{post}", post, StringComparison.Ordinal)
            .Replace("{workspace}", company.WorkspaceId, StringComparison.Ordinal);
        const string Body = """{"text":"changed","name":"changed"}""";

        var answer = await RawRequest.SendAsync(
            _app, company.Token, $"{method} /api/v1{target} HTTP/1.1",
            $"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\n", Body);

        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.Contains("""{"error":{"code":"NOT_FOUND",""", answer, StringComparison.Ordinal);
        var read = await company.ReadAsync(post);
        Assert.Equal(("Hello", null), (read.Text("plainText"), read["publicShareLink"]));
        Assert.Equal("Workspace 0", (await company.Client.GetAsync("/workspaces/" + company.WorkspaceId).OkAsync())["data"]!.Text("name"));
    }

    [Theory]
    [InlineData("/ping")]
    [InlineData("/posts/count")]
    [InlineData("/posts/{post}")]
    [InlineData("/posts?workspaceId={workspace}")]
    [InlineData("/posts/{post}/comments")]
    [InlineData("/workspaces")]
    public async Task HEAD_is_answered_as_GET_without_the_body(string path)
    {
        var company = await TestCompany.CreateAsync(_app);
        var target = path.Replace("{post}", (await company.MakeAsync())[0], StringComparison.Ordinal)
            .Replace("{workspace}", company.WorkspaceId, StringComparison.Ordinal);

        using var get = await company.Client.GetAsync(target);
        using var head = await company.Client.SendAsync(HttpMethod.Head, target);

        Assert.Equal((HttpStatusCode.OK, get.StatusCode), (head.StatusCode, head.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task HEAD_of_what_is_not_there_is_404_and_a_read_token_may_ask()
    {
        var company = await TestCompany.CreateAsync(_app);
        var reader = _app.As(await company.TokenAsync(Planable.Company.Tokens.Scope.Read));

        await reader.SendAsync(HttpMethod.Head, "/posts/x").ShouldBeAsync(HttpStatusCode.NotFound);
        await reader.SendAsync(HttpMethod.Head, "/posts/count").OkAsync();
    }

    [Theory]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("JavaScript:alert(1)", false)]
    [InlineData("java\tscript:alert(1)", false)]
    [InlineData(" javascript:alert(1)", false)]
    [InlineData("javascript:1+1", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("vbscript:x", false)]
    [InlineData("ftp://example.com", false)]
    [InlineData("https://example.com/a?b=c:d#e", true)]
    [InlineData("example.com/a:b", true)]
    [InlineData("example.com:8080/a", true)]
    [InlineData("example.com:0", false)]
    [InlineData("example.com:70000", false)]
    [InlineData("example.com", true)]
    public async Task A_scheme_is_http_or_https(string address, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var campaign = await company.CampaignAsync();
        var links = new[] { new { url = address } };

        await TellAsync(company.Client.PatchAsync("/workspaces/" + company.WorkspaceId, new { websiteUrl = address }), "websiteUrl");
        await TellAsync(company.Client.PatchAsync("/campaigns/" + campaign, new { links }), "links[0].url");

        async Task TellAsync(Task<HttpResponseMessage> call, string field) => await (valid ? call.OkAsync() : call.InvalidAsync(field));
    }

    [Theory]
    [InlineData("GET /api/v1/posts/pst_%00 HTTP/1.1", "400")]
    [InlineData("GET /api/v1/posts?workspaceId={long} HTTP/1.1", "414")]
    [InlineData("GET /api/v1/ping HTTP/1.1\r\nX-Long: {long}{long}{long}{long}", "431")]
    [InlineData("GET  /api/v1/ping HTTP/1.1", "400")]
    public async Task What_is_no_HTTP_call_is_refused_by_the_server(string line, string status)
    {
        var company = await TestCompany.CreateAsync(_app);

        var answer = await RawRequest.SendAsync(
            _app, company.Token, line.Replace("{long}", new string('x', 9_000), StringComparison.Ordinal));

        Assert.Equal(status, answer.Split(' ')[1]);
    }
}

using System.Net;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Http;

public sealed class ErrorAnswerTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("PUT", "/posts", "GET, HEAD, POST")]
    [InlineData("PATCH", "/labels", "GET, HEAD, POST")]
    [InlineData("DELETE", "/posts", "GET, HEAD, POST")]
    [InlineData("POST", "/posts/pst_x", "DELETE, GET, HEAD, PATCH")]
    [InlineData("POST", "/members", "GET, HEAD")]
    [InlineData("DELETE", "/pages", "GET, HEAD")]
    [InlineData("PUT", "/workspaces/wks_x", "DELETE, GET, HEAD, PATCH")]
    [InlineData("POST", "/ping", "GET, HEAD")]
    [InlineData("TRACE", "/ping", "GET, HEAD")]
    [InlineData("OPTIONS", "/workspaces", "GET, HEAD, POST")]
    [InlineData("PATCH", "/posts/count", "GET, HEAD")]
    [InlineData("DELETE", "/posts/bulk", "POST")]
    [InlineData("GET", "/posts/validate", "POST")]
    [InlineData("DELETE", "/posts/reorder", "PATCH")]
    [InlineData("GET", "/media/uploads", "POST")]
    public async Task A_method_that_the_path_does_not_have_is_answered_with_those_it_has(string method, string path, string allow)
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await company.Client.SendAsync(new HttpMethod(method), path);

        Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        await response.EnvelopeAsync(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/posts/a/b")]
    [InlineData("/pages/x")]
    [InlineData("")]
    [InlineData("/..")]
    [InlineData("/../v2/posts")]
    [InlineData("//posts")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var method in new[] { "GET", "POST", "PATCH", "DELETE" })
        {
            using var response = await company.Client.SendAsync(new HttpMethod(method), path);
            await response.EnvelopeAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        }
    }

    [Theory]
    [InlineData("application/problem+json", "application/problem+json")]
    [InlineData("APPLICATION/PROBLEM+JSON", "application/problem+json")]
    [InlineData("application/json, application/problem+json", "application/problem+json")]
    [InlineData("application/json;q=0.5, application/problem+json;q=0.6", "application/problem+json")]
    [InlineData("application/json, application/problem+json;q=0.9", "application/json")]
    [InlineData("application/problem+json;q=0, application/json", "application/json")]
    [InlineData("application/problem+json;q=0", "application/json")]
    [InlineData("application/problem+json;q=0.1, */*", "application/json")]
    [InlineData("application/problem+json;q=0.1, application/*", "application/json")]
    [InlineData("application/problem+json, */*", "application/problem+json")]
    [InlineData("application/problem+json, application/*;q=0.5, */*", "application/problem+json")]
    [InlineData("*/*", "application/json")]
    [InlineData("nonsense", "application/json")]
    public async Task An_error_has_the_format_that_Accept_prefers(string accept, string contentType)
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await company.Client.SendAsync(
            HttpMethod.Get, "/posts", change: request => request.Headers.TryAddWithoutValidation("Accept", accept));

        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/nothing", "", 404, "not-found")]
    [InlineData("/posts", "", 400, "validation")]
    [InlineData("/labels?workspaceId=x", "", 404, "not-found")]
    [InlineData("/ping", "pln_nonsense", 401, "unauthorized")]
    public async Task Who_asks_for_problem_details_gets_them(string path, string token, int status, string type)
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await _app.As(token.Length > 0 ? token : company.Token).SendAsync(
            HttpMethod.Get, path, change: request => request.Headers.Accept.Add(new("application/problem+json")));
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal((status, status), ((int)response.StatusCode, problem.Number("status")));
        Assert.EndsWith(":" + type, problem.Text("type"), StringComparison.Ordinal);
        Assert.NotEmpty(problem.Text("title"));
        Assert.NotEmpty(problem.Text("detail"));
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.Text("requestId"));
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_of_its_own()
    {
        var company = await TestCompany.CreateAsync(_app);
        var ids = new List<string>();
        foreach (var path in new[] { "/ping", "/ping", "/posts/x", "/nothing", "/posts" })
        {
            using var response = await company.Client.GetAsync(path);
            ids.Add(response.Headers.GetValues("X-Request-Id").Single());
        }

        Assert.Equal(5, ids.Distinct().Count());
        Assert.All(ids, id => Assert.StartsWith("req_", id, StringComparison.Ordinal));
    }
}

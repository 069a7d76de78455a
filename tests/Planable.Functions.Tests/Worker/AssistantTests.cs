using System.Net;
using System.Text;
using Planable.Functions.Tests.Secrets;

namespace Planable.Functions.Tests.Published;

/// <summary>Assistants reach the published worker through its host.</summary>
public sealed class AssistantTests(AzuriteFixture fixture, FakeKeyVault vaults, PublishedWorker worker)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tool_answers_as_a_stream()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        var company = await TestCompany.CreateAsync(fixture.App);

        using var list = await SendAsync(http, company.Token, """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        using var called = await SendAsync(http, company.Token, """
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_workspaces","arguments":{}}}
            """);

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (list.StatusCode, list.Content.Headers.ContentType!.MediaType));
        Assert.Contains("create_grouped_post", await list.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains(company.WorkspaceId, await called.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_the_answer_says_where_to_sign_in()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);

        using var answer = await SendAsync(http, null, """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("/.well-known/oauth-protected-resource/mcp\", scope=\"read write\"",
            answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    static Task<HttpResponseMessage> SendAsync(HttpClient http, string? token, string message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/mcp", UriKind.Relative))
        {
            Content = new StringContent(message, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        return http.SendAsync(request, Cancel);
    }
}

using System.Net;
using Planable.Functions.Tests.Doors.Mcp;
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
        var client = new McpClient(http, company.Token);

        using var list = await client.SendAsync("tools/list");
        using var called = await client.SendAsync("tools/call", McpClient.Call("list_workspaces", null));

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (list.StatusCode, list.Content.Headers.ContentType!.MediaType));
        Assert.Contains("create_grouped_post", await list.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains(company.WorkspaceId, await called.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_the_answer_says_where_to_sign_in()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);

        using var answer = await new McpClient(http, token: null).SendAsync("tools/list");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("/.well-known/oauth-protected-resource/mcp\", scope=\"read write\"",
            answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}

using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using Planable.Functions.Tests.Settings;

namespace Planable.Functions.Tests.Doors.OAuth;

/// <summary>The official C# client finds its way from the address alone.</summary>
public sealed class SdkClientTests(DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_official_client_registers_signs_in_and_calls_a_tool()
    {
        var app = development.App;
        var company = await TestCompany.CreateAsync(app);
        var visitor = await Visitor.SignedInAsync(app, company, company.Owner);
        var consents = 0;
        await using var transport = new HttpClientTransport(new()
        {
            Endpoint = new Uri(app.BaseAddress, "/mcp"),
            OAuth = new()
            {
                RedirectUri = new Uri("http://localhost:45678/callback"),
                DynamicClientRegistration = new() { ClientName = "The official client" },
                AuthorizationCallbackHandler = async (context, _) =>
                {
                    consents++;
                    var answer = await new TestClient(app).ConsentAsync(visitor, context.AuthorizationUri.Query);
                    return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
                },
            },
        });
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: Cancel);

        var tools = await client.ListToolsAsync(cancellationToken: Cancel);
        var answer = await client.CallToolAsync("list_workspaces", cancellationToken: Cancel);

        Assert.Contains(tools, tool => tool.Name == "create_post");
        Assert.NotEqual(true, answer.IsError);
        Assert.Contains(company.WorkspaceId, answer.StructuredContent!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(1, consents);
    }
}

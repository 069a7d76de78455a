using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Doors.Mcp;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>A tool can do what its operation can do for the same token, says the same, and costs the same.</summary>
public sealed class AgreementTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task For_every_kind_of_token_every_tool_agrees_with_its_operation()
    {
        var ground = await McpGround.CreateAsync(_app);
        var wrong = new List<string>();

        foreach (var (kind, token, sender) in await TokensAsync(ground))
        {
            foreach (var (name, sent) in ground.Arguments())
            {
                var tool = ToolCatalog.All[name];
                using var twin = await TwinAsync(token, tool, JsonNode.Parse(Json.Text(sent))!.AsObject());
                var body = await twin.Content.ReadAsStringAsync(Cancel);
                using var response = await new McpClient(_app, sender).SendAsync("tools/call", McpClient.Call(name, sent));
                if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
                {
                    if (twin.StatusCode != response.StatusCode)
                    {
                        wrong.Add($"{kind} {name}: {(int)response.StatusCode}, but its operation {(int)twin.StatusCode}");
                    }
                    continue;
                }
                var result = (await McpClient.ReadAsync(response))["result"]!;
                var isError = result["isError"]?.GetValue<bool>() is true;
                if (isError == twin.IsSuccessStatusCode)
                {
                    wrong.Add($"{kind} {name}: {McpClient.TextOf(result)}, but its operation {(int)twin.StatusCode} {body}");
                }
                else if (isError && !McpClient.TextOf(result).Contains(
                    JsonNode.Parse(body)!["error"]!.Text("message"), StringComparison.Ordinal))
                {
                    wrong.Add($"{kind} {name}: {McpClient.TextOf(result)}, but its operation {body}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("list_posts")]
    [InlineData("get_post")]
    [InlineData("list_comments")]
    [InlineData("list_labels")]
    [InlineData("get_media")]
    [InlineData("create_comment")]
    [InlineData("update_post")]
    [InlineData("get_post_metrics")]
    public async Task A_tool_makes_the_storage_calls_of_its_operation(string name)
    {
        var ground = await McpGround.CreateAsync(_app);
        var (token, tool, sent) = (ground.Company.Token, ToolCatalog.All[name], ground.Arguments()[name]);
        // Warm, with the use of the token noted.
        using (await TwinAsync(token, tool, JsonNode.Parse(Json.Text(sent))!.AsObject()))
        {
            await ground.Company.UsedAsync(token);
        }

        await WarmAsync(ground.Company);
        var twin = await StorageCalls.OfAsync(measured => TwinAsync(token, tool, JsonNode.Parse(Json.Text(sent))!.AsObject(), measured));
        await WarmAsync(ground.Company);
        var cost = await StorageCalls.OfAsync(measured =>
            new McpClient(_app, token).SendAsync("tools/call", McpClient.Call(name, sent), change: measured));

        Assert.True((twin.Calls, twin.Steps) == (cost.Calls, cost.Steps), $"{twin.Requests}\n\n{cost.Requests}");
    }

    /// <summary>What a call may remember is remembered, and for longer than the call takes.</summary>
    async Task WarmAsync(TestCompany company)
    {
        _app.Get<CompanyDirectory>().Forget(company.Key);
        await company.Client.GetAsync("/ping").OkAsync();
    }

    /// <summary>
    /// Tokens of each kind, which differ in what they may do, and who calls the tools: the same token, or an app of the same person.
    /// </summary>
    async Task<(string Kind, string Token, string Sender)[]> TokensAsync(McpGround ground)
    {
        var company = ground.Company;
        var (first, other) = (company.Workspaces[0], company.Workspaces[1]);
        var viewer = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (first, [Permission.VIEW])));
        var writer = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (first, [Permission.VIEW, Permission.WRITE])));
        var client = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (first, [Permission.VIEW, Permission.APPROVE])));
        var stranger = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (other, [Permission.VIEW, Permission.WRITE])));
        (string Kind, string Token)[] own =
        [
            ("write", company.Token), ("read", await company.TokenAsync(Scope.Read)),
            ("restricted", await company.TokenAsync(opens: [other])), ("viewer", await company.TokenAsync(creator: viewer)),
            ("writer", await company.TokenAsync(creator: writer)), ("client", await company.TokenAsync(creator: client)),
            ("stranger", await company.TokenAsync(creator: stranger)),
        ];
        var apps = new List<(string, string, string)>();
        foreach (var person in new[] { company.Owner, viewer, writer, client, stranger })
        {
            apps.Add(($"app of {person.Role}", await company.TokenAsync(creator: person),
                await ground.AppTokenAsync(_app, person, McpGround.Resource(_app), AppScopes.Read, AppScopes.Write)));
        }
        return [.. own.Select(one => (one.Kind, one.Token, one.Token)), .. apps];
    }

    /// <summary>The call of the API that a tool stands for.</summary>
    async Task<HttpResponseMessage> TwinAsync(
        string token, McpTool tool, JsonObject sent, Action<HttpRequestMessage>? change = null)
    {
        var (path, query, body) = (tool.Twin.Path, new List<string>(), new JsonObject());
        if (tool.Name == "get_page_metrics_summary")
        {
            path = path.Replace("{id}", "wks_" + sent["pageIds"]![0]!.GetValue<string>()[3..17], StringComparison.Ordinal);
        }
        else if (tool.Name == "get_post_metrics_summary")
        {
            path = path.Replace("{id}", sent["postIds"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        }
        foreach (var field in tool.Fields.Where(field => sent.ContainsKey(field.Name)))
        {
            var value = sent[field.Name]!;
            var place = "{" + field.Source + "}";
            if (path.Contains(place, StringComparison.Ordinal))
            {
                path = path.Replace(place, value.GetValue<string>(), StringComparison.Ordinal);
            }
            else if (tool.Twin.IsRead)
            {
                query.Add($"{field.Source}={Uri.EscapeDataString(value.ToString())}");
            }
            else
            {
                body[field.Source] = value.DeepClone();
            }
        }
        return await _app.As(token).SendAsync(
            new(tool.Twin.Method), path + (query.Count == 0 ? "" : "?" + string.Join('&', query)),
            tool.Twin.IsRead ? null : body.ToJsonString(), change: change);
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>Speaks the protocol as an assistant's program does, and sees answers as it does.</summary>
sealed class McpClient(HttpClient http, string? token)
{
    public McpClient(App app, string? token)
        : this(app.Http, token)
    {
    }

    public const string Old = "2025-11-25", New = "2026-07-28";

    /// <summary>A message, as it is sent.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string method, JsonObject? parameters = null, string version = Old, Action<HttpRequestMessage>? change = null)
    {
        parameters ??= [];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", version);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        if (version == New)
        {
            parameters["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = version,
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
                ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
            };
            request.Headers.Add("Mcp-Method", method);
            if ((parameters["name"] ?? parameters["uri"]) is { } name)
            {
                request.Headers.Add("Mcp-Name", name.GetValue<string>());
            }
        }
        request.Content = new StringContent(
            new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters }.ToJsonString(),
            Encoding.UTF8, "application/json");
        change?.Invoke(request);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The answer to a message: its result or its error.</summary>
    public async Task<JsonNode> AnswerAsync(string method, JsonObject? parameters = null, string version = Old)
    {
        using var response = await SendAsync(method, parameters, version);
        return await ReadAsync(response);
    }

    public async Task<JsonNode> ResultAsync(string method, JsonObject? parameters = null, string version = Old)
    {
        var answer = await AnswerAsync(method, parameters, version);
        Assert.True(answer["result"] is not null, answer.ToJsonString());
        return answer["result"]!;
    }

    public Task<JsonNode> CallAsync(string tool, object? arguments = null, string version = Old) =>
        ResultAsync("tools/call", Call(tool, arguments), version);

    /// <summary>What a tool gives, which must not be an error.</summary>
    public async Task<JsonNode> GoodAsync(string tool, object? arguments = null, string version = Old)
    {
        var result = await CallAsync(tool, arguments, version);
        Assert.True(result["isError"]?.GetValue<bool>() is not true, TextOf(result));
        return result["structuredContent"]!;
    }

    /// <summary>What a tool says of a call that it refuses.</summary>
    public async Task<string> RefusedAsync(string tool, object? arguments = null)
    {
        var result = await CallAsync(tool, arguments);
        Assert.True(result["isError"]?.GetValue<bool>() is true, result.ToJsonString());
        Assert.Null(result["structuredContent"]);
        return TextOf(result);
    }

    public static JsonObject Call(string tool, object? arguments) =>
        new() { ["name"] = tool, ["arguments"] = JsonNode.Parse(Json.Text(arguments ?? new { })) };

    public static string TextOf(JsonNode result) => result["content"]![0]!.Text("text");

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotFound,
            $"{(int)response.StatusCode} {body}");
        return JsonNode.Parse(body.Split('\n').FirstOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal))?[6..] ?? body)!;
    }
}

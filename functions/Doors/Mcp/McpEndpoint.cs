using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Planable.Company.Tokens;
using Planable.Platform.Http;

namespace Planable.Doors.Mcp;

/// <summary>
/// The door for AI assistants: the Model Context Protocol at <c>/mcp</c>. We check where a call comes from and who makes it; the SDK does
/// the protocol.
/// </summary>
static class McpEndpoint
{
    public const string Path = Audience.AssistantsPath;

    public static IServiceCollection AddMcp(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(McpSettings.Read(configuration)).AddSingleton<Twins>().AddSingleton<ToolSchemas>().AddSingleton<McpServerHandler>()
        .AddScoped<McpCall>();

    public static void MapMcp(this IEndpointRouteBuilder routes) => routes.Map(Path, HandleAsync).ExcludeFromDescription();

    /// <summary>The URL of the door, which tokens of apps are granted for.</summary>
    public static string McpUrl(this HttpContext http) => http.Origin() + Path;

    static async Task HandleAsync(HttpContext http)
    {
        var services = http.RequestServices;
        if (services.GetRequiredService<McpSettings>().Check(http) is { } foreign)
        {
            await foreign.ExecuteAsync(http);
            return;
        }
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers[HeaderNames.Allow] = HttpMethods.Post;
            await ProblemResponses.ForStatus(StatusCodes.Status405MethodNotAllowed).ExecuteAsync(http);
            return;
        }
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        http.Request.Body = body;
        using var message = Parse(body);
        body.Position = 0;
        if (await services.GetRequiredService<McpCall>().EnterAsync(http, message is null ? null : ToolOf(message.RootElement)))
        {
            await services.GetRequiredService<McpServerHandler>().RunAsync(http);
        }
    }

    /// <summary>The message; null if it is no JSON, which the SDK refuses.</summary>
    static JsonDocument? Parse(MemoryStream body)
    {
        try
        {
            return JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static ToolCall? ToolOf(JsonElement message)
    {
        if (message.ValueKind is not JsonValueKind.Object || Find(message, "method") is not { ValueKind: JsonValueKind.String } method
            || !method.ValueEquals("tools/call") || Find(message, "params") is not { ValueKind: JsonValueKind.Object } sent
            || Find(sent, "name") is not { ValueKind: JsonValueKind.String } name
            || !ToolCatalog.All.TryGetValue(name.GetString()!, out var tool))
        {
            return null;
        }
        var call = new ToolCall(tool, Find(sent, "arguments") ?? default, null);
        return call with { First = ToolArguments.First(call) };
    }

    static JsonElement? Find(JsonElement parent, string name) => parent.TryGetProperty(name, out var found) ? found : null;
}

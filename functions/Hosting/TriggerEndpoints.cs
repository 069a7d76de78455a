using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Planable.Hosting;

/// <summary>Under the Functions host, queue and timer functions are POSTed to <c>/&lt;FunctionName&gt;</c>.</summary>
static class TriggerEndpoints
{
    // The host takes nothing but a JSON object; an empty 200 hangs it.
    static readonly byte[] Answer = """{"Outputs":{},"Logs":[],"ReturnValue":null}"""u8.ToArray();

    public static IEndpointRouteBuilder MapTriggers(this IEndpointRouteBuilder routes)
    {
        var triggers = routes.ServiceProvider.GetRequiredService<Triggers>();
        triggers.MustMatch(routes.ServiceProvider.GetRequiredService<RegisteredServices>().All);
        if (!UnderHost(routes.ServiceProvider.GetRequiredService<IConfiguration>()))
        {
            return routes;
        }
        var invoker = routes.ServiceProvider.GetRequiredService<FunctionInvoker>();
        foreach (var queue in triggers.Queues)
        {
            Map(routes, queue.Name, async context =>
            {
                var body = await ReadAsync(context);
                return await invoker.RunQueueAsync(queue.Name, () => Message(body), DequeueCount(body), Sent(body), context.RequestAborted);
            });
        }
        foreach (var timer in triggers.Timers)
        {
            Map(routes, timer.Name, context => invoker.RunTimerAsync(timer.Name, context.RequestAborted));
        }
        return routes;
    }

    public static bool UnderHost(IConfiguration configuration) => !string.IsNullOrEmpty(configuration["FUNCTIONS_CUSTOMHANDLER_PORT"]);

    static void Map(IEndpointRouteBuilder routes, string function, Func<HttpContext, Task<bool>> run) =>
        routes.MapPost("/" + function, async context =>
        {
            if (!IsHost(context, "/" + function))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
            context.Response.StatusCode = await run(context) ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(Answer, context.RequestAborted);
        }).AllowAnonymous().ExcludeFromDescription().DisableRequestTimeout();

    /// <summary>Whether the host calls by itself. What it proxies comes from loopback too, but its target, as sent, begins with a public route.</summary>
    static bool IsHost(HttpContext context, string target) =>
        context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
        && context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget == target;

    static async Task<JsonElement> ReadAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    // The host writes the message's text as JSON, and the binding once more as a string: a string in a string in the body.
    static JsonElement Message(JsonElement body)
    {
        var item = body.GetProperty("Data").GetProperty("item");
        for (var depth = 0; depth < 2 && item.ValueKind == JsonValueKind.String; depth++)
        {
            item = JsonElement.Parse(item.GetString()!);
        }
        return item;
    }

    static int DequeueCount(JsonElement body) => int.TryParse(Metadata(body, "DequeueCount"), CultureInfo.InvariantCulture, out var attempt) ? attempt : 1;

    static DateTimeOffset? Sent(JsonElement body) =>
        DateTimeOffset.TryParse(Metadata(body, "InsertionTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent) ? sent : null;

    // Texts come as JSON in a string.
    static string? Metadata(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty("Metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty(name, out var value)
            ? value.ToString().Trim('"')
            : null;
}

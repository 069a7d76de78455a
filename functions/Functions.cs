using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;

namespace Planable;

/// <summary>
/// The HTTP functions, one for each endpoint group. Each passes its calls to the app's own pipeline, which has the endpoints. The triggers
/// name no HTTP methods: otherwise the host would answer 404 where the app answers 405. The host matches routes in alphabetical order of
/// the function names, so the catch-all function comes last.
/// </summary>
public static class HttpFunctions
{
    [Function("AppAccess")]
    public static IResult AppAccess([HttpTrigger(AuthorizationLevel.Anonymous, Route = "oauth/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Assistants")]
    public static IResult Assistants([HttpTrigger(AuthorizationLevel.Anonymous, Route = "mcp")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Campaigns")]
    public static IResult Campaigns([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/campaigns/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("ContentHooks")]
    public static IResult ContentHooks([HttpTrigger(AuthorizationLevel.Anonymous, Route = "hooks/cms/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("ContentSystems")]
    public static IResult ContentSystems(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/cms-connections/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Docs")]
    public static IResult Docs([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/docs/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Events")]
    public static IResult Events([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/events/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Health")]
    public static IResult Health([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/health/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Labels")]
    public static IResult Labels([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/labels/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Media")]
    public static IResult Media([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/media/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Members")]
    public static IResult Members([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/members/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("OpenApi")]
    public static IResult OpenApi([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/openapi.json")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Pages")]
    public static IResult Pages([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/pages/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Ping")]
    public static IResult Ping([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/ping")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Posts")]
    public static IResult Posts([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/posts/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("SettingsPages")]
    public static IResult SettingsPages([HttpTrigger(AuthorizationLevel.Anonymous, Route = "settings/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("SharedPosts")]
    public static IResult SharedPosts([HttpTrigger(AuthorizationLevel.Anonymous, Route = "share/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Stories")]
    public static IResult Stories([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/stories/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Unsubscribe")]
    public static IResult Unsubscribe(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "hooks/unsubscribe/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Webhooks")]
    public static IResult Webhooks([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/webhooks/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("WellKnown")]
    public static IResult WellKnown([HttpTrigger(AuthorizationLevel.Anonymous, Route = ".well-known/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("Workspaces")]
    public static IResult Workspaces(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/workspaces/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;

    [Function("ZzApi")]
    public static IResult ZzApi([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/{*rest}")] HttpRequest request) =>
        HttpPipeline.Result;
}

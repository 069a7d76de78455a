using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Planable.Control.Worker;

/// <summary>Answers the same small document to every call.</summary>
public static class Ping
{
    [Function("Ping")]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ping")] HttpRequest request) =>
        Results.Json(new { ok = true });
}

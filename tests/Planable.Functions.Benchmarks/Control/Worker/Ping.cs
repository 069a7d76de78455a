using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Planable.Control.Worker;

/// <summary>Answers the same small document to every call.</summary>
public static class Ping
{
    [Function("Ping")]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ping")] HttpRequest request) =>
        Results.Json(new { ok = true });

    /// <summary>Bytes that the process has allocated so far.</summary>
    [Function("Allocated")]
    public static IResult Allocated([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "allocated")] HttpRequest request) =>
        Results.Text(GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
}

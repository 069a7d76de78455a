using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;

namespace Planable.Control.Bridge;

/// <summary>The empty worker's functions, of which one goes over the bridge.</summary>
public static class Ping
{
    [Function("Ping")]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "ping")] HttpRequest request) => HttpPipeline.Result;

    /// <summary>Bytes that the process has allocated so far.</summary>
    [Function("Allocated")]
    public static IResult Allocated([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "allocated")] HttpRequest request) =>
        Results.Text(GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
}

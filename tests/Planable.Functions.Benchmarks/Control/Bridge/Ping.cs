using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.People;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

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

// The empty worker's answer, by the bridge that the product goes over.
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
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

var builder = FunctionsApplication.CreateBuilder(args);
builder.UseWhen<CallPairing>(CallPairing.IsFor);
builder.Services.AddSingleton<Refuse>(_ => Task.CompletedTask);
builder.Services.AddSingleton(TimeProvider.System).AddSingleton<IStartupFilter>(services => services.GetRequiredService<CallPairing>());
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSingleton(services => new HttpPipeline(services, app =>
{
    app.UseRouting();
    app.UseEndpoints(routes => routes.MapGet("/ping", () => Results.Json(new { ok = true })));
}, services.GetRequiredService<ILogger<HttpPipeline>>()));
await builder.Build().RunAsync();

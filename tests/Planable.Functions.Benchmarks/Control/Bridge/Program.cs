// The empty worker's answer, by the bridge that the product goes over.
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Planable.Platform.Hosting;

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

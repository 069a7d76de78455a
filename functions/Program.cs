using Microsoft.Azure.Functions.Worker.Builder;
using Planable.Companies;
using Planable.Health;
using Planable.Hosting;
using Planable.Http;
using Planable.Labels;
using Planable.Media;
using Planable.Members;
using Planable.Metrics;
using Planable.Networks;
using Planable.Pages;
using Planable.Ping;
using Planable.Posts;
using Planable.Publishing;
using Planable.RateLimits;
using Planable.Secrets;
using Planable.Settings;
using Planable.Storage;
using Planable.Tokens;
using Planable.Usage;

namespace Planable;

/// <summary>The Functions worker, and the product that it and <c>planable</c>, which runs it on a developer's machine, are both made of.</summary>
static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            var builder = FunctionsApplication.CreateBuilder(args);
            Worker.RequireHost(builder.Configuration);
            builder.UseCallPairing().UseOwnTelemetry().ConfigureFunctionsWebApplication();
            builder.AddPlanable();
            builder.Services.AddIdentity().AddKeyVault(AppSettings.RequiredVault(builder.Configuration)).AddPlatformSignIn();
            builder.Services.AddSingleton(services => new HttpPipeline(services, UsePlanable));
            using var host = builder.Build();
            host.Services.GetRequiredService<HttpPipeline>().PrepareOnceStarted();
            await host.RunAsync();
            // The host does not start a worker again that ended with 0.
            return 1;
        }
        catch (StartupFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    public static void AddPlanable(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(AppSettings.Read(builder.Configuration)).AddSingleton(TimeProvider.System).AddHostJson();
        builder.AddTelemetry();
        builder.Services.AddSettings();
        builder.Services.AddHttp().AddReference();
        builder.Services.AddHealth();
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddRateLimits();
        builder.Services.AddTokenAuthentication();
        builder.Services.AddUsage();
        builder.Services.AddCompanies().AddWorkspaces();
        builder.Services.AddMedia();
        builder.Services.AddPosts();
        builder.Services.AddCampaigns();
        builder.Services.AddNetworks().AddPublishing();
        builder.Services.AddAnalytics();
    }

    public static void UsePlanable(this IApplicationBuilder app)
    {
        app.UseHttp();
        app.UseEndpoints(routes =>
        {
            var api = routes.MapGroup("/api/v1").RequireAuthorization(TokenAuthentication.Name).Fails(401, 403, 429, 500, 503);
            api.MapPing();
            api.MapWorkspaces();
            api.MapPages();
            api.MapLabels();
            api.MapMembers();
            api.MapMedia();
            api.MapPosts();
            api.MapCampaigns();
            api.MapUsage();
            api.MapMetrics();
            routes.MapSharedPosts();
            routes.MapSettings();
            routes.MapReference();
            routes.MapHealth();
        });
    }
}

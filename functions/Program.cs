using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Operate;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;

namespace Planable;

/// <summary>The product, as the Functions worker and <c>planable</c>, which runs it on a developer's machine, are both made of it.</summary>
static class Program
{
    public static Task<int> Main(string[] args) => Worker.RunAsync(args);

    public static void AddPlanable(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(AppSettings.Read(builder.Configuration)).AddSingleton(TimeProvider.System).AddHostJson();
        builder.AddTelemetry();
        builder.Services.AddSettings();
        builder.Services.AddHttp().AddReference(MapPlanable);
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
        app.UseEndpoints(MapPlanable);
    }

    static void MapPlanable(IEndpointRouteBuilder routes)
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
    }
}

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
using Planable.Content.Campaigns;
using Planable.Content.Events;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform.Http;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable;

/// <summary>
/// The app's services and pipeline, shared by the Functions worker and by <c>planable</c>, which runs the app on a developer's machine.
/// </summary>
static class Program
{
    public static Task<int> Main(string[] args) => Worker.RunAsync(args);

    public static void AddPlanable(this IHostApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddSingleton(TimeProvider.System).AddHostJson();
        builder.AddTelemetry(quiet: [typeof(PlatformAuthentication), typeof(TokenAuthentication)]);
        services.AddSettings().AddHttp(configuration).AddReference(MapPlanable);
        services.AddStorage(configuration).AddStorageGate().AddWork(configuration);
        services.AddCompanies().AddPeople().AddAudit().AddTokens().AddRateLimits(configuration).AddUsage();
        services.AddTokenAuthentication().AddWorkspaces(configuration).AddMembers().AddLabels(configuration);
        services.AddEventLog().AddPages().AddMedia(configuration).AddCampaigns().AddPosts().AddStories();
        services.AddNetworkClients().AddPublishing(configuration).AddMetrics(configuration).AddSandbox(configuration);
        services.AddDoors(configuration);
        services.AddOperation();
    }

    /// <param name="mapSettings">Maps additional settings pages.</param>
    public static void UsePlanable(this IApplicationBuilder app, Action<IEndpointRouteBuilder>? mapSettings = null)
    {
        app.UseHttp();
        app.UseStorageGate();
        app.MapWhen(http => SettingsEndpoints.Has(http.Request), settings =>
        {
            settings.UseSettingsHeaders();
            settings.UseErrorsAndLimits();
            settings.UseSettingsForms();
            settings.UseEndpoints(routes =>
            {
                routes.MapSettings();
                mapSettings?.Invoke(routes);
            });
        });
        app.UseRateLimitHeaders();
        app.UseErrorsAndLimits();
        app.UseEndpoints(MapPlanable);
    }

    static void MapPlanable(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").RequireAuthorization(TokenAuthentication.Name).Fails(401, 403, 429, 500, 503);
        api.MapPing();
        api.MapWorkspaces();
        api.MapMembers();
        api.MapLabels();
        api.MapUsage();
        api.MapPages();
        api.MapMedia();
        api.MapCampaigns();
        api.MapPosts();
        api.MapStories();
        api.MapPublishing();
        api.MapMetrics();
        routes.MapSharedPosts();
        routes.MapDoors(api);
        routes.MapReference();
        routes.MapHealth();
    }
}

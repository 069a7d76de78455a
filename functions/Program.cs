using Planable.Commands;
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

if (CommandLine.IsMeant(args))
{
    return await CommandLine.RunAsync(args);
}
try
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Listen();
    builder.Services.AddSingleton(AppSettings.Read(builder.Configuration)).AddSingleton(TimeProvider.System);
    await using var local = await builder.AddLocalStorageAsync();

    builder.AddTelemetry();
    builder.Services.AddSettings(builder.Environment, builder.Configuration);
    builder.Services.AddHttp().AddReference();
    builder.Services.AddHealth();
    builder.Services.AddIdentity().AddStorage(builder.Configuration);
    builder.Services.AddSecrets();
    builder.Services.AddTriggers(builder.Configuration);
    builder.Services.AddRateLimits();
    builder.Services.AddTokenAuthentication();
    builder.Services.AddUsage();
    builder.Services.AddCompanies().AddWorkspaces();
    builder.Services.AddMedia();
    builder.Services.AddPosts();
    builder.Services.AddCampaigns();
    builder.Services.AddNetworks().AddPublishing();
    builder.Services.AddAnalytics();
    builder.Services.AddSingleton<Demo>();

    var app = builder.Build();
    var stores = app.CreateStoresAsync();
    app.HoldUntil(stores);
    app.UseHttp();

    var api = app.MapGroup("/api/v1").RequireAuthorization(TokenAuthentication.Name).Fails(401, 403, 429, 500, 503);
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
    app.MapSharedPosts();
    app.MapSettings();
    app.MapReference();
    app.MapHealth();
    app.MapTriggers();

    return await app.RunAsync(local, stores);
}
catch (StartupFailure failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

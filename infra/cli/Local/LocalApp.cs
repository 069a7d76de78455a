using System.Net;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Connections;
using Planable.Company.SignIn;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>Runs everything on this machine: storage, the app's pipeline on Kestrel, its queues and timers, and a demo company.</summary>
static class LocalApp
{
    public const string DefaultUrl = "http://localhost:7071";

    /// <summary>Runs until stopped.</summary>
    public static async Task<int> RunAsync()
    {
        try
        {
            var builder = CreateBuilder();
            if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
            {
                builder.WebHost.UseUrls(DefaultUrl);
            }
            await using var local = await builder.AddLocalStorageAsync();
            builder.AddPlanableHere();
            builder.Services.AddRunner(builder.Configuration);
            await using var app = builder.Build();
            if (!app.Services.IsLocal() && !app.Configuration.Switch("Runner:RealStorage"))
            {
                throw new StartupFailure(
                    "AzureWebJobsStorage is not storage on this machine, and planable would handle its queues and timers. "
                    + "Unset it, or set Runner__RealStorage to true if you want this.");
            }
            await app.Services.RequireReadableSecretsAsync();
            var stores = app.Services.GetRequiredService<LocalStores>().Created;
            app.HoldUntil(stores);
            app.UsePlanableHere();
            return await app.RunAsync(local, stores);
        }
        catch (Exception e) when (e is StartupFailure or CryptographicException)
        {
            await Console.Error.WriteLineAsync(Failure.Of(e, default)!.Message);
            return 1;
        }
    }

    /// <param name="environment">The environment's name; by default the one in the environment variables, or Development.</param>
    public static WebApplicationBuilder CreateBuilder(string? environment = null) =>
        WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = environment ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
                ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Development,
        });

    /// <summary>The app, with local replacements for the Functions host, the platform and the cloud.</summary>
    public static void AddPlanableHere(this WebApplicationBuilder builder)
    {
        builder.AddPlanable();
        builder.Services.AddIdentity().AddSecrets(builder.Configuration);
        if (!builder.Environment.IsDevelopment() || PlatformAuthentication.IsOn(builder.Configuration))
        {
            builder.Services.AddPlatformSignIn();
        }
        else
        {
            builder.Services.AddPickAUser();
        }
        if (builder.Environment.IsDevelopment() && builder.Configuration.Switch("Fetch:AllowLoopback"))
        {
            builder.Services.AddSingleton<Reachable>(address => PublicAddresses.Contain(address) || IPAddress.IsLoopback(address));
        }
        builder.Services.AddSingleton<Demo>();
    }

    public static void UsePlanableHere(this WebApplication app) => app.UsePlanable(PickAUser.MapPickAUser);

    public static string DataFolder(IConfiguration configuration) =>
        configuration["PLANABLE_DATA"] is { Length: > 0 } folder ? folder : ".planable";

    /// <summary>Whether the storage is on this machine, so that nobody else's data is at risk.</summary>
    public static bool IsLocal(this IServiceProvider services) => services.GetRequiredService<TableServiceClient>().Uri.IsLoopback;

    static async Task<int> RunAsync(this WebApplication app, LocalStorage? local, Task stores)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartupFailure(
                $"{app.Configuration[WebHostDefaults.ServerUrlsKey]} is in use. "
                + "Stop the program that listens there, or set ASPNETCORE_URLS to another address.");
        }
        if (app.Environment.IsDevelopment() && app.Services.IsLocal())
        {
            await stores;
            await app.Services.GetRequiredService<Demo>().PresentAsync(
                app.Urls.First(), DataFolder(app.Configuration), app.Configuration[StorageClients.Setting]!);
        }
        var stopped = app.WaitForShutdownAsync();
        if (await Task.WhenAny(stopped, local?.Exited ?? Task.Delay(Timeout.Infinite)) != stopped
            && !app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await app.StopAsync();
            throw new StartupFailure("Azurite ended unexpectedly, so there is no storage any more. Start planable again.");
        }
        await stopped;
        return 0;
    }
}

using System.Net;
using System.Text;
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

    /// <summary>The file in the data folder that says where the app is reached.</summary>
    const string UrlFile = "url";

    static readonly string[] EveryAddress = ["//[::]:", "//0.0.0.0:", "//*:", "//+:"];

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
            var secrets = Task.Run(app.Services.RequireReadableSecretsAsync);
            var stores = app.Services.GetRequiredService<LocalStores>().Created;
            app.HoldUntil(stores);
            app.UsePlanableHere();
            return await app.RunAsync(local, stores, secrets);
        }
        catch (Exception e) when (Failure.Of(e, default) is { } failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    /// <param name="environment">The environment's name; by default the one in the environment variables, or Development.</param>
    public static WebApplicationBuilder CreateBuilder(string? environment = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = environment ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
                ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Development,
            // Nobody edits the files of an installed program, and watching them takes time.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        // In Development, the framework would look through all services at each start.
        builder.Host.UseDefaultServiceProvider(options => options.ValidateScopes = builder.Environment.IsDevelopment());
        return builder;
    }

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
        if (builder.Environment.IsDevelopment() && string.IsNullOrEmpty(builder.Configuration["Smtp:Url"]))
        {
            MailFolder.Add(builder.Services, builder.Configuration);
        }
        builder.Services.AddSingleton<Demo>().AddSingleton<DemoCompany>();
    }

    public static void UsePlanableHere(this WebApplication app) => app.UsePlanable(PickAUser.MapPickAUser);

    public static string DataFolder(IConfiguration configuration) =>
        configuration["PLANABLE_DATA"] is { Length: > 0 } folder ? folder : ".planable";

    /// <summary>Whether the storage is on this machine, so that nobody else's data is at risk.</summary>
    public static bool IsLocal(this IServiceProvider services) => services.GetRequiredService<TableServiceClient>().Uri.IsLoopback;

    static async Task<int> RunAsync(this WebApplication app, LocalStorage? local, Task stores, Task secrets)
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
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return 0;
        }
        await secrets;
        var stopping = app.Lifetime.ApplicationStopping;
        var presented = app.PresentAsync(stores, stopping);
        var (stopped, ended) = (app.WaitForShutdownAsync(), local?.Exited ?? Task.Delay(Timeout.Infinite));
        if (await Task.WhenAny(presented, stopped, ended) == presented)
        {
            await presented;
            await Task.WhenAny(stopped, ended);
        }
        if (!stopped.IsCompleted && !stopping.IsCancellationRequested)
        {
            await app.StopAsync();
            throw new StartupFailure("Azurite ended unexpectedly, so there is no storage any more. Start planable again.");
        }
        await stopped;
        await presented;
        return 0;
    }

    /// <summary>
    /// Once storage answers, makes the demo company and prints how to call it. Only in Development, and only on this machine's storage.
    /// </summary>
    static async Task PresentAsync(this WebApplication app, Task stores, CancellationToken stopping)
    {
        if (!app.Environment.IsDevelopment() || !app.Services.IsLocal())
        {
            return;
        }
        try
        {
            await stores.WaitAsync(stopping);
            var (folder, url) = (DataFolder(app.Configuration), Reachable(app.Urls.First()));
            PrivateFiles.MakeFolder(folder);
            await PrivateFiles.WriteAsync(Path.Combine(folder, UrlFile), Encoding.UTF8.GetBytes(url), stopping);
            await app.Services.GetRequiredService<Demo>()
                .PresentAsync(url, folder, app.Configuration[StorageClients.Setting]!, stopping);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The next start goes on.
        }
    }

    /// <summary>The address at which the data folder's app was last reached; if it never ran, the one at which it would be.</summary>
    public static string FindUrl(IConfiguration configuration)
    {
        var file = Path.Combine(DataFolder(configuration), UrlFile);
        return File.Exists(file) ? File.ReadAllText(file)
            : configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls ? Reachable(urls.Split(';')[0])
            : DefaultUrl;
    }

    /// <summary>The address with localhost in place of what stands for every address of the machine, where nobody can go.</summary>
    static string Reachable(string url) =>
        EveryAddress.Aggregate(url, (known, any) => known.Replace(any, "//localhost:", StringComparison.Ordinal));
}

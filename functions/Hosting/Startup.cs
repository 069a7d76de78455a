using System.Globalization;
using Azure;
using Azure.Identity;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Connections;
using Planable.Media;
using Planable.Storage;

namespace Planable.Hosting;

/// <summary>How the app starts and stops, under the Functions host and without it.</summary>
static partial class Startup
{
    public const string DefaultUrl = "http://localhost:7071";
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Under the host: loopback and the port it gave, whatever else its environment says. Else localhost:7071 unless told otherwise.</summary>
    public static void Listen(this WebApplicationBuilder builder)
    {
        if (TriggerEndpoints.UnderHost(builder.Configuration))
        {
            var port = builder.Configuration["FUNCTIONS_CUSTOMHANDLER_PORT"];
            builder.WebHost.UseUrls(int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? $"http://127.0.0.1:{number}"
                : throw new StartupFailure($"FUNCTIONS_CUSTOMHANDLER_PORT is '{port}', which is not a port."));
        }
        else if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }

    /// <summary>An Azurite of our own where no storage is configured; null where there is.</summary>
    public static async Task<LocalStorage?> AddLocalStorageAsync(this WebApplicationBuilder builder)
    {
        if (TriggerEndpoints.UnderHost(builder.Configuration) || StorageClients.IsConfigured(builder.Configuration))
        {
            return null;
        }
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += Cancel;
        try
        {
            var local = await LocalStorage.StartAsync(DataFolder(builder.Configuration), Console.WriteLine, interrupted.Token);
            builder.Configuration[StorageClients.Setting] = local.ConnectionString;
            return local;
        }
        catch (OperationCanceledException)
        {
            throw new StartupFailure("Interrupted.");
        }
        finally
        {
            Console.CancelKeyPress -= Cancel;
        }

        void Cancel(object? sender, ConsoleCancelEventArgs e)
        {
            e.Cancel = true;
            interrupted.Cancel();
        }
    }

    /// <summary>For a command: the storage that is configured, else that of the app which uses the data folder, else an Azurite until the command ends.</summary>
    public static async Task<LocalStorage?> JoinLocalStorageAsync(this WebApplicationBuilder builder, Action<string> say, CancellationToken cancel)
    {
        if (StorageClients.IsConfigured(builder.Configuration))
        {
            return null;
        }
        var (connection, own) = await LocalStorage.JoinAsync(DataFolder(builder.Configuration), say, cancel);
        builder.Configuration[StorageClients.Setting] = connection;
        return own;
    }

    /// <summary>Runs until stopped. The exit code is 0 only where a person stopped it: the host restarts what ends with another.</summary>
    public static async Task<int> RunAsync(this WebApplication app, LocalStorage? local, Task stores)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartupFailure($"{app.Configuration[WebHostDefaults.ServerUrlsKey]} is in use: stop what listens there, or set ASPNETCORE_URLS to another address.");
        }
        if (Demo.IsWanted(app))
        {
            await stores;
            await app.Services.GetRequiredService<Demo>().PresentAsync(
                app.Urls.First(), DataFolder(app.Configuration), app.Configuration[StorageClients.Setting]!);
        }
        var stopped = app.WaitForShutdownAsync();
        if (await Task.WhenAny(stopped, local?.Exited ?? Task.Delay(Timeout.Infinite)) != stopped && !app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await app.StopAsync();
            throw new StartupFailure("Azurite has ended, and with it the storage.");
        }
        await stopped;
        return TriggerEndpoints.UnderHost(app.Configuration) ? 1 : 0;
    }

    /// <summary>Calls that come before the tables are made wait for them; where storage is away they go on, and say so.</summary>
    public static void HoldUntil(this WebApplication app, Task stores)
    {
        var held = Task.WhenAny(stores, Task.Delay(LongestWait));
        app.Use((http, next) => held.IsCompleted ? next(http) : WaitAsync(http, next));

        async Task WaitAsync(HttpContext http, RequestDelegate next)
        {
            await held;
            await next(http);
        }
    }

    public static string DataFolder(IConfiguration configuration) => configuration["PLANABLE_DATA"] is { Length: > 0 } folder ? folder : ".planable";

    /// <summary>Standalone, makes the tables and queues, which in Azure come with the deployment. Goes on trying until storage is there.</summary>
    public static Task CreateStoresAsync(this WebApplication app) =>
        TriggerEndpoints.UnderHost(app.Configuration) ? Task.CompletedTask : Task.Run(() => KeepCreatingStoresAsync(app));

    /// <summary>Makes the tables and queues that are not there.</summary>
    public static Task CreateStoresAsync(this IServiceProvider services)
    {
        var queues = services.GetRequiredService<QueueServiceClient>();
        return Task.WhenAll(
        [
            services.GetRequiredService<MediaBlobs>().Container.CreateIfNotExistsAsync(),
            .. services.GetRequiredService<Tables>().All.Select(table => (Task)table.CreateIfNotExistsAsync()),
            .. services.GetRequiredService<Triggers>().QueueNames.Select(queue => (Task)queues.GetQueueClient(queue).CreateIfNotExistsAsync()),
        ]);
    }

    static async Task KeepCreatingStoresAsync(WebApplication app)
    {
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause < LongestWait ? pause * 2 : pause)
        {
            try
            {
                await app.Services.CreateStoresAsync();
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AuthenticationFailedException or AggregateException or OperationCanceledException)
            {
                app.Logger.LogStorageAway(e.GetBaseException().Message);
                await Task.Delay(pause, app.Lifetime.ApplicationStopping);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Storage does not answer ({Reason}); calls get 503 until it does")]
    static partial void LogStorageAway(this ILogger log, string reason);
}

using Azure.Core.Pipeline;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker.Invocation;
using Planable.Platform.Hosting;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>What stands in for the cloud on this machine: secrets, stores, and whoever calls the functions.</summary>
static class LocalServices
{
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Key Vault where its address is set, else a folder, which is for this machine's own storage only.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services, IConfiguration configuration) =>
        VaultAddress.Find(configuration) is { } vault ? services.AddKeyVault(vault) : services.AddSingleton<SecretStore>(provider =>
            provider.IsLocal()
                ? new FileSecrets(Path.Combine(LocalApp.DataFolder(configuration), "secrets"), provider.GetRequiredService<TimeProvider>())
                : throw VaultAddress.IsMissing());

    /// <summary>Reads the folder's secrets before the app starts: damaged ones would fail one call after another.</summary>
    public static async Task RequireReadableSecretsAsync(this IServiceProvider services)
    {
        if (services.GetRequiredService<SecretStore>() is FileSecrets secrets)
        {
            await foreach (var secret in secrets.ListAsync("", default))
            {
                await secrets.GetAsync(secret.Name, default);
            }
        }
    }

    /// <summary>Drives the app's queue and timer functions, by the rules of host.json.</summary>
    public static IServiceCollection AddRunner(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<LocalStores>().AddSingleton<IFunctionExecutor>(_ => new DirectFunctionExecutor(new NoActivator()));
        services.AddSingleton<LocalFunctions>(_ => LocalFunctions.Generated());
        services.AddSingleton(_ => RunnerSettings.Read(HostJson.Load(AppContext.BaseDirectory), configuration));
        return services.AddRunnerParts();
    }

    public static IServiceCollection AddRunnerParts(this IServiceCollection services) => services
        .AddSingleton<FunctionCaller>().AddHostedService<QueueRunner>().AddHostedService<TimerRunner>()
        .AddSingleton(provider => PoisonQueue.Undecodable(provider.GetRequiredService<ILogger<QueueServiceClient>>()))
        .AddSingleton<SentMessages>().AddSingleton<HttpPipelinePolicy>(provider => provider.GetRequiredService<SentMessages>());

    /// <summary>An Azurite of our own where no storage is configured; null where there is.</summary>
    public static async Task<LocalStorage?> AddLocalStorageAsync(this WebApplicationBuilder builder)
    {
        if (StorageClients.IsConfigured(builder.Configuration))
        {
            return null;
        }
        using var interrupted = new CancellationTokenSource();
        using var progress = new Progress(Console.Out, Progress.Width(Console.IsOutputRedirected), TimeProvider.System);
        Console.CancelKeyPress += Cancel;
        try
        {
            var local = await LocalStorage.StartAsync(LocalApp.DataFolder(builder.Configuration), progress.Show, interrupted.Token);
            builder.Configuration[StorageClients.Setting] = local.ConnectionString;
            return local;
        }
        catch (OperationCanceledException)
        {
            throw new StartupFailure("Interrupted before storage was ready.");
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

    /// <summary>
    /// For a command: the storage that is configured, else that of the app which uses the data folder, else an Azurite for as long as
    /// the command runs.
    /// </summary>
    public static async Task<LocalStorage?> JoinLocalStorageAsync(
        this WebApplicationBuilder builder, Action<string?> show, CancellationToken cancel)
    {
        if (StorageClients.IsConfigured(builder.Configuration))
        {
            return null;
        }
        var (connection, key) = await LocalStorage.JoinAsync(LocalApp.DataFolder(builder.Configuration), show, cancel);
        builder.Configuration[StorageClients.Setting] = connection;
        return key;
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
}

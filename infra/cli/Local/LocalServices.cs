using System.Runtime.InteropServices;
using Azure.Core.Pipeline;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker.Invocation;
using Planable.Platform.Hosting;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>Local replacements for the cloud: secrets, storage, and the runner that calls the functions.</summary>
static class LocalServices
{
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Key Vault if its address is set; otherwise a folder, which is allowed only with this machine's storage.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services, IConfiguration configuration) =>
        VaultAddress.Find(configuration) is { } vault ? services.AddKeyVault(vault) : services.AddSingleton<SecretStore>(provider =>
            provider.IsLocal()
                ? new FileSecrets(Path.Combine(LocalApp.DataFolder(configuration), "secrets"), provider.GetRequiredService<TimeProvider>())
                : throw VaultAddress.IsMissing());

    /// <summary>Reads all secrets in the folder, because damaged ones would make calls fail later.</summary>
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

    /// <summary>Runs the app's queue and timer functions by the rules of host.json.</summary>
    public static IServiceCollection AddRunner(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<LocalStores>().AddSingleton<IFunctionExecutor>(_ => new DirectFunctionExecutor(new NoActivator()));
        services.AddSingleton<LocalFunctions>(_ => LocalFunctions.Generated());
        services.AddSingleton(RunnerSettings.Read(HostJson.Load(AppContext.BaseDirectory), configuration));
        return services.AddRunnerParts();
    }

    public static IServiceCollection AddRunnerParts(this IServiceCollection services) => services
        .AddSingleton<FunctionCaller>().AddSingleton<QueueRunner>().AddSingleton<TimerRunner>().AddHostedService<FunctionRunner>()
        .AddSingleton(provider => PoisonQueue.Undecodable(provider.GetRequiredService<ILogger<QueueServiceClient>>()))
        .AddSingleton<SentMessages>().AddSingleton<HttpPipelinePolicy>(provider => provider.GetRequiredService<SentMessages>());

    /// <summary>Starts Azurite if no storage is configured; otherwise null.</summary>
    public static async Task<LocalStorage?> AddLocalStorageAsync(this WebApplicationBuilder builder)
    {
        if (StorageClients.IsConfigured(builder.Configuration))
        {
            return null;
        }
        using var interrupted = new CancellationTokenSource();
        using var progress = new Progress(Console.Out, Progress.Width(Console.IsOutputRedirected), TimeProvider.System);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
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

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    /// <summary>
    /// For a command: the configured storage; otherwise that of the app that uses the data folder; otherwise an Azurite for as long as the
    /// command runs.
    /// </summary>
    public static async Task<LocalStorage?> JoinLocalStorageAsync(
        this WebApplicationBuilder builder, Action<string?> show, CancellationToken cancel)
    {
        if (StorageClients.IsConfigured(builder.Configuration))
        {
            return null;
        }
        var (connection, own) = await LocalStorage.JoinAsync(LocalApp.DataFolder(builder.Configuration), show, cancel);
        builder.Configuration[StorageClients.Setting] = connection;
        return own;
    }

    /// <summary>
    /// Calls that arrive before the tables exist wait for them. If storage does not answer in time,
    /// they continue and fail with 503.
    /// </summary>
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

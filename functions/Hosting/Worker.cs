using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;

namespace Planable.Hosting;

/// <summary>What the app needs to be a worker of the Functions host.</summary>
static class Worker
{
    /// <summary>Whoever starts the worker by hand is told how to start it.</summary>
    public static void RequireHost(IConfiguration configuration)
    {
        // The host that loads the app into its own process gives no address.
        if (string.IsNullOrEmpty(configuration["Functions:Worker:HostEndpoint"]) && AppContext.GetData("AZURE_FUNCTIONS_NATIVE_HOST") is null)
        {
            throw new StartupFailure("This is a worker of the Azure Functions host: run func start, or dotnet run --project infra/cli, which needs no host.");
        }
    }

    /// <summary>Before the worker's own web application, whose pairing of calls it prepares.</summary>
    public static FunctionsApplicationBuilder UseCallPairing(this FunctionsApplicationBuilder builder)
    {
        builder.UseWhen<CallPairing>(CallPairing.IsFor);
        builder.Services.AddSingleton<IStartupFilter>(services => services.GetRequiredService<CallPairing>());
        return builder;
    }

    /// <summary>Where the app sends its telemetry itself, the host does not send it once more.</summary>
    public static FunctionsApplicationBuilder UseOwnTelemetry(this FunctionsApplicationBuilder builder)
    {
        if (TelemetryExport.IsOn(builder.Configuration))
        {
            builder.Services.Configure<WorkerOptions>(options => options.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString);
        }
        return builder;
    }

    public static IServiceCollection AddHostJson(this IServiceCollection services) =>
        services.AddSingleton(_ => HostJson.Read(HostJson.Load(AppContext.BaseDirectory)));
}

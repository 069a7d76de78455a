using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Planable.Company.SignIn;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;

namespace Planable;

/// <summary>What the app needs to be a worker of the Functions host.</summary>
static class Worker
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            using var host = Build(args);
            await host.StartAsync();
            // Beside the host's handshake, which goes on meanwhile.
            host.Services.GetRequiredService<HttpPipeline>().Build();
            await host.WaitForShutdownAsync();
        }
        catch (StartupFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
        }
        // The Functions host does not start a worker again that ended with 0.
        return 1;
    }

    static IHost Build(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        RequireHost(builder.Configuration);
        builder.UseCallPairing().UseOwnTelemetry().ConfigureFunctionsWebApplication();
        builder.AddPlanable();
        builder.Services.AddIdentity().AddKeyVault(VaultAddress.Require(builder.Configuration)).AddPlatformSignIn();
        builder.Services.AddSingleton(services =>
            new HttpPipeline(services, app => app.UsePlanable(), services.GetRequiredService<ILogger<HttpPipeline>>()));
        return builder.Build();
    }

    /// <summary>Whoever starts the worker by hand is told how to start it.</summary>
    public static void RequireHost(IConfiguration configuration)
    {
        // The host that loads the app into its own process gives no address.
        if (string.IsNullOrEmpty(configuration["Functions:Worker:HostEndpoint"])
            && AppContext.GetData("AZURE_FUNCTIONS_NATIVE_HOST") is null)
        {
            throw new StartupFailure(
                "This is a worker of the Azure Functions host: run func start, or dotnet run --project infra/cli, which needs no host.");
        }
    }

    /// <summary>Before the worker's own web application, whose pairing of calls it prepares.</summary>
    static FunctionsApplicationBuilder UseCallPairing(this FunctionsApplicationBuilder builder)
    {
        builder.UseWhen<CallPairing>(CallPairing.IsFor);
        builder.Services.AddSingleton<IStartupFilter>(services => services.GetRequiredService<CallPairing>());
        builder.Services.AddSingleton<Refuse>(http =>
        {
            RequestId.Name(http);
            return Problems.Busy().ExecuteAsync(http);
        });
        return builder;
    }

    /// <summary>Where the app sends its telemetry itself, the host does not send it once more.</summary>
    static FunctionsApplicationBuilder UseOwnTelemetry(this FunctionsApplicationBuilder builder)
    {
        if (TelemetryExport.IsOn(builder.Configuration))
        {
            // The first counts where the host uses Application Insights itself, the second where it uses OpenTelemetry.
            builder.Services.Configure<WorkerOptions>(options =>
                options.Capabilities["WorkerApplicationInsightsLoggingEnabled"] =
                    options.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString);
        }
        return builder;
    }

    public static IServiceCollection AddHostJson(this IServiceCollection services) =>
        services.AddSingleton(_ => HostJson.Read(HostJson.Load(AppContext.BaseDirectory)));
}

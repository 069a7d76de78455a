using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Planable.Company.SignIn;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;

namespace Planable;

/// <summary>Runs the app as a worker of the Functions host.</summary>
static class Worker
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            using var host = Build(args);
            await host.StartAsync();
            // Runs in parallel with the handshake with the host.
            host.Services.GetRequiredService<HttpPipeline>().Build();
            await host.WaitForShutdownAsync();
        }
        catch (StartupFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
        }
        // The Functions host does not restart a worker that exited with 0.
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

    /// <summary>Fails with instructions if the worker was started without the Functions host.</summary>
    public static void RequireHost(IConfiguration configuration)
    {
        // A host that loads the app into its own process passes no endpoint address.
        if (string.IsNullOrEmpty(configuration["Functions:Worker:HostEndpoint"])
            && AppContext.GetData("AZURE_FUNCTIONS_NATIVE_HOST") is null)
        {
            throw new StartupFailure(
                "This program runs under the Azure Functions host. Run func start, or dotnet run --project infra/cli without a host.");
        }
    }

    /// <summary>Must come before ConfigureFunctionsWebApplication: it corrects the header by which that pairs calls.</summary>
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

    /// <summary>If the app sends its telemetry itself, tells the host not to send it again.</summary>
    static FunctionsApplicationBuilder UseOwnTelemetry(this FunctionsApplicationBuilder builder)
    {
        if (TelemetryExport.IsOn(builder.Configuration))
        {
            // The first applies if the host uses Application Insights directly, the second if it uses OpenTelemetry.
            builder.Services.Configure<WorkerOptions>(options =>
                options.Capabilities["WorkerApplicationInsightsLoggingEnabled"] =
                    options.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString);
        }
        return builder;
    }

    public static IServiceCollection AddHostJson(this IServiceCollection services) =>
        services.AddSingleton(_ => HostJson.Read(HostJson.Load(AppContext.BaseDirectory)));
}

using Azure.Core.Pipeline;

namespace Planable.Hosting;

static class TriggerServices
{
    /// <summary>The functions, and standalone the runner that drives them; under the Functions host it does that.</summary>
    public static IServiceCollection AddTriggers(this IServiceCollection services, IConfiguration configuration, string? scriptRoot = null)
    {
        scriptRoot ??= AppContext.BaseDirectory;
        services.AddSingleton(Triggers.Read(scriptRoot));
        services.AddSingleton(HostSettings.Read(scriptRoot, AppSettings.Read(configuration)));
        services.AddSingleton(new RegisteredServices(services));
        services.AddSingleton<FunctionInvoker>();
        if (!TriggerEndpoints.UnderHost(configuration))
        {
            services.AddHostedService<QueueRunner>().AddHostedService<TimerRunner>();
            services.AddSingleton<SentMessages>().AddSingleton<HttpPipelinePolicy>(provider => provider.GetRequiredService<SentMessages>());
        }
        return services;
    }
}

/// <summary>A built container cannot say which keys it holds; what it was built from can.</summary>
sealed record RegisteredServices(IServiceCollection All);

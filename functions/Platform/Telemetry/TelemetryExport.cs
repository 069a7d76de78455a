using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Planable.Platform.Telemetry;

/// <summary>
/// Sends spans, metrics and log lines to Application Insights, to an OpenTelemetry collector, or to both. If neither is set, none of it is
/// loaded. An instance that is killed loses the spans and log lines of its last second, and the metrics of its last ten seconds.
/// </summary>
static class TelemetryExport
{
    public const string AzureMonitor = "APPLICATIONINSIGHTS_CONNECTION_STRING", Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The framework's span of a call, which joins the caller's trace.</summary>
    const string CallSpans = "Microsoft.AspNetCore";

    /// <summary>The framework's metric of call durations, by route and status.</summary>
    const string CallDurations = "Microsoft.AspNetCore.Hosting";

    public static bool IsOn(IConfiguration configuration) => Has(configuration, AzureMonitor) || Has(configuration, Otlp);

    /// <param name="quiet">Categories of ours that log only warnings and errors by default.</param>
    public static void AddTelemetry(this IHostApplicationBuilder builder, params IEnumerable<Type> quiet)
    {
        builder.AddLogFilters(quiet);
        if (IsOn(builder.Configuration))
        {
            Export(builder);
        }
    }

    static void Export(IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HttpPipelinePolicy, AzureCalls>();
        // Services that the app calls need neither its trace ids nor what a caller put into the baggage.
        builder.Services.AddSingleton(DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator());
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("planable").AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(AppTelemetry.Name, CallSpans))
            .WithMetrics(metrics => metrics.AddMeter(AppTelemetry.Name, CallDurations))
            .WithLogging(null, logging => (logging.IncludeScopes, logging.IncludeFormattedMessage) = (true, true));
        if (Has(builder.Configuration, Otlp))
        {
            telemetry.UseOtlpExporter();
        }
        // The caller does not decide whether a call is traced. Application Insights charges by the gigabyte, so it gets five traces a
        // second from each instance.
        if (!Has(builder.Configuration, AzureMonitor))
        {
            telemetry.WithTracing(tracing => tracing.SetSampler(
                new ParentBasedSampler(new AlwaysOnSampler(), remoteParentNotSampled: new AlwaysOnSampler())));
        }
        else
        {
            telemetry.UseAzureMonitorExporter(options => (options.EnableLiveMetrics, options.EnableTraceBasedLogsSampler) = (false, false));
            builder.Services.AddOptions<AzureMonitorExporterOptions>()
                .Configure<TokenCredential>((options, identity) => options.Credential = identity);
        }
        builder.Services.AddHostedService<TelemetryFlush>();
    }

    static bool Has(IConfiguration configuration, string name) => !string.IsNullOrEmpty(configuration[name]);
}

/// <summary>Flushes more often than the exporters do, because the Functions host kills the process without notice.</summary>
sealed class TelemetryFlush(TracerProvider spans, LoggerProvider lines, MeterProvider numbers, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    const int PeriodsOfNumbers = 10, LongestFlush = 5_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        for (var period = 1; await timer.WaitForNextTickAsync(stoppingToken); period++)
        {
            spans.ForceFlush(LongestFlush);
            lines.ForceFlush(LongestFlush);
            if (period % PeriodsOfNumbers == 0)
            {
                numbers.ForceFlush(LongestFlush);
            }
        }
    }
}

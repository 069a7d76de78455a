using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Platform.Telemetry;

/// <summary>Makes a span for each call to storage or the vault, and counts these calls for each call or function.</summary>
sealed class AzureCalls : HttpPipelinePolicy
{
    static readonly AsyncLocal<StrongBox<int>?> Count = new();

    /// <summary>Starts counting the Azure calls that the current call makes.</summary>
    public static StrongBox<int> Begin() => Count.Value = new();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        using var span = Start(message.Request);
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        finally
        {
            End(span, message);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        using var span = Start(message.Request);
        try
        {
            ProcessNext(message, pipeline);
        }
        finally
        {
            End(span, message);
        }
    }

    static System.Diagnostics.Activity? Start(Request request)
    {
        if (Count.Value is { } count)
        {
            Interlocked.Increment(ref count.Value);
        }
        // Background requests, such as polling a queue, belong to no trace.
        return System.Diagnostics.Activity.Current is null ? null
            : AppTelemetry.Span($"{request.Method} {Store(request.Uri)}", ActivityKind.Client)
            ?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.Uri.Host);
    }

    static void End(System.Diagnostics.Activity? span, HttpMessage message)
    {
        var status = message.HasResponse ? message.Response.Status : 0;
        span?.SetTag("http.response.status_code", status)
            .SetStatus(status is 0 or >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
    }

    /// <summary>The table, queue or container: the path before the keys. If the host is an IP address, the account comes first.</summary>
    static string Store(RequestUriBuilder uri)
    {
        var segments = uri.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var first = segments.ElementAtOrDefault(IPAddress.TryParse(uri.Host, out _) ? 1 : 0) ?? "";
        return first.Split('(', '?')[0];
    }
}

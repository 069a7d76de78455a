using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Planable.Platform.Telemetry;

/// <summary>
/// The app's spans, and its metrics besides the framework's <c>http.server.request.duration</c>, which counts calls by route and status.
/// They contain routes, functions and outcomes, but nothing that a caller sent: no path, query, header, id or text. When nothing is
/// exported (see <see cref="TelemetryExport"/>), they cost almost nothing.
/// </summary>
static class AppTelemetry
{
    public const string Name = "Planable";

    static readonly ActivitySource Source = new(Name);
    static readonly System.Diagnostics.Metrics.Meter Numbers = new(Name);
    static readonly Histogram<int> StorageCalls = Numbers.CreateHistogram(
        "planable.storage.calls", "{call}", "Calls to storage that a call made.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [0, 1, 2, 3, 4, 5, 8, 16, 32, 64] });
    static readonly Histogram<double> QueueLag = Numbers.CreateHistogram(
        "planable.queue.lag", "s", "Time from sending a message to handling it, including its delay.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600] });
    static readonly Counter<long> RateLimitedCalls = Numbers.CreateCounter<long>(
        "planable.rate_limited", "{call}", "Calls refused by a rate limit, by limit.");
    static readonly Counter<long> Ingests = Numbers.CreateCounter<long>("planable.ingests", "{file}", "Files imported, by outcome.");
    static readonly Counter<long> Publishes = Numbers.CreateCounter<long>(
        "planable.publishes", "{post}", "Attempts to publish a post, by network and outcome.");

    /// <summary>A child of the current span; null if nobody listens.</summary>
    public static System.Diagnostics.Activity? Span(string name, ActivityKind kind = ActivityKind.Internal) =>
        Source.StartActivity(name, kind);

    public static void Called(string method, string route, int storageCalls) =>
        StorageCalls.Record(storageCalls, new("http.request.method", method), new("http.route", route));

    public static void Handled(string function, TimeSpan lag) =>
        QueueLag.Record(lag.TotalSeconds, new KeyValuePair<string, object?>("faas.name", function));

    public static void RateLimited(string policy) => RateLimitedCalls.Add(1, new KeyValuePair<string, object?>("policy", policy));

    /// <param name="outcome">A value of any enum that has few values.</param>
    public static void Ingested(Enum outcome) => Ingests.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    /// <param name="network">The network's name, such as <c>facebook</c>.</param>
    /// <param name="outcome">A value of any enum that has few values.</param>
    public static void Published(string network, Enum outcome) =>
        Publishes.Add(1, new("network", network), new("outcome", outcome.ToString()));
}

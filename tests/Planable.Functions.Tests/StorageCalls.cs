using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Planable.Functions.Tests;

/// <summary>
/// Watches every request that the app sends to storage: how many a call makes and how many of them one after another; and refuses a query
/// that filters by anything but keys.
/// </summary>
sealed partial class StorageCalls : HttpPipelinePolicy
{
    /// <summary>Names the measurement that a call belongs to.</summary>
    const string Header = "X-Test-Measurement";

    /// <summary>
    /// So long does a measured request take at the least: what is sent together then overlaps,
    /// and what waits for another does not.
    /// </summary>
    static readonly TimeSpan Least = TimeSpan.FromMilliseconds(120);

    static readonly ConcurrentDictionary<string, ConcurrentBag<(long Start, long End, string What)>> Measurements = new(
        StringComparer.Ordinal);
    static readonly AsyncLocal<string?> Current = new();

    /// <summary>What one call costs.</summary>
    public static async Task<Cost> OfAsync(Func<Action<HttpRequestMessage>, Task<HttpResponseMessage>> call)
    {
        var name = Begin();
        using var response = await call(request => request.Headers.Add(Header, name));
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return End(name);
    }

    /// <summary>What a call costs that is refused with this status.</summary>
    public static async Task<Cost> OfAsync(HttpStatusCode status, Func<Action<HttpRequestMessage>, Task<HttpResponseMessage>> call)
    {
        var name = Begin();
        using var response = await call(request => request.Headers.Add(Header, name));
        Assert.True(response.StatusCode == status,
            $"{response.RequestMessage}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return End(name);
    }

    /// <summary>What work costs that no call asks for.</summary>
    public static async Task<Cost> OfAsync(Func<Task> work)
    {
        var name = Begin();
        Current.Value = name;
        await work();
        Current.Value = null;
        return End(name);
    }

    static string Begin()
    {
        var name = Guid.NewGuid().ToString();
        Measurements[name] = [];
        return name;
    }

    static Cost End(string name)
    {
        Measurements.TryRemove(name, out var requests);
        var steps = 0;
        var reached = long.MinValue;
        foreach (var (start, end, _) in requests!.OrderBy(request => request.End))
        {
            if (start >= reached)
            {
                (steps, reached) = (steps + 1, end);
            }
        }
        return new(requests!.Count, steps, string.Join('\n', requests.OrderBy(request => request.Start).Select(request => request.What)));
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Check(message.Request);
        var start = TimeProvider.System.GetTimestamp();
        await ProcessNextAsync(message, pipeline);
        if (Current.Value is { } name && Measurements.TryGetValue(name, out var requests))
        {
            var rest = Least - TimeProvider.System.GetElapsedTime(start);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
            requests.Add((start, TimeProvider.System.GetTimestamp(),
                $"{message.Request.Method} {message.Request.Uri.Path}{message.Request.Uri.Query}"));
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new InvalidOperationException("The app blocks a thread on storage.");

    static void Check(Request request)
    {
        var filter = Uri.UnescapeDataString(Filter().Match(request.Uri.Query ?? "").Groups["filter"].Value);
        if (filter.Length > 0 && !KeysOnly().IsMatch(filter))
        {
            throw new InvalidOperationException($"A query filters by more than a partition and a range of rows: {filter}");
        }
    }

    [GeneratedRegex(@"[?&]\$filter=(?<filter>[^&]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Filter();

    [GeneratedRegex(@"^(PartitionKey eq '[^']*' and )?RowKey g[et] '[^']*' and RowKey lt '[^']*'$"
        + "|^(PartitionKey ge '[^']*' and )?PartitionKey lt '[^']*'$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeysOnly();

    /// <summary>Calls, how many of them one after another, and which.</summary>
    public sealed record Cost(int Calls, int Steps, string Requests)
    {
        /// <summary>How many of the calls send a message.</summary>
        public int Messages => Requests.Split('\n').Count(
            request => request.StartsWith("POST ", StringComparison.Ordinal) && request.Contains("/messages?", StringComparison.Ordinal));
    }

    /// <summary>Lets the requests that a measured call makes know whose they are.</summary>
    public sealed class Measured : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, then) =>
            {
                Current.Value = http.Request.Headers[Header].FirstOrDefault();
                return then(http);
            });
            next(app);
        };
    }
}

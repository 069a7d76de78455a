using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Planable.Functions.Tests.Hosting;

/// <summary>What an OpenTelemetry collector is to the app, and Application Insights: takes all that they take, and keeps it.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly ConcurrentQueue<(string Signal, byte[] Body)> _received = [];
    readonly ConcurrentQueue<string> _insights = [];
    readonly WebApplication _app;

    OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", async (string signal, HttpRequest request, CancellationToken cancel) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancel);
            _received.Enqueue((signal, body.ToArray()));
        });
        _app.MapPost("/v2.1/track", async (HttpRequest request, CancellationToken cancel) =>
        {
            await using var unpacked = request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
            using var reader = new StreamReader(unpacked);
            var items = await reader.ReadToEndAsync(cancel);
            _insights.Enqueue($"{request.Headers.Authorization}\n{items}");
            var count = items.AsSpan().Trim().Count('\n') + 1;
            return Results.Json(new { itemsReceived = count, itemsAccepted = count, errors = Array.Empty<string>() });
        });
    }

    /// <summary>What makes the app export to it.</summary>
    public (string Key, string Value)[] Settings =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public Uri Address => new(_app.Urls.First());

    /// <summary>What came as Application Insights takes it, and with which credential.</summary>
    public string Insights => string.Join('\n', _insights);

    /// <summary>All that came as OTLP: texts are written as they are.</summary>
    public string Text => string.Join('\n', _received.Select(one => Encoding.UTF8.GetString(one.Body)));

    public Span[] Spans => [.. Each("traces", 2).Select(fields => new Span(
        TextOf(fields, 5), Convert.ToHexString(fields[1].Single().Span), Convert.ToHexString(fields[2].Single().Span),
        Convert.ToHexString(fields[4].FirstOrDefault().Span), Attributes(fields, 9)))];

    public Line[] Lines =>
        [.. Each("logs", 2).Select(fields => new Line(TextOf(Proto.Fields(fields[5].Single()), 1), Attributes(fields, 6)))];

    /// <summary>Every point of this metric, by what it is counted by.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Points(string metric) =>
        from fields in Each("metrics", 2)
        where TextOf(fields, 1) == metric
        from data in new[] { (Kind: 7, Attributes: 7), (Kind: 9, Attributes: 9) }
        from value in fields[data.Kind]
        from point in Proto.Fields(value)[1]
        select Attributes(Proto.Fields(point), data.Attributes);

    /// <summary>How many times each was measured of this histogram, by what it is counted by; each sending counts from the start.</summary>
    public (IReadOnlyDictionary<string, string> By, long Count)[] Counts(string histogram) =>
    [
        .. (from fields in Each("metrics", 2)
            where TextOf(fields, 1) == histogram
            from value in fields[9]
            from point in Proto.Fields(value)[1]
            let parts = Proto.Fields(point)
            select (By: Attributes(parts, 9), Count: BitConverter.ToInt64(parts[4].Single().Span)))
            .GroupBy(one => string.Join(';', one.By.OrderBy(by => by.Key, StringComparer.Ordinal)))
            .Select(all => ((IReadOnlyDictionary<string, string>)all.Last().By, all.Last().Count)),
    ];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The spans, lines or metrics: each request has resources, those have scopes, and those have them.</summary>
    IEnumerable<ILookup<int, ReadOnlyMemory<byte>>> Each(string signal, int field) =>
        from one in _received
        where one.Signal == signal
        from resource in Proto.Fields(one.Body)[1]
        from scope in Proto.Fields(resource)[2]
        from item in Proto.Fields(scope)[field]
        select Proto.Fields(item);

    static string TextOf(ILookup<int, ReadOnlyMemory<byte>> fields, int field) =>
        Encoding.UTF8.GetString(fields[field].FirstOrDefault().Span);

    static Dictionary<string, string> Attributes(ILookup<int, ReadOnlyMemory<byte>> fields, int field) => fields[field].Select(Proto.Fields)
        .GroupBy(one => TextOf(one, 1))
        .ToDictionary(all => all.Key, all => Value(Proto.Fields(all.Last()[2].Single())), StringComparer.Ordinal);

    /// <summary>A text, or a whole number.</summary>
    static string Value(ILookup<int, ReadOnlyMemory<byte>> value) =>
        value.Contains(3) ? $"{Proto.Number(value[3].Single().Span, out _)}" : TextOf(value, 1);

    public sealed record Span(string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Attributes);

    public sealed record Line(string Text, IReadOnlyDictionary<string, string> Attributes);
}

/// <summary>The wire format of Protocol Buffers, as far as OTLP needs it.</summary>
static class Proto
{
    /// <summary>A message's fields by their numbers.</summary>
    public static ILookup<int, ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int Number, ReadOnlyMemory<byte> Value)>();
        while (message.Length > 0)
        {
            var tag = (int)Number(message.Span, out var length);
            message = message[length..];
            var (skip, size) = (tag & 7) switch
            {
                0 => (0, Length(message.Span)),
                1 => (0, 8),
                2 => (Length(message.Span), (int)Number(message.Span, out _)),
                5 => (0, 4),
                var type => throw new InvalidDataException($"wire type {type}"),
            };
            fields.Add((tag >> 3, message.Slice(skip, size)));
            message = message[(skip + size)..];
        }
        return fields.ToLookup(field => field.Number, field => field.Value);
    }

    public static ulong Number(ReadOnlySpan<byte> bytes, out int length)
    {
        length = Length(bytes);
        var number = 0UL;
        for (var i = length - 1; i >= 0; i--)
        {
            number = (number << 7) | (uint)(bytes[i] & 0x7F);
        }
        return number;
    }

    static int Length(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyInRange((byte)0, (byte)0x7F) + 1;
}

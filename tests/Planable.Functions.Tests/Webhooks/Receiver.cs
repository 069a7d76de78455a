using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Webhooks;

/// <summary>A server to which events are sent.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Inbox> _inboxes = new(StringComparer.Ordinal);
    readonly WebApplication _app;

    Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/{inbox}", async (string inbox, HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            await _inboxes[inbox].TakeAsync(http, Encoding.UTF8.GetString(body.ToArray()));
        });
    }

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>An address of a test's own.</summary>
    /// <param name="answer">Answers the requests, of which it gets the number from 0; 204 unless it does.</param>
    public Inbox Open(Func<HttpContext, int, Task>? answer = null)
    {
        var name = Guid.NewGuid().ToString("N");
        return _inboxes[name] = new($"{_app.Urls.First()}/{name}", answer ?? ((http, _) =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>What came to one address.</summary>
sealed class Inbox(string url, Func<HttpContext, int, Task> answer)
{
    readonly ConcurrentQueue<Received> _all = new();
    int _count = -1;

    public string Url => url;

    public Received[] All => [.. _all];

    /// <summary>What came, once it is so much at the least.</summary>
    public async Task<Received[]> TakeAsync(int count)
    {
        await Eventually.TrueAsync(() => _all.Count >= count, $"{count} events arrive; {_all.Count} have");
        return All;
    }

    public async Task TakeAsync(HttpContext http, string body)
    {
        var headers = http.Request.Headers;
        _all.Enqueue(new(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, body));
        await answer(http, Interlocked.Increment(ref _count));
    }
}

sealed record Received(string Id, string Timestamp, string Signatures, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Type => Json.Text("type");

    public JsonNode Data => Json["data"]!;

    /// <summary>Which of these secrets signed it, as a receiver finds out.</summary>
    public string[] SignedBy(params string[] secrets) => [.. secrets.Where(secret => Signatures.Split(' ').Contains(
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")))))];
}

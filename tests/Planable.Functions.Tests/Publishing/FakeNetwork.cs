using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Planable.Functions.Tests.Publishing;

/// <summary>A network that counts: what the sandbox hands on arrives here, from however many instances.</summary>
sealed class FakeNetwork : IAsyncDisposable
{
    readonly WebApplication _server;
    readonly ConcurrentDictionary<string, string> _attempts = new(StringComparer.Ordinal);

    FakeNetwork(WebApplication server) => _server = server;

    public string Url => _server.Urls.First();

    /// <summary>How often each post was published.</summary>
    public ConcurrentDictionary<string, int> Published { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Comments { get; } = [];

    public TimeSpan Latency { get; set; }

    /// <summary>What it answers instead of publishing: null publishes.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    public static async Task<FakeNetwork> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        var network = new FakeNetwork(server);
        server.Run(network.AnswerAsync);
        await server.StartAsync();
        return network;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task AnswerAsync(HttpContext http)
    {
        if (Instead is { } instead && await instead(http))
        {
            return;
        }
        var path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var attempt = path[1];
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await ReceiptAsync(http, _attempts.ContainsKey(attempt) ? attempt : null);
            return;
        }
        if (path.Length > 2)
        {
            Comments.Enqueue((await BodyAsync(http)).Text("text"));
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        await TakeAsync(http);
        await ReceiptAsync(http, attempt);
    }

    /// <summary>Publishes what it is sent, whether whoever sent it is there to hear of it or not.</summary>
    public async Task TakeAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        _attempts[http.Request.Path.Value!.Split('/')[^1]] = body.Text("post");
        Published.AddOrUpdate(body.Text("post"), 1, (_, times) => times + 1);
        await Task.Delay(Latency, CancellationToken.None);
    }

    // Read to its end before it counts: half a post is none.
    static async Task<JsonNode> BodyAsync(HttpContext http) =>
        (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: CancellationToken.None))!;

    static async Task ReceiptAsync(HttpContext http, string? attempt)
    {
        http.Response.StatusCode = attempt is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(attempt is null ? "{}"
            : Json.Text(new { id = "remote-" + attempt, link = "https://network.example/" + attempt }));
    }
}

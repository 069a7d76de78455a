using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks;

/// <summary>What goes wrong with one request.</summary>
public enum Fault
{
    /// <summary>The work is done, and the connection is closed without an answer.</summary>
    LosesAnswer,

    /// <summary>Nothing is done, and the connection is closed without an answer.</summary>
    LosesRequest,

    /// <summary>The work is done, and the answer is cut in its middle.</summary>
    CutsAnswer,

    /// <summary>The work is done, and the answer is no JSON.</summary>
    Garbage,

    /// <summary>The work is done, and the answer is a page of a proxy.</summary>
    Html,
}

/// <summary>A request as the server got it.</summary>
public sealed record Sent(
    string Method, string Path, string Query, string? Bearer, string Body, IHeaderDictionary Headers, string? ContentType)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The fields of a form body.</summary>
    public IReadOnlyDictionary<string, string> Form => Body
        .Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
        .ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[^1]), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Parameters => Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2)).ToDictionary(
            pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[^1]), StringComparer.Ordinal);
}

/// <summary>
/// A small server that speaks a network's documented protocol: derived classes have what it remembers and answers. A test says what goes
/// wrong with which request.
/// </summary>
public abstract class FakeServer : IAsyncDisposable
{
    static readonly Fault[] Failures = [Fault.LosesAnswer, Fault.LosesRequest, Fault.CutsAnswer, Fault.Html];

    readonly WebApplication _app;
    readonly ConcurrentQueue<Sent> _requests = new();
    readonly Lock _planning = new();
    readonly List<(string Method, string Path, Func<Sent, IResult?>? Answer, Fault? Fault)> _plans = [];

    protected FakeServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(ServeAsync);
        _app.StartAsync().GetAwaiter().GetResult();
        Address = _app.Urls.First();
    }

    /// <summary>Such as http://127.0.0.1:40123, without a slash at its end.</summary>
    public string Address { get; }

    /// <summary>The name in Page.Network.</summary>
    public abstract string Network { get; }

    /// <summary>The settings that direct the client here, such as <c>Networks:twitter:Api</c>.</summary>
    public abstract IEnumerable<(string Name, string Value)> Settings { get; }

    /// <summary>A grant that the server accepts.</summary>
    internal abstract NetworkGrant Grant { get; }

    /// <summary>The texts of what people can see on the network, oldest first.</summary>
    public abstract string[] Visible { get; }

    public Sent[] Requests => [.. _requests];

    /// <summary>Fails the request that comes after so many others.</summary>
    public (int After, Fault Fault)? Later { get; set; }

    /// <summary>How likely each request fails, from 0 to 1, in one of the ways that a connection fails.</summary>
    public double Chaos { get; set; }

    /// <summary>How long each answer takes.</summary>
    public TimeSpan Latency { get; set; }

    public Sent[] Of(string method, string pathEnd) => [.. _requests.Where(
        one => one.Method == method && one.Path.EndsWith(pathEnd, StringComparison.Ordinal))];

    /// <summary>Fails the next request of this method whose path ends so.</summary>
    public void Next(string method, string pathEnd, Fault fault) => Plan((method, pathEnd, null, fault));

    /// <summary>Answers the next request of this method whose path ends so, and does nothing for it.</summary>
    public void Next(
        string method, string pathEnd, int status, object? body = null, params (string Name, string Value)[] headers) =>
        Plan((method, pathEnd, _ => new Answer(status, body is null ? "" : body as string ?? Json.Text(body), headers), null));

    /// <summary>What the network does and answers. Called for one request at a time.</summary>
    /// <returns>Null if it has no such address.</returns>
    protected abstract IResult? Handle(Sent sent);

    /// <summary>Whether a body is large and only to be counted: it then is its length, in digits.</summary>
    protected virtual bool IsUpload(HttpRequest request) => false;

    protected static IResult Ok(object body) => new Answer(200, Json.Text(body), []);

    protected static IResult Status(int status, object? body = null, params (string Name, string Value)[] headers) =>
        new Answer(status, body is null ? "" : Json.Text(body), headers);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    void Plan((string, string, Func<Sent, IResult?>?, Fault?) plan)
    {
        lock (_planning)
        {
            _plans.Add(plan);
        }
    }

    async Task ServeAsync(HttpContext http)
    {
        var body = IsUpload(http.Request) ? (await CountAsync(http.Request.Body, http.RequestAborted)).ToString(provider: null)
            : await new StreamReader(http.Request.Body, Encoding.Latin1).ReadToEndAsync(http.RequestAborted);
        var bearer = http.Request.Headers.Authorization.ToString();
        var sent = new Sent(
            http.Request.Method, http.Request.Path, http.Request.QueryString.Value ?? "",
            bearer.StartsWith("Bearer ", StringComparison.Ordinal) ? bearer["Bearer ".Length..] : null,
            http.Request.ContentType?.Contains("multipart", StringComparison.Ordinal) is true || IsUpload(http.Request) ? body
                : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)),
            new HeaderDictionary(http.Request.Headers.ToDictionary()), http.Request.ContentType);
        _requests.Enqueue(sent);
        if (Latency > TimeSpan.Zero)
        {
            await Task.Delay(Latency, http.RequestAborted);
        }
        IResult? result;
        Fault? fault = null;
        lock (_planning)
        {
            var index = _plans.FindIndex(plan => plan.Method == sent.Method && sent.Path.EndsWith(plan.Path, StringComparison.Ordinal));
            var plan = index < 0 ? default : _plans[index];
            if (Later is var (after, later))
            {
                Later = after > 0 ? (after - 1, later) : null;
                fault = after > 0 ? null : later;
            }
            if (index >= 0)
            {
                _plans.RemoveAt(index);
            }
            fault ??= plan.Fault ?? (Random.Shared.NextDouble() < Chaos ? Random.Shared.GetItems(Failures, 1)[0] : null);
            result = fault is Fault.LosesRequest ? null : plan.Answer?.Invoke(sent) ?? Handle(sent);
        }
        switch (fault)
        {
            case Fault.LosesAnswer or Fault.LosesRequest:
                http.Abort();
                return;
            case Fault.CutsAnswer:
                http.Response.ContentLength = 1_000;
                await http.Response.WriteAsync("{\"id\":", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                http.Abort();
                return;
            case Fault.Garbage:
                await http.Response.WriteAsync("{\"id\": nonsense", http.RequestAborted);
                return;
            case Fault.Html:
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html><body>Please wait</body></html>", http.RequestAborted);
                return;
            default:
                await (result ?? new Answer(404, """{"error":"no such address"}""", [])).ExecuteAsync(http);
                return;
        }
    }

    static async Task<long> CountAsync(Stream body, CancellationToken cancel)
    {
        var (buffer, total) = (new byte[64 * 1024], 0L);
        while (await body.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            total += read;
        }
        return total;
    }

    sealed record Answer(int Status, string Body, (string Name, string Value)[] Headers) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            httpContext.Response.ContentType = "application/json";
            foreach (var (name, value) in Headers)
            {
                httpContext.Response.Headers[name] = value;
            }
            return Body.Length == 0 ? Task.CompletedTask : httpContext.Response.WriteAsync(Body, httpContext.RequestAborted);
        }
    }
}

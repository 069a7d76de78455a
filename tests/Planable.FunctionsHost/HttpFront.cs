using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Planable.Rpc;

/// <summary>What becomes of an x-ms-invocation-id that the caller sent.</summary>
public enum CallersInvocationId
{
    /// <summary>It stays, and ours is not sent: so hosts did until the middle of 2025.</summary>
    Stays,

    /// <summary>Ours is added to it.</summary>
    Precedes,

    /// <summary>Ours stands in its place: so newer hosts do.</summary>
    Replaced,
}

/// <summary>The host's HTTP side: finds the function, tells the worker of the call, and forwards it to the worker.</summary>
sealed class HttpFront : IAsyncDisposable
{
    const string InvocationId = "x-ms-invocation-id";
    static readonly TimeSpan WorkerWait = TimeSpan.FromMinutes(1);
    static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    readonly WorkerSlot _worker;
    readonly CallersInvocationId _callers;
    readonly WebApplication _app;
    readonly IHttpForwarder _forwarder;
    readonly HttpMessageInvoker _client = new(
        new Retrying(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }));

    HttpFront(WorkerSlot worker, CallersInvocationId callers)
    {
        _worker = worker;
        _callers = callers;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = 104_857_600;
            // Callers of the tests see what the worker says of itself.
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddHttpForwarder();
        _app = builder.Build();
        _forwarder = _app.Services.GetRequiredService<IHttpForwarder>();
        _app.Run(TakeAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<HttpFront> StartAsync(WorkerSlot worker, CallersInvocationId callers)
    {
        var front = new HttpFront(worker, callers);
        await front._app.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    Task TakeAsync(HttpContext context)
    {
        if (_worker.Routes.Match(context.Request) is { } function)
        {
            return CallAsync(context, function.Name);
        }
        // The host's own page, which nobody reads here.
        context.Response.StatusCode = context.Request.Path == "/" ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    async Task CallAsync(HttpContext context, string name)
    {
        Worker worker;
        try
        {
            worker = await _worker.GetAsync().WaitAsync(WorkerWait, context.RequestAborted);
        }
        catch (Exception away) when (away is TimeoutException or OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        if (!await SucceedsAsync(context, worker, worker.Functions.First(function => function.Name == name)))
        {
            Fail(context);
        }
    }

    async Task<bool> SucceedsAsync(HttpContext context, Worker worker, WorkerFunction function)
    {
        var id = Guid.NewGuid().ToString();
        var headers = context.Request.Headers;
        // So the host takes it from the platform; to the worker the forwarder says it anew, and which host was called.
        context.Request.Scheme = headers["X-Forwarded-Proto"] is [{ Length: > 0 } scheme] ? scheme : context.Request.Scheme;
        headers[InvocationId] = _callers switch
        {
            CallersInvocationId.Stays when headers.TryGetValue(InvocationId, out var said) => said,
            CallersInvocationId.Precedes => StringValues.Concat(headers[InvocationId], id),
            _ => id,
        };
        var request = TriggerData.OfHttp(function, id, headers.TraceParent, headers.TraceState);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var forwarding = worker.HttpUri is { } uri && function.LoadError is null
            ? _forwarder.SendAsync(context, uri, _client, Config, HttpTransformer.Default, gone.Token).AsTask()
            : Task.FromResult(ForwarderError.NoAvailableDestinations);
        try
        {
            var result = await worker.InvokeAsync(function, request, context.RequestAborted);
            return await forwarding is ForwarderError.None && result.Status is InvocationStatus.Success;
        }
        catch (WorkerGoneException)
        {
            await gone.CancelAsync();
            await forwarding;
            return false;
        }
    }

    static void Fail(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    /// <summary>A worker tells where it takes calls before it does; the host tries ten times.</summary>
    sealed class Retrying(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var delay = 50;
            for (var more = 9; ; more--)
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException) when (more > 0)
                {
                    await Task.Delay(delay, cancellationToken);
                    delay = Math.Min(2 * delay, 250);
                }
            }
        }
    }
}

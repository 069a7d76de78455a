using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Planable.Platform.Hosting;

/// <summary>Answers a call that has no function invocation.</summary>
delegate Task Refuse(HttpContext http);

/// <summary>
/// The Functions host sends each HTTP call twice, over gRPC and as HTTP, and the worker's package pairs the two by a header that names the
/// invocation. If a caller sends that header, it replaces the host's: the call would wait for 15 seconds and fail. So a call whose header
/// names no invocation gets the invocation that has waited longest. It does not matter which one, because all HTTP functions do the same.
/// </summary>
sealed class CallPairing(Refuse refuse, TimeProvider time) : IFunctionsWorkerMiddleware, IStartupFilter
{
    const string Header = "x-ms-invocation-id";
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200),
        LongestWait = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(10);

    readonly ConcurrentDictionary<string, Invocation> _invocations = new(StringComparer.Ordinal);

    public static bool IsFor(FunctionContext context) =>
        context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "httpTrigger");

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var invocation = Of(context.InvocationId);
        invocation.Announce(time.GetTimestamp());
        // A call that gave up waiting may have removed it at this moment.
        _invocations[context.InvocationId] = invocation;
        try
        {
            await next(context);
            // The response is already written; without this, the worker would serialize a result that nobody reads.
            context.GetInvocationResult().Value = null;
        }
        finally
        {
            _invocations.TryRemove(context.InvocationId, out _);
        }
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, rest) =>
        {
            // A caller can send an empty header, but the host never leaves it out: without it, the call does not come from the host.
            if (!http.Request.Headers.TryGetValue(Header, out var value))
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
            }
            else if (await ClaimAsync(value.ToString(), http.RequestAborted) is { } id)
            {
                http.Request.Headers[Header] = id;
                await rest(http);
            }
            else
            {
                await refuse(http);
            }
        });
        next(app);
    };

    /// <summary>The invocation that belongs to a call; null if there is none.</summary>
    async ValueTask<string?> ClaimAsync(string header, CancellationToken cancel)
    {
        // If there are several values, the last one is the host's.
        var id = header[(header.LastIndexOf(',') + 1)..].Trim();
        if (await TryClaimAnnouncedAsync(id, cancel))
        {
            return id;
        }
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < LongestWait; await Task.Delay(Pause, time, cancel))
        {
            if (_invocations.TryGetValue(id, out var key) && key.TryClaim())
            {
                return id;
            }
            // Do not take an invocation whose own call may still arrive.
            if (_invocations.Where(one => one.Value.IsWaiting && time.GetElapsedTime(one.Value.Since) > Patience)
                .OrderBy(one => one.Value.Since).FirstOrDefault(one => one.Value.TryClaim()).Key is { } oldest)
            {
                return oldest;
            }
        }
        return null;
    }

    /// <summary>Waits for the host to announce an invocation, and claims it for this call.</summary>
    async Task<bool> TryClaimAnnouncedAsync(string id, CancellationToken cancel)
    {
        var named = Of(id);
        await named.Announced.WaitAsync(Patience, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!named.Announced.IsCompleted)
        {
            _invocations.TryRemove(new(id, named));
        }
        return named.TryClaim();
    }

    Invocation Of(string id) => _invocations.GetOrAdd(id, static _ => new());

    sealed class Invocation
    {
        readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _claimed;

        public Task Announced => _announced.Task;

        public long Since { get; private set; }

        public bool IsWaiting => Announced.IsCompleted && _claimed == 0;

        public void Announce(long now)
        {
            Since = now;
            _announced.TrySetResult();
        }

        public bool TryClaim() => Announced.IsCompleted && Interlocked.Exchange(ref _claimed, 1) == 0;
    }
}

using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Planable.Platform.Hosting;

/// <summary>Answers a call for which no function is called.</summary>
delegate Task Refuse(HttpContext http);

/// <summary>
/// The Functions host sends each HTTP call twice, over gRPC and as HTTP, and the worker's package pairs the two by a header that names the
/// invocation. Where a caller sends that header, theirs takes the place of the host's, and such a call would hang for 15 seconds and fail.
/// So a call whose header names no invocation is given the one that has waited longest. Which one does not matter, since all HTTP functions
/// do the same.
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
        // A call that waited for it in vain may have taken it away at this moment.
        _invocations[context.InvocationId] = invocation;
        try
        {
            await next(context);
            // The response is written; the worker would serialize the result for nobody.
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
            // A caller's may be empty; the host never leaves it out, so somebody else calls this port.
            if (!http.Request.Headers.TryGetValue(Header, out var said))
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
            }
            else if (await ClaimAsync(said.ToString(), http.RequestAborted) is { } id)
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

    /// <summary>The invocation that a call is half of; null where it has none.</summary>
    async ValueTask<string?> ClaimAsync(string header, CancellationToken cancel)
    {
        // Of several the last is the host's.
        var id = header[(header.LastIndexOf(',') + 1)..].Trim();
        if (await IsHereAsync(id, cancel))
        {
            return id;
        }
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < LongestWait; await Task.Delay(Pause, time, cancel))
        {
            if (_invocations.TryGetValue(id, out var key) && key.TryClaim())
            {
                return id;
            }
            // Those whose own call is on its way are left alone.
            if (_invocations.Where(one => one.Value.IsWaiting && time.GetElapsedTime(one.Value.Since) > Patience)
                .OrderBy(one => one.Value.Since).FirstOrDefault(one => one.Value.TryClaim()).Key is { } oldest)
            {
                return oldest;
            }
        }
        return null;
    }

    /// <summary>Whether the host tells of it in time; then it is the caller's.</summary>
    async Task<bool> IsHereAsync(string id, CancellationToken cancel)
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

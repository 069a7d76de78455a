using Planable.Rpc.Messages;

namespace Planable.Rpc;

/// <summary>
/// Runs a published isolated worker as the Functions host does, with an HTTP address that outlives the worker's process.
/// It has no triggers of its own: queue messages and timers are sent by whoever holds it.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    readonly string _package;
    readonly IReadOnlyCollection<(string Name, string? Value)> _environment;
    readonly WorkerSlot _slot;
    readonly RpcServer _server;
    readonly HttpFront _front;

    FunctionsHost(
        string package, IReadOnlyCollection<(string, string?)> environment, WorkerSlot slot, RpcServer server, HttpFront front) =>
        (_package, _environment, _slot, _server, _front) = (package, environment, slot, server, front);

    /// <summary>Where HTTP calls come in.</summary>
    public Uri Address => _front.Address;

    /// <summary>What the worker listed, and how each loaded.</summary>
    public IReadOnlyList<WorkerFunction> Functions => Worker.Functions;

    /// <summary>What this worker said that it can do; <c>HttpUri</c> is where it takes HTTP calls from the host.</summary>
    public IReadOnlyDictionary<string, string> Capabilities => Worker.Capabilities;

    /// <summary>What this worker had the host log.</summary>
    public IReadOnlyCollection<WorkerLog> Logs => Worker.Logs;

    /// <summary>Lines of this worker's standard output.</summary>
    public IReadOnlyCollection<string> Output => Worker.Process.Output;

    /// <summary>Lines of this worker's standard error.</summary>
    public IReadOnlyCollection<string> Errors => Worker.Process.Errors;

    /// <summary>Invocations that the worker has not answered, by id, and their functions.</summary>
    public IReadOnlyDictionary<string, WorkerFunction> InFlight => Worker.InFlight;

    public int ProcessId => Worker.Process.Id;

    /// <summary>Resident memory in bytes, files included.</summary>
    public long ResidentBytes => Worker.Process.Memory("VmRSS");

    /// <summary>Resident memory in bytes that is the process's own.</summary>
    public long OwnResidentBytes => Worker.Process.Memory("RssAnon");

    /// <summary>CPU that the worker has taken since its start.</summary>
    public TimeSpan ProcessorTime => Worker.Process.ProcessorTime;

    /// <summary>From the start of the process until every function was loaded.</summary>
    public TimeSpan TimeToReady => Worker.TimeToReady;

    /// <summary>The worker's exit code, once it has ended.</summary>
    public Task<int> Exit => Worker.Exit;

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    Worker Worker => _slot.Last!;

    /// <param name="package">The published folder.</param>
    /// <param name="environment">Added to ours; null takes a variable away.</param>
    /// <param name="callers">As an older host by default, for a worker has more trouble with it.</param>
    public static async Task<FunctionsHost> StartAsync(
        string package,
        IEnumerable<(string Name, string? Value)>? environment = null,
        CallersInvocationId callers = CallersInvocationId.Stays)
    {
        package = Path.GetFullPath(package);
        var slot = new WorkerSlot(package);
        var (server, front) = (await RpcServer.StartAsync(), await HttpFront.StartAsync(slot, callers));
        var host = new FunctionsHost(package, [.. environment ?? []], slot, server, front);
        try
        {
            await host.StartWorkerAsync([]);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a worker anew, behind the same address; one that still runs is killed first.</summary>
    /// <param name="environment">Added to what the first was started with.</param>
    public async Task RestartAsync(IEnumerable<(string Name, string? Value)>? environment = null)
    {
        await KillAsync();
        Worker.Process.Dispose();
        await StartWorkerAsync(environment ?? []);
    }

    /// <summary>Gives a queue's message to a function.</summary>
    /// <param name="cancel">Tells the worker so; it may still go on, and what it answers is returned.</param>
    public Task<InvocationResult> InvokeQueueAsync(string function, QueueMessage message, CancellationToken cancel = default) =>
        InvokeAsync(function, "queueTrigger", found => TriggerData.OfQueue(found, message, Now), cancel);

    /// <inheritdoc cref="InvokeQueueAsync(string, QueueMessage, CancellationToken)"/>
    public Task<InvocationResult> InvokeQueueAsync(
        string function, string text, int dequeueCount = 1, DateTimeOffset? insertionTime = null, CancellationToken cancel = default) =>
        InvokeQueueAsync(function, new QueueMessage(text, dequeueCount, insertionTime), cancel);

    /// <summary>Tells a function that its time has come.</summary>
    /// <param name="cancel">Tells the worker so; it may still go on, and what it answers is returned.</param>
    public Task<InvocationResult> InvokeTimerAsync(string function, bool isPastDue = false, CancellationToken cancel = default) =>
        InvokeAsync(function, "timerTrigger", found => TriggerData.OfTimer(found, Now, isPastDue), cancel);

    /// <summary>
    /// Tells the worker that nobody waits for this one of <see cref="InFlight"/> any more. At once after its start this may be lost:
    /// the worker takes each message on its own.
    /// </summary>
    public void Cancel(string invocation) => Worker.Cancel(invocation);

    /// <summary>Asks the worker to end, and kills it where it has not after this time: five seconds, with the real host.</summary>
    public async Task<int> TerminateAsync(TimeSpan grace)
    {
        _slot.Leave(Worker);
        return await Worker.TerminateAsync(grace);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _slot.Leave(Worker);
        if (!Worker.Exit.IsCompleted)
        {
            Worker.Process.Kill();
        }
        await Worker.Exit;
    }

    public async ValueTask DisposeAsync()
    {
        if (_slot.Last is not null)
        {
            await KillAsync();
            Worker.Process.Dispose();
        }
        await _front.DisposeAsync();
        await _server.DisposeAsync();
    }

    async Task StartWorkerAsync(IEnumerable<(string Name, string? Value)> environment)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        _slot.Set(await Worker.StartAsync(_server, _package, _environment.Concat(environment), limit.Token));
    }

    async Task<InvocationResult> InvokeAsync(
        string name, string trigger, Func<WorkerFunction, InvocationRequest> request, CancellationToken cancel)
    {
        var worker = await _slot.GetAsync().WaitAsync(cancel);
        var function = worker.Functions.FirstOrDefault(function => string.Equals(function.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"The worker has no function {name}.", nameof(name));
        return function.IsTriggeredBy(trigger)
            ? await worker.InvokeAsync(function, request(function), cancel)
            : throw new ArgumentException($"{name} is not called by a {trigger}.", nameof(name));
    }
}

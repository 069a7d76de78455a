using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Planable.Rpc.Messages;

namespace Planable.Rpc;

/// <summary>A worker from its start to its end.</summary>
sealed class Worker
{
    readonly WorkerStream _stream;
    readonly ConcurrentDictionary<string, WorkerFunction> _inFlight = new();

    Worker(WorkerProcess process, WorkerStream stream)
    {
        Process = process;
        _stream = stream;
        Exit = ExitAsync();
    }

    public WorkerProcess Process { get; }

    public IReadOnlyList<WorkerFunction> Functions { get; private set; } = [];

    public IReadOnlyDictionary<string, WorkerFunction> InFlight => _inFlight;

    public IReadOnlyCollection<WorkerLog> Logs => _stream.Logs;

    public IReadOnlyDictionary<string, string> Capabilities { get; private set; } = new Dictionary<string, string>();

    /// <summary>Where it takes HTTP calls.</summary>
    public string? HttpUri => Capabilities.GetValueOrDefault("HttpUri");

    public TimeSpan TimeToReady { get; private set; }

    /// <summary>Its exit code, when it has ended and everything that it said before is known.</summary>
    public Task<int> Exit { get; }

    public static async Task<Worker> StartAsync(
        RpcServer server, string package, IEnumerable<(string Name, string? Value)> environment, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var id = Guid.NewGuid().ToString();
        var stream = server.Expect(id);
        var worker = new Worker(new(package, id, server.Address, environment), stream);
        try
        {
            await worker.LoadAsync(package).WaitAsync(cancel);
            worker.TimeToReady = Stopwatch.GetElapsedTime(began);
            return worker;
        }
        catch (Exception failed)
        {
            worker.Process.Kill();
            await worker.Exit;
            var said = string.Join('\n', worker.Process.Output.Concat(worker.Process.Errors));
            throw new InvalidOperationException($"The worker does not start: {failed.Message}\n{said}", failed);
        }
    }

    async Task LoadAsync(string package)
    {
        await _stream.Started;
        var init = await _stream.AskAsync(new()
        {
            WorkerInitRequest = new() { HostVersion = "4.1037.0", WorkerDirectory = package, FunctionAppDirectory = package },
        });
        Check(init.WorkerInitResponse.Result);
        Capabilities = init.WorkerInitResponse.Capabilities;
        var listed = await _stream.AskAsync(new() { FunctionsMetadataRequest = new() { FunctionAppDirectory = package } });
        Check(listed.FunctionMetadataResponse.Result);
        Functions = await Task.WhenAll(listed.FunctionMetadataResponse.FunctionMetadataResults.Select(LoadAsync));
    }

    async Task<WorkerFunction> LoadAsync(RpcFunctionMetadata function)
    {
        var id = function.FunctionId;
        var answer = await _stream.AskAsync(new() { FunctionLoadRequest = new() { FunctionId = id, Metadata = function } });
        var error = ErrorOf(answer.FunctionLoadResponse.Result);
        return new(id, function.Name, function.EntryPoint, function.ScriptFile, [.. function.RawBindings], error);
    }

    /// <param name="cancel">Tells the worker that nobody waits any more; its answer is still awaited.</param>
    public async Task<InvocationResult> InvokeAsync(WorkerFunction function, InvocationRequest request, CancellationToken cancel)
    {
        if (function.LoadError is { } error)
        {
            return new(request.InvocationId, InvocationStatus.Failure, null, error, null);
        }
        request.FunctionId = function.Id;
        request.TraceContext ??= new();
        _inFlight[request.InvocationId] = function;
        try
        {
            var answer = _stream.AskAsync(new() { RequestId = request.InvocationId, InvocationRequest = request });
            await using var cancelled = cancel.UnsafeRegister(_ => Cancel(request.InvocationId), null);
            var result = (await answer).InvocationResponse.Result;
            var exception = result.Exception;
            return new(request.InvocationId, (InvocationStatus)result.Status, exception?.Type, exception?.Message, exception?.StackTrace);
        }
        finally
        {
            _inFlight.TryRemove(request.InvocationId, out _);
        }
    }

    public void Cancel(string invocation) => _stream.Send(new() { InvocationCancel = new() { InvocationId = invocation } });

    /// <summary>Asks it to end, and ends it where it has not after this time.</summary>
    public async Task<int> TerminateAsync(TimeSpan grace)
    {
        _stream.Send(new() { WorkerTerminate = new() { GracePeriod = Duration.FromTimeSpan(grace) } });
        if (await Task.WhenAny(Exit, Task.Delay(grace)) != Exit)
        {
            Process.Kill();
        }
        return await Exit;
    }

    async Task<int> ExitAsync()
    {
        var code = await Process.ExitAsync();
        if (_stream.Started.IsCompletedSuccessfully)
        {
            // The last that it sent may still be on its way.
            await Task.WhenAny(_stream.Ended, Task.Delay(TimeSpan.FromSeconds(2)));
        }
        _stream.Fail(new($"The worker ended with {code}."));
        return code;
    }

    static void Check(StatusResult? result)
    {
        if (ErrorOf(result) is { } error)
        {
            throw new InvalidOperationException(error);
        }
    }

    static string? ErrorOf(StatusResult? result) => result is null or { Status: StatusResult.Types.Status.Success }
        ? null
        : $"{result.Exception?.Type} {result.Exception?.Message ?? result.Result}\n{result.Exception?.StackTrace}";
}

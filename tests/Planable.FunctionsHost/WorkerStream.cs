using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Planable.Rpc.Messages;

namespace Planable.Rpc;

/// <summary>The one stream between the host and a worker: what is asked, and which answer belongs to it.</summary>
sealed class WorkerStream
{
    readonly Channel<StreamingMessage> _outbound = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _asked = new();
    readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile WorkerGoneException? _gone;

    public ConcurrentQueue<WorkerLog> Logs { get; } = new();

    /// <summary>When the worker has called.</summary>
    public Task Started => _started.Task;

    /// <summary>When it will say nothing more.</summary>
    public Task Ended => _ended.Task;

    public void Send(StreamingMessage message) => _outbound.Writer.TryWrite(message);

    /// <summary>Sends this, and waits for what the worker answers to it.</summary>
    public Task<StreamingMessage> AskAsync(StreamingMessage message)
    {
        if (message.RequestId.Length == 0)
        {
            message.RequestId = Guid.NewGuid().ToString();
        }
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[message.RequestId] = answer;
        Send(message);
        // After it was added, so that either this or the end of the worker finds it.
        if (_gone is { } gone)
        {
            answer.TrySetException(gone);
        }
        return answer.Task;
    }

    /// <summary>Nothing that was asked will be answered any more.</summary>
    public void Fail(WorkerGoneException gone)
    {
        _gone = gone;
        _outbound.Writer.TryComplete();
        _started.TrySetException(gone);
        foreach (var answer in _asked.Values)
        {
            answer.TrySetException(gone);
        }
    }

    /// <summary>Carries messages both ways until the worker hangs up.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<StreamingMessage> inbound, IServerStreamWriter<StreamingMessage> outbound, CancellationToken cancel)
    {
        _started.TrySetResult();
        var writing = WriteAsync(outbound, cancel);
        try
        {
            await foreach (var message in inbound.ReadAllAsync(cancel))
            {
                Take(message);
            }
        }
        catch (Exception dropped) when (dropped is IOException or OperationCanceledException)
        {
            // A process that was killed does not say goodbye.
        }
        finally
        {
            _outbound.Writer.TryComplete();
            _ended.TrySetResult();
        }
        await writing;
    }

    async Task WriteAsync(IServerStreamWriter<StreamingMessage> outbound, CancellationToken cancel)
    {
        try
        {
            await foreach (var message in _outbound.Reader.ReadAllAsync(cancel))
            {
                await outbound.WriteAsync(message, cancel);
            }
        }
        catch (Exception dropped) when (dropped is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Whoever waits for an answer is told when the process has ended.
        }
    }

    void Take(StreamingMessage message)
    {
        if (message.ContentCase is StreamingMessage.ContentOneofCase.RpcLog)
        {
            var log = message.RpcLog;
            var invocation = log.InvocationId is "" ? null : log.InvocationId;
            Logs.Enqueue(new(log.Category, (LogLevel)log.Level, log.Message, Text(log.Exception), invocation));
        }
        else if (_asked.TryRemove(message.RequestId, out var asked))
        {
            asked.TrySetResult(message);
        }

        static string? Text(Messages.RpcException? exception) =>
            exception is null ? null : $"{exception.Type} {exception.Message}\n{exception.StackTrace}";
    }
}

using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Planable.Doors.Mcp;

/// <summary>The response of an inner call, kept in memory. Callbacks run as a server runs them.</summary>
/// <param name="body">Where the body is kept.</param>
sealed class InnerResponse(MemoryStream body) : IHttpResponseFeature, IHttpResponseBodyFeature
{
    readonly Stack<(Func<object, Task> Run, object State)> _starting = new(), _completed = new();
    PipeWriter? _writer;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    Stream IHttpResponseFeature.Body
    {
        get => body;
        set => throw new NotSupportedException();
    }

    public bool HasStarted { get; private set; }

    public Stream Stream => body;

    public PipeWriter Writer => _writer ??= PipeWriter.Create(body, new(leaveOpen: true));

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public void DisableBuffering()
    {
        // There is no buffer but the memory.
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (!HasStarted)
        {
            while (_starting.TryPop(out var callback))
            {
                await callback.Run(callback.State);
            }
            HasStarted = true;
        }
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public async Task CompleteAsync()
    {
        await StartAsync();
        if (_writer is not null)
        {
            await _writer.FlushAsync();
        }
    }

    /// <summary>The answer, once the endpoint has run.</summary>
    public async Task<TwinAnswer> FinishAsync()
    {
        await CompleteAsync();
        return new(StatusCode, body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    /// <summary>Drops what was written before a failure.</summary>
    public void Clear()
    {
        (_writer, HasStarted, StatusCode) = (null, false, StatusCodes.Status200OK);
        body.SetLength(0);
        Headers.Clear();
    }

    /// <summary>Runs what was to run after the response, as the outer response is complete.</summary>
    public async Task CompletedAsync()
    {
        while (_completed.TryPop(out var callback))
        {
            await callback.Run(callback.State);
        }
    }
}

using System.Collections.Concurrent;

namespace Planable.Work;

/// <summary>
/// Lets callers who ask for the same at the same time share a read that is large. One read of a key runs at a time. Callers who come during
/// it share the next one, so every caller gets a read that began after it asked.
/// </summary>
sealed class SharedReads<T>(KeyedLock gate)
{
    readonly ConcurrentDictionary<string, Lazy<Task<T>>> _next = new(StringComparer.Ordinal);

    public Task<T> ReadAsync(string key, Func<CancellationToken, Task<T>> read, CancellationToken cancel) =>
        _next.GetOrAdd(key, _ => new(() => RunAsync(key, read))).Value.WaitAsync(cancel);

    async Task<T> RunAsync(string key, Func<CancellationToken, Task<T>> read)
    {
        // Other callers share this read, so no caller's cancellation ends it.
        using var turn = await gate.EnterAsync(typeof(T).Name + key, CancellationToken.None);
        _next.TryRemove(key, out _);
        return await read(CancellationToken.None);
    }
}

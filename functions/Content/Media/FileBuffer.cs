using System.Collections.Concurrent;

namespace Planable.Content.Media;

/// <summary>The memory for the transfer of one file of any size: while one half is sent to storage, the other is filled.</summary>
sealed class FileBuffer(Action<FileBuffer> giveBack) : IDisposable
{
    /// <summary>Bytes per block.</summary>
    public const int Block = 3 * 1024 * 1024;

    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(2 * Block);

    public Memory<byte> Half(int number) => Bytes.AsMemory(number * Block, Block);

    public void Dispose() => giveBack(this);
}

/// <summary>A pool of buffers, which limits the concurrent transfers in this process.</summary>
sealed class FileBuffers : IDisposable
{
    const int AtOnce = 4;

    readonly SemaphoreSlim _free = new(AtOnce);
    readonly ConcurrentBag<FileBuffer> _all = [];

    /// <summary>Waits for a buffer; null after <paramref name="longest"/>.</summary>
    public async Task<FileBuffer?> TakeAsync(TimeSpan longest, CancellationToken cancel) =>
        !await _free.WaitAsync(longest, cancel) ? null : _all.TryTake(out var buffer) ? buffer : new(GiveBack);

    public void Dispose() => _free.Dispose();

    void GiveBack(FileBuffer buffer)
    {
        _all.Add(buffer);
        _free.Release();
    }
}

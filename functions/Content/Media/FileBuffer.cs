using System.Collections.Concurrent;

namespace Planable.Content.Media;

/// <summary>The memory that one file takes on its way, whatever its size: while one half is sent to storage, the other is filled.</summary>
sealed class FileBuffer(Action<FileBuffer> giveBack) : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const int Block = 3 * 1024 * 1024;

    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(2 * Block);

    public Memory<byte> Half(int number) => Bytes.AsMemory(number * Block, Block);

    public void Dispose() => giveBack(this);
}

/// <summary>As many buffers as files may be on their way at once in this process.</summary>
sealed class FileBuffers : IDisposable
{
    const int AtOnce = 4;

    readonly SemaphoreSlim _free = new(AtOnce);
    readonly ConcurrentBag<FileBuffer> _all = [];

    /// <summary>Waits for one; null where that takes too long.</summary>
    public async Task<FileBuffer?> TakeAsync(TimeSpan longest, CancellationToken cancel) =>
        !await _free.WaitAsync(longest, cancel) ? null : _all.TryTake(out var buffer) ? buffer : new(GiveBack);

    public void Dispose() => _free.Dispose();

    void GiveBack(FileBuffer buffer)
    {
        _all.Add(buffer);
        _free.Release();
    }
}

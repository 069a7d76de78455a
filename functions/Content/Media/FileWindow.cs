using System.Buffers.Binary;
using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>Reads at any position of a file through a 64 KB buffer. Lengths given in the file are never allocated.</summary>
sealed class FileWindow(Stream file, CancellationToken cancel)
{
    public const int Size = 64 * 1024;

    readonly byte[] _bytes = new byte[Size];
    long _start;
    int _filled;

    public long Length { get; } = file.Length;

    /// <summary>Bytes from a position; valid until the next read.</summary>
    /// <param name="count">At most <see cref="Size"/>.</param>
    /// <exception cref="FetchFailure">The file ends earlier.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long at, int count)
    {
        if (at < 0 || at > Length - count)
        {
            throw MediaInspection.Damaged();
        }
        if (at < _start || at + count > _start + _filled)
        {
            file.Position = at;
            _start = at;
            _filled = await file.ReadAtLeastAsync(_bytes, count, throwOnEndOfStream: false, cancel);
            if (_filled < count)
            {
                throw MediaInspection.Damaged();
            }
        }
        return _bytes.AsMemory((int)(at - _start), count);
    }

    public async ValueTask<byte> ByteAsync(long at) => (await ReadAsync(at, 1)).Span[0];

    public async ValueTask<ushort> UInt16Async(long at) => BinaryPrimitives.ReadUInt16BigEndian((await ReadAsync(at, 2)).Span);

    public async ValueTask<uint> UInt32Async(long at) => BinaryPrimitives.ReadUInt32BigEndian((await ReadAsync(at, 4)).Span);

    public async ValueTask<ulong> UInt64Async(long at) => BinaryPrimitives.ReadUInt64BigEndian((await ReadAsync(at, 8)).Span);

    /// <summary>Whether these bytes occur after a position: first searched near the end, where they should be, then everywhere.</summary>
    public async ValueTask<bool> EndsAsync(ReadOnlyMemory<byte> with, long after) =>
        await FindAsync(with, Math.Max(after, Length - Size)) || await FindAsync(with, after);

    async ValueTask<bool> FindAsync(ReadOnlyMemory<byte> bytes, long from)
    {
        for (var at = from; at <= Length - bytes.Length; at += Size - bytes.Length + 1)
        {
            if ((await ReadAsync(at, (int)Math.Min(Size, Length - at))).Span.IndexOf(bytes.Span) >= 0)
            {
                return true;
            }
        }
        return false;
    }
}

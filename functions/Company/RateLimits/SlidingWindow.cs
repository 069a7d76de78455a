using System.Buffers.Binary;

namespace Planable.Company.RateLimits;

/// <summary>
/// Counts calls by tick, which is a quarter of a second. A tick counts until a full minute after its end, so that no minute can contain
/// more calls than were counted. Ticks in the near future can be counted too, for calls yet to come.
/// </summary>
sealed class SlidingWindow
{
    const int Slots = 256, Kept = 240, Ahead = Slots - Kept - 1, HeaderLength = sizeof(int) + sizeof(long);
    static readonly TimeSpan Tick = TimeSpan.FromMinutes(1) / Kept;

    readonly int[] _counts = new int[Slots];
    long _now;

    public int Total { get; private set; }

    public static long TickOf(DateTimeOffset time) => time.UtcTicks / Tick.Ticks;

    public static DateTimeOffset StartOf(long tick) => new(tick * Tick.Ticks, TimeSpan.Zero);

    public bool Holds(long tick) => tick >= _now - Kept;

    /// <summary>Forgets calls that are more than a minute old.</summary>
    public void Advance(long tick)
    {
        for (var gone = Math.Max(_now - Kept, tick - Kept - Slots); gone < tick - Kept; gone++)
        {
            Total -= Slot(gone);
            Slot(gone) = 0;
        }
        _now = Math.Max(_now, tick);
    }

    public void Add(long tick, int calls)
    {
        // Another instance's clock may be ahead of ours.
        tick = Math.Min(tick, _now + Ahead);
        if (!Holds(tick))
        {
            return;
        }
        calls = Math.Max(calls, -Slot(tick));
        Slot(tick) += calls;
        Total += calls;
    }

    public void Add(SlidingWindow other)
    {
        for (var tick = other._now - Kept; tick <= other._now + Ahead; tick++)
        {
            Add(tick, other.Slot(tick));
        }
    }

    /// <summary>
    /// The first tick at whose start that many calls have left the window; the end of the window if there are fewer calls.
    /// </summary>
    public long LeftBy(int calls)
    {
        for (var tick = _now - Kept; tick <= _now + Ahead; tick++)
        {
            if ((calls -= Slot(tick)) <= 0)
            {
                return tick + Kept + 1;
            }
        }
        return _now + Kept;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Total = 0;
    }

    /// <summary>The stored form of the window: its revision, its first tick, and two bytes for each tick.</summary>
    public byte[] ToBytes(int revision)
    {
        var (first, last) = (_now - Kept, _now + Ahead);
        while (first < last && Slot(first) == 0)
        {
            first++;
        }
        while (last >= first && Slot(last) == 0)
        {
            last--;
        }
        var bytes = new byte[HeaderLength + (last - first + 1) * sizeof(ushort)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, revision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(int)), first);
        for (var tick = first; tick <= last; tick++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(
                bytes.AsSpan(HeaderLength + (int)(tick - first) * sizeof(ushort)), (ushort)Math.Min(Slot(tick), ushort.MaxValue));
        }
        return bytes;
    }

    public static int RevisionOf(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    /// <summary>Replaces the window by a stored one.</summary>
    public void Read(byte[] bytes)
    {
        Clear();
        var first = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(sizeof(int)));
        for (var at = HeaderLength; at < bytes.Length; at += sizeof(ushort))
        {
            Add(first + (at - HeaderLength) / sizeof(ushort), BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)));
        }
    }

    ref int Slot(long tick) => ref _counts[tick & (Slots - 1)];
}

using System.Collections.Concurrent;

namespace Planable.Work;

/// <summary>
/// Lets one counter-changing write a partition pass at a time within this process, so that its writers do not fail each other's ETags.
/// An optimisation only: across processes the ETag decides.
/// </summary>
sealed class WriteGate
{
    readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string partition, CancellationToken cancel)
    {
        Lane lane;
        do
        {
            lane = _lanes.GetOrAdd(partition, static _ => new Lane());
        }
        while (!lane.Join());
        try
        {
            await lane.Turn.WaitAsync(cancel);
        }
        catch
        {
            Leave(partition, lane);
            throw;
        }
        return new Pass(this, partition, lane);
    }

    /// <summary>The same for whoever has better to do than to wait for long, or behind many: null then.</summary>
    public async Task<IDisposable?> TryEnterAsync(string partition, int most, TimeSpan patience, CancellationToken cancel)
    {
        Lane lane;
        do
        {
            lane = _lanes.GetOrAdd(partition, static _ => new Lane());
            if (lane.Writers >= most)
            {
                return null;
            }
        }
        while (!lane.Join());
        var isIn = false;
        try
        {
            isIn = await lane.Turn.WaitAsync(patience, cancel);
        }
        finally
        {
            if (!isIn)
            {
                Leave(partition, lane);
            }
        }
        return isIn ? new Pass(this, partition, lane) : null;
    }

    void Leave(string partition, Lane lane)
    {
        if (lane.Leave())
        {
            _lanes.TryRemove(new(partition, lane));
        }
    }

    /// <summary>A queue of writers; once the last has left it is closed, and the next writer opens another.</summary>
    sealed class Lane
    {
        readonly Lock _lock = new();
        int _writers;
        bool _closed;

        /// <summary>Those that write or wait, as of a moment ago.</summary>
        public int Writers => Volatile.Read(ref _writers);

        public SemaphoreSlim Turn { get; } = new(1);

        public bool Join()
        {
            lock (_lock)
            {
                _writers += _closed ? 0 : 1;
                return !_closed;
            }
        }

        public bool Leave()
        {
            lock (_lock)
            {
                return _closed = --_writers == 0;
            }
        }
    }

    sealed class Pass(WriteGate gate, string partition, Lane lane) : IDisposable
    {
        public void Dispose()
        {
            lane.Turn.Release();
            gate.Leave(partition, lane);
        }
    }
}

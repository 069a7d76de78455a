using Azure;
using Azure.Data.Tables;

namespace Planable.Company.RateLimits;

/// <summary>What a call has to do next: go on with <paramref name="Limit"/>, wait for another call's lease, or fetch one.</summary>
readonly record struct Turn(RateLimit? Limit, Task? Wait = null);

/// <summary>What a lease writes into the token's row.</summary>
readonly record struct Proposal(byte[] Window, ETag ETag, int Revision, long Until, int Permits);

/// <summary>
/// One token's reads, or its writes, as one instance counts them. The row, which every call reads anyway, says what all instances have
/// settled or leased. A call takes a permit of our lease; without one it goes free while the token is far under its limit, and is settled
/// later; near the limit it waits for a lease, which settles what we spent before.
/// </summary>
sealed class Meter(string policy, int limit)
{
    /// <summary><c>read</c> or <c>write</c>: the property that holds the window, too.</summary>
    public string Policy => policy;

    /// <summary>
    /// Ticks that a lease reaches ahead: what it holds unspent nobody else can spend,
    /// so where there is little left it is short.
    /// </summary>
    const int LongLease = 4, ShortLease = 1;

    /// <summary>A rate of fewer calls than this is not told from chance.</summary>
    const int Telling = 8;

    static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1),
        Sample = TimeSpan.FromSeconds(1), Instant = TimeSpan.FromMilliseconds(20);

    readonly Lock _lock = new();
    readonly SlidingWindow _shared = new(), _unsettled = new();
    readonly int _free = Math.Max(1, limit / 20);
    ETag _etag;
    int _revision;
    (long Until, int Granted, int Left) _lease;
    TaskCompletionSource? _fetching;
    DateTimeOffset _nextFetch, _sampleStart;
    int _sampled, _sampledBefore;

    /// <summary>When a call last came.</summary>
    public DateTimeOffset LastCall { get; private set; }

    /// <summary>Notes that a call came, and what its row says.</summary>
    public void Arrive(TableEntity row, DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            See(row);
            var elapsed = now - _sampleStart;
            if (elapsed >= Sample)
            {
                (_sampledBefore, _sampled, _sampleStart) = (elapsed < 2 * Sample ? _sampled : 0, 0, now);
            }
            _sampled++;
            LastCall = now;
        }
    }

    public Turn Take(DateTimeOffset now)
    {
        lock (_lock)
        {
            var tick = Advance(now);
            if (_fetching is { } fetching)
            {
                return new(null, fetching.Task);
            }
            var used = Used(tick);
            if (Usable(tick) > 0)
            {
                _lease.Left--;
                _unsettled.Add(tick, 1);
                return new(Left(used - Usable(tick)));
            }
            if (used < limit / 2 && _unsettled.Total < _free)
            {
                _unsettled.Add(tick, 1);
                return new(Left(used + 1));
            }
            if (used >= limit || (now < _nextFetch && limit - used < Wanted(now, tick + ShortLease)))
            {
                var freed = SlidingWindow.StartOf(_shared.LeftBy(used - limit + 1));
                var retry = used >= limit && freed > _nextFetch ? freed : _nextFetch;
                return new(new(policy, limit, 0, retry, IsOver: true));
            }
            _fetching = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return default;
        }
    }

    /// <summary>Claims to bring back what a lease that has ended left over; false where there is nothing, or a call is at it.</summary>
    public bool TakeReturn(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_lease.Left == 0 || Usable(Advance(now)) > 0 || _fetching is not null)
            {
                return false;
            }
            _fetching = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <summary>What to write: all that we spent where it was spent, and as many permits as calls come while they last.</summary>
    public Proposal Propose(DateTimeOffset now, bool isReturn)
    {
        lock (_lock)
        {
            var tick = Advance(now);
            var settled = new SlidingWindow();
            settled.Advance(tick);
            settled.Add(_shared);
            settled.Add(_lease.Until, -_lease.Granted);
            settled.Add(_unsettled);
            var left = Math.Max(0, limit - settled.Total);
            var isPlenty = left > limit / 4;
            var until = tick + (isPlenty ? LongLease : ShortLease);
            // A burst here is no reason to refuse the other instances' calls while there is plenty.
            var permits = isReturn ? 0 : Math.Min(Wanted(now, until), isPlenty ? (left + 1) / 2 : left);
            settled.Add(until, permits);
            return new(settled.ToBytes(_revision + 1), _etag, _revision + 1, until, permits);
        }
    }

    public void Accept(Proposal proposal, ETag etag, DateTimeOffset now)
    {
        lock (_lock)
        {
            (_etag, _revision) = (etag, proposal.Revision);
            _shared.Read(proposal.Window);
            _unsettled.Clear();
            _lease = (proposal.Until, proposal.Permits, proposal.Permits);
            if (_shared.Total >= limit)
            {
                _nextFetch = now + LeastPause;
            }
        }
    }

    /// <summary>Takes over what a row says, unless it is older than what we know.</summary>
    public void See(TableEntity row)
    {
        lock (_lock)
        {
            var window = row.GetBinary(policy);
            var revision = window is null ? 0 : SlidingWindow.RevisionOf(window);
            if (revision >= _revision)
            {
                _etag = row.ETag;
            }
            if (revision > _revision)
            {
                _revision = revision;
                _shared.Read(window!);
            }
        }
    }

    /// <summary>Lets those go on who waited.</summary>
    public void Fetched()
    {
        lock (_lock)
        {
            _fetching?.SetResult();
            _fetching = null;
        }
    }

    /// <summary>Permits of our lease that can still be spent.</summary>
    int Usable(long tick) => tick <= _lease.Until ? _lease.Left : 0;

    /// <summary>Calls that count now: what the row says, with what we made of our lease in its place.</summary>
    int Used(long tick) => _shared.Total - _lease.Granted + Usable(tick) + _unsettled.Total;

    RateLimit Left(int spent) => new(
        policy, limit, Math.Max(0, limit - spent), SlidingWindow.StartOf(Math.Min(_shared.LeftBy(1), _unsettled.LeftBy(1))));

    long Advance(DateTimeOffset now)
    {
        var tick = SlidingWindow.TickOf(now);
        _shared.Advance(tick);
        _unsettled.Advance(tick);
        if (!_shared.Holds(_lease.Until))
        {
            _lease = default;
        }
        return tick;
    }

    /// <summary>The calls to expect until a tick is over, at the rate at which they came lately.</summary>
    int Wanted(DateTimeOffset now, long until)
    {
        var elapsed = Math.Max((now - _sampleStart).TotalSeconds, Instant.TotalSeconds);
        var rate = Math.Max(_sampled < Telling ? _sampled : _sampled / elapsed, _sampledBefore);
        return (int)Math.Ceiling(rate * (SlidingWindow.StartOf(until + 1) - now).TotalSeconds);
    }
}

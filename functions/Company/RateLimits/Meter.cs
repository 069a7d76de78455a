using Azure;
using Azure.Data.Tables;
using Planable.Company.Tokens;

namespace Planable.Company.RateLimits;

/// <summary>
/// What a call must do next: proceed with <paramref name="Limit"/>, wait for another call's lease, or, if both are null, fetch a lease.
/// </summary>
readonly record struct Turn(RateLimit? Limit, Task? Wait = null);

/// <summary>What fetching a lease writes into the token's row.</summary>
readonly record struct Proposal(byte[] Window, ETag ETag, int Revision, long Until, int Permits);

/// <summary>
/// The reads, or the writes, of one token, as this instance counts them. The token's row, which every call reads anyway, has the calls that
/// all instances have settled or leased. A call takes a permit of this instance's lease. Without a lease, it passes freely while the token
/// is far under its limit, and is settled later. Near the limit, it waits for a new lease, which also settles the calls made before.
/// </summary>
sealed class Meter(string policy, int limit)
{
    /// <summary><c>read</c> or <c>write</c>; also the name of the property that holds the window.</summary>
    public string Policy => policy;

    /// <summary>How many ticks a lease lasts. Other instances cannot use its unspent permits, so it is short when few are left.</summary>
    const int LongLease = 4, ShortLease = 1;

    /// <summary>The fewest calls from which a rate is computed. Fewer could be chance.</summary>
    const int MinSampleSize = 8;

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

    /// <summary>When the last call came.</summary>
    public DateTimeOffset LastCall { get; private set; }

    /// <summary>The token as it was at the last call.</summary>
    public Token? Token { get; private set; }

    /// <summary>Records that a call came, and what the token's row says.</summary>
    public void RecordCall(KnownToken known, DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            Update(known.Row);
            Token = known.Token;
            var elapsed = now - _sampleStart;
            if (elapsed >= Sample)
            {
                (_sampledBefore, _sampled, _sampleStart) = (elapsed < 2 * Sample ? _sampled : 0, 0, now);
            }
            _sampled++;
            LastCall = now;
        }
    }

    /// <summary>Whether a call would pass without a new lease.</summary>
    public bool Passes(DateTimeOffset now)
    {
        lock (_lock)
        {
            var tick = Advance(now);
            return _fetching is null && (Usable(tick) > 0 || IsFree(tick));
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
            if (IsFree(tick))
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

    /// <summary>Starts returning what an expired lease left over. False if nothing is left, or a call is already fetching.</summary>
    public bool TryBeginReturn(DateTimeOffset now)
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

    /// <summary>
    /// What to write: all calls that we made, at their ticks, and a lease for as many permits as calls are expected while it lasts.
    /// </summary>
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
            // While plenty is left, a burst on this instance must not use up the other instances' share.
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

    /// <summary>Takes over the window of a row, unless it is older than what we have.</summary>
    public void Update(TableEntity row)
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

    /// <summary>Releases the calls that waited for the lease.</summary>
    public void EndFetch()
    {
        lock (_lock)
        {
            _fetching?.SetResult();
            _fetching = null;
        }
    }

    /// <summary>Whether a call passes freely, to be settled later.</summary>
    bool IsFree(long tick) => Used(tick) < limit / 2 && _unsettled.Total < _free;

    /// <summary>The permits of our lease that can still be used.</summary>
    int Usable(long tick) => tick <= _lease.Until ? _lease.Left : 0;

    /// <summary>The calls that count now: the row's, with our lease replaced by what is left of it and by the calls that we made.</summary>
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

    /// <summary>The number of calls to expect until the end of a tick, at the recent rate.</summary>
    int Wanted(DateTimeOffset now, long until)
    {
        var elapsed = Math.Max((now - _sampleStart).TotalSeconds, Instant.TotalSeconds);
        var rate = Math.Max(_sampled < MinSampleSize ? _sampled : _sampled / elapsed, _sampledBefore);
        return (int)Math.Ceiling(rate * (SlidingWindow.StartOf(until + 1) - now).TotalSeconds);
    }
}

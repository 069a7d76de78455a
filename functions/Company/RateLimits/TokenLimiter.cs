using System.Collections.Concurrent;
using Azure;
using Planable.Company.Tokens;
using Planable.Work;

namespace Planable.Company.RateLimits;

/// <summary>
/// Limits the reads and writes a minute of each token, across all instances. The shared counts are in the token's row, which every call
/// reads anyway. So a token far under its limit costs no extra storage call; a token at its limit costs each instance at most one a second.
/// </summary>
/// <remarks>
/// No minute exceeds the limit, except by calls that instances let pass freely and have not settled: for each instance at most a twentieth
/// of the limit, and only while it knows of less than half of the limit being used. If an instance dies, the unused permits of its lease
/// count for a minute.
/// </remarks>
sealed partial class TokenLimiter(TokenStore tokens, RateLimitSettings settings, TimeProvider time, ILogger<TokenLimiter> log)
{
    const int MostRemembered = 10_000, MostAttempts = 10;

    /// <summary>A call waits for this, so the waits stay short.</summary>
    static readonly Backoff Contention = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));

    readonly ConcurrentDictionary<(string Hash, bool IsRead), Meter> _meters = new();

    /// <summary>Whether a token with this hash was recently valid on this instance.</summary>
    public bool Knows(string hash) => _meters.ContainsKey((hash, true)) || _meters.ContainsKey((hash, false));

    /// <summary>The token with this hash, if it was recently valid on this instance and its next call needs no new lease.</summary>
    public Token? Passes(string hash, bool isRead) =>
        _meters.TryGetValue((hash, isRead), out var meter) && meter.Passes(time.GetUtcNow()) ? meter.Token : null;

    /// <summary>Forgets a token that is no longer valid.</summary>
    public void Forget(string hash)
    {
        _meters.TryRemove((hash, true), out _);
        _meters.TryRemove((hash, false), out _);
    }

    /// <summary>Counts a call. Null if the token was revoked meanwhile.</summary>
    public async ValueTask<RateLimit?> TakeAsync(KnownToken known, bool isRead, CancellationToken cancel)
    {
        var meter = MeterOf(known.Token.Hash, isRead);
        meter.RecordCall(known, time.GetUtcNow());
        while (true)
        {
            var turn = meter.Take(time.GetUtcNow());
            if (turn.Limit is not null)
            {
                return turn.Limit;
            }
            if (turn.Wait is not null)
            {
                await turn.Wait.WaitAsync(cancel);
            }
            else if (!await FetchAsync(meter, known.Token.Hash, isReturn: false))
            {
                return null;
            }
        }
    }

    /// <summary>Settles the calls that we made and fetches a new lease; false if the token is gone.</summary>
    async Task<bool> FetchAsync(Meter meter, string hash, bool isReturn)
    {
        try
        {
            // Other calls wait for this too, so the caller's cancellation does not end it.
            for (var attempt = 1; ; attempt++)
            {
                var proposal = meter.Propose(time.GetUtcNow(), isReturn);
                try
                {
                    meter.Accept(proposal, await tokens.WriteAsync(hash, meter.Policy, proposal.Window, proposal.ETag), time.GetUtcNow());
                    if (proposal.Permits > 0)
                    {
                        _ = ReturnAsync(meter, hash, proposal.Until);
                    }
                    return true;
                }
                catch (RequestFailedException e) when (e.Status is StatusCodes.Status412PreconditionFailed && attempt < MostAttempts)
                {
                    await Contention.WaitAsync(attempt, TimeProvider.System, CancellationToken.None);
                    if (await tokens.RowAsync(hash, CancellationToken.None) is not { } row)
                    {
                        return false;
                    }
                    meter.Update(row);
                }
                catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
                {
                    return false;
                }
            }
        }
        finally
        {
            meter.EndFetch();
        }
    }

    /// <summary>After a lease has ended, gives what is left of it to the other instances.</summary>
    async Task ReturnAsync(Meter meter, string hash, long until)
    {
        try
        {
            var left = SlidingWindow.StartOf(until + 2) - time.GetUtcNow();
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            if (meter.TryBeginReturn(time.GetUtcNow()))
            {
                await FetchAsync(meter, hash, isReturn: true);
            }
        }
        catch (Exception e)
        {
            LogKept(e);
        }
    }

    Meter MeterOf(string hash, bool isRead)
    {
        if (_meters.TryGetValue((hash, isRead), out var known))
        {
            return known;
        }
        if (_meters.Count >= MostRemembered)
        {
            var idle = time.GetUtcNow() - TimeSpan.FromMinutes(1);
            foreach (var (key, _) in _meters.Where(meter => meter.Value.LastCall < idle))
            {
                _meters.TryRemove(key, out _);
            }
        }
        return _meters.GetOrAdd(
            (hash, isRead), static (key, limits) => key.IsRead ? new("read", limits.Reads) : new("write", limits.Writes), settings);
    }

    [LoggerMessage(LogLevel.Information, "The unused permits of a rate limit lease were not returned; they count as used for a minute")]
    partial void LogKept(Exception e);
}

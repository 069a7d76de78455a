using System.Collections.Concurrent;
using Azure;
using Planable.Company.Tokens;

namespace Planable.Company.RateLimits;

/// <summary>
/// Holds each token to its reads and writes a minute, over all instances. What they share lies in the token's row, which every call has
/// read already: a token far under its limit costs no storage call more, one at its limit at most one a second and instance.
/// </summary>
/// <remarks>
/// No minute lets through more than the limit, but for what instances let go free and have not settled: each at most a twentieth of the
/// limit, while less than half of it was used as far as they knew. What an instance leased and did not use when it died counts for a
/// minute.
/// </remarks>
sealed partial class TokenLimiter(TokenStore tokens, RateLimitSettings settings, TimeProvider time, ILogger<TokenLimiter> log)
{
    const int MostRemembered = 10_000, MostAttempts = 10;

    readonly ConcurrentDictionary<(string Hash, bool IsRead), Meter> _meters = new();

    /// <summary>Whether a token with this hash was good here lately.</summary>
    public bool Knows(string hash) => _meters.ContainsKey((hash, true)) || _meters.ContainsKey((hash, false));

    /// <summary>A token with this hash is good no more.</summary>
    public void Forget(string hash)
    {
        _meters.TryRemove((hash, true), out _);
        _meters.TryRemove((hash, false), out _);
    }

    /// <summary>Counts a call; null where the token was revoked meanwhile.</summary>
    public async ValueTask<RateLimit?> TakeAsync(KnownToken known, bool isRead, CancellationToken cancel)
    {
        var meter = MeterOf(known.Token.Hash, isRead);
        meter.Arrive(known.Row, time.GetUtcNow());
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

    /// <summary>Writes what we spent and leases anew; false where the token is gone.</summary>
    async Task<bool> FetchAsync(Meter meter, string hash, bool isReturn)
    {
        try
        {
            // For whoever waits too, so no caller's going away ends it.
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
                    await Task.Delay(Random.Shared.Next(10 * attempt));
                    if (await tokens.RowAsync(hash, CancellationToken.None) is not { } row)
                    {
                        return false;
                    }
                    meter.See(row);
                }
                catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
                {
                    return false;
                }
            }
        }
        finally
        {
            meter.Fetched();
        }
    }

    /// <summary>Once a lease has ended, lets the other instances have what it left over.</summary>
    async Task ReturnAsync(Meter meter, string hash, long until)
    {
        try
        {
            var left = SlidingWindow.StartOf(until + 2) - time.GetUtcNow();
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            if (meter.TakeReturn(time.GetUtcNow()))
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

    [LoggerMessage(LogLevel.Information, "What a lease of calls left over was not given back; it counts for a minute")]
    partial void LogKept(Exception e);
}

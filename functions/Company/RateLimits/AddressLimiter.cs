using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Planable.Company.RateLimits;

/// <summary>
/// Limits the calls a minute of each IP address without a valid token. Counted on this instance only, because such a call is not worth a
/// storage call.
/// </summary>
sealed class AddressLimiter(RateLimitSettings settings, TimeProvider time)
{
    const int MostRemembered = 10_000;

    readonly ConcurrentDictionary<IPAddress, SlidingWindow> _windows = new();

    /// <summary>Counts a call, unless the address is at its limit.</summary>
    public RateLimit Take(IPAddress? address) => Change(address, 1, time.GetUtcNow());

    /// <summary>Uncounts a call, because its token turned out to be valid.</summary>
    /// <param name="at">When the call was counted.</param>
    public void GiveBack(IPAddress? address, DateTimeOffset at) => Change(address, -1, at);

    /// <summary>What is left of the limit, without counting a call.</summary>
    public RateLimit Look(IPAddress? address) => Change(address, 0, time.GetUtcNow());

    RateLimit Change(IPAddress? address, int calls, DateTimeOffset at)
    {
        var limit = settings.Address;
        var tick = SlidingWindow.TickOf(time.GetUtcNow());
        var key = Key(address);
        if (calls <= 0 && !_windows.ContainsKey(key))
        {
            return new("address", limit, limit, SlidingWindow.StartOf(tick).AddMinutes(1));
        }
        if (_windows.Count >= MostRemembered)
        {
            Forget(tick);
        }
        var window = _windows.GetOrAdd(key, static _ => new());
        lock (window)
        {
            window.Advance(tick);
            var isOver = window.Total >= limit && calls > 0;
            if (!isOver)
            {
                window.Add(SlidingWindow.TickOf(at), calls);
            }
            var reset = SlidingWindow.StartOf(window.LeftBy(1));
            return new("address", limit, limit - window.Total, reset, isOver);
        }
    }

    /// <summary>Forgets addresses that have not called for a minute; all addresses if that is not enough.</summary>
    void Forget(long tick)
    {
        foreach (var (address, window) in _windows)
        {
            lock (window)
            {
                window.Advance(tick);
                if (window.Total == 0)
                {
                    _windows.TryRemove(address, out _);
                }
            }
        }
        if (_windows.Count >= MostRemembered)
        {
            _windows.Clear();
        }
    }

    /// <summary>Whoever has one IPv6 address usually has its whole network, so only the first 64 bits count.</summary>
    static IPAddress Key(IPAddress? address)
    {
        if (address is null || address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address ?? IPAddress.None;
        }
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new(bytes);
    }
}

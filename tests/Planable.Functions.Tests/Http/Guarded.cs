using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Http;

/// <summary>A guarded client, and what it does.</summary>
static class Guarded
{
    public static TimeSpan Short => TimeSpan.FromSeconds(1);

    public static TimeSpan Whole => TimeSpan.FromSeconds(3);

    /// <summary>One whose patience is short.</summary>
    /// <param name="stall">How long a body may say nothing.</param>
    public static GuardedClient Impatient(TimeSpan? stall = null) => Client(
        true, settings: [("Fetch:AnswerTimeout", Short.ToString()),
            ("Fetch:StallTimeout", (stall ?? Short).ToString()), ("Fetch:Timeout", Whole.ToString())]);

    public static Task<IPAddress[]> NoName(string host, CancellationToken cancel) =>
        throw new SocketException((int)SocketError.HostNotFound);

    public static GuardedClient Client(bool allowLoopback = false, Resolve? resolve = null, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Fetch:AnswerTimeout"] = "00:01:00",
            ["Fetch:StallTimeout"] = "00:01:00",
            ["Fetch:Timeout"] = "00:02:00",
        }).AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return new(
            FetchSettings.Read(configuration),
            address => PublicAddresses.Contain(address) || (allowLoopback && IPAddress.IsLoopback(address)),
            resolve ?? Dns.GetHostAddressesAsync, TimeProvider.System);
    }

    public static Task<FetchFailure> FailAsync(GuardedClient client, Uri url) =>
        Assert.ThrowsAsync<FetchFailure>(() => client.GetAsync(url, TestContext.Current.CancellationToken));

    /// <summary>Begins well, and fails before all of it is there.</summary>
    public static async Task<FetchFailure> BreakAsync(GuardedClient client, Uri url, long most = Limits.File)
    {
        using var response = await client.GetAsync(url, TestContext.Current.CancellationToken, most);
        return await Assert.ThrowsAsync<FetchFailure>(() => response.Body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    /// <summary>Fails as too slow, in time.</summary>
    public static async Task<TimeSpan> CutAsync(Func<Task<FetchFailure>> fail)
    {
        var watch = Stopwatch.StartNew();
        var failure = await fail();
        Assert.Equal(("The address answers too slowly.", true), (failure.Message, failure.IsTransient));
        Assert.InRange(watch.Elapsed, Short * 0.9, TimeSpan.FromSeconds(50));
        return watch.Elapsed;
    }

    public static async Task<string> ReadAsync(GuardedClient client, Uri url)
    {
        using var response = await client.GetAsync(url, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}

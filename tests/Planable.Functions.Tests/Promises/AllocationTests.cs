using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Planable.Content.Posts;

namespace Planable.Functions.Tests.Promises;

/// <summary>
/// The calls that are made most keep to a budget of memory that they allocate. Most of it is the storage SDK's: the benchmark
/// <c>allocations</c> says how much the same storage calls allocate without the app.
/// </summary>
[Collection(nameof(Undisturbed))]
public sealed class AllocationTests : OwnStorageGround
{
    const int Calls = 200, Rounds = 4;
    const string Text = "We are opening early all week. Come by for the first cup.";

    /// <summary>What differs from machine to machine, and what the runtime does meanwhile.</summary>
    const double Room = 1.1;

    /// <summary>How long what other instances in this process allocate by themselves is measured.</summary>
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    /// <summary>Without the policy by which other tests count the calls to storage.</summary>
    private protected override App Start() => App.Start(
        ConnectionString, services => services.RemoveAll<HttpPipelinePolicy>(), App.CallsOnly);

    [Theory]
    [InlineData("create", 250)]
    [InlineData("newest 20", 170)]
    [InlineData("by date", 215)]
    public async Task A_call_allocates_no_more_than_its_budget(string what, int kilobytes)
    {
        var company = await TestCompany.CreateAsync(App);
        await FillAsync(company);
        var list = $"/api/v1/posts?workspaceId={company.WorkspaceId}&limit=20";
        using var caller = await Caller.ConnectAsync(App, what switch
        {
            "create" => Caller.Request(company.Token, "POST /api/v1/posts", Json.Text(company.Post(Text))),
            "newest 20" => Caller.Request(company.Token, "GET " + list),
            _ => Caller.Request(company.Token, $"GET {list}&scheduledAfter=2031-01-01"),
        });

        var (idle, time) = await MeasureAsync(() => Task.Delay(Idle, Cancel));
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var (bytes, took) = await MeasureAsync(async () =>
            {
                for (var call = 0; call < Calls; call++)
                {
                    Assert.Equal(what == "create" ? 201 : 200, await caller.CallAsync());
                }
            });
            least = Math.Min(least, (bytes - (idle * (took / time))) / 1024.0 / Calls);
        }
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant($"{what}: {least:0.0} KB"));

        Assert.True(least <= kilobytes * Room, FormattableString.Invariant($"{what}: {least:0.0} KB"));
    }

    static async Task<(long Bytes, TimeSpan Took)> MeasureAsync(Func<Task> work)
    {
        var (before, begun) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        await work();
        return (GC.GetTotalAllocatedBytes(precise: true) - before, Stopwatch.GetElapsedTime(begun));
    }

    /// <summary>More posts than a list shows, each with a date of its own.</summary>
    async Task FillAsync(TestCompany company)
    {
        var (now, date) = (TimeProvider.System.GetUtcNow(), new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        foreach (var numbers in Enumerable.Range(0, 30).Chunk(10))
        {
            await App.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, Array.ConvertAll(numbers, number =>
                company.StoredPost(Text, now) with { ScheduledAt = date.AddMinutes(number) }), now, Cancel);
        }
    }

    /// <summary>Makes one call again and again, and allocates next to nothing itself.</summary>
    sealed class Caller(Socket socket, byte[] request) : IDisposable
    {
        readonly byte[] _answer = new byte[100_000];

        public static byte[] Request(string token, string line, string body = "") => Encoding.ASCII.GetBytes(
            $"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            + (body.Length == 0 ? "" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n") + "\r\n" + body);

        public static async Task<Caller> ConnectAsync(App app, byte[] request)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(app.BaseAddress.Host, app.BaseAddress.Port, Cancel);
            return new(socket, request);
        }

        /// <summary>The status of the answer, which comes in chunks; the last one is empty.</summary>
        public async ValueTask<int> CallAsync()
        {
            await socket.SendAsync(request, Cancel);
            var length = 0;
            while (!_answer.AsSpan(0, length).EndsWith("\r\n0\r\n\r\n"u8))
            {
                var read = await socket.ReceiveAsync(_answer.AsMemory(length), Cancel);
                Assert.NotEqual(0, read);
                length += read;
            }
            return int.Parse(_answer.AsSpan("HTTP/1.1 ".Length, 3));
        }

        public void Dispose() => socket.Dispose();
    }
}

/// <summary>No other tests run beside: what these measure is of the whole process.</summary>
[CollectionDefinition(nameof(Undisturbed), DisableParallelization = true)]
public sealed class Undisturbed;

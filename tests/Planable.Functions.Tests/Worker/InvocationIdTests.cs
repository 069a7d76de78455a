using System.Diagnostics;
using System.Net;
using Planable.Functions.Tests.Secrets;
using Planable.Rpc;

namespace Planable.Functions.Tests.Published;

/// <summary>Callers may name an invocation themselves, calls may come before the worker is warm: each is answered, and at once.</summary>
public sealed class InvocationIdTests(AzuriteFixture fixture, FakeKeyVault vaults, PublishedWorker worker)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(CallersInvocationId.Stays)]
    [InlineData(CallersInvocationId.Precedes)]
    [InlineData(CallersInvocationId.Replaced)]
    public async Task A_cold_worker_answers_two_hundred_calls_at_once_and_whatever_invocation_callers_name(CallersInvocationId callers)
    {
        await using var host = await PublishedWorker.StartAsync(fixture.ConnectionString, callers: callers);
        using var http = PublishedWorker.Client(host.Address);
        var token = (await TestCompany.CreateAsync(fixture.App)).Token;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => new Client(http, token).GetAsync("/ping").OkAsync()));

        var taken = Guid.NewGuid().ToString();
        string[][] all =
        [
            [taken], [taken], ["00000000-0000-0000-0000-000000000000"], ["no id"], [""], [","], ["a,b"], [taken, taken],
                [taken, "and another"], ["", ""],
            [new string('x', 2_000)],
        ];
        foreach (var ids in all)
        {
            Assert.InRange(await PingAsync(ids), TimeSpan.Zero, Longest);
        }
        await Task.WhenAll(all.Select(PingAsync));
        Assert.Empty(host.InFlight);

        async Task<TimeSpan> PingAsync(string[] ids)
        {
            var start = Stopwatch.GetTimestamp();
            await new Client(http, token).SendAsync(HttpMethod.Get, "/ping", change: request =>
                Assert.True(request.Headers.TryAddWithoutValidation("x-ms-invocation-id", ids))).OkAsync();
            return Stopwatch.GetElapsedTime(start);
        }
    }

    /// <summary>Which function's invocation a call is paired with does not matter: the app goes by the path.</summary>
    [Fact]
    public async Task Calls_that_take_each_others_invocations_get_their_own_answers()
    {
        var (host, http) = await worker.SharedAsync(fixture, vaults);
        var (one, other) = (await TestCompany.CreateAsync(fixture.App), await TestCompany.CreateAsync(fixture.App));
        var id = Guid.NewGuid().ToString();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            var company = number % 2 == 0 ? one : other;
            var path = number % 3 == 0 ? "/workspaces" : $"/posts?workspaceId={company.WorkspaceId}&limit={number}";
            var answer = await new Client(http, company.Token).SendAsync(
                HttpMethod.Get, path, change: request => request.Headers.Add("x-ms-invocation-id", id)).OkAsync();
            Assert.Equal(number % 3 == 0 ? [company.WorkspaceId] : [], answer.Ids());
        }));

        Assert.DoesNotContain(host.Logs, log => log.Message.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_larger_than_the_servers_usual_limit_is_refused_by_us()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        var company = await TestCompany.CreateAsync(fixture.App);

        await new Client(http, company.Token).SendAsync(HttpMethod.Post, "/posts", new string(' ', 40_000_000))
            .FailAsync(HttpStatusCode.RequestEntityTooLarge, "VALIDATION_ERROR");
        await new Client(http, company.Token).GetAsync("/ping").OkAsync();
    }
}

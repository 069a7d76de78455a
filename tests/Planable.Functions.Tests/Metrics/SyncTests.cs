using System.Text.Json.Nodes;
using Planable.Content.Pages;
using Planable.Functions.Tests.Hosting;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Metrics;

/// <summary>A sync that somebody asks for runs once, and ends one way or the other.</summary>
public sealed class SyncTests : MetricsGround
{
    [Fact]
    public async Task Asked_for_by_many_at_once_over_two_instances_it_starts_once_and_runs_once()
    {
        await using var other = Start();
        for (var round = 0; round < 3; round++)
        {
            var company = await TestCompany.CreateAsync(App);
            var page = company.PageIds[0];
            var all = new TaskCompletionSource();
            Network.Answer = async (_, _) =>
            {
                await all.Task.WaitAsync(Cancel);
                return null;
            };

            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
                (number % 2 == 0 ? company.Client : other.As(company.Token)).PostAsync($"/pages/{page}/sync", new { }).OkAsync()));
            all.SetResult();

            Assert.Single(answers, answer => answer["data"]!["started"]!.GetValue<bool>());
            Assert.All(answers, answer => Assert.Equal(page, answer["data"]!.Text("pageId")));
            Assert.All(answers, answer => Assert.NotEmpty(answer["data"]!.Text("message")));
            await company.SyncedAsync("/pages/" + page);
            await Eventually.TrueAsync(
                async () => await LeftAsync("outbox") + await LeftAsync("metric-syncs") == 0, "no message is left");
            Assert.Single(Network.Asked, asked => page.EndsWith(asked.Key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_gets_the_first_answer_and_starts_nothing()
    {
        var company = await TestCompany.CreateAsync(App);
        var path = $"/pages/{company.PageIds[0]}/sync";
        var first = await company.Client.PostAsync(path, new { }, "a key").OkAsync();
        await company.SyncedAsync("/pages/" + company.PageIds[0]);

        var second = await company.Client.PostAsync(path, new { }, "a key").OkAsync();

        Assert.True(JsonNode.DeepEquals(first, second));
        Assert.False(await company.IsUnderwayAsync("/pages/" + company.PageIds[0]));
        Assert.Single(Network.Asked);
        await company.Client.PostAsync(path, new { more = true }, "a key")
            .FailAsync(System.Net.HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task Its_message_may_come_as_often_as_it_likes()
    {
        var company = await TestCompany.CreateAsync(App);
        var job = new SyncJob(company.PageIds[0], TimeProvider.System.GetUtcNow());
        await using var other = Start();
        Network.Answer = async (_, cancel) =>
        {
            await Task.Delay(200, cancel);
            return null;
        };

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => (number % 2 == 0 ? App : other).Get<SyncMetrics>().RunAsync(job, Cancel)));
        await App.Get<SyncMetrics>().RunAsync(job, Cancel);

        Assert.Single(Network.Asked);
    }

    [Fact]
    public async Task A_later_one_asks_again_for_the_days_that_networks_revise_and_for_those_that_were_missed()
    {
        var company = await TestCompany.CreateAsync(App);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await App.SyncAsync(company.PageIds[0]);
        await App.SyncAsync(company.PageIds[0]);

        Assert.Equal([(today.AddDays(-89), today), (today.AddDays(-2), today)], Network.Asked.Select(asked => (asked.From, asked.To)));
    }

    [Fact]
    public async Task One_whose_worker_died_is_found_by_the_timer_and_done_by_another()
    {
        var company = await TestCompany.CreateAsync(App);
        var path = "/pages/" + company.PageIds[0];
        Network.Answer = (_, _) => throw new InvalidOperationException("As if its process had ended.");
        await company.Client.PostAsync(path + "/sync", new { }).OkAsync();
        await Eventually.TrueAsync(() => !Network.Asked.IsEmpty, "it is taken up");
        Network.Answer = (_, _) => Task.FromResult<(NetworkVerdict, TimeSpan?)?>(null);
        Assert.True(await company.IsUnderwayAsync(path));
        Assert.False((await company.Client.PostAsync(path + "/sync", new { }).OkAsync())["data"]!["started"]!.GetValue<bool>());

        await DueAsync(company);
        await App.Get<ProcessDue>().RunAsync(Cancel);
        await company.SyncedAsync(path);

        Assert.Equal(2, Network.Asked.Count);
        Assert.NotNull((await company.StatusAsync(path))["lastSyncedAt"]);
        await DueAsync(company);
        await App.Get<ProcessDue>().RunAsync(Cancel);
        Assert.DoesNotContain(
            await App.Get<DueIndex>().DueAsync(TimeProvider.System.GetUtcNow(), Cancel),
            entry => entry.Subject == company.PageIds[0]);
    }

    [Fact]
    public async Task One_that_never_ends_well_ends_badly()
    {
        var company = await TestCompany.CreateAsync(App);
        Assert.True(IdKind.Page.TryParse(company.PageIds[0], out var id));
        var subject = new Subject(IdKind.Page, id);
        var now = TimeProvider.System.GetUtcNow();
        await App.Get<MetricsStore>().WriteAsync(subject, new SyncState("a-run", Asked: true, now.AddMinutes(1), now, Tries: 20), Cancel);
        Network.Answer = (_, _) => Task.FromResult<(NetworkVerdict, TimeSpan?)?>((NetworkVerdict.RateLimited, TimeSpan.FromSeconds(1)));

        await App.Get<SyncMetrics>().RunAsync(new SyncJob(company.PageIds[0], now, "a-run"), Cancel);

        var status = await company.StatusAsync("/pages/" + company.PageIds[0]);
        Assert.False(status["syncInProgress"]!.GetValue<bool>());
        Assert.Equal("As told.", status.Text("message"));
    }

    [Fact]
    public async Task Credentials_come_from_the_vault_and_a_page_whose_are_gone_is_lost()
    {
        var company = await TestCompany.CreateAsync(App, pages: 1);
        var pages = App.Get<PageConnections>();
        Assert.True(IdKind.Page.TryParse(company.PageIds[0], out var id));
        await pages.ReconnectAsync(id, new(new NetworkGrant("account-1", "a credential").ToJson()), Cancel);
        await App.SyncAsync(company.PageIds[0]);
        Assert.Equal("a credential", Assert.Single(Network.Asked).Credentials);

        await App.Get<SecretStore>().DeleteAsync((await company.StoredPageAsync(App, company.PageIds[0])).Secret!, Cancel);
        await App.SyncAsync(company.PageIds[0]);

        Assert.Single(Network.Asked);
        Assert.False((await company.StoredPageAsync(App, company.PageIds[0])).IsConnected);
    }

    /// <summary>The messages in a queue, those that somebody has taken too.</summary>
    async Task<int> LeftAsync(string queue) =>
        (await new Azure.Storage.Queues.QueueClient(ConnectionString, queue).GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount;

    /// <summary>Makes it time to look at a sync.</summary>
    async Task DueAsync(TestCompany company)
    {
        await Task.Delay(2_100, Cancel);
        await App.Get<DueIndex>().AddAsync(SyncRequests.Kind, company.PageIds[0], TimeProvider.System.GetUtcNow(), Cancel);
    }
}

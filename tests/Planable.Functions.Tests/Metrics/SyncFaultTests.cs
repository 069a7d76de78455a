using Planable.Content.Pages;
using Planable.Functions.Tests.Hosting;
using Planable.Networks;
using Planable.Storage;

namespace Planable.Functions.Tests.Metrics;

/// <summary>What becomes of a sync, and of its page, where the network does not do as asked.</summary>
public sealed class SyncFaultTests : MetricsGround
{
    [Fact]
    public async Task An_expired_grant_disconnects_the_page_and_says_why()
    {
        var company = await TestCompany.CreateAsync(App);
        var page = company.PageIds[0];
        await FailAsync(page, SandboxFault.ExpiredGrant);

        await company.SyncAsync("/pages/" + page);

        var shown = (await company.Client.GetAsync("/pages").OkAsync())["data"]!.AsArray().Single(one => one!.Text("id") == page)!;
        Assert.False(shown["isConnected"]!.GetValue<bool>());
        Assert.NotEmpty(shown.Text("disconnectedReason"));
        var status = await company.StatusAsync("/pages/" + page);
        Assert.Equal(shown.Text("disconnectedReason"), status.Text("message"));
        Assert.Null(status["lastSyncedAt"]);
        await company.Client.PostAsync($"/pages/{page}/sync", new { }).InvalidAsync();
    }

    [Fact]
    public async Task A_rate_limit_makes_that_page_wait_on_every_instance_while_others_go_on()
    {
        var company = await TestCompany.CreateAsync(App);
        var (page, other) = (company.PageIds[0], await company.PageAsync(App, "instagram"));
        var post = await company.PublishedAsync(App);
        await using var second = Start();
        var isLimited = true;
        Network.Answer = (key, _) => Task.FromResult<(NetworkVerdict, TimeSpan?)?>(
            isLimited && page.EndsWith(key, StringComparison.Ordinal) ? (NetworkVerdict.RateLimited, TimeSpan.FromSeconds(15)) : null);
        await company.Client.PostAsync($"/pages/{page}/sync", new { }).OkAsync();
        await Eventually.TrueAsync(async () => (await company.StatusAsync("/pages/" + page))["message"] is not null, "it waits");
        isLimited = false;
        var since = TimeProvider.System.GetTimestamp();

        // Neither the page nor a post on it is asked about meanwhile, on whichever instance.
        await second.SyncAsync(post.Id);
        await second.SyncAsync(page);
        await company.SyncAsync("/pages/" + other);
        Assert.Single(Network.Asked, asked => page.EndsWith(asked.Key, StringComparison.Ordinal));
        Assert.DoesNotContain(Network.Asked, asked => asked.Key == post.Key);
        Assert.True(await company.IsUnderwayAsync("/pages/" + page) && await company.IsUnderwayAsync("/posts/" + post.Id), "They wait.");

        await company.SyncedAsync("/pages/" + page);
        await company.SyncedAsync("/posts/" + post.Id);
        Assert.NotNull((await company.StatusAsync("/pages/" + page))["lastSyncedAt"]);
        Assert.NotNull((await company.StatusAsync("/posts/" + post.Id))["lastSyncedAt"]);
        Assert.True(TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task What_the_network_refuses_ends_at_once_with_its_reason()
    {
        var company = await TestCompany.CreateAsync(App);
        await FailAsync(company.PageIds[0], SandboxFault.Refused);

        await company.SyncAsync("/pages/" + company.PageIds[0]);

        Assert.Equal("The sandbox is set to refuse.", (await company.StatusAsync("/pages/" + company.PageIds[0])).Text("message"));
        Assert.Single(Network.Asked);
    }

    [Theory]
    [InlineData(nameof(SandboxFault.Slow))]
    [InlineData(nameof(SandboxFault.DeadAfterSending))]
    public async Task A_network_that_does_not_answer_is_asked_again_later(string fault)
    {
        var company = await TestCompany.CreateAsync(App);
        var page = company.PageIds[0];
        await FailAsync(page, Enum.Parse<SandboxFault>(fault));
        await company.Client.PostAsync($"/pages/{page}/sync", new { }).OkAsync();
        await Eventually.TrueAsync(async () => (await company.StatusAsync("/pages/" + page))["message"] is not null, "it gave up waiting");
        Assert.True(await company.IsUnderwayAsync("/pages/" + page));

        await FailAsync(page, null);

        await company.SyncedAsync("/pages/" + page);
        Assert.NotNull((await company.StatusAsync("/pages/" + page))["lastSyncedAt"]);
        Assert.Equal(2, Network.Asked.Count);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_understood_is_asked_for_again_later_and_not_for_ever()
    {
        var company = await TestCompany.CreateAsync(App);
        var page = company.PageIds[0];
        Network.Answer = (_, _) => throw new System.Text.Json.JsonException("No JSON.");
        await company.Client.PostAsync($"/pages/{page}/sync", new { }).OkAsync();
        await Eventually.TrueAsync(async () => (await company.StatusAsync("/pages/" + page))["message"] is not null, "it waits");
        Assert.True(await company.IsUnderwayAsync("/pages/" + page));

        Network.Answer = (_, _) => Task.FromResult<(NetworkVerdict, TimeSpan?)?>((NetworkVerdict.Refused, null));

        await company.SyncedAsync("/pages/" + page);
        Assert.Equal("As told.", (await company.StatusAsync("/pages/" + page)).Text("message"));
    }

    async Task FailAsync(string page, SandboxFault? fault)
    {
        Assert.True(IdKind.Page.TryParse(page, out var id));
        Assert.NotNull(await App.Get<PageStore>().SetFaultAsync(id, fault, Cancel));
    }
}

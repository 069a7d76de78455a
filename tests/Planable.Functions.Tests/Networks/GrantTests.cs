using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Networks.X;
using Planable.Networks;
using Planable.Platform.Secrets;

namespace Planable.Functions.Tests.Networks;

/// <summary>Grants that end are renewed by one worker at a time, and stored before they are used.</summary>
public sealed class GrantTests(AzuriteFixture azurite) : IAsyncDisposable
{
    readonly FakeX _fake = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_ends_soon_is_renewed_once_however_many_need_it()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake);
        await using var other = await NetworkCompany.CreateAsync(azurite, _fake);
        var page = await company.PageAsync(_fake.Grant with { ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(1) });
        var old = page.Secret!;
        var workspace = company.Company.Workspaces[0].Key;

        // From two instances, all with the page as it was.
        var used = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            (number % 2 == 0 ? company : other).App.Get<PageGrants>().CallAsync(
                workspace, page, grant => Task.FromResult(NetworkAnswer.Done(grant!.AccessToken, null)), Cancel)));

        Assert.Single(_fake.Of("POST", "/token"));
        Assert.Equal([_fake.Access], used.Select(one => one.RemoteId).Distinct());
        Assert.Equal(_fake.Refresh, (await company.GrantAsync(page)).RefreshToken);
        Assert.Null(await company.App.Get<SecretStore>().GetAsync(old, Cancel));
        Assert.Null((await company.StoredAsync(page)).HeldUntil);
    }

    [Fact]
    public async Task A_token_that_the_network_rejects_is_renewed_and_the_post_goes_out()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake);
        var page = await company.PageAsync();
        _fake.Expire();
        var post = await company.DueAsync(page);

        await company.SettleAsync(post);

        Assert.Equal(Delivery.Published, (await company.StoredAsync(post)).Delivery);
        Assert.Single(_fake.Visible);
        Assert.True((await company.StoredAsync(page)).IsConnected);
    }

    [Fact]
    public async Task A_refresh_token_that_is_refused_disconnects_the_page_and_says_why()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake);
        var page = await company.PageAsync(_fake.Grant with { RefreshToken = "old" });
        _fake.Expire();
        var post = await company.DueAsync(page);

        await company.SettleAsync(post);

        var stored = await company.StoredAsync(page);
        Assert.False(stored.IsConnected);
        Assert.Equal("X no longer grants access to the page.", stored.DisconnectedReason);
        var known = await company.StoredAsync(post);
        Assert.Equal((Delivery.Failed, FailureCode.GRANT_EXPIRED), (known.Delivery, known.Publishing!.Failure!.Code));
        Assert.Empty(_fake.Visible);
    }

    [Fact]
    public async Task A_page_that_is_connected_again_meanwhile_keeps_its_new_grant()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake);
        var page = await company.PageAsync(_fake.Grant with { RefreshToken = "old" });
        _fake.Expire();
        var id = new Planable.Storage.Id(company.Company.Workspaces[0].Key, page.Key);
        var again = _fake.Grant with { RefreshToken = null };
        await company.App.Get<PageConnections>().ReconnectAsync(id, new(again.ToJson(), again.Account), Cancel);

        await company.App.Get<PageStore>().MarkDisconnectedAsync(id.Partition, page, "As it was before.", Cancel);

        Assert.True((await company.StoredAsync(page)).IsConnected);
        Assert.Equal(again.AccessToken, (await company.GrantAsync(page)).AccessToken);
    }

    [Fact]
    public async Task A_renewal_that_gets_no_answer_holds_the_page_for_nobody()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake);
        var page = await company.PageAsync(_fake.Grant with { ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(-1) });
        _fake.Next("POST", "/token", Fault.LosesRequest);
        var workspace = company.Company.Workspaces[0].Key;

        var first = await CallAsync();
        var second = await CallAsync();

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Done), (first.Verdict, second.Verdict));

        Task<NetworkAnswer> CallAsync() => company.App.Get<PageGrants>().CallAsync(
            workspace, page, grant => Task.FromResult(NetworkAnswer.Done(grant!.AccessToken, null)), Cancel);
    }

    [Fact]
    public async Task Nothing_that_is_printed_has_a_token()
    {
        var grant = _fake.Grant;

        Assert.DoesNotContain(grant.AccessToken, $"{grant} {new PageAccess(grant.ToJson(), "a")} {new NetworkApp("id", "s3cret")}",
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", $"{new NetworkApp("id", "s3cret")}", StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _fake.DisposeAsync();
}

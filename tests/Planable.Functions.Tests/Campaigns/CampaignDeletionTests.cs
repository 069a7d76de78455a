using System.Collections.Concurrent;
using System.Net;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Tokens;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Campaigns;

/// <summary>A deleted campaign lets go of its posts: at once where it was deleted, soon everywhere, in the end in storage.</summary>
public sealed class CampaignDeletionTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_posts_show_no_campaign_at_once_and_lists_follow()
    {
        // Without triggers: what follows waits.
        await using var still = App.Start(fixture.ConnectionString, settings: App.CallsOnly);
        var company = await TestCompany.CreateAsync(still, pages: 20);
        var campaign = await company.CampaignAsync();
        var posts = await company.MakeAsync(company.Group(company.PageIds).With("campaignId", campaign));
        var alone = (await company.MakeAsync(company.Post().With("campaignId", campaign)))[0];

        await company.Client.DeleteAsync("/campaigns/" + campaign).GoneAsync();

        await company.Client.GetAsync("/campaigns/" + campaign).NotFoundAsync();
        await company.Client.DeleteAsync("/campaigns/" + campaign).NotFoundAsync();
        await company.Client.PatchAsync("/campaigns/" + campaign, new { name = "x" }).NotFoundAsync();
        await company.Client.PostAsync("/posts", company.Post().With("campaignId", campaign))
            .FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "campaignId");
        await ShowsNoneAsync(company, posts.Append(alone));
        // The fixture's instance takes the message.
        await Eventually.TrueAsync(async () => (await ListAsync(company, campaign)).Length == 0, "no post is listed in it");
        await Eventually.TrueAsync(async () => await RowsAsync(company, campaign) == 0, "nothing is kept of it");
        Assert.Equal(posts.Append(alone).Order(), (await ListAsync(company, "no-campaign")).Order());
        Assert.Equal(21, await company.CountAsync());
        var told = await still.Get<ActivityFeed>()
            .ListAsync(new(company.Workspaces[0].Key, alone[^Ids.KeyLength..]), Cancel).ToListAsync(Cancel);
        Assert.Equal([PostAction.CAMPAIGN_DETACHED, PostAction.CREATED], told.Select(entry => entry.Action));
        Assert.Equal(company.Owner.Key, told[0].User);
    }

    [Fact]
    public async Task Another_instance_shows_it_within_ten_seconds_though_the_queue_waits()
    {
        await using var other = App.Start(fixture.ConnectionString, settings: App.CallsOnly);
        var company = await TestCompany.CreateAsync(_app);
        var campaign = await company.CampaignAsync();
        var post = (await company.MakeAsync(company.Post().With("campaignId", campaign)))[0];
        var client = other.As(company.Token);
        Assert.NotNull((await client.GetAsync("/posts/" + post).OkAsync())["data"]!["campaignId"]);

        await company.Client.DeleteAsync("/campaigns/" + campaign).GoneAsync();
        var (start, last) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);

        await Eventually.TrueAsync(
            async () =>
            {
                var asked = TimeProvider.System.GetElapsedTime(start);
                var isGone = (await client.GetAsync("/posts/" + post).OkAsync())["data"]!["campaignId"] is null;
                last = isGone ? last : asked;
                return isGone;
            },
            "it is shown elsewhere");
        Assert.True(last < TimeSpan.FromSeconds(10), $"It was shown to who asked {last} later.");
    }

    [Fact]
    public async Task No_post_is_left_in_a_campaign_that_is_deleted_while_posts_are_made_in_it()
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(_app);
        var campaign = await company.CampaignAsync();
        var made = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            if (number == 10)
            {
                await Task.Delay(150, Cancel);
                await other.As(company.Token).DeleteAsync("/campaigns/" + campaign).GoneAsync();
                return;
            }
            for (var count = 0; count < 3; count++)
            {
                using var response = await (number % 2 == 0 ? _app : other).As(company.Token)
                    .PostAsync("/posts", company.Post().With("campaignId", campaign));
                Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.NotFound]);
                if (response.IsSuccessStatusCode)
                {
                    made.Add((await response.Content.ReadAsStringAsync(Cancel)).Split('"')[5]);
                }
            }
        }));

        await Eventually.TrueAsync(async () => await RowsAsync(company, campaign) == 0, "nothing is kept of it");
        Assert.Equal(made.Order(), (await ListAsync(company, "no-campaign")).Order());
        await ShowsNoneAsync(company, made);
    }

    [Fact]
    public async Task A_detachment_that_ends_after_any_of_its_writes_is_finished_by_the_next_attempt()
    {
        var instant = new Instant();
        await using var mortal = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(instant), App.CallsOnly);
        for (var (writes, isDead) = (0, true); isDead; writes++)
        {
            var company = await TestCompany.CreateAsync(_app, pages: 20);
            var place = company.Workspaces[0].Key;
            // As if it was deleted long ago, and nothing had followed.
            var campaign = Ids.NewKey(TimeProvider.System);
            var now = TimeProvider.System.GetUtcNow();
            foreach (var some in Enumerable.Range(0, 45).Chunk(30))
            {
                await _app.Get<PostCreation>().ImportAsync(
                    place, [.. some.Select(page => company.StoredPost("x", now, page) with { Campaign = campaign })], now, Cancel);
            }
            var happened = new DomainEvent(CampaignDeletion.Deleted, $"{place}~{campaign}~{company.Owner.Key}~tok_x");
            instant.DieAfter(writes);
            try
            {
                await mortal.Services.GetRequiredKeyedService<IEventHandler>(CampaignDeletion.Deleted).HandleAsync(happened, now, Cancel);
                isDead = false;
            }
            catch (Instant.DeadException)
            {
                isDead = true;
            }
            instant.Live();
            Assert.Equal(isDead, await RowsAsync(company, IdKind.Campaign.Format(place, campaign)) > 0);

            await _app.Services.GetRequiredKeyedService<IEventHandler>(CampaignDeletion.Deleted).HandleAsync(happened, now, Cancel);

            Assert.Equal(0, await RowsAsync(company, IdKind.Campaign.Format(place, campaign)));
            Assert.Equal(45, (await ListAsync(company, "no-campaign")).Length);
            Assert.Equal(45, await _app.Get<Tables>().Content.RangeAsync(place, "activity~", cancel: Cancel).CountAsync(Cancel));
            // Show it, three times sixteen, forget it; and after those none ends it.
            Assert.True(writes <= 5);
            Assert.Equal(writes == 5, !isDead);
        }
    }

    [Fact]
    public async Task What_was_shown_for_a_deletion_that_never_came_is_forgotten()
    {
        var company = await TestCompany.CreateAsync(_app);
        var campaign = await company.CampaignAsync();
        var id = new Id(company.Workspaces[0].Key, campaign[^Ids.KeyLength..]);
        await _app.Get<CompanyStore>().ShowCampaignDeletedAsync(id.Partition, id.Key, Cancel);
        var happened = new DomainEvent(CampaignDeletion.Deleted, $"{id.Partition}~{id.Key}~{company.Owner.Key}~tok_x");

        await _app.Services.GetRequiredKeyedService<IEventHandler>(CampaignDeletion.Deleted)
            .CompensateAsync(happened, Cancel);

        Assert.Equal(campaign,
            (await company.ReadAsync((await company.MakeAsync(company.Post().With("campaignId", campaign)))[0])).Text("campaignId"));
    }

    [Fact]
    public async Task A_removed_workspace_leaves_nothing_of_its_deleted_campaigns()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        await _app.Get<CompanyStore>()
            .ShowCampaignDeletedAsync(company.Workspaces[0].Key, Ids.NewKey(TimeProvider.System), Cancel);

        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();

        await Eventually.TrueAsync(async () =>
            !await _app.Get<Tables>().Companies.RangeAsync(company.Key, "company~" + company.Workspaces[0].Key).AnyAsync(Cancel),
            "its rows in the company's partition are gone");
    }

    static async Task ShowsNoneAsync(TestCompany company, IEnumerable<string> posts) =>
        Assert.All(await Task.WhenAll(posts.Select(company.ReadAsync)), post => Assert.Null(post["campaignId"]));

    static async Task<string[]> ListAsync(TestCompany company, string campaign) =>
        (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&campaignId={campaign}&limit=100").OkAsync()).Ids();

    /// <summary>What storage still says of a campaign.</summary>
    async Task<int> RowsAsync(TestCompany company, string campaign)
    {
        var (place, key) = (company.Workspaces[0].Key, campaign[^Ids.KeyLength..]);
        return await PostIndex.RangesOfCampaign(key).ToAsyncEnumerable()
            .SelectMany(range => _app.Get<Tables>().Content.RangeAsync(place, range, cancel: Cancel)).CountAsync(Cancel)
            + await _app.Get<Tables>().Content.RangeAsync(place, "campaign~" + key, cancel: Cancel).CountAsync(Cancel)
            + await _app.Get<Tables>().Companies.RangeAsync(company.Key, $"company~{place}~{key}", cancel: Cancel).CountAsync(Cancel);
    }
}

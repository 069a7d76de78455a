using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Kill;

/// <summary>What a deletion leaves to be done is done, though who began it is killed.</summary>
public sealed class OutboxKillTests : KillGround
{
    [Fact]
    public async Task A_campaigns_deletion_that_is_killed_half_way_is_finished_after_the_restart()
    {
        const int Posts = 1_500;
        var company = await TestCompany.CreateAsync(Observer, pages: 20);
        var campaign = await company.CampaignAsync();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var some in Enumerable.Range(0, Posts).Chunk(30))
        {
            await Observer.Get<PostCreation>().ImportAsync(
                company.Workspaces[0].Key,
                [.. some.Select(page => company.StoredPost("x", now, page) with { Campaign = campaign[^Ids.KeyLength..] })], now, Cancel);
        }
        var index = $"list~campaign~client~{campaign[^Ids.KeyLength..]}~";

        await KillHalfWayAsync(company, "/campaigns/" + campaign, index);

        await OutboxIsDoneAsync();
        Assert.Equal(0, await CountAsync(company, index));
        Assert.Equal(Posts, await CountAsync(company, "list~campaign~client~none~"));
        Assert.Equal(Posts, await CountAsync(company, "activity~"));
        Assert.All(await Observer.Get<PostStore>().RangeAsync(company.Workspaces[0].Key, cancel: Cancel).ToListAsync(Cancel),
            one => Assert.Null(one.Post.Campaign));
        Assert.DoesNotContain(
            await RowsAsync("companies", company.Key), row => row.RowKey.EndsWith(campaign[^Ids.KeyLength..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_posts_deletion_that_is_killed_half_way_takes_its_comments_after_the_restart()
    {
        var company = await TestCompany.CreateAsync(Observer);
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        var now = TimeProvider.System.GetUtcNow();
        // More than a post may have, so that there is time to be killed in.
        foreach (var some in Enumerable.Range(0, 5_000).Chunk(100))
        {
            await Observer.Get<Tables>().Content.SubmitTransactionAsync(some.Select(_ => PostComments.Added(company.Workspaces[0].Key, new(
                Ids.NewKey(TimeProvider.System), posts[0][^Ids.KeyLength..], "x", company.Owner.Key, false, null, now))), Cancel);
        }
        await company.CommentAsync(posts[1]);

        await KillHalfWayAsync(company, "/posts/" + posts[0], "comment~" + posts[0][^Ids.KeyLength..]);

        await OutboxIsDoneAsync();
        Assert.Equal(1, await CountAsync(company, "comment~"));
    }

    /// <summary>Deletes, ends the instance once rows that must go have begun to, and starts another.</summary>
    async Task KillHalfWayAsync(TestCompany company, string path, string rows)
    {
        var before = await CountAsync(company, rows);
        var (first, http) = await StartAsync();
        await using (first)
        using (http)
        {
            await new Client(http, company.Token).DeleteAsync(path).GoneAsync();
            await Eventually.TrueAsync(async () => await CountAsync(company, rows) < before, "it has begun");
            await first.KillAsync();
        }
        Assert.NotEqual(0, await CountAsync(company, rows));
        var (second, other) = await StartAsync();
        await using (second)
        using (other)
        {
            await Eventually.TrueAsync(async () => await CountAsync(company, rows) == 0, "it is finished");
            await OutboxIsDoneAsync();
        }
    }

    async Task<int> CountAsync(TestCompany company, string prefix) =>
        await Observer.Get<Tables>().Content.RangeAsync(
            company.Workspaces[0].Key, prefix, select: ["RowKey"], cancel: Cancel).CountAsync(Cancel);
}

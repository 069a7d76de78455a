using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Promises;
using Planable.Networks.Metrics;
using Planable.Networks.Sandbox;
using Planable.Storage;

namespace Planable.Functions.Tests.Metrics;

public sealed class PostMetricsTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_published_post_has_none_until_it_is_synced_and_then_the_latest()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = await company.PublishedAsync(_app, TimeSpan.FromDays(3));
        await company.Client.GetAsync($"/posts/{post.Id}/metrics").NotFoundAsync();
        Assert.Null((await company.StatusAsync("/posts/" + post.Id))["lastSyncedAt"]);

        await company.SyncAsync("/posts/" + post.Id);

        var metrics = (await company.Client.GetAsync($"/posts/{post.Id}/metrics").OkAsync())["data"]!;
        Assert.Equal((post.Id, company.PageIds[0], "facebook"), (metrics.Text("postId"), metrics.Text("pageId"), metrics.Text("pageType")));
        Assert.True(metrics.Number("impressions") > 0);
        Assert.Equal(metrics["facebook"]!.Number("views"), metrics.Number("impressions"));
        Assert.NotNull((await company.StatusAsync("/posts/" + post.Id))["lastSyncedAt"]);
    }

    [Fact]
    public async Task The_latest_is_that_of_the_newest_day_and_the_csv_has_them_all()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = await company.PublishedAsync(_app);
        Assert.True(IdKind.Post.TryParse(post.Id, out var id));
        var subject = new Subject(IdKind.Post, id);
        foreach (var (day, impressions) in new[] { (2, 20), (3, 30), (1, 10) })
        {
            var date = new DateOnly(2026, 1, day);
            await _app.Get<Tables>().Metrics.AddEntityAsync(
                MetricsStore.Row(subject, new PostSnapshot(date, new(date, new(12, 0), TimeSpan.Zero), new(impressions, 2, 1))), Cancel);
        }

        Assert.Equal(30, (await company.Client.GetAsync($"/posts/{post.Id}/metrics").OkAsync())["data"]!.Number("impressions"));
        using var csv = await company.Client.SendAsync(
            HttpMethod.Get, $"/posts/{post.Id}/metrics", change: request => request.Headers.Add("Accept", "text/csv"));
        Assert.Equal(["2026-01-03", "2026-01-02", "2026-01-01"],
            (await csv.Content.ReadAsStringAsync(Cancel)).Trim().Split("\r\n").Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task What_is_not_published_has_no_metrics_and_no_sync()
    {
        var company = await TestCompany.CreateAsync(_app);
        var draft = (await company.MakeAsync())[0];

        await company.Client.GetAsync($"/posts/{draft}/metrics").InvalidAsync();
        await company.Client.PostAsync($"/posts/{draft}/sync", new { }).InvalidAsync();

        await _app.SyncAsync(draft);
        Assert.Null((await company.StatusAsync("/posts/" + draft))["lastSyncedAt"]);
    }

    [Theory]
    [InlineData("googleMyBusiness")]
    [InlineData("universal")]
    public async Task A_network_that_tells_nothing_about_posts_is_refused(string platform)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = await company.PublishedAsync(_app, platform: platform);

        await company.Client.PostAsync($"/posts/{post.Id}/sync", new { }).InvalidAsync();
        await company.Client.GetAsync($"/posts/{post.Id}/metrics").NotFoundAsync();
    }

    [Theory]
    [InlineData("facebook")]
    [InlineData("instagram")]
    [InlineData("threads")]
    [InlineData("linkedin")]
    [InlineData("youtube")]
    [InlineData("tiktok")]
    public async Task Each_network_has_its_own_figures_as_documented(string platform)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = await company.PublishedAsync(_app, platform: platform);
        await _app.SyncAsync(post.Id);

        var answer = await company.Client.GetAsync($"/posts/{post.Id}/metrics").OkAsync();

        var reference = await OpenApiDocument.ReadAsync(_app);
        var schema = reference.Operations.Single(
            one => one is ("GET", "/posts/{id}/metrics", _)).Operation["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
        Assert.Empty(reference.Errors(schema, answer));
        Assert.Contains(platform, answer["data"]!.Names());
    }

    [Fact]
    public async Task A_posts_figures_grow_with_its_age_quickly_at_first()
    {
        var source = new SandboxMetrics(TimeProvider.System);
        var company = await TestCompany.CreateAsync(_app);
        var page = await company.StoredPageAsync(_app, company.PageIds[0]);
        var published = new DateTimeOffset(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);
        foreach (var post in Enumerable.Range(0, 20).Select(_ => company.StoredPost("A post", published) with { ScheduledAt = published }))
        {
            var views = new List<long>();
            for (var age = 0; age < 60; age++)
            {
                var told = (await source.PostAsync(page, post, new DateOnly(2026, 1, 1).AddDays(age), null, Cancel)).Value!;
                Assert.Equal(told, (await source.PostAsync(page, post, new DateOnly(2026, 1, 1).AddDays(age), null, Cancel)).Value);
                Assert.True(told.Impressions >= told.Facebook!.Reach
                    && told.Facebook.Reach >= told.Engagement && told.Engagement >= told.Reactions);
                views.Add(told.Impressions);
            }
            Assert.Equal(views.Order(), views);
            Assert.True(views[7] - views[0] > views[59] - views[30], string.Join(' ', views));
        }
    }

    [Fact]
    public async Task A_post_that_a_caller_does_not_see_has_no_metrics_either()
    {
        var company = await TestCompany.CreateAsync(_app);
        var other = await TestCompany.CreateAsync(_app);
        var now = TimeProvider.System.GetUtcNow();
        var post = company.StoredPost("Ours", now) with { Delivery = Delivery.Published, TeamOnly = true };
        await _app.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, [post], now, Cancel);
        await _app.SyncAsync(post.Id);
        var client = _app.As(await company.TokenAsync(
            creator: await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])))));

        await company.Client.GetAsync($"/posts/{post.Id}/metrics").OkAsync();
        foreach (var stranger in new[] { client, other.Client })
        {
            await stranger.GetAsync($"/posts/{post.Id}/metrics").NotFoundAsync();
            await stranger.GetAsync($"/posts/{post.Id}/sync-status").NotFoundAsync();
            await stranger.PostAsync($"/posts/{post.Id}/sync", new { }).NotFoundAsync();
        }
    }

    [Fact]
    public async Task A_deleted_posts_snapshots_go_with_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (post, other) = (await company.PublishedAsync(_app), await company.PublishedAsync(_app));
        await company.SyncAsync("/posts/" + post.Id);
        await _app.SyncAsync(other.Id);
        Assert.NotEmpty(await RowsAsync(post));

        await company.Client.DeleteAsync("/posts/" + post.Id).GoneAsync();

        await Eventually.TrueAsync(async () => (await RowsAsync(post)).Count == 0, "its rows are gone");
        Assert.NotEmpty(await RowsAsync(other));
    }

    [Fact]
    public async Task A_deleted_workspaces_snapshots_go_with_it_and_nobody_elses()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));
        var (mine, theirs) = (await company.PublishedAsync(_app), await other.PublishedAsync(_app));
        foreach (var subject in new[] { mine.Id, theirs.Id, company.PageIds[0], other.PageIds[0] })
        {
            await _app.SyncAsync(subject);
        }
        await company.Client.DeleteAsync("/posts/" + mine.Id).GoneAsync();
        Assert.NotEmpty(await PartitionsAsync(company));
        Assert.Equal(2, (await PartitionsAsync(other)).Length);

        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();

        await Eventually.TrueAsync(async () => (await PartitionsAsync(company)).Length == 0, "its snapshots are gone");
        Assert.Equal(2, (await PartitionsAsync(other)).Length);
    }

    async Task<List<TableEntity>> RowsAsync(Post post)
    {
        Assert.True(IdKind.Post.TryParse(post.Id, out var id));
        return await _app.Get<Tables>().Metrics.RangeAsync(new Subject(IdKind.Post, id).Partition, "", cancel: Cancel).ToListAsync(Cancel);
    }

    async Task<string[]> PartitionsAsync(TestCompany company) => await _app.Get<Tables>().Metrics.RangeEverywhereAsync("", null, Cancel)
        .Select(row => row.PartitionKey)
        .Where(key => key.StartsWith(company.Workspaces[0].Key, StringComparison.Ordinal)).Distinct().ToArrayAsync(Cancel);
}

using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class FilterPostsTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task Each_filter_finds_what_it_names_alone_and_beside_the_others()
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("OPTIONAL"));
        var label = (await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id");
        var campaign = await company.CampaignAsync();
        var plain = (await company.MakeAsync())[0];
        var planned =
            (await company.MakeAsync(company.Post().With("scheduledAt", "2030-05-01T00:00:00Z").With("labels", new[] { label })))[0];
        var approved = (await company.MakeAsync(company.Post().With("approved", true).With("campaignId", campaign)))[0];
        var group = await company.MakeAsync(company.Group(company.PageIds).With("scheduledAt", "2030-04-01T02:00:00+02:00"));
        await company.Client.PatchAsync("/posts/" + plain, new { archived = true }).OkAsync();

        await AreAsync([planned, group[0], group[1]], "status=PLANNED", sorted: true);
        await AreAsync([plain], "status=ARCHIVED");
        await AreAsync([approved], "status=NO_DATE_SET");
        await AreAsync([], "status=PUBLISHED");
        await AreAsync([approved], "approvalStatus=FULLY_APPROVED");
        await AreAsync([group[0], group[1], planned, plain], "approvalStatus=NEVER_SENT");
        await AreAsync([planned], "label=" + label);
        await AreAsync([], $"label={label}&campaignId={campaign}");
        await AreAsync([approved], $"approvalStatus=FULLY_APPROVED&campaignId={campaign}&pageId={company.PageIds[0]}");
        await AreAsync([], $"approvalStatus=FULLY_APPROVED&campaignId={campaign}&pageId={company.PageIds[1]}");
        // By date, the earliest first.
        await AreAsync([group[0], group[1], planned], "scheduledAfter=2030-01-01T00:00:00Z");
        await AreAsync([group[0], group[1], planned], "scheduledBefore=2031-01-01T00:00:00Z");
        await AreAsync([planned], $"scheduledAfter=2030-04-01T00:00:01Z&pageId={company.PageIds[0]}");
        await AreAsync([group[1]], $"scheduledAfter=2030-04-01T00:00:00Z&pageId={company.PageIds[1]}");
        await AreAsync([group[0], group[1]], "scheduledAfter=2030-04-01T00:00:00Z&scheduledBefore=2030-04-01T00:00:00.001Z");
        await AreAsync([], "scheduledAfter=2029-01-01T00:00:00Z&scheduledBefore=2030-04-01T00:00:00Z");
        await AreAsync([planned], "scheduledAfter=2030-05-01T02:00:00%2B02:00&status=PLANNED&label=" + label);

        async Task AreAsync(string[] posts, string filter, bool sorted = false)
        {
            var found = (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&{filter}").OkAsync()).Ids();
            Assert.Equal(sorted ? [.. posts.Order()] : posts, sorted ? [.. found.Order()] : found);
        }
    }

    [Theory]
    [InlineData("scheduledAfter=2030-05-01", "first last next")]
    [InlineData("scheduledBefore=2030-05-01", "before first last")]
    [InlineData("scheduledAfter=2030-05-01&scheduledBefore=2030-05-01", "first last")]
    [InlineData("scheduledAfter=2030-05-01T00:00:01Z&scheduledBefore=2030-05-01", "last")]
    [InlineData("scheduledAfter=2030-05-01&scheduledBefore=2030-05-01T23:59:59.999Z", "first")]
    [InlineData("scheduledBefore=9999-12-31&scheduledAfter=0001-01-01", "before first last next")]
    [InlineData("updatedSince=2020-01-01", "next last first before")]
    [InlineData("updatedSince=2100-01-01", "")]
    public async Task A_date_is_the_whole_day_in_UTC(string filter, string found)
    {
        var company = await TestCompany.CreateAsync(_app);
        foreach (var (text, date) in new[]
        {
            ("before", "2030-04-30T23:59:59.999Z"), ("first", "2030-05-01T03:00:00+03:00"), ("last", "2030-05-01T23:59:59.999Z"),
            ("next", "2030-05-02T00:00:00Z"),
        })
        {
            await company.MakeAsync(company.Post(text).With("scheduledAt", date));
        }

        var posts = (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&{filter}").OkAsync())["data"]!.AsArray();

        Assert.Equal(found, string.Join(' ', posts.Select(post => post!.Text("plainText"))));
    }

    [Fact]
    public async Task What_was_changed_since_a_moment_is_found_and_nothing_else()
    {
        var company = await TestCompany.CreateAsync(_app);
        var posts = new[] { (await company.MakeAsync())[0], (await company.MakeAsync())[0] };
        var since = (await company.ReadAsync(posts[1])).Text("modifiedAt");
        await company.Client.PatchAsync("/posts/" + posts[0], new { text = "Changed" }).OkAsync();
        var changed = (await company.ReadAsync(posts[0])).Text("modifiedAt");

        Assert.Equal([posts[1], posts[0]], await FoundAsync(since));
        Assert.Equal([posts[0]], await FoundAsync(changed));
        Assert.Empty(await FoundAsync("2100-01-01T00:00:00Z"));

        async Task<string[]> FoundAsync(string moment) =>
            (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&updatedSince={moment}").OkAsync()).Ids();
    }

    [Theory]
    [InlineData("")]
    [InlineData("&status=PLANNED")]
    [InlineData("&pageId={page}")]
    [InlineData("&pageId={page}&status=PLANNED")]
    [InlineData("&campaignId=no-campaign")]
    [InlineData("&campaignId=no-campaign&pageId={page}")]
    [InlineData("&scheduledAfter=2030-01-01T00:00:00Z")]
    [InlineData("&scheduledAfter=2030-01-01T00:00:00Z&pageId={page}")]
    public async Task Cursors_lead_through_the_whole_list_once_whatever_the_size_of_its_parts(string filter)
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3);
        for (var day = 1; day < 5; day++)
        {
            await company.MakeAsync(company.Group(company.PageIds).With("scheduledAt", $"2030-01-0{day}T00:00:00Z"));
            await company.MakeAsync(company.Post().With("scheduledAt", "2030-01-02T00:00:00Z"));
        }
        var path = $"/posts?workspaceId={company.WorkspaceId}{filter.Replace("{page}", company.PageIds[0], StringComparison.Ordinal)}";
        var all = (await company.Client.GetAsync(path + "&limit=100").OkAsync()).Ids();
        Assert.Equal(filter.Contains("pageId", StringComparison.Ordinal) ? 8 : 16, all.Length);

        foreach (var limit in new[] { 1, 2, 3, 7, 16 })
        {
            var led = new List<string>();
            for (string? cursor = ""; cursor is not null;)
            {
                var part = await company.Client.GetAsync($"{path}&limit={limit}{cursor}").OkAsync();
                led.AddRange(part.Ids());
                var next = part["pagination"]!["nextCursor"]?.GetValue<string>();
                Assert.Equal(next is not null, part["pagination"]!["hasMore"]!.GetValue<bool>());
                cursor = next is null ? null : "&cursor=" + next;
            }
            Assert.Equal(all, led);
        }
    }

    [Fact]
    public async Task A_search_through_many_posts_goes_on_by_cursor_and_costs_the_same_a_call()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);
        var now = TimeProvider.System.GetUtcNow();
        var creation = _app.Get<PostCreation>();
        foreach (var some in Enumerable.Range(0, 1_500).Chunk(30))
        {
            await creation.ImportAsync(
                company.Workspaces[0].Key, [.. some.Select(number => company.StoredPost($"{number}", now) with { Archived = number == 0 })],
                now, TestContext.Current.CancellationToken);
        }
        var path = $"/posts?workspaceId={company.WorkspaceId}&status=ARCHIVED";

        await company.Client.GetAsync("/ping").OkAsync();
        JsonNode? first = null;
        var cost = await StorageCalls.OfAsync(async measured =>
        {
            var response = await company.Client.SendAsync(HttpMethod.Get, path, change: measured);
            first = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            return response;
        });
        var second = await company.Client.GetAsync($"{path}&cursor={first!["pagination"]!.Text("nextCursor")}").OkAsync();

        Assert.True(cost.Calls <= 3, cost.Requests);
        Assert.Empty(first.Ids());
        Assert.Equal("0", second["data"]!.AsArray().Single()!.Text("plainText"));
        Assert.False(second["pagination"]!["hasMore"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Lists_by_date_follow_every_change_of_a_date()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3);
        var group = await company.MakeAsync(company.Group(company.PageIds).With("scheduledAt", "2030-01-01T00:00:00Z"));
        var lone = (await company.MakeAsync())[0];
        await AreAsync(group);

        await company.Client.PatchAsync("/posts/" + lone, new { scheduledAt = "2030-01-02T00:00:00Z" }).OkAsync();
        await AreAsync([.. group, lone]);
        await company.Client.PatchAsync("/posts/" + group[1], new { scheduledAt = "2030-01-03T00:00:00Z" }).OkAsync();
        await AreAsync([lone, .. group]);
        await company.Client.DeleteAsync("/posts/" + group[0]).GoneAsync();
        await AreAsync([lone, .. group[1..]]);
        await company.Client.PatchAsync("/posts/" + lone, new { archived = true }).OkAsync();
        await AreAsync([lone, .. group[1..]]);
        await company.Client.SendAsync(HttpMethod.Patch, "/posts/" + group[2], """{"scheduledAt":null}""").OkAsync();
        await AreAsync([lone]);
        await company.Client.DeleteAsync("/posts/" + lone).GoneAsync();
        await AreAsync([]);
        Assert.Empty(await _app.Get<Tables>().Content.RangeAsync(company.Workspaces[0].Key, "list~date~",
            cancel: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        async Task AreAsync(string[] posts) => Assert.Equal(
            posts, (await company.Client.GetAsync(
                $"/posts?workspaceId={company.WorkspaceId}&scheduledAfter=2000-01-01T00:00:00Z").OkAsync()).Ids());
    }

    [Fact]
    public async Task A_client_finds_by_filters_what_it_sees_without_them()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));
        var client = _app.As(await company.TokenAsync(creator: person));
        var dated = company.Post().With("scheduledAt", "2030-01-01T00:00:00Z");
        var open = (await company.MakeAsync(dated))[0];
        await company.MakeAsync(dated.With("teamOnly", true));

        foreach (var filter in new[] { "status=PLANNED", "scheduledAfter=2000-01-01T00:00:00Z", "updatedSince=2000-01-01T00:00:00Z" })
        {
            Assert.Equal([open], (await client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&{filter}").OkAsync()).Ids());
        }
    }

    [Theory]
    [InlineData("status=planned", "status")]
    [InlineData("status=", "status")]
    [InlineData("approvalStatus=YES", "approvalStatus")]
    [InlineData("scheduledAfter=2030-02-30", "scheduledAfter")]
    [InlineData("scheduledBefore=2030-1-1", "scheduledBefore")]
    [InlineData("updatedSince=20300101", "updatedSince")]
    [InlineData("scheduledAfter=2030-01-01T00:00:00", "scheduledAfter")]
    [InlineData("scheduledBefore=2030-01-01T00:00:00+02:00", "scheduledBefore")]
    [InlineData("scheduledBefore=2030-13-01T00:00:00Z", "scheduledBefore")]
    [InlineData("updatedSince=yesterday", "updatedSince")]
    [InlineData("updatedSince=%22Z", "updatedSince")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=zzzzzzzzzzzzzzzz~", "cursor")]
    [InlineData("cursor=0630000000000000000~00000000000000000", "cursor")]
    [InlineData("cursor=00000000000000000&scheduledAfter=2030-01-01T00:00:00Z", "cursor")]
    [InlineData("cursor=00000000000000000&offset=1", "offset")]
    [InlineData("status=PLANNED&offset=1", "offset")]
    public async Task A_filter_that_says_nothing_is_invalid(string filter, string field)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&{filter}").InvalidAsync(field);
    }

    [Fact]
    public async Task Another_companys_label_is_not_found()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        var label = (await other.Client.PostAsync(
            "/labels", new { workspaceId = other.WorkspaceId, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id");

        await mine.Client.GetAsync($"/posts?workspaceId={mine.WorkspaceId}&label={label}").NotFoundAsync();
    }

    [Fact]
    public async Task Twenty_posts_with_a_date_a_campaign_and_a_note_each_are_made_at_once()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20, approval: ApprovalTests.Settings("OPTIONAL"));

        var posts = await company.MakeAsync(
            company.Group(company.PageIds).With("scheduledAt", "2030-01-01T00:00:00Z").With("publishAtScheduledDate", true)
            .With("campaignId", await company.CampaignAsync()).With("internalNote", "A note").With("approved", true));

        Assert.Equal(20, posts.Length);
    }
}

using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Publishing;

/// <summary>A post's way to its network, and what stands in it.</summary>
public sealed class PublishTests : PublishingGround
{
    [Fact]
    public async Task A_post_whose_time_has_come_is_published_once_and_says_where_it_is()
    {
        var company = await TestCompany.CreateAsync(App);
        var post = await DueAsync(company);

        await MinuteAsync();
        await MinuteAsync();

        var published = await company.ReadAsync(post);
        var attempt = Assert.Single(await AttemptsAsync(company, post))!;
        Assert.Equal(("PUBLISHED", true, "PUBLISHED", false),
            (published.Text("status"), published["published"]!.GetValue<bool>(), attempt.Text("state"), attempt["late"]!.GetValue<bool>()));
        Assert.StartsWith("https://", published.Text("publishedPostLink"), StringComparison.Ordinal);
        Assert.Equal(published.Text("publishedPostLink"), attempt.Text("link"));
        Assert.NotEmpty(published.Text("publishedAt"));
        Assert.NotEmpty(attempt.Text("remoteId"));
        Assert.Null(published["publishedLate"]);
        Assert.Null(published["publishFailure"]);
        var told = (await company.Client.GetAsync($"/posts/{post}/activity").OkAsync())["data"]![0]!;
        Assert.Equal("PUBLISHED", told.Text("action"));
        Assert.Null(told["userId"]);
        Assert.Null(told["tokenId"]);
        Assert.Empty(await PointersAsync());
        await company.Client.PatchAsync("/posts/" + post, new { text = "Other" })
            .FailAsync(HttpStatusCode.BadRequest, "POST_ALREADY_PUBLISHED");
    }

    [Fact]
    public async Task A_post_is_not_published_before_its_time_nor_once_it_is_taken_back()
    {
        var company = await TestCompany.CreateAsync(App);
        var later = TimeProvider.System.GetUtcNow().AddHours(3);
        var future = await DueAsync(company, more: new { scheduledAt = later });
        var moved = await DueAsync(company);
        await company.Client.PatchAsync("/posts/" + moved, new { scheduledAt = later }).OkAsync();
        var planned = await DueAsync(company);
        await company.Client.PatchAsync("/posts/" + planned, new { publishAtScheduledDate = false }).OkAsync();
        var archived = await DueAsync(company);
        await company.Client.PatchAsync("/posts/" + archived, new { archived = true }).OkAsync();
        var deleted = await DueAsync(company);
        await company.Client.DeleteAsync("/posts/" + deleted).GoneAsync();

        await MinuteAsync();

        Assert.Equal(
            ["SCHEDULED", "SCHEDULED", "PLANNED", "ARCHIVED"],
            await new[] { future, moved, planned, archived }.EachAsync(
                async (post, _) => (await company.ReadAsync(post)).Text("status"), Cancel));
        Assert.All(
            await new[] { future, moved, planned, archived }.EachAsync((post, _) => AttemptsAsync(company, post), Cancel), Assert.Empty);
        var hour = later.UtcDateTime.ToString(DueIndex.HourFormat, CultureInfo.InvariantCulture);
        Assert.Equal(2, (await PointersAsync()).Count(pointer => pointer.PartitionKey.StartsWith(hour, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_post_waits_for_what_it_shows_and_fails_where_that_does_not_come()
    {
        var company = await TestCompany.CreateAsync(App);
        var (waiting, missing, covered) = (await DueAsync(company), await DueAsync(company), await DueAsync(company));
        await ShowAsync(waiting, post => post with { Media = [Shown(MediaStatus.success), Shown(MediaStatus.processing)] });
        await ShowAsync(missing, post => post with { Media = [Shown(MediaStatus.success), Shown(MediaStatus.error)] });
        await ShowAsync(covered, post => post with { VideoThumbnail = Shown(MediaStatus.processing) });

        await MinuteAsync();

        Assert.Equal(["SCHEDULED", "WITH_ERRORS", "SCHEDULED"], await StatusesAsync());
        Assert.Equal("MEDIA_MISSING", (await company.ReadAsync(missing))["publishFailure"]!.Text("code"));

        await ShowAsync(waiting, post => post with { Media = [Shown(MediaStatus.success), Shown(MediaStatus.success)] });
        await ShowAsync(covered, post => post with { VideoThumbnail = Shown(MediaStatus.success) });

        await BecomesAsync(company, waiting, "PUBLISHED");
        await BecomesAsync(company, covered, "PUBLISHED");
        Assert.Equal("WITH_ERRORS", (await company.ReadAsync(missing)).Text("status"));

        Task<string[]> StatusesAsync() =>
            new[] { waiting, missing, covered }.EachAsync(async (post, _) => (await company.ReadAsync(post)).Text("status"), Cancel);

        async Task ShowAsync(string id, Func<Post, Post> show)
        {
            var stored = (await App.Get<PostStore>().ReadAsync(Parsed(IdKind.Post, id), Cancel))!;
            await App.Get<PostStore>().UpdateAsync(stored, show(stored.Post), Cancel);
        }

        static PostMedia Shown(MediaStatus status) => new(Ids.NewKey(TimeProvider.System), status, MediaKind.image);
    }

    [Fact]
    public async Task Every_post_of_a_group_is_published_on_its_page_for_itself()
    {
        var company = await TestCompany.CreateAsync(App, pages: 5);
        await FailAsync(company.PageIds[2], SandboxFault.Refused);
        var posts = await company.MakeAsync(company.Group(company.PageIds[0], company.PageIds[2], company.PageIds[4])
            .With("scheduledAt", TimeProvider.System.GetUtcNow().AddSeconds(-2)).With("publishAtScheduledDate", true));

        await MinuteAsync();

        Assert.Equal(["PUBLISHED", "WITH_ERRORS", "PUBLISHED"],
            await posts.EachAsync(async (post, _) => (await company.ReadAsync(post)).Text("status"), Cancel));
        Assert.All(await posts.EachAsync((post, _) => AttemptsAsync(company, post), Cancel), attempts => Assert.Single(attempts));
    }

    [Theory]
    [InlineData("REQUIRED")]
    [InlineData("MULTIPLE")]
    public async Task Approval_is_looked_at_once_more_by_the_settings_of_that_moment(string type)
    {
        var company = await TestCompany.CreateAsync(App);
        var (due, approved) = (await DueAsync(company), await DueAsync(company));
        object settings = type == "REQUIRED" ? new { type, autoLock = false, autoSchedule = false }
            : new
            {
                type,
                autoLock = false,
                autoSchedule = false,
                approvalLevels = new[] { new { id = "one", label = "One", approversIds = Array.Empty<string>() } },
            };
        await company.Client.PatchAsync("/workspaces/" + company.WorkspaceId, new { approvalSettings = settings }).OkAsync();
        await company.Client.PostAsync($"/posts/{approved}/approve", new { }).OkAsync();

        await MinuteAsync();

        var held = await FailedAsync(company, due, "APPROVAL_MISSING");
        Assert.Equal("PUBLISHED", (await company.ReadAsync(approved)).Text("status"));
        await company.Client.PostAsync($"/posts/{due}/approve", new { }).OkAsync();
        Assert.Equal("WITH_ERRORS", (await company.ReadAsync(due)).Text("status"));
        Assert.Equal("SCHEDULED", (await company.Client.PostAsync($"/posts/{due}/retry", new { }).OkAsync())["data"]!.Text("status"));
        await MinuteAsync();
        Assert.Equal("PUBLISHED", (await company.ReadAsync(due)).Text("status"));
        Assert.Equal(["PUBLISHED", "FAILED"], (await AttemptsAsync(company, due)).Select(attempt => attempt!.Text("state")));
        Assert.NotNull(held["publishFailure"]);
    }

    [Fact]
    public async Task An_expired_grant_disconnects_the_page_and_its_posts_wait_for_somebody_to_act()
    {
        var company = await TestCompany.CreateAsync(App);
        await FailAsync(company.PageIds[0], SandboxFault.ExpiredGrant);
        var first = await DueAsync(company);

        await MinuteAsync();
        await FailedAsync(company, first, "GRANT_EXPIRED");
        var second = await DueAsync(company);
        await MinuteAsync();

        await FailedAsync(company, second, "PAGE_DISCONNECTED");
        var page = await PageAsync();
        Assert.False(page["isConnected"]!.GetValue<bool>());
        Assert.Equal("The sandbox's grant has expired.", page.Text("disconnectedReason"));
        Assert.Equal(page.Text("disconnectedReason"), (await company.ReadAsync(second))["publishFailure"]!.Text("message"));
        await FailAsync(company.PageIds[0], null);
        await App.Get<PageConnections>().ReconnectAsync(Parsed(IdKind.Page, company.PageIds[0]), null, Cancel);
        Assert.Null((await PageAsync())["disconnectedReason"]);
        await company.Client.PostAsync($"/posts/{first}/retry", new { }).OkAsync();
        await MinuteAsync();
        Assert.Equal("PUBLISHED", (await company.ReadAsync(first)).Text("status"));

        async Task<JsonNode> PageAsync() =>
            (await company.Client.GetAsync("/pages?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray()
            .Single(one => one!.Text("id") == company.PageIds[0])!;
    }

    [Fact]
    public async Task A_networks_limit_pauses_its_page_alone_on_every_instance()
    {
        var company = await TestCompany.CreateAsync(App, pages: 3);
        await FailAsync(company.PageIds[0], SandboxFault.RateLimited);
        var limited = await DueAsync(company);
        await MinuteAsync();
        var waiting = await DueAsync(company);
        var other = await DueAsync(company, more: new { pageId = company.PageIds[2] });
        await FailAsync(company.PageIds[0], null);
        await using var another = Start();

        await MinuteAsync(another);

        Assert.Equal(
            ["SCHEDULED", "SCHEDULED", "PUBLISHED"],
            await new[] { limited, waiting, other }.EachAsync(async (post, _) => (await company.ReadAsync(post)).Text("status"), Cancel));
        var attempt = Assert.Single(await AttemptsAsync(company, limited))!;
        Assert.Equal(("FAILED", "RATE_LIMITED"), (attempt.Text("state"), attempt.Text("code")));
        Assert.NotNull(attempt["retryAt"]);
        Assert.Empty(await AttemptsAsync(company, waiting));
        await App.Get<PageStore>()
            .PauseAsync(Parsed(IdKind.Page, company.PageIds[0]), TimeProvider.System.GetUtcNow().AddMinutes(2), Cancel);
        await using var bold = Start(services =>
            Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(
                services, new Ahead(TimeSpan.FromMinutes(3))));
        await MinuteAsync(bold);
        await MinuteAsync(bold);
        Assert.Equal(["PUBLISHED", "PUBLISHED"],
            await new[] { limited, waiting }.EachAsync(async (post, _) => (await company.ReadAsync(post)).Text("status"), Cancel));
    }

    [Fact]
    public async Task What_went_out_and_was_not_answered_is_asked_about_and_not_sent_again()
    {
        var company = await TestCompany.CreateAsync(App, pages: 3);
        await FailAsync(company.PageIds[0], SandboxFault.DeadAfterSending);
        await FailAsync(company.PageIds[2], SandboxFault.Slow);
        var dead = await DueAsync(company);

        await MinuteAsync();

        Assert.Equal("PUBLISHING", (await company.ReadAsync(dead)).Text("status"));
        Assert.Equal("SENDING", Assert.Single(await AttemptsAsync(company, dead))!.Text("state"));
        await company.Client.PatchAsync("/posts/" + dead, new { text = "x" })
            .FailAsync(HttpStatusCode.BadRequest, "PUBLISHING_IN_PROGRESS");
        await company.Client.DeleteAsync("/posts/" + dead).FailAsync(HttpStatusCode.BadRequest, "PUBLISHING_IN_PROGRESS");
        await company.Client.PostAsync($"/posts/{dead}/retry", new { }).FailAsync(HttpStatusCode.BadRequest, "PUBLISHING_IN_PROGRESS");
        await BecomesAsync(company, dead, "WITH_ERRORS");
        await FailedAsync(company, dead, "OUTCOME_UNKNOWN");
        var slow = await DueAsync(company, more: new { pageId = company.PageIds[2] });
        await BecomesAsync(company, slow, "PUBLISHED");
        Assert.Single(await AttemptsAsync(company, dead));
        Assert.Single(await AttemptsAsync(company, slow));
    }

    [Fact]
    public async Task What_may_be_there_is_not_published_again_by_an_edit_of_another_post_of_its_group()
    {
        var company = await TestCompany.CreateAsync(App, pages: 2);
        await FailAsync(company.PageIds[0], SandboxFault.Refused);
        await FailAsync(company.PageIds[1], SandboxFault.DeadAfterSending);
        var date = TimeProvider.System.GetUtcNow();
        var posts = await company.MakeAsync(
            company.Group(company.PageIds).With("scheduledAt", date.ToString("O")).With("publishAtScheduledDate", true));
        await BecomesAsync(company, posts[0], "WITH_ERRORS");
        await BecomesAsync(company, posts[1], "WITH_ERRORS");
        await FailAsync(company.PageIds[0], null);
        await FailAsync(company.PageIds[1], null);

        await company.Client.PatchAsync(
            "/posts/" + posts[0], new { text = "Mended", scheduledAt = date.AddSeconds(1), publishAtScheduledDate = true }).OkAsync();

        await BecomesAsync(company, posts[0], "PUBLISHED");
        await FailedAsync(company, posts[1], "OUTCOME_UNKNOWN");
        Assert.Single(await AttemptsAsync(company, posts[1]));
    }

    [Fact]
    public async Task What_is_very_late_is_published_and_marked_or_held_where_that_is_set()
    {
        var company = await TestCompany.CreateAsync(App);
        var now = TimeProvider.System.GetUtcNow();
        Post[] late = [.. new[] { -0.5, -2, -48 }.Select(
            hours => company.StoredPost($"{hours}", now) with { ScheduledAt = now.AddHours(hours), ScheduledSet = true })];
        await App.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, late, now, Cancel);
        await using var strict = Start(settings: ("Publishing:HoldLate", "1.00:00:00"));

        await MinuteAsync(strict);

        var seen = await late.EachAsync((post, _) => company.ReadAsync(post.Id), Cancel);
        Assert.Equal(["PUBLISHED", "PUBLISHED", "WITH_ERRORS"], seen.Select(post => post.Text("status")));
        Assert.Equal([null, true, true], seen.Select(post => post["publishedLate"]?.GetValue<bool>()));
        await FailedAsync(company, late[2].Id, "HELD_LATE");
        Assert.True((await AttemptsAsync(company, late[1].Id))[0]!["late"]!.GetValue<bool>());
        // Another date alone does not ask for it.
        await company.Client.PatchAsync("/posts/" + late[2].Id, new { scheduledAt = now.AddDays(1) }).OkAsync();
        Assert.Equal("HELD_LATE", (await company.ReadAsync(late[2].Id))["publishFailure"]!.Text("code"));
        await company.Client.PostAsync($"/posts/{late[2].Id}/retry", new { }).OkAsync();
        await MinuteAsync(strict);
        Assert.Equal("PUBLISHED", (await company.ReadAsync(late[2].Id)).Text("status"));
    }

    [Fact]
    public async Task Only_what_has_failed_is_published_again()
    {
        var company = await TestCompany.CreateAsync(App);
        var (draft, published) = ((await company.MakeAsync())[0], await DueAsync(company));
        await MinuteAsync();

        await company.Client.PostAsync($"/posts/{draft}/retry", new { }).InvalidAsync();
        await company.Client.PostAsync($"/posts/{published}/retry", new { }).FailAsync(HttpStatusCode.BadRequest, "POST_ALREADY_PUBLISHED");
        var writer = await company.PersonAsync(TestCompany.Person(
            Role.MEMBER,
            (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        await App.As(await company.TokenAsync(creator: writer)).PostAsync($"/posts/{draft}/retry", new { }).ForbiddenAsync();
        Assert.Equal("NO_DATE_SET", (await company.ReadAsync(draft)).Text("status"));
    }
}

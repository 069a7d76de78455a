using System.Globalization;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Publishing;

/// <summary>What is scheduled is found when it is due, and what finding it costs.</summary>
public sealed class ScheduleTests : PublishingGround
{
    /// <summary>A lease that need not be renewed, which would cost calls of its own, however slow the machine.</summary>
    static readonly (string Key, string Value) Unhurried = ("Publishing:Lease", "00:01:00");

    public static TheoryData<string> Ways => [
        "created", "created and approved", "dated", "dated in steps", "scheduled", "scheduled in a group", "moved", "approved",
        "approved by an edit", "brought back", "failed before"];

    [Theory, MemberData(nameof(Ways))]
    public async Task However_a_post_became_scheduled_it_is_found(string way)
    {
        var company = await TestCompany.CreateAsync(
            App, pages: 3, approval: ApprovalTests.Settings("OPTIONAL") with
            {
                AutoSchedule = way.StartsWith("approved", StringComparison.Ordinal) || way == "created and approved",
            });
        var (client, due) = (company.Client, TimeProvider.System.GetUtcNow().AddSeconds(3));
        var body = company.Post();
        switch (way)
        {
            case "created":
                body.With("scheduledAt", due).With("publishAtScheduledDate", true);
                break;
            case "created and approved":
                body.With("scheduledAt", due).With("approved", true);
                break;
            case "scheduled" or "approved" or "approved by an edit":
                body.With("scheduledAt", due);
                break;
            case "moved":
                body.With("scheduledAt", due.AddDays(1)).With("publishAtScheduledDate", true);
                break;
            case "scheduled in a group":
                body = company.Group(company.PageIds[0], company.PageIds[2]);
                break;
            case "brought back":
                body.With("scheduledAt", due).With("publishAtScheduledDate", true);
                break;
            case "failed before":
                body.With("scheduledAt", due.AddSeconds(-10)).With("publishAtScheduledDate", true);
                break;
        }
        var posts = await company.MakeAsync(body);
        var path = "/posts/" + posts[^1];
        switch (way)
        {
            case "dated" or "scheduled in a group":
                await client.PatchAsync(path, new { scheduledAt = due, publishAtScheduledDate = true }).OkAsync();
                break;
            case "dated in steps":
                await client.PatchAsync(path, new { scheduledAt = due }).OkAsync();
                // By now nothing points to it any more.
                await EmptyAsync();
                await client.PatchAsync(path, new { publishAtScheduledDate = true }).OkAsync();
                break;
            case "scheduled":
                await client.PatchAsync(path, new { publishAtScheduledDate = true }).OkAsync();
                break;
            case "moved":
                await client.PatchAsync(path, new { scheduledAt = due }).OkAsync();
                break;
            case "approved":
                await client.PostAsync(path + "/approve", new { }).OkAsync();
                break;
            case "approved by an edit":
                await client.PatchAsync(path, new { approved = true }).OkAsync();
                break;
            case "brought back":
                await client.PatchAsync(path, new { archived = true }).OkAsync();
                await EmptyAsync();
                await client.PatchAsync(path, new { archived = false, publishAtScheduledDate = true }).OkAsync();
                break;
            case "failed before":
                await FailAsync(company.PageIds[0], SandboxFault.Refused);
                await MinuteAsync();
                Assert.Equal("WITH_ERRORS", (await company.ReadAsync(posts[0])).Text("status"));
                await FailAsync(company.PageIds[0], null);
                await EmptyAsync();
                await client.PatchAsync(path, new { scheduledAt = due, publishAtScheduledDate = true }).OkAsync();
                break;
        }
        foreach (var post in posts)
        {
            Assert.Equal("SCHEDULED", (await company.ReadAsync(post)).Text("status"));
        }
        Assert.NotEmpty(await PointersAsync());

        foreach (var post in posts)
        {
            await BecomesAsync(company, post, "PUBLISHED");
        }
        // Whatever pointed to it elsewhere or too early did not make it early either.
        Assert.All(await AttemptsAsync(company, posts[0]), attempt => Assert.True(way == "failed before"
            || DateTimeOffset.Parse(attempt!.Text("startedAt"), CultureInfo.InvariantCulture) >= due.AddMilliseconds(-50)));
    }

    [Fact]
    public async Task What_an_approval_schedules_is_published_though_the_edit_itself_asks_for_no_schedule()
    {
        var company = await TestCompany.CreateAsync(App);
        await company.Client.PatchAsync("/workspaces/" + company.WorkspaceId,
            new { approvalSettings = new { type = "REQUIRED", autoLock = false, autoSchedule = true } }).OkAsync();
        var post = (await company.MakeAsync(
            company.Post().With("scheduledAt", TimeProvider.System.GetUtcNow().AddSeconds(1).ToString("O"))))[0];

        await company.Client.PatchAsync("/posts/" + post, new { approved = true, publishAtScheduledDate = false }).OkAsync();

        Assert.Equal("SCHEDULED", (await company.ReadAsync(post)).Text("status"));
        await BecomesAsync(company, post, "PUBLISHED");
    }

    [Fact]
    public async Task A_pointer_to_what_is_not_scheduled_stays_while_that_may_be_about_to_commit_and_then_goes()
    {
        var company = await TestCompany.CreateAsync(App);
        var post = (await company.MakeAsync())[0];
        var due = App.Get<DueIndex>();
        var id = Parsed(IdKind.Post, post);
        await due.AddPostsAsync(id.Partition, id.Key, TimeProvider.System.GetUtcNow().AddSeconds(-5), Cancel);

        await MinuteAsync();

        Assert.Single(await PointersAsync());
        await EmptyAsync();
        var old = due.NewForPosts(id.Partition, id.Key, TimeProvider.System.GetUtcNow().AddMinutes(-90)) with
        {
            Added = TimeProvider.System.GetUtcNow().AddHours(-1),
        };
        await due.AddAsync([old], Cancel);
        await MinuteAsync();
        Assert.Empty(await PointersAsync());
    }

    [Fact]
    public async Task Looking_costs_the_same_however_much_is_scheduled_and_however_long_nobody_looked()
    {
        var due = App.Get<DueIndex>();
        var now = TimeProvider.System.GetUtcNow();
        var workspace = Ids.NewWorkspaceKey(Ids.NewCompanyKey());
        await due.AddAsync(Enumerable.Range(0, 5_000).Select(number => due.NewForPosts(
            workspace, Ids.NewKey(TimeProvider.System), now.AddMinutes(2).AddSeconds(number % 7_200))), Cancel);

        var cost = await StorageCalls.OfAsync(() => TickAsync());

        Assert.True(cost is { Calls: <= DueIndex.Shards + 1, Steps: 1 }, $"{cost.Calls} calls, {cost.Steps} steps\n{cost.Requests}");
        Assert.Equal(5_000, (await PointersAsync()).Count);
    }

    [Fact]
    public void What_is_due_in_the_same_hour_is_spread_over_partitions()
    {
        var (due, now) = (App.Get<DueIndex>(), TimeProvider.System.GetUtcNow());
        var workspace = Ids.NewWorkspaceKey(Ids.NewCompanyKey());
        var partitions = Enumerable.Range(0, 1_000 * DueIndex.Shards)
            .Select(_ => due.NewForPosts(workspace, Ids.NewKey(TimeProvider.System), now).Partition).CountBy(partition => partition)
            .Select(partition => partition.Value).ToArray();

        Assert.Equal(DueIndex.Shards, partitions.Length);
        Assert.All(partitions, entries => Assert.InRange(entries, 800, 1_200));
    }

    [Fact]
    public async Task However_much_is_due_one_run_hands_it_over()
    {
        const int Posts = DueIndex.MostOfPartition * (DueIndex.Shards + 1);
        var (due, now) = (App.Get<DueIndex>(), TimeProvider.System.GetUtcNow());
        var workspace = Ids.NewWorkspaceKey(Ids.NewCompanyKey());
        await due.AddAsync(
            Enumerable.Range(0, Posts).Select(_ => due.NewForPosts(workspace, Ids.NewKey(TimeProvider.System), now)), Cancel);
        await using var patient = Start(null, Unhurried);

        await TickAsync(patient);

        var pointers = await PointersAsync();
        Assert.Equal(Posts, pointers.Count);
        Assert.All(pointers, pointer => Assert.EndsWith(DueIndex.Moved, pointer.RowKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_earlier_version_scheduled_for_this_hour_is_published()
    {
        var company = await TestCompany.CreateAsync(App);
        // Entries of other shards than the first lay in the partition of their hour too.
        string post;
        do
        {
            post = await DueAsync(company);
            await EmptyAsync();
        }
        while (DueIndex.ShardOf(Subject(post)) == 0);
        var entry = App.Get<DueIndex>().New(PostSchedule.Kind, Subject(post), TimeProvider.System.GetUtcNow().AddSeconds(-1));
        await App.Get<DueIndex>().AddAsync([entry with { Partition = entry.Partition[..DueIndex.HourFormat.Length] }], Cancel);

        await BecomesAsync(company, post, "PUBLISHED");
        Assert.Empty(await PointersAsync());

        static string Subject(string post) => post[IdKind.Post.Prefix.Length..^1];
    }

    [Fact]
    public async Task A_published_post_costs_eight_calls_of_storage_at_the_most()
    {
        const int Posts = 40, Looking = DueIndex.Shards + 1;
        var company = await TestCompany.CreateAsync(App, pages: 10);
        var now = TimeProvider.System.GetUtcNow();
        Post[] due = [.. Enumerable.Range(0, Posts)
            .Select(number => company.StoredPost($"{number}", now, number) with { ScheduledAt = now.AddSeconds(-1), ScheduledSet = true })];
        foreach (var some in due.Chunk(20))
        {
            await App.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, some, now, Cancel);
        }

        await using var patient = Start(null, Unhurried);

        // The look at what is due is the minute's and not the post's.
        var found = await StorageCalls.OfAsync(() => TickAsync());
        var published = await StorageCalls.OfAsync(() => DrainAsync(patient));

        Assert.All(
            await due.EachAsync((post, _) => company.ReadAsync(post.Id), Cancel), post => Assert.Equal("PUBLISHED", post.Text("status")));
        Assert.Empty(await PointersAsync());
        TestContext.Current.TestOutputHelper!.WriteLine($"{found.Calls - Looking} and {published.Calls} calls for {Posts} posts");
        Assert.True(found.Calls - Looking + published.Calls <= 8 * Posts,
            $"{found.Calls} and {published.Calls}\n{found.Requests}\n{published.Requests}");
    }

    [Fact]
    public async Task A_single_post_costs_eight_calls_of_storage_at_the_most()
    {
        var company = await TestCompany.CreateAsync(App);
        await DueAsync(company);
        await TickAsync();
        await using var patient = Start(null, Unhurried);

        var cost = await StorageCalls.OfAsync(() => DrainAsync(patient));

        Assert.True(cost.Calls <= 8, $"{cost.Calls}\n{cost.Requests}");
    }

    [Fact]
    public async Task A_deleted_post_takes_its_attempts_along_and_a_deleted_workspace_its_pointers()
    {
        var company = await TestCompany.CreateAsync(App, workspaces: 2);
        var (published, scheduled) =
            (await DueAsync(company), await DueAsync(company, more: new { scheduledAt = TimeProvider.System.GetUtcNow().AddDays(9) }));
        await BecomesAsync(company, published, "PUBLISHED");
        Assert.Single(await AttemptsAsync(company, published));
        await using var whole = App.Start(ConnectionString);

        await company.Client.DeleteAsync("/posts/" + published).GoneAsync();

        await Hosting.Eventually.TrueAsync(async () => await AttemptRowsAsync() == 0, "its attempts are gone");
        Assert.Single(await PointersAsync(), pointer => pointer.RowKey.Contains(scheduled[4..^1], StringComparison.Ordinal));
        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();
        await Hosting.Eventually.TrueAsync(async () => (await PointersAsync()).Count == 0, "its pointers are gone");

        async Task<int> AttemptRowsAsync() =>
            await App.Get<Tables>().Content.RangeAsync(company.Workspaces[0].Key, "attempt~", cancel: Cancel).CountAsync(Cancel);
    }

    async Task EmptyAsync()
    {
        foreach (var pointer in await PointersAsync())
        {
            await App.Get<Tables>().Due.DeleteEntityAsync(pointer.PartitionKey, pointer.RowKey, Azure.ETag.All, Cancel);
        }
    }
}

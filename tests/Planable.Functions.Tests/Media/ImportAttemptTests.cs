using Azure.Storage.Queues;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Media;

/// <summary>What comes of an import whose address, or whose worker, fails.</summary>
public sealed class ImportAttemptTests(MediaGround ground) : IClassFixture<MediaGround>
{
    readonly App _app = ground.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_may_pass_is_tried_again_when_it_says_and_what_it_cost_is_kept()
    {
        var company = await TestCompany.CreateAsync(_app);
        var picture = MediaGround.Png();
        var asked = 0;
        var url = ground.Server.On($"/{Guid.NewGuid():N}.png", async (stream, stop) =>
        {
            var head = Interlocked.Increment(ref asked) == 1
                ? "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                : $"HTTP/1.1 200 OK\r\nContent-Length: {picture.Length}\r\n\r\n";
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head), stop);
            await stream.WriteAsync(asked == 1 ? [] : picture, stop);
        }).AbsoluteUri;

        var id = (await MediaGround.ImportAsync(company, url))[0];
        await Eventually.TrueAsync(
            async () => await ground.StoredAsync(company, id) is { Attempts: 1, IsLeased: false }, "the first attempt is over");
        Assert.Equal("processing", (await company.Client.GetAsync("/media/" + id).OkAsync())["data"]!.Text("status"));

        Assert.Equal("success", (await MediaGround.SettledAsync(company, id)).Text("status"));
        Assert.Equal(2, asked);
        Assert.Null((await ground.StoredAsync(company, id))!.Source);
    }

    [Fact]
    public async Task After_the_last_attempt_it_is_an_error()
    {
        var company = await TestCompany.CreateAsync(_app);
        var url = ground.Server.On($"/{Guid.NewGuid():N}.png", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n").AbsoluteUri;
        var id = (await MediaGround.ImportAsync(company, url))[0];
        await Eventually.TrueAsync(
            async () => await ground.StoredAsync(company, id) is { Attempts: 1, IsLeased: false }, "the first attempt is over");

        await ChangeAsync(company, id, item => item with { Attempts = 4, Due = default });
        await _app.Get<JobQueue<MediaJob>>().SendAsync(new(company.Workspaces[0].Key, id[^Ids.KeyLength..]), cancel: Cancel);

        Assert.Equal("The address answered 500.", (await MediaGround.SettledAsync(company, id)).Text("error"));
    }

    [Fact]
    public async Task What_a_dead_worker_left_is_found_by_the_timer_and_given_up_where_it_kills_every_worker()
    {
        var company = await TestCompany.CreateAsync(_app);
        var stay = new TaskCompletionSource();
        var url = ground.Server.On($"/{Guid.NewGuid():N}.png", async (stream, stop) => await stay.Task.WaitAsync(stop)).AbsoluteUri;
        string[] ids = [.. await MediaGround.ImportAsync(company, url), .. await MediaGround.ImportAsync(company, url)];
        stay.SetResult();
        var picture = ground.Serve(MediaGround.Png());
        foreach (var (id, attempts) in ids.Zip([1, 5]))
        {
            await Eventually.TrueAsync(
                async () => await ground.StoredAsync(company, id) is { Attempts: 1, IsLeased: false }, "the first attempt is over");
            await ChangeAsync(company, id, item =>
                item with { Source = picture, Attempts = attempts, IsLeased = true, Due = TimeProvider.System.GetUtcNow().AddSeconds(-1) });
        }

        await MediaGround.LookAsync(_app, company);

        Assert.Equal("success", (await MediaGround.SettledAsync(company, ids[0])).Text("status"));
        Assert.Equal("It could not be processed.", (await MediaGround.SettledAsync(company, ids[1])).Text("error"));
        await MediaGround.LookAsync(_app, company);
        Assert.Empty(await MediaGround.DueAsync(_app, company));
    }

    [Fact]
    public async Task What_was_accepted_is_begun_by_the_timer_though_all_its_messages_are_lost()
    {
        await using var storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        await using var app = App.Start(storage.ConnectionString, settings: [.. App.CallsOnly, .. MediaGround.Settings]);
        await LocalStores.CreateAsync(app.Services);
        var company = await TestCompany.CreateAsync(app);
        var queue = app.Get<QueueServiceClient>().GetQueueClient(Queues.Media);
        await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png()), ground.Serve(MediaGround.Png()));
        await company.MakeAsync(company.Post().With("media", new[] { ground.Serve(MediaGround.Png()) }));
        var upload = await company.Client.PostAsync(
            "/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png" }).CreatedAsync();
        await company.Client.PostAsync($"/media/uploads/{upload["data"]!.Text("id")}/complete", new { })
            .ShouldBeAsync(System.Net.HttpStatusCode.Accepted);
        foreach (var name in new[] { Queues.Media, Queues.Outbox })
        {
            await app.Get<QueueServiceClient>().GetQueueClient(name).ClearMessagesAsync(Cancel);
        }

        await RunAsync(TimeSpan.Zero);
        Assert.Empty((await queue.PeekMessagesAsync(32, Cancel)).Value);
        await RunAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(4, (await queue.PeekMessagesAsync(32, Cancel)).Value.Length);

        Task RunAsync(TimeSpan later) => MediaGround.LookAsync(app, company, later);
    }

    [Fact]
    public async Task A_worker_that_was_taken_for_dead_changes_nothing_any_more()
    {
        await using var storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        // No triggers run: the worker is this test.
        await using var app = App.Start(storage.ConnectionString, settings: [.. App.CallsOnly, .. MediaGround.Settings]);
        await LocalStores.CreateAsync(app.Services);
        var company = await TestCompany.CreateAsync(app);
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var picture = MediaGround.Png();
        var url = ground.Server.On($"/{Guid.NewGuid():N}.png", async (stream, stop) =>
        {
            reached.TrySetResult();
            await go.Task.WaitAsync(stop);
            await stream.WriteAsync(
                System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {picture.Length}\r\n\r\n"), stop);
            await stream.WriteAsync(picture, stop);
        }).AbsoluteUri;
        var id = (await MediaGround.ImportAsync(company, url))[0];
        var working = app.Get<IngestMedia>().RunAsync(new(company.Workspaces[0].Key, id[^Ids.KeyLength..]), Cancel);
        await reached.Task.WaitAsync(Cancel);

        // Another has it now, and keeps it.
        await ChangeAsync(
            company, id, item => item with { Attempts = 2, Due = TimeProvider.System.GetUtcNow().AddMinutes(5) }, app);
        go.SetResult();
        await working;

        Assert.Empty(await MediaGround.BlobsAsync(company, storage.ConnectionString));
        Assert.Equal("processing", (await company.Client.GetAsync("/media/" + id).OkAsync())["data"]!.Text("status"));
    }

    Task<bool> ChangeAsync(TestCompany company, string id, Func<MediaItem, MediaItem> change, App? app = null) =>
        (app ?? _app).Get<Tables>().Content.ChangeAsync(
            company.Workspaces[0].Key, MediaStore.Prefix + id[^Ids.KeyLength..],
            MediaStoredJson.Default.MediaItem, item => change(item!), Cancel);
}

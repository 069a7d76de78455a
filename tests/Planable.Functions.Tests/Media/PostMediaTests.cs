using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Media;

public sealed class PostMediaTests(MediaGround ground) : IClassFixture<MediaGround>
{
    readonly App _app = ground.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Media_of_a_group_are_brought_once_and_every_post_shows_them_in_order()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3);
        string[] urls = [ground.Serve(MediaGround.Png()), ground.Serve(MediaGround.Png(), "b.png")];

        var created = await company.Client.PostAsync("/posts", company.Group(company.PageIds).With("media", urls)).CreatedAsync();

        Assert.All(created["posts"]!.AsArray(), post => Assert.Equal("processing", post!.Text("mediaStatus")));
        var posts = await Task.WhenAll(created.Ids("posts").Select(id => ReadyAsync(company, id)));
        var media = posts[0]["mediaIds"]!.AsArray().Select(id => id!.GetValue<string>()).ToArray();
        Assert.Equal(["picture.png", "b.png"],
            await Task.WhenAll(media.Select(async id => (await company.Client.GetAsync("/media/" + id).OkAsync())["data"]!.Text("name"))));
        var links = await Task.WhenAll(
            media.Select(async id => (await company.Client.GetAsync("/media/" + id).OkAsync())["data"]!.Text("url")));
        foreach (var post in posts.Concat(
            (await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray()))
        {
            Assert.Equal(links, post!["media"]!.AsArray().Select(link => link!.GetValue<string>()));
            Assert.Equal(("image", "success"), (post.Text("mediaType"), post.Text("mediaStatus")));
            // So that who asks for what has changed hears of it.
            Assert.True(DateTimeOffset.Parse(post.Text("modifiedAt"), null) > DateTimeOffset.Parse(post.Text("createdAt"), null));
        }
        Assert.Equal(2, (await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids().Length);
        Assert.All(
            ground.Server.Requests.GroupBy(request => request.Split('\n')[0])
                .Where(same => urls.Any(url => same.Key.Contains(new Uri(url).AbsolutePath, StringComparison.Ordinal))),
            same => Assert.Single(same));
    }

    [Fact]
    public async Task What_fits_into_no_transaction_is_brought_all_the_same()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20);
        var known = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0]);
        string[] urls = [.. Enumerable.Range(0, 19).Select(_ => ground.Serve(MediaGround.Png())), known.Text("url")];

        var created = await company.Client.PostAsync(
            "/posts", company.Group(company.PageIds).With("media", urls).With("internalNote", "A note")).CreatedAsync();

        var posts = created.Ids("posts");
        var first = await ReadyAsync(company, posts[0]);
        var last = await ReadyAsync(company, posts[^1]);
        Assert.Equal(20, first["media"]!.AsArray().Count);
        Assert.Equal(first["media"]!.ToJsonString(), last["media"]!.ToJsonString());
        Assert.Equal(known.Text("url"), first["media"]![19]!.GetValue<string>());
    }

    [Fact]
    public async Task Many_who_use_the_same_file_at_once_in_what_fits_into_no_transaction_are_all_counted()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20);
        var known = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0]);
        var body = company.Group(company.PageIds)
            .With("media", Enumerable.Repeat(known.Text("url"), 20).ToArray()).With("internalNote", "A note");
        await using var other = App.Start(ground.ConnectionString, settings: MediaGround.Settings);

        await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(number => (number % 2 == 0 ? _app : other).As(company.Token).PostAsync("/posts", body).CreatedAsync()));

        var file = (await ground.StoredAsync(company, known.Text("id")))!.File!;
        Assert.Equal(1 + (8 * 20), (await _app.Get<MediaStore>().FileAsync(company.Workspaces[0].Key, file.Key, Cancel))!.Value.File.Uses);
    }

    [Fact]
    public async Task What_was_written_for_a_post_that_never_came_to_be_is_taken_back()
    {
        var company = await TestCompany.CreateAsync(_app);
        var known = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0]);
        var imports = _app.Get<MediaImports>();
        var wanted = imports.Plan(
            company.Workspaces[0].Key, [new("media[0]", known.Text("url")), new("media[1]", ground.Serve(MediaGround.Png()))], "group");
        var (batch, _) = await imports.ResolveAsync(wanted, await company.CallerAsync(), Cancel);
        await _app.Get<Tables>().Content.SubmitTransactionAsync(batch!.Actions, Cancel);
        Assert.Equal(3, (await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids().Length);

        await _app.Get<ImportDispatcher>().CompensateAsync(wanted.Events[0], Cancel);

        Assert.Equal([known.Text("id")], (await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
        using var file = await _app.Http.GetAsync(known.Text("url"), Cancel);
        Assert.True(file.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Other_media_withdraw_approvals_reach_the_group_and_none_clears_them()
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("OPTIONAL"));
        var posts = await company.MakeAsync(
            company.Group(company.PageIds).With("approved", true).With("media", new[] { ground.Serve(MediaGround.Png()) }));
        var before = await ReadyAsync(company, posts[0]);
        Assert.True(before["approved"]!.GetValue<bool>());

        await company.Client.PatchAsync(
            "/posts/" + posts[0], new { media = new[] { ground.Serve(MediaGround.Png()), ground.Serve(MediaGround.Png()) } }).OkAsync();

        var after = await Task.WhenAll(posts.Select(post => ReadyAsync(company, post)));
        Assert.All(after, post =>
        {
            Assert.False(post["approved"]!.GetValue<bool>());
            Assert.Equal(2, post["media"]!.AsArray().Count);
            Assert.DoesNotContain(before["media"]![0]!.GetValue<string>(), post["media"]!.ToJsonString(), StringComparison.Ordinal);
        });
        var activity = await company.Client.GetAsync($"/posts/{posts[1]}/activity").OkAsync();
        Assert.Equal("media", activity["data"]![0]!["fields"]![0]!.GetValue<string>());
        var cleared = (await company.Client.PatchAsync("/posts/" + posts[1], new { media = Array.Empty<string>() }).OkAsync())["data"]!;
        Assert.Equal((0, false), (cleared["media"]!.AsArray().Count, cleared.AsObject().ContainsKey("mediaType")));
        Assert.Empty((await company.ReadAsync(posts[0]))["media"]!.AsArray());
    }

    [Fact]
    public async Task Approval_that_locks_content_locks_media()
    {
        var company = await TestCompany.CreateAsync(
            _app, approval: new() { Type = ApprovalType.OPTIONAL, AutoLock = true, AutoSchedule = false });
        var post = (await company.MakeAsync(company.Post().With("approved", true)))[0];

        await company.Client.PatchAsync("/posts/" + post, new { media = new[] { ground.Serve(MediaGround.Png()) } }).InvalidAsync("media");

        Assert.Empty((await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    }

    [Fact]
    public async Task A_picture_stands_for_a_video_and_nothing_else_may()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync(company.Post().With("videoThumbnail", new { imageUrl = ground.Serve(MediaGround.Png()) })))[0];
        var gif = (await company.MakeAsync(
            company.Post().With("videoThumbnail", new { imageUrl = ground.Serve([.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x3b]) })))[0];

        await Eventually.TrueAsync(async () => (await company.ReadAsync(post))["videoThumbnailUrl"] is not null, "the picture is there");

        using var picture = await _app.Http.GetAsync((await company.ReadAsync(post)).Text("videoThumbnailUrl"), Cancel);
        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
        await Eventually.TrueAsync(
            async () => (await StoredAsync(gif)).VideoThumbnail is { Status: MediaStatus.error }, "the GIF is refused");
        Assert.False((await StoredAsync(gif)).HasAllMedia);
        Assert.True((await StoredAsync(post)).HasAllMedia);
        var list = await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync();
        Assert.Contains(list["data"]!.AsArray(), one => one!["error"]?.GetValue<string>() == "It is not an image.");
    }

    [Theory]
    [InlineData("""{"offsetSeconds":1.5}""", "videoThumbnail.offsetSeconds")]
    [InlineData("""{"offsetSeconds":-1}""", "videoThumbnail.offsetSeconds")]
    [InlineData("""{}""", "videoThumbnail.imageUrl")]
    [InlineData("""{"imageUrl":"http://10.0.0.1/a.png"}""", "videoThumbnail.imageUrl")]
    public async Task What_can_be_no_thumbnail_is_refused_before_anything_is_made(string thumbnail, string field)
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = company.Post().With("videoThumbnail", JsonNode.Parse(thumbnail));

        await company.Client.PostAsync("/posts", body).InvalidAsync(field);

        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task Media_that_a_post_shows_stay_until_it_shows_them_no_more()
    {
        var company = await TestCompany.CreateAsync(_app);
        var url = ground.Serve(MediaGround.Png());
        var posts = await company.MakeAsync(company.Group(company.PageIds).With("media", new[] { url }));
        var media = (await ReadyAsync(company, posts[0]))["mediaIds"]![0]!.GetValue<string>();
        var link = (await company.ReadAsync(posts[0]))["media"]![0]!.GetValue<string>();
        var twin = (await MediaGround.ImportAsync(company, link))[0];

        await company.Client.DeleteAsync("/media/" + media).FailAsync(HttpStatusCode.Conflict, "VALIDATION_ERROR");
        await company.Client.DeleteAsync("/posts/" + posts[0]).GoneAsync();
        await company.Client.DeleteAsync("/media/" + media).FailAsync(HttpStatusCode.Conflict, "VALIDATION_ERROR");
        await company.Client.PatchAsync("/posts/" + posts[1], new { media = Array.Empty<string>() }).OkAsync();
        await company.Client.DeleteAsync("/media/" + media, "a key").GoneAsync();
        await company.Client.DeleteAsync("/media/" + media, "a key").GoneAsync();

        await company.Client.GetAsync("/media/" + media).NotFoundAsync();
        await company.Client.DeleteAsync("/media/" + media).NotFoundAsync();
        using (var shared = await _app.Http.GetAsync(link, Cancel))
        {
            Assert.True(shared.IsSuccessStatusCode);
        }
        await company.Client.DeleteAsync("/media/" + twin).GoneAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var gone = await _app.Http.GetAsync(link, Cancel);
            return gone.StatusCode == HttpStatusCode.NotFound;
        }, "the file goes with the last that shows it");
        await company.Client.PostAsync(
            "/media", new { workspaceId = company.WorkspaceId, mediaUrls = new[] { link } }).InvalidAsync("mediaUrls[0]");
    }

    [Fact]
    public async Task A_client_sees_no_media_of_posts_that_are_for_the_team()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = _app.As(await company.TokenAsync(
            creator: await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])))));
        var hidden =
            (await company.MakeAsync(company.Post().With("teamOnly", true).With("media", new[] { ground.Serve(MediaGround.Png()) })))[0];
        var shown = (await company.MakeAsync(company.Post().With("media", new[] { ground.Serve(MediaGround.Png()) })))[0];
        var library = (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0];
        var (secret, open) = ((await company.ReadAsync(hidden))["mediaIds"]![0]!.GetValue<string>(),
            (await company.ReadAsync(shown))["mediaIds"]![0]!.GetValue<string>());

        Assert.Equal([library, open], (await client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
        Assert.Equal([open], (await client.GetAsync($"/media?workspaceId={company.WorkspaceId}&offset=1&limit=1").OkAsync()).Ids());
        await client.GetAsync("/media/" + secret).NotFoundAsync();
        await client.GetAsync("/media/" + open).OkAsync();
        Assert.Equal(3, (await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids().Length);
    }

    [Fact]
    public async Task A_shared_posts_page_shows_its_media_for_a_quarter_of_an_hour()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync(company.Post().With("media", new[] { ground.Serve(MediaGround.Png()) })))[0];
        await ReadyAsync(company, post);
        var link = (await company.Client.PostAsync($"/posts/{post}/share", new { }).OkAsync())["data"]!.Text("publicShareLink");

        using var page = await _app.Http.GetAsync(link, Cancel);

        var html = await page.Content.ReadAsStringAsync(Cancel);
        var source = WebUtility.HtmlDecode(html.Split("<img src=\"")[1].Split('"')[0]);
        using var picture = await _app.Http.GetAsync(source, Cancel);
        Assert.True(picture.IsSuccessStatusCode);
        var until = DateTimeOffset.Parse(System.Web.HttpUtility.ParseQueryString(new Uri(source).Query)["se"]!, null);
        Assert.InRange(until - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
        Assert.Contains($"img-src {source[..(source.IndexOf("/media/", StringComparison.Ordinal) + 7)]};",
            page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    async Task<Post> StoredAsync(string id) =>
        (await _app.Get<PostStore>().FindAsync(IdKind.Post.TryParse(id, out var parsed) ? parsed : default, Cancel))!;

    /// <summary>A post once all its media are there.</summary>
    static async Task<JsonNode> ReadyAsync(TestCompany company, string post)
    {
        JsonNode? found = null;
        await Eventually.TrueAsync(async () =>
        {
            found = await company.ReadAsync(post);
            return found.Text("mediaStatus") == "success";
        }, $"the media of {post} are there");
        return found!;
    }
}

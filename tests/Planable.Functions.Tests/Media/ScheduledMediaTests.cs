using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Stories;
using Planable.Storage;
using SkiaSharp;

namespace Planable.Functions.Tests.Media;

/// <summary>What the files of a post are is known before it is scheduled.</summary>
public sealed class ScheduledMediaTests(MediaGround ground) : IClassFixture<MediaGround>
{
    const string Date = "2030-01-01T00:00:00Z";

    readonly App _app = ground.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("twitter", "media", "gif", "gif")]
    [InlineData("twitter", "media", "gif", "jpeg")]
    [InlineData("twitter", null, "jpeg", "jpeg")]
    [InlineData("twitter", null, "gif")]
    [InlineData("instagram", "media[1]", "jpeg", "tall")]
    [InlineData("instagram", "media[0]", "heic")]
    [InlineData("instagram", "media[0]", "avif", "jpeg")]
    [InlineData("instagram", null, "png")]
    [InlineData("linkedin", "media[0]", "heic")]
    [InlineData("googleMyBusiness", "media[0]", "dot")]
    public async Task A_post_is_scheduled_only_with_files_that_its_network_takes(string platform, string? field, params string[] files)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = company.Post().With("pageId", await company.PageAsync(platform))
            .With("media", await LinksAsync(company, files)).With("scheduledAt", Date);
        var draft = (await company.MakeAsync(post))[0];

        var create = company.Client.PostAsync("/posts", post.With("publishAtScheduledDate", true));
        var edit = company.Client.PatchAsync("/posts/" + draft, new { publishAtScheduledDate = true });

        await (field is null ? create.CreatedAsync() : create.InvalidAsync(field));
        await (field is null ? edit.OkAsync() : edit.InvalidAsync(field));
        var validation = (await company.Client.PostAsync("/posts/validate", post).OkAsync())["data"]!;
        Assert.Equal(field is null, validation["valid"]!.GetValue<bool>());
        Assert.All(validation["pages"]![0]!["errors"]!.AsArray(), error => Assert.Equal(field, error!.Text("field")));
    }

    /// <summary>The ends of their names tell what they are before they are imported.</summary>
    [Theory]
    [InlineData("a.gif", "b.gif")]
    [InlineData("a.gif", "b.jpg")]
    [InlineData("a.mp4", "b.gif")]
    public async Task Files_that_do_not_go_together_are_refused_before_they_are_imported(params string[] names)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = company.Post().With("pageId", await company.PageAsync("twitter")).With("scheduledAt", Date)
            .With("publishAtScheduledDate", true);

        var links = names.Select(name => "https://files.invalid/" + name).ToArray();

        await company.Client.PostAsync("/posts", post.With("media", links)).InvalidAsync("media");
        await company.Client.PostAsync("/posts", post.With("media", links[..1])).CreatedAsync();
    }

    [Fact]
    public async Task What_a_network_might_refuse_is_warned_of()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = company.Post().With("media", await LinksAsync(company, "webp"));

        var validation = (await company.Client.PostAsync("/posts/validate", post).OkAsync())["data"]!;

        Assert.True(validation["valid"]!.GetValue<bool>());
        Assert.Equal("media[0]", Assert.Single(validation["pages"]![0]!["warnings"]!.AsArray())!.Text("field"));
    }

    [Fact]
    public async Task A_post_is_not_scheduled_while_one_of_its_files_could_not_be_imported()
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = ground.Serve("<!doctype html><title>Sign in</title>"u8.ToArray(), "beans.jpg");
        var post = (await company.MakeAsync(company.Post().With("scheduledAt", Date).With("media", new[] { page })))[0];
        await Eventually.TrueAsync(async () => (await company.ReadAsync(post)).Text("mediaStatus") == "error", "the import fails");

        await company.Client.PatchAsync("/posts/" + post, new { publishAtScheduledDate = true }).InvalidAsync("media[0]");
        await company.Client.PatchAsync(
            "/posts/" + post, new { publishAtScheduledDate = true, media = await LinksAsync(company, "png") }).OkAsync();
    }

    [Fact]
    public async Task An_approval_that_schedules_a_post_is_no_way_around()
    {
        var company = await TestCompany.CreateAsync(
            _app, approval: new() { Type = ApprovalType.OPTIONAL, AutoLock = false, AutoSchedule = true });
        var post = (await company.MakeAsync(
            company.Post().With("scheduledAt", Date).With("media", await LinksAsync(company, "heic"))))[0];

        await company.Client.PostAsync($"/posts/{post}/approve", new { }).InvalidAsync("media[0]");
        await company.Client.PatchAsync("/posts/" + post, new { approved = true }).InvalidAsync("media[0]");

        Assert.Equal("PLANNED", (await company.ReadAsync(post)).Text("status"));
    }

    [Fact]
    public async Task A_post_that_failed_is_not_scheduled_again_with_the_same_fault()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync(
            company.Post().With("scheduledAt", Date).With("media", await LinksAsync(company, "heic"))))[0];
        Assert.True(IdKind.Post.TryParse(post, out var id));
        var stored = (await _app.Get<PostStore>().ReadAsync(id, Cancel))!;
        await _app.Get<PostStore>().UpdateAsync(
            stored, stored.Post with { Delivery = Delivery.Failed, ScheduledSet = true, Publishing = new() }, Cancel);

        await company.Client.PatchAsync("/posts/" + post, new { publishAtScheduledDate = true }).InvalidAsync("media[0]");
        await company.Client.PostAsync($"/posts/{post}/retry", new { }).InvalidAsync("media[0]");
    }

    [Fact]
    public async Task A_storys_fault_is_told_of_the_address_of_its_frame()
    {
        var company = await TestCompany.CreateAsync(_app);
        var links = await LinksAsync(company, "png", "heic");
        var story = StoryTests.Story(company, links).With("scheduledAt", Date).With("publishAtScheduledDate", true);

        await company.Client.PostAsync("/stories", story).InvalidAsync("media[1]");
        await company.Client.PostAsync("/stories", story.With("media", links[1])).InvalidAsync("media");
        await company.Client.PostAsync("/stories", story.With("media", links[0])).CreatedAsync();
    }

    /// <summary>Links to files of these kinds that are imported already.</summary>
    async Task<string[]> LinksAsync(TestCompany company, params string[] kinds)
    {
        var ids = await MediaGround.ImportAsync(company, [.. kinds.Select(kind => ground.Serve(File(kind)))]);
        return await Task.WhenAll(ids.Select(async id => (await MediaGround.SettledAsync(company, id)).Text("url")));
    }

    static byte[] File(string kind) => kind switch
    {
        "tall" => Samples.Jpeg(20, 2_000),
        "dot" => Samples.Jpeg(1, 1),
        "webp" => Samples.Encoded(SKEncodedImageFormat.Webp),
        _ => Samples.All["image/" + kind],
    };
}

using System.Text.Json.Nodes;
using Planable.Company.Tokens;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class ValidatePostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("instagram", 0, 0, 0, "media")]
    [InlineData("instagram", 10, 0, 0)]
    [InlineData("instagram", 5, 0, 5)]
    [InlineData("instagram", 11, 0, 0, "media")]
    [InlineData("instagram", 0, 1, 0, "media[0]")]
    [InlineData("facebook", 0, 0, 0)]
    [InlineData("facebook", 0, 1, 0)]
    [InlineData("facebook", 0, 0, 1)]
    [InlineData("facebook", 1, 0, 1, "media")]
    [InlineData("facebook", 0, 0, 2, "media")]
    [InlineData("twitter", 4, 0, 0)]
    [InlineData("twitter", 5, 0, 0, "media")]
    [InlineData("twitter", 0, 1, 0)]
    [InlineData("twitter", 0, 2, 0, "media")]
    [InlineData("twitter", 1, 1, 0, "media")]
    [InlineData("twitter", 0, 1, 1, "media")]
    [InlineData("youtube", 0, 0, 0, "media")]
    [InlineData("youtube", 1, 0, 0, "media")]
    [InlineData("youtube", 0, 0, 1)]
    [InlineData("tiktok", 0, 0, 0, "media")]
    [InlineData("tiktok", 20, 0, 0)]
    [InlineData("googleMyBusiness", 0, 0, 1, "media")]
    [InlineData("googleMyBusiness", 1, 0, 0)]
    [InlineData("pinterest", 1, 0, 0, "pinterest.boardId")]
    [InlineData("universal", 10, 5, 5)]
    public void A_network_takes_so_many_files_of_its_kinds(string platform, int images, int gifs, int videos, params string[] fields) =>
        Assert.Equal(
            fields, new MediaCounts(images, gifs, videos).Faults(Post(platform, "A text")).Select(fault => fault.Field).Distinct());

    [Fact]
    public void A_file_that_is_not_here_yet_counts_and_may_be_of_any_kind()
    {
        Assert.Empty(new MediaCounts(Unknown: 1).Faults(Post("youtube", "A title")));
        Assert.NotEmpty(new MediaCounts(Unknown: 2).Faults(Post("youtube", "A title")));
    }

    [Fact]
    public async Task A_validation_says_what_each_page_would_and_makes_nothing()
    {
        var company = await TestCompany.CreateAsync(_app);
        var thread = await company.PageAsync("threads");

        var found = (await company.Client.PostAsync(
            "/posts/validate", company.Group(company.PageIds[0], thread).With("text", new string('x', 501))).OkAsync())["data"]!;

        Assert.False(found["valid"]!.GetValue<bool>());
        Assert.Equal(["facebook", "threads"], found["pages"]!.AsArray().Select(page => page!.Text("platform")));
        Assert.Empty(found["pages"]![0]!["errors"]!.AsArray());
        Assert.Equal(
            """[{"field":"text","message":"Threads allows 500 characters; this has 501."}]""",
            found["pages"]![1]!["errors"]!.ToJsonString());
        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task What_no_network_would_take_can_be_a_draft_and_is_never_scheduled()
    {
        var company = await TestCompany.CreateAsync(_app);
        var thread = await company.PageAsync("threads");
        var tooLong = company.Post(new string('x', 501)).With("pageId", thread).With("scheduledAt", "2030-01-01T00:00:00Z");

        var draft = (await company.MakeAsync(tooLong))[0];
        await company.Client.PostAsync("/posts", tooLong.With("publishAtScheduledDate", true)).InvalidAsync("text");
        await company.Client.PatchAsync("/posts/" + draft, new { publishAtScheduledDate = true }).InvalidAsync("text");
        await company.Client.PatchAsync("/posts/" + draft, new { publishAtScheduledDate = true, text = "Short" }).OkAsync();
        await company.Client.PatchAsync("/posts/" + draft, new { text = new string('x', 501) }).InvalidAsync("text");
        await company.Client.PatchAsync("/posts/" + draft, new { text = "" }).InvalidAsync("media");
        await company.Client.PatchAsync("/posts/" + draft, new { text = new string('x', 501), publishAtScheduledDate = false }).OkAsync();

        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [InlineData("2030-01-01T10:59:00Z", true)]
    [InlineData("2030-01-01T11:01:00Z", false)]
    [InlineData("2030-01-01T09:01:00Z", true)]
    [InlineData("2030-01-01T08:59:00Z", false)]
    [InlineData(null, false)]
    public async Task The_same_text_on_the_same_page_within_an_hour_is_warned_of(string? date, bool warned)
    {
        var company = await TestCompany.CreateAsync(_app);
        await company.MakeAsync(company.Post("The same").With("scheduledAt", "2030-01-01T10:00:00Z").With("pageId", company.PageIds[1]));
        await company.MakeAsync(company.Post("Another").With("scheduledAt", "2030-01-01T10:00:00Z"));
        if (date is null)
        {
            // A post without a date stands beside those that are made about now.
            await company.MakeAsync(company.Post("The same").With("pageId", company.PageIds[1]));
        }

        var body = company.Group(company.PageIds).With("text", " The same ");
        var pages = (await company.Client.PostAsync(
            "/posts/validate", date is null ? body : body.With("scheduledAt", date)).OkAsync())["data"]!["pages"]!.AsArray();

        Assert.Equal([[], warned || date is null ? ["text"] : []], pages.Select(Warnings));
        Assert.All(pages, page => Assert.Empty(page!["errors"]!.AsArray()));
    }

    [Fact]
    public async Task A_page_that_is_not_connected_is_warned_of()
    {
        var company = await TestCompany.CreateAsync(_app);
        await _app.Get<PageConnections>().DisconnectAsync(
            new(company.Workspaces[0].Key, company.PageIds[0][^Ids.KeyLength..]), TestContext.Current.CancellationToken);

        var page = (await company.Client.PostAsync("/posts/validate", company.Post()).OkAsync())["data"]!["pages"]![0];

        Assert.Equal(["pageId"], Warnings(page));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task The_first_and_the_last_date_are_validated_as_others(string date)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/posts/validate", company.Post().With("scheduledAt", date)).OkAsync();
    }

    [Fact]
    public async Task What_cannot_be_created_cannot_be_validated()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));

        await company.Client.PostAsync("/posts/validate", company.Post(new string('x', 25_001))).InvalidAsync("text");
        await company.Client.PostAsync("/posts/validate",
            company.Post().With("scheduledAt", "2000-01-01T00:00:00Z").With("publishAtScheduledDate", true)).InvalidAsync("scheduledAt");
        await company.Client.PostAsync("/posts/validate", company.Post().With("pageId", other.PageIds[0])).NotFoundAsync();
        await company.Client.PostAsync("/posts/validate", other.Post()).NotFoundAsync();
        await _app.As(await company.TokenAsync(Scope.Read)).PostAsync("/posts/validate", company.Post()).ForbiddenAsync();
    }

    static string[] Warnings(JsonNode? page) => [.. page!["warnings"]!.AsArray().Select(warning => warning!.Text("field"))];

    static Post Post(string platform, string text) => new()
    {
        Workspace = "",
        Key = "",
        Page = "",
        Platform = platform,
        Text = text,
        Creator = "",
        CreatedAt = default,
        ModifiedAt = default,
    };
}

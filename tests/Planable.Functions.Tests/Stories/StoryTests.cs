using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Pages;
using Planable.Functions.Tests.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Stories;

public sealed class StoryTests(AzuriteFixture fixture)
{
    internal const string Picture = "https://example.invalid/beans.jpg";

    readonly App _app = fixture.App;

    [Fact]
    public async Task One_address_is_one_frame_which_is_a_post()
    {
        var company = await TestCompany.CreateAsync(_app);

        var answer = await company.Client.PostAsync("/stories", Story(company, Picture)).CreatedAsync();

        Assert.Equal(["data"], answer.Names());
        var story = answer["data"]!;
        Assert.Equal(
            ["approved", "approvedBy", "classification", "createdAt", "id", "media", "mediaId", "mediaStatus", "pageId",
                "scheduledAt", "scheduledSet", "status", "type",
                "workspaceId"],
            story.Names());
        Assert.Equal(("facebook", "story", "processing", "NO_DATE_SET"),
            (story.Text("type"), story.Text("classification"), story.Text("mediaStatus"), story.Text("status")));
        Assert.Equal((company.WorkspaceId, company.PageIds[0]), (story.Text("workspaceId"), story.Text("pageId")));
        Assert.Null(story["media"]);
        var post = await company.ReadAsync(story.Text("id"));
        Assert.Equal(("story", ""), (post.Text("classification"), post.Text("plainText")));
        Assert.Empty(post["media"]!.AsArray());
        Assert.Equal([story.Text("mediaId")], post["mediaIds"]!.AsArray().Select(id => id!.GetValue<string>()));
        Assert.Null(post["groupId"]);
        Assert.Equal([story.Text("id")], (await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task A_list_is_a_group_of_frames_in_order(int frames)
    {
        var company = await TestCompany.CreateAsync(_app);

        var answer = await company.Client.PostAsync(
            "/stories", Story(company, Enumerable.Repeat(Picture, frames).ToArray())).CreatedAsync();

        Assert.Equal(["data", "group", "posts"], answer.Names());
        var ids = answer.Ids("posts");
        Assert.Equal(frames, ids.Length);
        Assert.Equal(ids, answer["group"]!["postIds"]!.AsArray().Select(id => id!.GetValue<string>()));
        Assert.Equal(answer["posts"]![0]!.ToJsonString(), answer["data"]!.ToJsonString());
        var list = await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync();
        Assert.Equal(ids, list.Ids());
        Assert.Equal(
            ids, (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&pageId={company.PageIds[0]}").OkAsync()).Ids());
        Assert.All(list["data"]!.AsArray(), post =>
        {
            Assert.Equal(answer["group"]!.Text("id"), post!.Text("groupId"));
            Assert.Equal([company.PageIds[0]], post!["groupPageIds"]!.AsArray().Select(id => id!.GetValue<string>()));
            Assert.True(post!["groupSync"]!.GetValue<bool>());
        });
        Assert.Equal(
            answer["posts"]!.AsArray().Select(frame => frame!.Text("mediaId")),
            list["data"]!.AsArray().Select(post => Assert.Single(post!["mediaIds"]!.AsArray())!.GetValue<string>()).ToArray());
        Assert.Equal(frames, list["data"]!.AsArray().Select(post => post!["mediaIds"]![0]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task Only_pages_of_networks_with_stories_have_stories()
    {
        var company = await TestCompany.CreateAsync(_app);
        var key = Ids.NewKey(TimeProvider.System);
        await _app.Get<PageStore>().AddAsync(
            company.Workspaces[0].Key, [new(key, "A page", "instagram", "sandbox", true, null, null, TimeProvider.System.GetUtcNow())],
            TestContext.Current.CancellationToken);

        await company.Client.PostAsync("/stories", Story(company, Picture).With("pageId", company.PageIds[1])).InvalidAsync("pageId");
        Assert.Equal(0, await company.CountAsync());
        var story = await company.Client.PostAsync(
            "/stories", Story(company, Picture).With("pageId", IdKind.Page.Format(company.Workspaces[0].Key, key))).CreatedAsync();
        Assert.Equal("instagram", story["data"]!.Text("type"));
    }

    [Theory]
    [InlineData("\"\"", "media")]
    [InlineData("\"beans.jpg\"", "media")]
    [InlineData("\"ftp://example.com/beans.jpg\"", "media")]
    [InlineData("\"http://169.254.169.254/beans.jpg\"", "media")]
    [InlineData("[\"https://example.invalid/a.jpg\",\"http://user@example.invalid/b.jpg\"]", "media[1]")]
    [InlineData("[\"https://example.invalid/a.jpg\",\"\"]", "media[1]")]
    [InlineData("[]", "media")]
    [InlineData("null", "media")]
    [InlineData("1", "media")]
    [InlineData("{}", "media")]
    [InlineData("[null]", "media")]
    [InlineData("[[\"https://example.invalid/a.jpg\"]]", "media")]
    [InlineData("21", "media")]
    public async Task An_address_that_is_none_is_named(string media, string field)
    {
        var company = await TestCompany.CreateAsync(_app);
        var value = media == "21" ? new JsonArray([.. Enumerable.Range(0, 21).Select(_ => (JsonNode)Picture)]) : JsonNode.Parse(media);

        await company.Client.PostAsync("/stories", Story(company, Picture).With("media", value)).InvalidAsync(field);

        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task What_is_left_out_that_must_be_there_is_named()
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/stories", new { }).InvalidAsync("workspaceId", "pageId", "media");
        await company.Client.PostAsync(
            "/stories", Story(company, Picture).With("approvedBy", company.Owner.Id(company.Key))).InvalidAsync("approvedBy");
        await company.Client.PostAsync(
            "/stories", Story(company, Picture).With("publishAtScheduledDate", true)).InvalidAsync("publishAtScheduledDate");
        await company.Client.PostAsync("/stories", Story(company, Picture).With("scheduledAt", "2030-01-01")).InvalidAsync("scheduledAt");
        await company.Client.PostAsync(
            "/stories", Story(company, Picture).With("internalNote", new string('x', 8_001))).InvalidAsync("internalNote");
        await company.Client.PostAsync("/stories", Story(company, Picture).With("labels", Enumerable.Repeat("lbl_x", 1))).NotFoundAsync();
        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task Stickers_are_on_every_frame()
    {
        var company = await TestCompany.CreateAsync(_app);
        string[] types =
            ["text", "location", "link", "music", "mention", "hashtags", "questions", "notes", "fundraiser", "feelings", "other"];
        var stickers = types.Select(type => new { type, value = type == "notes" ? "" : "A " + type }).ToArray();

        var ids = (await company.Client.PostAsync(
            "/stories", Story(company, new[] { Picture, Picture }).With("stickers", stickers)).CreatedAsync()).Ids("posts");

        foreach (var id in ids)
        {
            Assert.Equal(Json.Text(stickers), (await company.ReadAsync(id))["stickers"]!.ToJsonString());
        }
        Assert.Null((await company.ReadAsync((await company.MakeAsync())[0]))["stickers"]);
    }

    [Theory]
    [InlineData("""[{"type":"video","value":"x"}]""", "stickers[0].type")]
    [InlineData("""[{"type":"Text","value":"x"}]""", "stickers[0].type")]
    [InlineData("""[{"value":"x"}]""", "stickers[0].type")]
    [InlineData("""[{"type":"text"}]""", "stickers[0].value")]
    [InlineData("""[{"type":"text","value":null}]""", "stickers[0].value")]
    [InlineData("""[{"type":"text","value":1}]""", "stickers[0].value")]
    [InlineData("[null]", "stickers[0]")]
    [InlineData("{}", "stickers")]
    [InlineData("1001", "stickers[0].value")]
    [InlineData("21", "stickers")]
    public async Task A_sticker_that_is_none_is_named(string sent, string field)
    {
        var company = await TestCompany.CreateAsync(_app);
        object? stickers = sent switch
        {
            "1001" => new[] { new { type = "text", value = new string('x', 1_001) } },
            "21" => Enumerable.Repeat(new { type = "text", value = "x" }, 21),
            _ => JsonNode.Parse(sent),
        };

        await company.Client.PostAsync("/stories", Story(company, Picture).With("stickers", stickers)).InvalidAsync(field);

        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task The_largest_story_there_can_be_is_kept_as_it_is()
    {
        var company = await TestCompany.CreateAsync(_app);
        var random = new Random(1);
        string Text(int length) =>
            string.Concat(Enumerable.Range(0, length).Select(_ => new Rune(random.Next(0x1F300, 0x1FAFF)).ToString()));
        var stickers = Enumerable.Range(0, 20).Select(_ => new { type = "text", value = Text(1_000) }).ToArray();
        var urls = Enumerable.Range(0, 20).Select(number => $"https://example.invalid/{number}/{new string('x', 1_900)}.jpg").ToArray();

        var body = Story(company, urls).With("stickers", stickers).With("internalNote", Text(8_000));
        var ids = (await company.Client.PostAsync("/stories", body).CreatedAsync()).Ids("posts");

        Assert.Equal(20, ids.Length);
        Assert.Equal(stickers[19].value, (await company.ReadAsync(ids[19]))["stickers"]![19]!.Text("value"));
    }

    [Fact]
    public async Task A_story_is_scheduled_approved_hidden_labelled_and_noted_as_posts_are()
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED", autoSchedule: true));
        var label = (await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id");
        var body = Story(company, new[] { Picture, Picture }).With("scheduledAt", "2030-01-01T09:00:00+02:00")
            .With("labels", new[] { label }).With("teamOnly", true)
            .With("approved", true).With("approvedBy", company.Owner.Id(company.Key)).With("internalNote", "A note");

        var answer = await company.Client.PostAsync("/stories", body).CreatedAsync();

        foreach (var frame in answer["posts"]!.AsArray())
        {
            Assert.Equal(("SCHEDULED", "2030-01-01T07:00:00.000Z"), (frame!.Text("status"), frame!.Text("scheduledAt")));
            Assert.True(frame!["scheduledSet"]!.GetValue<bool>() && frame!["approved"]!.GetValue<bool>());
            Assert.Equal(company.Owner.Id(company.Key), Assert.Single(frame!["approvedBy"]!.AsArray())!.Text("userId"));
            var post = await company.ReadAsync(frame!.Text("id"));
            Assert.True(post["teamOnly"]!.GetValue<bool>());
            Assert.Equal((1, label), (post.Number("notesCounter"), post["labels"]![0]!.Text("uuid")));
        }
        var planned = await company.Client.PostAsync(
            "/stories", Story(company, Picture).With("scheduledAt", "2030-01-01T09:00:00Z")).CreatedAsync();
        Assert.Equal("PLANNED", planned["data"]!.Text("status"));
    }

    [Fact]
    public async Task Who_may_not_is_told_and_what_is_anothers_is_not_there()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));
        var writer = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        var scheduled = Story(company, Picture).With("scheduledAt", "2030-01-01T09:00:00Z").With("publishAtScheduledDate", true);

        await _app.As(await company.TokenAsync(Scope.Read)).PostAsync("/stories", Story(company, Picture)).ForbiddenAsync();
        await _app.As(await company.TokenAsync(creator: writer)).PostAsync("/stories", scheduled).ForbiddenAsync();
        await company.Client.PostAsync("/stories", Story(other, Picture)).NotFoundAsync();
        await company.Client.PostAsync("/stories", Story(company, Picture).With("pageId", other.PageIds[0])).NotFoundAsync();
        await company.Client.PostAsync("/stories", Story(company, Picture).With("workspaceId", company.Workspaces[1].Id)).NotFoundAsync();
        Assert.Equal(0, await company.CountAsync());
        await company.Client.PostAsync("/stories", scheduled).CreatedAsync();
    }

    [Fact]
    public async Task The_plan_counts_every_frame()
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Basic);
        for (var made = 0; made < 60; made += 20)
        {
            await company.Client.PostAsync(
                "/stories", Story(company, Enumerable.Repeat(Picture, made == 0 ? 18 : 20).ToArray())).CreatedAsync();
        }

        await company.Client.PostAsync("/stories", Story(company, Enumerable.Repeat(Picture, 3).ToArray())).ForbiddenAsync();
        await company.Client.PostAsync("/stories", Story(company, new[] { Picture, Picture })).CreatedAsync();
        await company.Client.PostAsync("/posts", company.Post()).ForbiddenAsync();
        Assert.Equal(60, await company.CountAsync());
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_is_the_same_story()
    {
        var company = await TestCompany.CreateAsync(_app);

        var first = await company.Client.PostAsync("/stories", Story(company, new[] { Picture, Picture }), "a key").CreatedAsync();
        var second = await company.Client.PostAsync("/stories", Story(company, new[] { Picture, Picture }), "a key").CreatedAsync();

        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal(2, await company.CountAsync());
        await company.Client.PostAsync("/stories", Story(company, new[] { Picture }), "a key")
            .ShouldBeAsync(HttpStatusCode.UnprocessableEntity);
    }

    /// <param name="media">An address, or several.</param>
    internal static Dictionary<string, object?> Story(TestCompany company, object media) =>
        new(StringComparer.Ordinal) { ["workspaceId"] = company.WorkspaceId, ["pageId"] = company.PageIds[0], ["media"] = media };
}

using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Posts;

/// <summary>What each network accepts of a post's texts.</summary>
public sealed class NetworkTextTests(AzuriteFixture fixture)
{
    const string Date = "2030-01-01T00:00:00Z";

    readonly App _app = fixture.App;

    public static TheoryData<string, string, string?, string?, string> Refused => new()
    {
        {
            "twitter", Times("a", 250) + " https://example.com/" + Times("記", 10), null, null,
            "text: X allows 280 characters; this has 294."
        },
        { "twitter", Times("a", 260) + " bit.ly/3x", null, null, "text: X allows 280 characters; this has 284." },
        { "twitter", Times("x\u0302", 150), null, null, "text: X allows 280 characters; this has 300." },
        { "twitter", "A text", Times("x", 8_000), null, "firstComment: X allows 280 characters; this has 8000." },
        { "threads", Times("🎉", 400), null, null, "text: Threads allows 500 characters; this has 1600." },
        { "threads", Links(7), null, null, "text: Threads allows 5 different links; this has 7." },
        { "threads", "A text", Times("x", 501), null, "firstComment: Threads allows 500 characters; this has 501." },
        { "threads", "A text", Links(6), null, "firstComment: Threads allows 5 different links; this has 6." },
        { "youtube", "A title\n" + Times("ж", 4_000), null, null, "text: YouTube allows 5000 bytes in UTF-8; this has 8008." },
        { "youtube", "A title\n5 < 6", null, null, "text: YouTube does not accept the characters < and >." },
        { "youtube", "A text", null, "5 < 6 > 2", "youtubeTitle: YouTube does not accept the characters < and >." },
        {
            "youtube", Times("x", 150) + "\nMore", null, null,
            "youtubeTitle: YouTube requires a title of up to 100 characters; the first line of the text has 150."
        },
        { "youtube", "\u200B", null, "\u200B", "youtubeTitle: YouTube requires a title or a text." },
        {
            "instagram", Times("#a ", 20), Times("#a ", 20), null,
            "text: Instagram allows 30 hashtags in the text and the first comment together; this has 40."
        },
        {
            "instagram", "A text", Times("#a ", 31), null,
            "firstComment: Instagram allows 30 hashtags in the text and the first comment together; this has 31."
        },
        { "instagram", Times("@a ", 21), null, null, "text: Instagram allows 20 mentions; this has 21." },
        { "tiktok", Times("😀", 1_101), null, null, "text: TikTok allows 2200 characters; this has 2202." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_text_that_a_network_refuses_is_not_scheduled(
        string platform, string text, string? comment, string? title, string fault)
    {
        var (company, body) = await BodyAsync(platform, text, comment, title);

        Assert.Equal([fault], (await ValidateAsync(company, body))["errors"]!.AsArray().Select(Said));
        await company.Client.PostAsync("/posts", body.With("scheduledAt", Date).With("publishAtScheduledDate", true))
            .InvalidAsync(fault[..fault.IndexOf(':', StringComparison.Ordinal)]);
        Assert.Equal(0, await company.CountAsync());
    }

    public static TheoryData<string, string, string?, string?> Accepted => new()
    {
        { "twitter", Times("a", 236) + " https://example.com/" + Times("記", 10), null, null },
        { "twitter", Times("x\u0302", 140), Times("e\u0301", 280), null },
        { "threads", Times("🎉", 125), Times("🎉", 125), null },
        { "threads", Links(5) + " " + Links(5), Links(5), null },
        { "youtube", "A title\n" + Times("ж", 2_496), null, null },
        { "youtube", Times("x", 150), null, "A title" },
        { "youtube", "\u200B\n" + Times("x", 100) + "\nMore", null, null },
        { "instagram", string.Concat(Enumerable.Range(0, 31).Select(number => $"https://example.com/{number}#top ")), null, null },
        { "instagram", Times("a#b1 ", 31), null, null },
        { "instagram", "#a #b #c", "#d #e", null },
        { "tiktok", Times("😀", 1_100), null, null },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_text_that_a_network_accepts_has_no_errors(string platform, string text, string? comment, string? title)
    {
        var (company, body) = await BodyAsync(platform, text, comment, title);

        var page = await ValidateAsync(company, body);

        Assert.Equal("[]", page["errors"]!.ToJsonString());
        Assert.Equal("[]", page["warnings"]!.ToJsonString());
    }

    public static TheoryData<string, string, string?, string> Doubtful => new()
    {
        {
            "instagram", "#a #b #c", "#d #e #f",
            "text: Instagram may allow only 5 hashtags in the text and the first comment together; this has 6."
        },
        { "instagram", "A text", Times("x", 2_201), "firstComment: Instagram may allow only 2200 characters; this has 2201." },
        { "linkedin", "A text", Times("x", 1_251), "firstComment: LinkedIn may allow only 1250 characters; this has 1251." },
        { "pinterest", Times("x", 501), null, "text: Pinterest may allow only 500 characters; this has 501." },
        { "pinterest", "A text", "A comment", "firstComment: Pinterest may not accept first comments." },
        { "tiktok", "A text", "A comment", "firstComment: TikTok may not accept first comments." },
        { "googleMyBusiness", "A text", "A comment", "firstComment: Google Business Profile may not accept first comments." },
    };

    [Theory]
    [MemberData(nameof(Doubtful))]
    public async Task A_text_that_a_network_may_refuse_is_warned_of_and_scheduled(
        string platform, string text, string? comment, string warning)
    {
        var (company, body) = await BodyAsync(platform, text, comment, null);

        var page = await ValidateAsync(company, body);
        await company.Client.PostAsync("/posts", body.With("scheduledAt", Date).With("publishAtScheduledDate", true)).CreatedAsync();

        Assert.Equal("[]", page["errors"]!.ToJsonString());
        Assert.Equal([warning], page["warnings"]!.AsArray().Select(Said));
    }

    [Theory]
    [InlineData("\u200B")]
    [InlineData("\u200B \n\u2060\uFEFF")]
    [InlineData("\u00AD\u034F\u180E")]
    [InlineData("\u3164\u115F\uFFA0")]
    [InlineData("\u2800")]
    [InlineData("\uFE0F\u200D\uDB40\uDC20")]
    public async Task A_text_that_shows_nothing_is_empty(string text)
    {
        var company = await TestCompany.CreateAsync(_app);
        var scheduled = company.Post(text).With("scheduledAt", Date).With("publishAtScheduledDate", true);

        await company.Client.PostAsync("/posts", scheduled).InvalidAsync("media");
        var post = (await company.MakeAsync(company.Post(text)))[0];
        await company.Client.PatchAsync(
            "/posts/" + post, new { scheduledAt = Date, publishAtScheduledDate = true }).InvalidAsync("media");
        await company.Client.PostAsync("/posts", scheduled.With("text", text + "x")).CreatedAsync();
    }

    /// <summary>A first comment that shows nothing is none, so it is within the limits of networks that have none.</summary>
    [Fact]
    public async Task A_first_comment_or_a_note_that_shows_nothing_is_none()
    {
        var (company, body) = await BodyAsync("pinterest", "A text", " \u200B", null);

        Assert.Equal("[]", (await ValidateAsync(company, body))["warnings"]!.ToJsonString());
        var post = (await company.Client.PostAsync("/posts", body.With("internalNote", "\u200B")).CreatedAsync())["posts"]![0]!;
        Assert.Equal(0, post.Number("notesCounter"));
    }

    /// <summary>With a file and a board for the networks that require them.</summary>
    async Task<(TestCompany Company, Dictionary<string, object?> Body)> BodyAsync(
        string platform, string text, string? comment, string? title)
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = company.Post(text).With("pageId", await company.PageAsync(platform))
            .With("media", Bodies.Nowhere).With("pinterest.boardId", "board");
        foreach (var (field, value) in ((string, string?)[])[("firstComment", comment), ("youtubeTitle", title)])
        {
            body = value is null ? body : body.With(field, value);
        }
        return (company, body);
    }

    static async Task<JsonNode> ValidateAsync(TestCompany company, Dictionary<string, object?> body) =>
        (await company.Client.PostAsync("/posts/validate", body).OkAsync())["data"]!["pages"]![0]!;

    static string Said(JsonNode? fault) => $"{fault!.Text("field")}: {fault!.Text("message")}";

    static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    static string Links(int count) => string.Join(' ', Enumerable.Range(0, count).Select(number => $"https://example.com/{number}"));
}

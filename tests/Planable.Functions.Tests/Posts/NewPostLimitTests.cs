using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Posts;

/// <summary>Each limit of the contract, at its edge and past it.</summary>
public sealed class NewPostLimitTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("text", 25_000)]
    [InlineData("youtubeTitle", 100)]
    [InlineData("linkedinPdfTitle", 150)]
    [InlineData("linkedinVideoTitle", 150)]
    [InlineData("pinterest.boardId", 500)]
    [InlineData("pinterest.title", 100)]
    [InlineData("pinterest.description", 500)]
    public async Task A_texts_length_counts_code_points(string field, int most)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var character in new[] { "x", "😀" })
        {
            var (longest, longer) = (Repeat(character, most), Repeat(character, most + 1));
            await company.Client.PostAsync("/posts", Post(company, field, longest)).CreatedAsync();
            await company.Client.PostAsync("/posts", Post(company, field, longer)).InvalidAsync(field);
        }
        Assert.Equal(2, await company.CountAsync());
    }

    [Theory]
    [InlineData("https://example.com/", 2048, true)]
    [InlineData("https://example.com/", 2049, false)]
    [InlineData("HTTP://example.com", 0, true)]
    [InlineData("example.com", 0, false)]
    [InlineData("http://a b/", 0, false)]
    [InlineData("https://example.com/a\n", 0, false)]
    [InlineData("https://", 0, false)]
    [InlineData("ftp://example.com", 0, false)]
    [InlineData("", 0, false)]
    public async Task A_pins_link_is_an_address(string start, int length, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);

        await TellAsync(company, "pinterest.link", start.PadRight(length, 'x'), valid);
    }

    [Fact]
    public async Task A_pin_needs_its_board()
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/posts", company.Post().With("pinterest.title", "x")).InvalidAsync("pinterest.boardId");
        await company.Client.PostAsync("/posts", company.Post().With("pinterest.boardId", "")).InvalidAsync("pinterest.boardId");
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("2147483647", true)]
    [InlineData("2147483648", false)]
    [InlineData("99999999999999999999999999", false)]
    [InlineData("-1", false)]
    [InlineData("1.0", true)]
    [InlineData("1e2", true)]
    [InlineData("1.5", false)]
    [InlineData("1e10", false)]
    [InlineData("\"1\"", false)]
    [InlineData("true", false)]
    public async Task A_grid_position_is_a_whole_number_from_0(string position, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);

        await TellAsync(company, "gridPosition", JsonNode.Parse(position), valid);
    }

    [Theory]
    [InlineData("2030-05-01T10:00:00Z", "2030-05-01T10:00:00.000Z")]
    [InlineData("2030-05-01T10:00:00.123456789Z", "2030-05-01T10:00:00.123Z")]
    [InlineData("2030-05-01T10:00:00+05:30", "2030-05-01T04:30:00.000Z")]
    [InlineData("2030-05-01T22:00:00-03:00", "2030-05-02T01:00:00.000Z")]
    [InlineData("1999-12-31T23:59:59Z", "1999-12-31T23:59:59.000Z")]
    [InlineData("2030-05-01T10:00Z", null)]
    [InlineData("2030-05-01T10:00:00.Z", null)]
    [InlineData("2030-05-01T10:00:00", null)]
    [InlineData("2030-05-01", null)]
    [InlineData("2030-05-01Z", null)]
    [InlineData("2030-05-01 10:00:00Z", null)]
    [InlineData("2030-02-30T10:00:00Z", null)]
    [InlineData("2030-05-01T25:00:00Z", null)]
    [InlineData("2030-05-01T10:00:00+25:00", null)]
    [InlineData("0001-01-01T00:00:00+14:00", null)]
    [InlineData("9999-12-31T23:59:59-14:00", null)]
    [InlineData("tomorrow", null)]
    [InlineData("", null)]
    public async Task A_date_says_its_offset_and_comes_back_in_utc(string sent, string? answered)
    {
        var company = await TestCompany.CreateAsync(_app);
        var call = company.Client.PostAsync("/posts", company.Post().With("scheduledAt", sent));

        if (answered is null)
        {
            await call.InvalidAsync("scheduledAt");
        }
        else
        {
            Assert.Equal(answered, (await call.CreatedAsync())["posts"]![0]!.Text("scheduledAt"));
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(20, true)]
    [InlineData(0, false)]
    [InlineData(21, false)]
    public async Task A_group_has_1_to_20_pages(int pages, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app, pages: 21);

        await TellAsync(company, "pageIds", company.PageIds[..pages], valid);
        Assert.Equal(valid ? pages : 0, await company.CountAsync());
    }

    [Fact]
    public async Task A_page_is_named_once_by_pageId_or_by_pageIds()
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = company.PageIds[0];
        var none = company.Post();
        none.Remove("pageId");
        var both = company.Group(page);
        both["pageId"] = page;

        await company.Client.PostAsync("/posts", none).InvalidAsync("pageId");
        await company.Client.PostAsync("/posts", both).InvalidAsync("pageId");
        await company.Client.PostAsync("/posts", company.Group(page, company.PageIds[1], page)).InvalidAsync("pageIds");
        Assert.Equal(0, await company.CountAsync());
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public async Task A_post_has_up_to_500_labels(int labels, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var label = (await company.Client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "x", color = "fog" })
            .CreatedAsync())["data"]!;

        await TellAsync(company, "labels", Enumerable.Repeat(label.Text("id"), labels), valid);
    }

    [Theory]
    [InlineData("workspaceId")]
    [InlineData("pageId")]
    [InlineData("campaignId")]
    public async Task An_id_is_not_empty(string field)
    {
        var company = await TestCompany.CreateAsync(_app);

        await TellAsync(company, field, "", false);
    }

    [Fact]
    public async Task Every_bad_field_is_named()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = company.Post(Repeat("x", 25_001)).With("gridPosition", -1)
            .With("pinterest.title", Repeat("x", 101)).With("approvedBy", "x");

        await company.Client.PostAsync("/posts", body).InvalidAsync("text", "gridPosition", "pinterest.title", "pinterest.boardId");
    }

    static async Task TellAsync(TestCompany company, string field, object? value, bool valid)
    {
        var call = company.Client.PostAsync("/posts", Post(company, field, value));
        await (valid ? call.CreatedAsync() : call.InvalidAsync(field));
    }

    static Dictionary<string, object?> Post(TestCompany company, string field, object? value) =>
        (field.StartsWith("pinterest", StringComparison.Ordinal) ? company.Post().With("pinterest.boardId", "board") : company.Post())
            .With(field, value);

    static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Http;

/// <summary>Whatever body is sent: an honest 4xx in the envelope, never a 500.</summary>
public sealed class BadBodyTests(AzuriteFixture fixture)
{
    static readonly string[] Paths = ["/posts", "/stories", "/labels", "/workspaces", "/campaigns"];

    readonly App _app = fixture.App;

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("[{}]")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"workspaceId\":}")]
    [InlineData("{\"workspaceId\":\"x\",}")]
    [InlineData("{'workspaceId':'x'}")]
    [InlineData("{/*comment*/}")]
    [InlineData("{\"text\":\"\\x\"}")]
    [InlineData("{\"text\":\"\\ud83d\"}")]
    [InlineData("{\"name\":\"\\ude00\\ud83d\"}")]
    [InlineData("{\"\\ud83d\":1}")]
    [InlineData("{\"text\":\"line\nbreak\"}")]
    [InlineData("{\"gridPosition\":01}")]
    [InlineData("{\"gridPosition\":NaN}")]
    [InlineData("{\"gridPosition\":1e999}")]
    [InlineData("<post/>")]
    [InlineData("workspaceId=x&text=y")]
    public async Task A_body_that_is_no_JSON_object_is_invalid(string body)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var path in Paths)
        {
            await company.Client.SendAsync(HttpMethod.Post, path, body).InvalidAsync();
            await company.Client.SendAsync(HttpMethod.Post, path, body, "a key").InvalidAsync();
        }
    }

    [Fact]
    public async Task No_body_is_invalid()
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var path in Paths)
        {
            await company.Client.SendAsync(HttpMethod.Post, path).InvalidAsync();
            await company.Client.SendAsync(HttpMethod.Post, path, key: "a key").InvalidAsync();
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100_000)]
    public async Task A_deep_body_is_invalid(int depth)
    {
        var company = await TestCompany.CreateAsync(_app);
        var deep = string.Concat(Enumerable.Repeat("{\"x\":[", depth / 2)) + string.Concat(Enumerable.Repeat("]}", depth / 2));

        foreach (var path in Paths)
        {
            await company.Client.SendAsync(HttpMethod.Post, path, $"{{\"text\":\"x\",\"extra\":{deep}}}").InvalidAsync();
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe })]
    [InlineData(new byte[] { 0xc0, 0x80 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xe2, 0x82 })]
    public async Task A_text_that_is_no_UTF8_is_invalid(byte[] bytes)
    {
        var company = await TestCompany.CreateAsync(_app);
        var start = Json.Text(company.Post("mark")).Replace("mark\"}", "", StringComparison.Ordinal);
        byte[] body = [.. Encoding.UTF8.GetBytes(start), .. bytes, .. "\"}"u8];

        await SendAsync(company, body, "application/json").InvalidAsync("text");
        Assert.Equal(0, await company.CountAsync());
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/vnd.planable+json", true)]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("multipart/form-data; boundary=x", false)]
    [InlineData("application/xml", false)]
    [InlineData("nonsense", false)]
    [InlineData(null, false)]
    public async Task A_body_is_JSON_by_its_content_type(string? contentType, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var call = SendAsync(company, Encoding.UTF8.GetBytes(Json.Text(company.Post())), contentType);

        await (valid ? call.CreatedAsync() : call.InvalidAsync());
    }

    public static TheoryData<string, string, string> WrongTypes()
    {
        var data = new TheoryData<string, string, string>();
        Add("/posts", "1 true {} []", "workspaceId", "pageId", "text", "campaignId", "scheduledAt",
            "youtubeTitle", "linkedinPdfTitle", "linkedinVideoTitle");
        Add("/posts", "1 true {} []", "pinterest.boardId", "pinterest.title", "pinterest.link", "pinterest.description");
        Add("/posts", "1 true {} []", "approvedBy", "firstComment", "internalNote");
        Add("/posts", "1 true {} \"x\" [1] [{}]", "pageIds", "labels", "media");
        Add("/posts", "true {} [] \"x\" \"1\"", "gridPosition");
        Add("/posts", "1 {} [] \"true\"", "teamOnly", "notify", "approved", "publishAtScheduledDate");
        Add("/posts", "1 true [] \"x\"", "pinterest", "videoThumbnail");
        Add("/labels", "1 true {} []", "workspaceId", "text", "color");
        Add("/workspaces", "1 true {} []", "name", "timezone", "websiteUrl", "approvalSettings.type");
        Add("/workspaces", "1 true \"x\" []", "approvalSettings");
        Add("/workspaces", "1 {} [] \"true\"", "approvalSettings.autoSchedule",
            "approvalSettings.autoLock", "approvalSettings.sendReminders");
        return data;

        void Add(string path, string values, params string[] fields)
        {
            foreach (var field in fields)
            {
                data.Add(path, field, values);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WrongTypes))]
    public async Task A_field_of_a_wrong_type_is_named(string path, string field, string values)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var value in values.Split(' '))
        {
            var body = Body(company, path).With(field, JsonNode.Parse(value));
            var error = await company.Client.PostAsync(path, body).InvalidAsync();
            Assert.StartsWith(field, error["details"]![0]!.Text("field"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Fields_that_are_not_known_are_ignored_and_names_are_exact()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = company.Post("mine").With("Text", 5).With("status", "PUBLISHED")
            .With("id", "pst_mine").With("__proto__", new { }).With("", null);

        var post = (await company.Client.PostAsync("/posts", body).CreatedAsync())["posts"]![0]!;

        Assert.Equal(("mine", "NO_DATE_SET"), (post.Text("plainText"), post.Text("status")));
    }

    [Fact]
    public async Task Of_a_field_that_is_sent_twice_the_last_one_counts()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = Json.Text(company.Post("last")).Replace("{", "{\"text\":\"first\",", StringComparison.Ordinal);

        Assert.Equal(
            "last", (await company.Client.SendAsync(HttpMethod.Post, "/posts", body).CreatedAsync())["posts"]![0]!.Text("plainText"));
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "Idempotency-Key: a key\r\n")]
    [InlineData(false, "Idempotency-Key: a key\r\n")]
    public async Task A_body_of_10_MB_is_too_large(bool saysItsLength, string key)
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = Json.Text(company.Post(new string('x', 10_000_000)));
        var (length, content) = saysItsLength
            ? ($"Content-Length: {body.Length}", body)
            : ("Transfer-Encoding: chunked", $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        foreach (var path in Paths)
        {
            var answer = await RawRequest.SendAsync(
                _app, company.Token, $"POST /api/v1{path} HTTP/1.1", $"Content-Type: application/json\r\n{key}{length}\r\n", content);
            Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
            Assert.Contains("""{"error":{"code":"VALIDATION_ERROR",""", answer, StringComparison.Ordinal);
            Assert.Contains("X-Request-Id: req_", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_of_a_megabyte_is_read()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = Json.Text(company.Post());

        await company.Client.SendAsync(HttpMethod.Post, "/posts", body.PadRight(1024 * 1024), "a key").CreatedAsync();
        await company.Client.SendAsync(HttpMethod.Post, "/posts", body.PadRight(1024 * 1024 + 1), "a key")
            .FailAsync(HttpStatusCode.RequestEntityTooLarge, "VALIDATION_ERROR");
    }

    static Task<HttpResponseMessage> SendAsync(TestCompany company, byte[] body, string? contentType) =>
        company.Client.SendAsync(HttpMethod.Post, "/posts", change: request =>
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        });

    static Dictionary<string, object?> Body(TestCompany company, string path) => path switch
    {
        "/posts" => company.Post().With("pinterest.boardId", "board"),
        "/labels" => new(StringComparer.Ordinal) { ["workspaceId"] = company.WorkspaceId, ["text"] = "x", ["color"] = "fog" },
        _ => new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = "xx", ["timezone"] = "UTC" }
            .With("approvalSettings.type", "NONE").With("approvalSettings.autoSchedule", false).With("approvalSettings.autoLock", false),
    };
}

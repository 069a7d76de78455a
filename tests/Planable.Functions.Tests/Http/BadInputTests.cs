using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Http;

/// <summary>Whatever is sent: an honest 4xx in the envelope, never a 500.</summary>
public sealed class BadInputTests(AzuriteFixture fixture)
{
    static readonly string[] Paths = ["/posts", "/labels", "/workspaces"];

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
        byte[] body = [.. Encoding.UTF8.GetBytes(Json.Text(company.Post("<>")).Replace("\\u003C\\u003E\"}", "", StringComparison.Ordinal)), .. bytes, .. "\"}"u8];

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
        Add("/posts", "1 true {} []", "workspaceId", "pageId", "text", "campaignId", "youtubeTitle", "linkedinPdfTitle", "linkedinVideoTitle", "scheduledAt",
            "approvedBy", "firstComment", "internalNote", "pinterest.boardId", "pinterest.title", "pinterest.link", "pinterest.description");
        Add("/posts", "1 true {} \"x\" [1] [{}]", "pageIds", "labels", "media");
        Add("/posts", "true {} [] \"x\" \"1\"", "gridPosition");
        Add("/posts", "1 {} [] \"true\"", "teamOnly", "notify", "approved", "publishAtScheduledDate");
        Add("/posts", "1 true [] \"x\"", "pinterest", "videoThumbnail");
        Add("/labels", "1 true {} []", "workspaceId", "text", "color");
        Add("/workspaces", "1 true {} []", "name", "timezone", "websiteUrl", "approvalSettings.type");
        Add("/workspaces", "1 true \"x\" []", "approvalSettings");
        Add("/workspaces", "1 {} [] \"true\"", "approvalSettings.autoSchedule", "approvalSettings.autoLock", "approvalSettings.sendReminders");
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
        var body = company.Post("mine").With("Text", 5).With("status", "PUBLISHED").With("id", "pst_mine").With("__proto__", new { }).With("", null);

        var post = (await company.Client.PostAsync("/posts", body).CreatedAsync())["posts"]![0]!;

        Assert.Equal(("mine", "NO_DATE_SET"), (post.Text("plainText"), post.Text("status")));
    }

    [Fact]
    public async Task Of_a_field_that_is_sent_twice_the_last_one_counts()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = Json.Text(company.Post("last")).Replace("{", "{\"text\":\"first\",", StringComparison.Ordinal);

        Assert.Equal("last", (await company.Client.SendAsync(HttpMethod.Post, "/posts", body).CreatedAsync())["posts"]![0]!.Text("plainText"));
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
            var answer = await SendAsync(
                company, $"POST /api/v1{path} HTTP/1.1", $"Content-Type: application/json\r\n{key}{length}\r\n", content);
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

    public static TheoryData<string> WrongIds =>
    [
        "x", "pst_", "wks_", "pg_", "lbl_", "undefined", "{id}", "*", "'", "' or 1 eq 1", "../ping", "..%2Fping", "%2e%2e", "a/b", "a\\b", "a#b", "a?b", "a%b", "%", "%zz",
        "\0", "a\0b", "\u007f", "\n", " ", "пост", "帖子", "🙂", "\ud83d", "~", "pst_" + new string('~', 31), "pst_" + new string('é', 31), new string('x', 2000),
    ];

    [Theory]
    [MemberData(nameof(WrongIds))]
    public async Task An_id_of_a_wrong_shape_is_refused_wherever_it_stands(string id)
    {
        var company = await TestCompany.CreateAsync(_app);
        var query = Uri.EscapeDataString(id);

        foreach (var path in new[] { "/posts/", "/workspaces/" })
        {
            await RefusedAsync(company, HttpMethod.Delete, path + query);
            await RefusedAsync(company, HttpMethod.Delete, path + query, key: "a key");
        }
        await RefusedAsync(company, HttpMethod.Get, "/posts/" + query);
        foreach (var path in new[] { "/posts", "/pages", "/labels", "/members" })
        {
            await RefusedAsync(company, HttpMethod.Get, path + "?workspaceId=" + query);
        }
        await RefusedAsync(company, HttpMethod.Get, $"/posts?workspaceId={company.WorkspaceId}&pageId={query}");
        await RefusedAsync(company, HttpMethod.Get, $"/posts?workspaceId={company.WorkspaceId}&campaignId={query}");
        foreach (var field in new[] { "workspaceId", "pageId", "campaignId" })
        {
            await RefusedAsync(company, HttpMethod.Post, "/posts", company.Post().With(field, id));
        }
        await RefusedAsync(company, HttpMethod.Post, "/posts", company.Group(company.PageIds[0], id));
        await RefusedAsync(company, HttpMethod.Post, "/posts", company.Post().With("labels", new[] { id }));
        await RefusedAsync(company, HttpMethod.Post, "/labels", new { workspaceId = id, text = "x", color = "fog" });
    }

    [Fact]
    public async Task An_id_that_is_nearly_right_is_not_found()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        foreach (var wrong in new[]
        {
            post[..^1], post + "0", post.ToUpperInvariant(), post.Replace("pst_", "PST_", StringComparison.Ordinal), "pg_" + post[4..], post[4..], post[..^1] + "u",
            " " + post, post + " ", post + "\0", post + "/", company.PageIds[0], company.WorkspaceId,
        }.Select(Uri.EscapeDataString))
        {
            await RefusedAsync(company, HttpMethod.Get, "/posts/" + wrong);
            await RefusedAsync(company, HttpMethod.Delete, "/posts/" + wrong);
        }
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [InlineData("GET /api/v1/posts/{10000} HTTP/1.1")]
    [InlineData("GET /api/v1/posts/%00 HTTP/1.1")]
    [InlineData("GET /api/v1/posts/%ff HTTP/1.1")]
    [InlineData("GET /api/v1/posts/%c0%ae%c0%ae HTTP/1.1")]
    [InlineData("GET /api/v1/posts/../posts/%2e%2e/x HTTP/1.1")]
    [InlineData("GET /api/v1/posts/x\u0001 HTTP/1.1")]
    [InlineData("GET /api/v1/posts?workspaceId={10000} HTTP/1.1")]
    [InlineData("GET /api/v1/posts?workspaceId=%00%ff%ed%a0%80&limit=%00 HTTP/1.1")]
    [InlineData("NONSENSE /api/v1/posts HTTP/1.1")]
    public async Task A_line_that_no_client_library_sends_is_refused(string line)
    {
        var company = await TestCompany.CreateAsync(_app);

        var answer = await SendAsync(company, line.Replace("{10000}", new string('x', 10_000), StringComparison.Ordinal), "", "");

        Assert.Contains(answer.Split(' ')[1], (string[])["400", "404", "405", "414", "501"]);
    }

    [Theory]
    [InlineData("PUT", "/posts", "GET, POST")]
    [InlineData("PATCH", "/labels", "GET, POST")]
    [InlineData("DELETE", "/posts", "GET, POST")]
    [InlineData("POST", "/posts/pst_x", "DELETE, GET")]
    [InlineData("POST", "/members", "GET")]
    [InlineData("DELETE", "/pages", "GET")]
    [InlineData("GET", "/workspaces/wks_x", "DELETE")]
    [InlineData("POST", "/ping", "GET")]
    [InlineData("TRACE", "/ping", "GET")]
    [InlineData("OPTIONS", "/workspaces", "GET, POST")]
    public async Task A_method_that_the_path_does_not_have_is_answered_with_those_it_has(string method, string path, string allow)
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await company.Client.SendAsync(new HttpMethod(method), path);

        Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        await EnvelopeAsync(response, HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/posts/a/b")]
    [InlineData("/pages/x")]
    [InlineData("")]
    [InlineData("/..")]
    [InlineData("/../v2/posts")]
    [InlineData("//posts")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var method in new[] { "GET", "POST", "PATCH", "DELETE" })
        {
            using var response = await company.Client.SendAsync(new HttpMethod(method), path);
            await EnvelopeAsync(response, HttpStatusCode.NotFound, "NOT_FOUND");
        }
    }

    [Theory]
    [InlineData("/nothing", "", 404, "not-found")]
    [InlineData("/posts", "", 400, "validation")]
    [InlineData("/labels?workspaceId=x", "", 404, "not-found")]
    [InlineData("/ping", "pln_nonsense", 401, "unauthorized")]
    public async Task Who_asks_for_problem_details_gets_them(string path, string token, int status, string type)
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await _app.As(token.Length > 0 ? token : company.Token).SendAsync(
            HttpMethod.Get, path, change: request => request.Headers.Accept.Add(new("application/problem+json")));
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal((status, status), ((int)response.StatusCode, problem.Number("status")));
        Assert.EndsWith(":" + type, problem.Text("type"), StringComparison.Ordinal);
        Assert.NotEmpty(problem.Text("title"));
        Assert.NotEmpty(problem.Text("detail"));
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.Text("requestId"));
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_of_its_own()
    {
        var company = await TestCompany.CreateAsync(_app);
        var ids = new List<string>();
        foreach (var path in new[] { "/ping", "/ping", "/posts/x", "/nothing", "/posts" })
        {
            using var response = await company.Client.GetAsync(path);
            ids.Add(response.Headers.GetValues("X-Request-Id").Single());
        }

        Assert.Equal(5, ids.Distinct().Count());
        Assert.All(ids, id => Assert.StartsWith("req_", id, StringComparison.Ordinal));
    }

    static async Task RefusedAsync(TestCompany company, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var response = await company.Client.SendAsync(method, path, body is null ? null : Json.Text(body), key);
        // What Kestrel itself refuses, a NUL in a path, never reaches the app.
        if (response.StatusCode is HttpStatusCode.BadRequest && path.Contains("%00", StringComparison.Ordinal) && response.Content.Headers.ContentLength is 0)
        {
            return;
        }
        Assert.Contains((int)response.StatusCode, (int[])[400, 404, 405, 414]);
        await EnvelopeAsync(response, response.StatusCode, null);
    }

    static async Task EnvelopeAsync(HttpResponseMessage response, HttpStatusCode status, string? code)
    {
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!;
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), error.Text("requestId"));
        Assert.NotEmpty(error.Text("message"));
        Assert.Equal(code ?? error.Text("code"), error.Text("code"));
    }

    /// <summary>What is answered while this is sent; whoever answers early need not read the rest.</summary>
    async Task<string> SendAsync(TestCompany company, string line, string headers, string body)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_app.BaseAddress.Host, _app.BaseAddress.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        var answer = new byte[10_000];
        var reading = ReadAsync();
        try
        {
            await stream.WriteAsync(
                Encoding.Latin1.GetBytes($"{line}\r\nHost: localhost\r\nAuthorization: Bearer {company.Token}\r\nConnection: close\r\n{headers}\r\n{body}"),
                TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Cut off, after the answer.
        }
        return Encoding.UTF8.GetString(answer, 0, await reading);

        async Task<int> ReadAsync()
        {
            var length = 0;
            try
            {
                while (await stream.ReadAsync(answer.AsMemory(length), TestContext.Current.CancellationToken) is > 0 and var read)
                {
                    length += read;
                }
            }
            catch (IOException) when (length > 0)
            {
                // The same.
            }
            return length;
        }
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

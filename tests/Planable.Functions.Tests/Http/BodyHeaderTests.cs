using System.IO.Compression;
using System.Text;

namespace Planable.Functions.Tests.Http;

/// <summary>What the headers say of a body: it is taken, or the error says what to send.</summary>
public sealed class BodyHeaderTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"", true)]
    [InlineData("application/json; charset=UTF-8", true)]
    [InlineData("application/json;charset=\"UTF-8\"; profile=x", true)]
    [InlineData("application/vnd.planable+json; charset=\"utf-8\"", true)]
    [InlineData("application/json; charset=foo", false)]
    [InlineData("application/json; charset=\"foo\"", false)]
    [InlineData("application/json; charset=gbk", false)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("application/json; charset=\"\"", false)]
    public async Task A_charset_is_utf8(string contentType, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        foreach (var (method, path, body) in Calls(company, post))
        {
            var call = SendAsync(company, method, path, Encoding.UTF8.GetBytes(Json.Text(body)), contentType);
            if (valid)
            {
                using var response = await call;
                Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
            }
            else
            {
                var error = await call.InvalidAsync("Content-Type");
                Assert.Contains("utf-8", error.Text("message"), StringComparison.Ordinal);
                Assert.Contains(contentType.Split('=')[1], error.Text("message"), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("application/json; charset=")]
    [InlineData("application/json; charset=utf-8; =")]
    [InlineData(";")]
    public async Task A_content_type_that_cannot_be_read_is_invalid(string contentType)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var (method, path, body) in Calls(company, "x"))
        {
            await SendAsync(company, method, path, Encoding.UTF8.GetBytes(Json.Text(body)), contentType).InvalidAsync();
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    [InlineData("nonsense")]
    public async Task A_compressed_body_is_refused(string encoding)
    {
        var company = await TestCompany.CreateAsync(_app);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Json.Text(company.Post())), TestContext.Current.CancellationToken);
        }

        foreach (var (method, path, _) in Calls(company, "x"))
        {
            await SendAsync(company, method, path, packed.ToArray(), "application/json", encoding).InvalidAsync("Content-Encoding");
        }
        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task Identity_is_no_compression_and_a_byte_order_mark_is_skipped()
    {
        var company = await TestCompany.CreateAsync(_app);
        byte[] body = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Json.Text(company.Post()))];

        await SendAsync(company, HttpMethod.Post, "/posts", body, "application/json", "identity").CreatedAsync();
    }

    [Theory]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("-1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("0\r\n\r\n")]
    public async Task A_body_that_is_broken_on_its_way_is_invalid(string chunks)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var key in new[] { "", "Idempotency-Key: a key\r\n" })
        {
            var answer = await RawRequest.SendAsync(_app, company.Token, "POST /api/v1/labels HTTP/1.1",
                $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n{key}", chunks);
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains("""{"error":{"code":"VALIDATION_ERROR",""", answer, StringComparison.Ordinal);
        }
    }

    static (HttpMethod Method, string Path, object Body)[] Calls(TestCompany company, string post) =>
    [
        (HttpMethod.Post, "/labels", new { workspaceId = company.WorkspaceId, text = "x", color = "fog" }),
        (HttpMethod.Patch, "/posts/" + post, new { text = "x" }),
        (HttpMethod.Post, "/posts/bulk", new { posts = new[] { company.Post() } }),
    ];

    static Task<HttpResponseMessage> SendAsync(
        TestCompany company, HttpMethod method, string path, byte[] body, string contentType, string? encoding = null) =>
        company.Client.SendAsync(method, path, change: request =>
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            if (encoding is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            }
        });
}

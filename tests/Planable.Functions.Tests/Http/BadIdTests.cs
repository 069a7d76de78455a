using System.Net;
using Planable.Functions.Tests.Stories;

namespace Planable.Functions.Tests.Http;

/// <summary>Whatever is sent for an id, in the path, the query or the body: refused in the envelope, never a 500.</summary>
public sealed class BadIdTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    public static TheoryData<string> WrongIds =>
    [
        "x", "pst_", "wks_", "pg_", "lbl_", "undefined", "{id}", "*", "'", "' or 1 eq 1", "~", "pst_" + new string('~', 31),
        "../ping", "..%2Fping", "%2e%2e", "a/b", "a\\b", "a#b", "a?b", "a%b", "%", "%zz", "\0", "a\0b", "\u007f", "\n", " ",
        "пост", "帖子", "🙂", "\ud83d", "pst_" + new string('é', 31), new string('x', 2000),
    ];

    [Theory]
    [MemberData(nameof(WrongIds))]
    public async Task An_id_of_a_wrong_shape_is_refused_wherever_it_stands(string id)
    {
        var company = await TestCompany.CreateAsync(_app);
        var query = Uri.EscapeDataString(id);

        foreach (var path in new[] { "/posts/", "/workspaces/", "/campaigns/", "/media/" })
        {
            await RefusedAsync(company, HttpMethod.Delete, path + query);
            await RefusedAsync(company, HttpMethod.Delete, path + query, key: "a key");
        }
        foreach (var path in new[] { "/posts/", "/workspaces/", "/campaigns/" })
        {
            await RefusedAsync(company, HttpMethod.Get, path + query);
            await RefusedAsync(company, HttpMethod.Patch, path + query, new { text = "x", name = "xx" });
        }
        foreach (var action in new[] { "approve", "reject", "request-approval", "share", "retry" })
        {
            await RefusedAsync(company, HttpMethod.Post, $"/posts/{query}/{action}", new { approverIds = query });
        }
        await RefusedAsync(company, HttpMethod.Get, $"/posts/{query}/comments");
        await RefusedAsync(company, HttpMethod.Get, $"/posts/{query}/publish-attempts");
        await RefusedAsync(company, HttpMethod.Delete, $"/posts/{(await company.MakeAsync())[0]}/comments/{query}");
        foreach (var path in new[] { $"/pages/{query}", $"/posts/{query}" })
        {
            await RefusedAsync(company, HttpMethod.Post, path + "/sync");
            await RefusedAsync(company, HttpMethod.Get, path + "/sync-status");
            await RefusedAsync(company, HttpMethod.Get, path + "/metrics?startDate=2030-01-01T00:00:00Z&endDate=2030-01-01T00:00:00Z");
        }
        await RefusedAsync(
            company, HttpMethod.Get, $"/workspaces/{query}/metrics/summary?startDate=2030-01-01T00:00:00Z&endDate=2030-01-01T00:00:00Z");
        foreach (var path in new[] { "/posts", "/pages", "/labels", "/members", "/campaigns", "/media" })
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
        await RefusedAsync(
            company, HttpMethod.Post, "/stories", StoryTests.Story(company, "https://example.invalid/a.png").With("pageId", id));
        await RefusedAsync(company, HttpMethod.Post, "/labels", new { workspaceId = id, text = "x", color = "fog" });
        await RefusedAsync(company, HttpMethod.Get, "/media/" + query);
        await RefusedAsync(company, HttpMethod.Post, $"/media/uploads/{query}/complete");
        await RefusedAsync(company, HttpMethod.Post, "/media", new { workspaceId = id, mediaUrls = Bodies.Nowhere });
        await RefusedAsync(company, HttpMethod.Post, "/media/uploads", new { workspaceId = id, name = "x" });
    }

    [Fact]
    public async Task An_id_that_is_nearly_right_is_not_found()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        foreach (var wrong in new[]
        {
            post[..^1], post + "0", post.ToUpperInvariant(), "PST_" + post[4..], "pg_" + post[4..], post[4..], post[..^1] + "u", " " + post,
            post + " ", post + "\0", post + "/", company.PageIds[0], company.WorkspaceId,
        }.Select(Uri.EscapeDataString))
        {
            await RefusedAsync(company, HttpMethod.Get, "/posts/" + wrong);
            await RefusedAsync(company, HttpMethod.Delete, "/posts/" + wrong);
            await RefusedAsync(company, HttpMethod.Patch, "/posts/" + wrong, new { text = "x" });
        }
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [InlineData("GET /api/v1/posts/{10000} HTTP/1.1")]
    [InlineData("GET /api/v1/posts/%00 HTTP/1.1")]
    [InlineData("GET /api/v1/posts/%ff HTTP/1.1")]
    [InlineData("GET /api/v1/posts/a%252Fb HTTP/1.1")]
    [InlineData("GET /api/v1/posts/%c0%ae%c0%ae HTTP/1.1")]
    [InlineData("GET /api/v1/posts/../posts/%2e%2e/x HTTP/1.1")]
    [InlineData("GET /api/v1/posts/x\u0001 HTTP/1.1")]
    [InlineData("GET /api/v1/posts?workspaceId={10000} HTTP/1.1")]
    [InlineData("GET /api/v1/posts?workspaceId=%00%ff%ed%a0%80&limit=%00 HTTP/1.1")]
    [InlineData("NONSENSE /api/v1/posts HTTP/1.1")]
    public async Task A_line_that_no_client_library_sends_is_refused(string line)
    {
        var company = await TestCompany.CreateAsync(_app);

        var answer = await RawRequest.SendAsync(
            _app, company.Token, line.Replace("{10000}", new string('x', 10_000), StringComparison.Ordinal));

        Assert.Contains(answer.Split(' ')[1], (string[])["400", "404", "405", "414", "501"]);
    }

    static async Task RefusedAsync(TestCompany company, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var response = await company.Client.SendAsync(method, path, body is null ? null : Json.Text(body), key);
        // What Kestrel itself refuses, a NUL in a path, never reaches the app.
        if ((response.StatusCode, response.Content.Headers.ContentLength) is (HttpStatusCode.BadRequest, 0)
            && path.Contains("%00", StringComparison.Ordinal))
        {
            return;
        }
        Assert.Contains((int)response.StatusCode, (int[])[400, 404, 405, 414]);
        await response.EnvelopeAsync(response.StatusCode);
    }
}

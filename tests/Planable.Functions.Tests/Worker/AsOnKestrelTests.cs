using System.Text;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Metrics;
using Planable.Functions.Tests.Secrets;

namespace Planable.Functions.Tests.Published;

/// <summary>Callers see no difference between the worker behind its host and the app alone on Kestrel.</summary>
public sealed class AsOnKestrelTests(AzuriteFixture fixture, FakeKeyVault vaults, PublishedWorker worker)
{
    const string Problem = "application/problem+json";

    [Fact]
    public async Task Every_answer_is_that_of_the_app_alone_header_by_header()
    {
        var (_, http) = await worker.SharedAsync(fixture, vaults);
        using var alone = PublishedWorker.Client(fixture.App.BaseAddress);
        var different = new List<string>();
        var seen = new HashSet<int>();
        foreach (var (name, call, status) in await CallsAsync())
        {
            var (expected, answer) = (await call.SendAsync(alone), await call.SendAsync(http));

            if (expected != answer || answer.Status != status)
            {
                different.Add($"{name}, {status}\n--- alone: {expected.Start()}\n--- worker: {answer.Start()}");
            }
            seen.Add(answer.Status);
        }
        Assert.True(different.Count == 0, string.Join("\n\n", different));
        Assert.Superset(new HashSet<int> { 200, 201, 204, 302, 400, 401, 403, 404, 405, 412, 413, 422 }, seen);
    }

    async Task<IEnumerable<(string Name, Call Call, int Status)>> CallsAsync()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var (post, foreign) = ((await company.MakeAsync())[0], await TestCompany.CreateAsync(fixture.App));
        var another = (await company.MakeAsync())[0];
        var reader = await company.TokenAsync(Scope.Read);
        var link = (await company.Client.PostAsync($"/posts/{post}/share", new { }).OkAsync())["data"]!.Text("publicShareLink");
        var page = await company.PageAsync(fixture.App, "facebook");
        await fixture.App.SyncAsync(page);
        var (get, make) = (Get("/posts/" + post), Json.Text(company.Post("Once")));
        await company.Client.PostAsync("/posts", company.Post("Once"), "a key").CreatedAsync();
        return
        [
            ("read", get, 200),
            ("read as problem", get with { Headers = [("Accept", Problem)] }, 200),
            ("HEAD", get with { Method = "HEAD" }, 200),
            ("OPTIONS", get with { Method = "OPTIONS" }, 405),
            ("HEAD of a shared post", new("HEAD", new Uri(link).PathAndQuery), 200),
            ("a shared post", new("GET", new Uri(link).PathAndQuery), 200),
            ("no shared post", new("GET", "/share/none"), 404),
            ("list", Get($"/posts?workspaceId={company.WorkspaceId}&limit=1"), 200),
            ("repeated keys", Get($"/posts?workspaceId={company.WorkspaceId}&pageId={page}&pageId=x&status=draft&status=x"), 400),
            ("repeated workspace", Get($"/posts?workspaceId={company.WorkspaceId}&workspaceId={foreign.WorkspaceId}"), 404),
            ("encoded query", Get($"/posts?workspaceId={company.WorkspaceId}&search=%C3%A9%26%2B%20%2F"), 200),
            ("no token", new("GET", "/api/v1/posts/" + post), 401),
            ("no token, problem", new("GET", "/api/v1/ping") { Headers = [("Accept", Problem)] }, 401),
            ("made up token", new("GET", "/api/v1/ping") { Token = "pln_nonsense" }, 401),
            ("scope", get with { Method = "DELETE", Token = reader }, 403),
            ("foreign", get with { Token = foreign.Token }, 404),
            ("encoded slash", Get("/posts/a%2Fb"), 404),
            ("encoded letters", Get("/posts/%C3%A9%20%25%3F%23"), 404),
            ("encoded route", Get("/%70ing"), 200),
            ("encoded dots", Get("/x/..%2Fping"), 404),
            ("double slash", Get("//ping"), 404),
            ("trailing slash", Get("/ping/"), 200),
            ("another case", new("GET", "/API/V1/PING") { Token = company.Token }, 200),
            ("no route", Get("/nowhere"), 404),
            ("no route, problem", Get("/nowhere") with { Headers = [("Accept", Problem)] }, 404),
            ("below no group", new("GET", "/api/nowhere"), 404),
            ("wrong method", Get("/ping") with { Method = "PUT" }, 405),
            ("wrong method with body", Get("/ping") with { Method = "POST", Body = "{}"u8.ToArray() }, 405),
            ("made up method", Get("/posts") with { Method = "BREW" }, 405),
            ("repeat", Post("/posts", make) with { Headers = [("Idempotency-Key", "a key")] }, 201),
            ("repeat chunked", Post("/posts", make) with { Chunked = true, Headers = [("Idempotency-Key", "a key")] }, 201),
            ("another with the key", Post("/posts", Json.Text(company.Post())) with { Headers = [("Idempotency-Key", "a key")] }, 422),
            ("empty body", Post("/posts", ""), 400),
            ("no body", Get("/posts") with { Method = "POST" }, 400),
            ("broken body", Post("/posts", "{\"text\": "), 400),
            ("no JSON", Post("/posts", make) with { ContentType = "text/plain" }, 400),
            ("a body just small enough", Post("/posts/validate", Filled(1024 * 1024)), 400),
            ("a body just too large", Post("/posts", Filled(1024 * 1024 + 1)), 413),
            ("a chunked body just too large", Post("/posts", Filled(1024 * 1024 + 1)) with { Chunked = true }, 413),
            ("20 MB", Post("/posts", Filled(20_000_000)), 413),
            ("version that is gone",
                Post("/posts/" + post, """{"text":"x"}""") with { Method = "PATCH", Headers = [("If-Match", "\"none\"")] }, 412),
            ("unshare what is not shared", get with { Method = "DELETE", Path = $"/api/v1/posts/{another}/share" }, 204),
            ("links of https", new("GET", "/api/v1/openapi.json") { Headers = [("X-Forwarded-Proto", "https")] }, 200),
            ("links", new("GET", "/api/v1/openapi.json"), 200),
            ("reference", new("GET", "/api/v1/docs"), 302),
            ("reference", new("GET", "/api/v1/docs/"), 200),
            ("a compressed answer", new("GET", "/api/v1/openapi.json") { Headers = [("Accept-Encoding", "br, gzip")] }, 200),
            ("CSV", Get($"/pages/{page}/metrics?{Days}") with { Headers = [("Accept", "text/csv")] }, 200),
            ("health", new("GET", "/api/health"), 200),
            ("the authorization server", new("GET", "/.well-known/oauth-authorization-server"), 200),
            ("what assistants need", new("GET", "/.well-known/oauth-protected-resource/mcp"), 200),
            ("nothing well known", new("GET", "/.well-known/nowhere"), 404),
            ("no app", new("GET", "/oauth/authorize?client_id=nobody"), 400),
            ("a grant of no kind", new("POST", "/oauth/token")
            {
                Body = "grant_type=password"u8.ToArray(), ContentType = "application/x-www-form-urlencoded",
            }, 400),
            ("an app with no address", new("POST", "/oauth/register") { Body = "{}"u8.ToArray() }, 400),
            ("redirect without a body", new("GET", "/settings"), 302),
            ("settings where nobody can sign in", new("GET", "/settings/integrations"), 401),
            ("no settings", new("GET", "/settings/nowhere"), 404),
            ("a form from nowhere", new("POST", "/settings/sign-out")
            {
                Body = "a=b"u8.ToArray(), ContentType = "application/x-www-form-urlencoded", Headers = [("X-Forwarded-Proto", "https")],
            }, 400),
        ];

        Call Get(string path) => new("GET", "/api/v1" + path) { Token = company.Token };

        Call Post(string path, string body) => Get(path) with { Method = "POST", Body = Encoding.UTF8.GetBytes(body) };

        static string Filled(int length) => "{\"text\":\"" + new string('x', length - 11) + "\"}";
    }

    /// <summary>The last ten.</summary>
    internal static string Days =>
        $"startDate={Day(TimeProvider.System.GetUtcNow().AddDays(-9))}&endDate={Day(TimeProvider.System.GetUtcNow())}";

    static string Day(DateTimeOffset moment) => MetricsOfCompany.Day(moment);
}

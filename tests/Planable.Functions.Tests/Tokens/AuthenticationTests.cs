using System.Net;
using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Tokens;

public sealed class AuthenticationTests(AzuriteFixture fixture)
{
    static readonly string[] Reads =
    [
        "/ping", "/posts?workspaceId={wks}", "/posts/count", "/posts/{pst}",
        "/labels?workspaceId={wks}", "/members?workspaceId={wks}", "/pages",
        "/workspaces",
    ];

    static readonly string[] Writes =
        ["POST /posts", "DELETE /posts/{pst}", "POST /labels", "POST /workspaces", "DELETE /workspaces/{wks}"];

    readonly App _app = fixture.App;

    public static TheoryData<string> Routes => [.. Reads.Select(path => "GET " + path), .. Writes];

    public static TheoryData<string> ReadRoutes => [.. Reads];

    public static TheoryData<string> WriteRoutes => [.. Writes];

    [Fact]
    public async Task A_ping_says_whose_token_it_is()
    {
        var company = await TestCompany.CreateAsync(_app);

        var ping = await company.Client.GetAsync("/ping").OkAsync();

        Assert.Equal(["companyId", "ok", "tokenId"], ping.Names());
        Assert.True(ping["ok"]!.GetValue<bool>());
        Assert.Equal(company.Id, ping.Text("companyId"));
        Assert.StartsWith("tok_" + company.Key, ping.Text("tokenId"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Without_a_good_token_nothing_is_read_or_written(string route)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var good = company.Token;
        // Right in form, and nobody's.
        var unknown = TokenText.New();
        var expired = await company.TokenAsync(expiresAt: TimeProvider.System.GetUtcNow().AddSeconds(-1));

        foreach (var header in new[]
        {
            null, "", "Bearer", "Bearer ", "Bearer garbage", "Bearer " + unknown, "Bearer " + expired, "Basic " + good, good,
            "Bearer " + good[..^1], "Bearer " + good + "x", "Bearer " + good.ToUpperInvariant(), "Bearer " + good + ", Bearer " + good,
            "Bearer pln_" + new string('a', 5000), "Bearer pln_é" + good[5..],
        })
        {
            using var response = await SendAsync(company, route, post, header);
            await Task.FromResult(response).UnauthorizedAsync();
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }
        await company.Client.GetAsync("/posts/" + post).OkAsync();
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [MemberData(nameof(WriteRoutes))]
    public async Task A_read_token_writes_nothing(string route)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        var error = await SendAsync(company, route, post, "Bearer " + await company.TokenAsync(Scope.Read)).ForbiddenAsync();

        Assert.Contains("scope", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [MemberData(nameof(ReadRoutes))]
    public async Task Read_and_write_tokens_read(string path)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var inADay = await company.TokenAsync(Scope.Read, expiresAt: TimeProvider.System.GetUtcNow().AddDays(1));

        await SendAsync(company, "GET " + path, post, "Bearer " + inADay).OkAsync();
        await SendAsync(company, "GET " + path, post, "bearer  " + company.Token).OkAsync();
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task The_token_of_one_who_has_left_does_nothing(string route)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var person = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var token = await company.TokenAsync(creator: person);
        await _app.As(token).GetAsync("/ping").OkAsync();

        await company.RemoveAsync(person);

        await SendAsync(company, route, post, "Bearer " + token).ForbiddenAsync();
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, false)]
    public async Task A_token_lives_until_it_expires(int minutes, bool alive)
    {
        var company = await TestCompany.CreateAsync(_app);
        var token = await company.TokenAsync(expiresAt: TimeProvider.System.GetUtcNow().AddMinutes(minutes));

        await _app.As(token).GetAsync("/ping").ShouldBeAsync(alive ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
    }

    async Task<HttpResponseMessage> SendAsync(TestCompany company, string route, string post, string? authorization)
    {
        var (method, path) = route.Split(' ', 2) is [var first, var second] ? (first, second)
            : throw new ArgumentException(route, nameof(route));
        path = path.Replace("{pst}", post, StringComparison.Ordinal).Replace("{wks}", company.WorkspaceId, StringComparison.Ordinal);
        object? body = (method, path) switch
        {
            ("POST", "/posts") => company.Post(),
            ("POST", "/labels") => new { workspaceId = company.WorkspaceId, text = "x", color = "fog" },
            ("POST", _) =>
                new { name = "xx", timezone = "UTC", approvalSettings = new { type = "NONE", autoLock = false, autoSchedule = false } },
            _ => null,
        };
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 });
        http.BaseAddress = _app.BaseAddress;
        return await new Client(http, "").SendAsync(new(method), path, body is null ? null : Json.Text(body), change: request =>
        {
            request.Headers.Authorization = null;
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }
        });
    }
}

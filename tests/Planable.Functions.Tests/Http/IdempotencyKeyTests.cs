using System.Net;
using System.Text;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Http;

public sealed class IdempotencyKeyTests(AzuriteFixture fixture)
{
    const string Replayed = "Idempotent-Replayed";

    readonly App _app = fixture.App;

    [Theory]
    [InlineData("/posts")]
    [InlineData("/labels")]
    [InlineData("/campaigns")]
    [InlineData("/workspaces")]
    public async Task A_repeat_gets_the_first_calls_answer_and_another_body_is_refused(string path)
    {
        var company = await TestCompany.CreateAsync(_app);

        var (first, firstReplayed) = await AnswerAsync(company.Client.PostAsync(path, Body(company, path), "a key"));
        var (second, secondReplayed) = await AnswerAsync(company.Client.PostAsync(path, Body(company, path), "a key"));
        await company.Client.PostAsync(path, Body(company, path, "Another"), "a key")
            .FailAsync(HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR", "Idempotency-Key");
        var (third, _) = await AnswerAsync(company.Client.PostAsync(path, Body(company, path), "another key"));

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
        Assert.Equal((null, "true"), (firstReplayed, secondReplayed));
        var there = path switch
        {
            "/posts" => await company.CountAsync(),
            "/labels" or "/campaigns" =>
                (await company.Client.GetAsync(path + "?workspaceId=" + company.WorkspaceId).OkAsync()).Ids().Length,
            _ => (await company.Client.GetAsync("/workspaces").OkAsync()).Ids().Length - 1,
        };
        Assert.Equal(2, there);
    }

    [Theory]
    [InlineData("posts")]
    [InlineData("workspaces")]
    public async Task A_delete_may_be_repeated_with_its_key_only(string what)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var path = what == "posts" ? "/posts/" + (await company.MakeAsync())[0] : "/workspaces/" + company.Workspaces[1].Id;

        await company.Client.DeleteAsync(path, "a key").GoneAsync();

        using var repeat = await company.Client.DeleteAsync(path, "a key");
        Assert.Equal(HttpStatusCode.NoContent, repeat.StatusCode);
        Assert.Equal("true", repeat.Headers.GetValues(Replayed).Single());
        await company.Client.DeleteAsync(path).NotFoundAsync();
        await company.Client.DeleteAsync(path, "another key").NotFoundAsync();
    }

    [Fact]
    public async Task Quoted_or_bare_it_is_the_same_key()
    {
        var company = await TestCompany.CreateAsync(_app);

        var (bare, _) = await AnswerAsync(company.Client.PostAsync("/posts", company.Post(), "a-key"));
        var (quoted, replayed) = await AnswerAsync(company.Client.PostAsync("/posts", company.Post(), "\"a-key\""));

        Assert.Equal((bare, "true"), (quoted, replayed));
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public async Task A_key_has_up_to_255_characters(int length, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var key in new[] { new string('k', length), '"' + new string('q', length) + '"' })
        {
            var call = company.Client.PostAsync("/posts", company.Post(), key);
            await (valid ? call.CreatedAsync() : call.InvalidAsync("Idempotency-Key"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\" \"")]
    [InlineData("\"\"")]
    [InlineData("ключ")]
    [InlineData("🔑")]
    [InlineData("a\tb")]
    public async Task A_key_is_printable_ascii(string key)
    {
        var company = await TestCompany.CreateAsync(_app);
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });
        http.BaseAddress = _app.BaseAddress;
        var client = new Client(http, company.Token);

        await client.PostAsync("/posts", company.Post(), key).InvalidAsync("Idempotency-Key");
        await client.DeleteAsync("/posts/" + (await company.MakeAsync())[0], key).InvalidAsync("Idempotency-Key");

        Assert.Equal(1, await company.CountAsync());
    }

    [Fact]
    public async Task A_key_is_its_tokens_and_its_paths_own()
    {
        var company = await TestCompany.CreateAsync(_app);
        var other = _app.As(await company.TokenAsync());

        var (first, _) = await AnswerAsync(company.Client.PostAsync("/posts", company.Post(), "a key"));
        var (second, replayed) = await AnswerAsync(other.PostAsync("/posts", company.Post(), "a key"));
        await company.Client.PostAsync("/labels", Body(company, "/labels"), "a key").CreatedAsync();

        Assert.NotEqual(first, second);
        Assert.Null(replayed);
        Assert.Equal(2, await company.CountAsync());
    }

    [Fact]
    public async Task A_path_with_a_slash_at_its_end_is_the_same_path()
    {
        var company = await TestCompany.CreateAsync(_app);

        var (first, _) = await AnswerAsync(company.Client.PostAsync("/posts", company.Post(), "a key"));
        var (second, _) = await AnswerAsync(company.Client.PostAsync("/posts/", company.Post(), "a key"));

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_refused_call_does_not_use_up_its_key()
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/posts", company.Post().With("gridPosition", -1), "a key").InvalidAsync("gridPosition");
        await company.Client.PostAsync("/posts", company.Post().With("pageId", "pg_none"), "a key").NotFoundAsync();
        await company.Client.PostAsync("/posts", company.Post(), "a key").CreatedAsync();
    }

    [Fact]
    public async Task A_repeat_gets_the_answer_though_what_it_created_is_deleted_and_the_quota_used_up()
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Free, pages: 20);
        var body = company.Group(company.PageIds);
        var (first, _) = await AnswerAsync(company.Client.PostAsync("/posts", body, "a key"));
        await company.MakeAsync(company.Group(company.PageIds));
        await company.MakeAsync(company.Group(company.PageIds[..10]));
        await company.Client.DeleteAsync("/posts/" + System.Text.Json.Nodes.JsonNode.Parse(first)!.Ids("posts")[0]).GoneAsync();

        var (second, _) = await AnswerAsync(company.Client.PostAsync("/posts", body, "a key"));

        Assert.Equal(first, second);
        Assert.Equal(49, await company.CountAsync());
    }

    [Theory]
    [InlineData("/posts")]
    [InlineData("/labels")]
    [InlineData("/campaigns")]
    [InlineData("/workspaces")]
    public async Task Of_many_at_once_with_one_key_one_does_it_and_all_answer_the_same(string path)
    {
        var company = await TestCompany.CreateAsync(_app);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            AnswerAsync(company.Client.PostAsync(path, Body(company, path), "a key"))));

        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(7, answers.Count(answer => answer.Replayed == "true"));
    }

    static async Task<(string Body, string? Replayed)> AnswerAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.Created, body);
        return (body, response.Headers.TryGetValues(Replayed, out var values) ? values.Single() : null);
    }

    static object Body(TestCompany company, string path, string text = "A text") => path switch
    {
        "/posts" => company.Post(text),
        "/labels" => new { workspaceId = company.WorkspaceId, text, color = "fog" },
        "/campaigns" => new { workspaceId = company.WorkspaceId, name = text },
        _ => new { name = text, timezone = "UTC", approvalSettings = new { type = "NONE", autoSchedule = false, autoLock = false } },
    };
}

using System.Net;

namespace Planable.Functions.Tests.Posts;

/// <summary>ETag and If-Match: who changes a post may see to it that nobody else has.</summary>
public sealed class PostVersionTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task Every_change_makes_a_version_and_every_answer_names_it()
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED"));
        var path = "/posts/" + (await company.MakeAsync())[0];

        var tags = new List<string>
        {
            await TagAsync(company.Client.GetAsync(path)),
            await TagAsync(company.Client.PatchAsync(path, new { text = "x" })),
            await TagAsync(company.Client.PostAsync(path + "/approve", new { })),
            await TagAsync(company.Client.PostAsync(path + "/reject", new { })),
        };
        await company.Client.PostAsync(path + "/request-approval", new { approverIds = new[] { company.Owner.Id(company.Key) } }).OkAsync();
        tags.Add(await TagAsync(company.Client.GetAsync(path)));

        Assert.Equal(tags.Distinct(), tags);
        Assert.Equal(tags[^1], await TagAsync(company.Client.PatchAsync(path, new { text = "x" })));
    }

    [Theory]
    [InlineData("\"0\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"7\", \"0\"", 200)]
    [InlineData("W/\"7\",\"0\"", 200)]
    [InlineData("\"1\"", 412)]
    [InlineData("\"\"", 412)]
    [InlineData("W/\"0\"", 412)]
    [InlineData("\"00\", \"x y\"", 412)]
    [InlineData("0", 400)]
    [InlineData("\"0", 400)]
    [InlineData("\"0\" \"1\"", 400)]
    [InlineData("*, \"0\"", 400)]
    [InlineData(" ", 400)]
    [InlineData("nonsense", 400)]
    public async Task If_Match_is_read_as_the_standard_says(string header, int status)
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/" + (await company.MakeAsync())[0];
        var call = company.Client.PatchAsync(path, new { text = "x" }, ifMatch: header);

        await (status == 200 ? call.OkAsync() : call.FailAsync((HttpStatusCode)status, "VALIDATION_ERROR", "If-Match"));

        Assert.Equal(status == 200 ? "x" : "Hello", (await company.Client.GetAsync(path).OkAsync())["data"]!.Text("plainText"));
    }

    [Theory]
    [InlineData("W/\"0\"", "weak")]
    [InlineData("W/\"0\", W/\"1\"", "weak")]
    [InlineData("W/\"0\", \"1\"", "changed")]
    public async Task A_weak_tag_never_matches(string header, string why)
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED"));
        var path = "/posts/" + (await company.MakeAsync())[0];

        foreach (var (method, action) in new[] { (HttpMethod.Patch, ""), (HttpMethod.Post, "/approve"), (HttpMethod.Post, "/reject") })
        {
            var error = await company.Client.SendAsync(
                method, path + action, """{"text":"x"}""", change: request => request.Headers.TryAddWithoutValidation("If-Match", header))
                .FailAsync(HttpStatusCode.PreconditionFailed, "VALIDATION_ERROR", "If-Match");
            Assert.Contains(why, error.Text("message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_change_by_somebody_else_has_a_problem_type_of_its_own()
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED"));
        var path = "/posts/" + (await company.MakeAsync())[0];

        foreach (var action in new[] { "approve", "reject" })
        {
            await company.Client.SendAsync(
                HttpMethod.Post, $"{path}/{action}", "{}", change: request => request.Headers.Add("If-Match", "\"8\""))
                .FailAsync(HttpStatusCode.PreconditionFailed, "VALIDATION_ERROR", "If-Match");
        }
        var problem = await company.Client.SendAsync(HttpMethod.Patch, path, """{"text":"x"}""", change: request =>
        {
            request.Headers.Add("If-Match", "\"8\"");
            request.Headers.Add("Accept", "application/problem+json");
        }).ShouldBeAsync(HttpStatusCode.PreconditionFailed);
        Assert.Equal("urn:planable:problem:changed", problem.Text("type"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_know_the_same_version_one_changes_it_and_without_a_version_both_do(bool versioned)
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/" + (await company.MakeAsync(company.Group(company.PageIds)))[0];
        for (var round = 0; round < 5; round++)
        {
            var tag = await TagAsync(company.Client.GetAsync(path));

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
            {
                var client = (writer % 2 == 0 ? _app : other).As(company.Token);
                using var response = await client.PatchAsync(path, new { text = $"{round} {writer}" }, ifMatch: versioned ? tag : null);
                return (Status: (int)response.StatusCode, Tag: response.Headers.ETag?.Tag, Text: $"{round} {writer}");
            }));

            var (done, after) = (answers.Where(answer => answer.Status == 200).ToArray(), await company.Client.GetAsync(path).OkAsync());
            Assert.Equal(versioned ? 1 : 8, done.Length);
            Assert.All(answers.Except(done), answer => Assert.Equal(412, answer.Status));
            Assert.Equal(done.Length, done.Select(answer => answer.Tag).Distinct().Count());
            // The last version is what is there, in the whole group.
            var last = done.MaxBy(answer => int.Parse(answer.Tag!.Trim('"'), null)).Text;
            Assert.All((await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray(),
                post => Assert.Equal(last, post!.Text("plainText")));
            Assert.Equal(last, after["data"]!.Text("plainText"));
        }
    }

    [Fact]
    public async Task An_edit_may_be_repeated_with_its_key()
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/" + (await company.MakeAsync())[0];

        using var first = await company.Client.PatchAsync(path, new { text = "first" }, "a key", "\"0\"");
        await company.Client.PatchAsync(path, new { text = "second" }).OkAsync();
        using var repeat = await company.Client.PatchAsync(path, new { text = "first" }, "a key", "\"0\"");

        Assert.Equal(("\"1\"", "\"1\""), (first.Headers.ETag!.Tag, repeat.Headers.ETag!.Tag));
        Assert.Equal("true", repeat.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(
            await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            await repeat.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("second", (await company.Client.GetAsync(path).OkAsync())["data"]!.Text("plainText"));
        await company.Client.PatchAsync(path, new { text = "third" }, "a key")
            .FailAsync(HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR", "Idempotency-Key");
    }

    static async Task<string> TagAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return response.Headers.GetValues("ETag").Single();
    }
}

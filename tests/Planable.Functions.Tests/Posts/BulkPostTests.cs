using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Posts;

public sealed class BulkPostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task Each_body_has_its_answer_and_none_stops_another()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var other = await TestCompany.CreateAsync(_app);

        var answer = await BulkAsync(company,
            company.Post("first"), company.Post(new string('x', 25_001)),
            company.Group(company.PageIds).With("text", "second"), "text", null,
            new { text = 1 }, company.Post().With("pageId", other.PageIds[0]),
            company.Post().With("scheduledAt", "2030-01-01"), company.Post("third"));

        Assert.Equal((3, 6), (answer.Number("created"), answer.Number("failed")));
        Assert.Equal([201, 400, 201, 400, 400, 400, 404, 400, 201], answer["results"]!.AsArray().Select(one => one!.Number("status")));
        Assert.Equal([null, "text", null, null, null, "text", "pageId", "scheduledAt", null],
            answer["results"]!.AsArray().Select(one => one!["error"]?["details"]?[0]?.Text("field")));
        Assert.Equal(2, answer["results"]![2]!["posts"]!.AsArray().Count);
        // The last is the newest.
        var listed = await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync();
        Assert.Equal(["third", "second", "second", "first"], listed["data"]!.AsArray().Select(post => post!.Text("plainText")));
    }

    [Fact]
    public async Task A_repeat_with_the_key_makes_nothing_twice_and_another_body_is_refused_whole()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = new { posts = new object[] { company.Post("first"), company.Post(new string('x', 25_001)), company.Post("second") } };

        var first = await company.Client.PostAsync("/posts/bulk", body, "a key").OkAsync();
        using var response = await company.Client.PostAsync("/posts/bulk", body, "a key");
        var second = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("true", response.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(Ids(first), Ids(second));
        await company.Client.PostAsync(
            "/posts/bulk", new { posts = new object[] { company.Post("first"), company.Post("third") } }, "a key")
            .FailAsync(HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR", "Idempotency-Key");
        Assert.Equal(2, await company.CountAsync());

        static string[] Ids(JsonNode answer) =>
            [.. answer["data"]!["results"]!.AsArray().SelectMany(one => one!["posts"]?.AsArray() ?? []).Select(post => post!.Text("id"))];
    }

    [Fact]
    public async Task Storage_that_fails_one_of_them_stops_no_other()
    {
        var hiccup = new Hiccup();
        await using var app = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(hiccup), App.CallsOnly);
        var company = await TestCompany.CreateAsync(app);
        await company.Client.GetAsync("/ping").OkAsync();
        hiccup.Writes = 1;

        var answer = await BulkAsync(company, company.Post("first"), company.Post("second"), company.Post("third"));

        Assert.Equal([201, 503, 201], answer["results"]!.AsArray().Select(one => one!.Number("status")));
        Assert.Equal("INTERNAL", answer["results"]![1]!["error"]!.Text("code"));
        Assert.Equal(2, await company.CountAsync());
    }

    [Fact]
    public async Task A_plan_is_used_up_in_the_midst_of_it()
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Free);
        await BulkAsync(company, [.. Enumerable.Repeat(company.Post(), 48)]);

        var answer = await BulkAsync(company, [.. Enumerable.Repeat(company.Post(), 4)]);

        Assert.Equal([201, 201, 403, 403], answer["results"]!.AsArray().Select(one => one!.Number("status")));
        Assert.Equal(50, await company.CountAsync());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"posts":[]}""")]
    [InlineData("""{"posts":null}""")]
    [InlineData("""{"posts":{}}""")]
    [InlineData("""{"posts":"x"}""")]
    public async Task What_is_no_list_is_invalid(string body) =>
        await (await TestCompany.CreateAsync(_app)).Client.SendAsync(HttpMethod.Post, "/posts/bulk", body).InvalidAsync("posts");

    [Fact]
    public async Task A_hundred_are_taken_and_one_more_is_not()
    {
        var company = await TestCompany.CreateAsync(_app);

        Assert.Equal(100, (await BulkAsync(company, [.. Enumerable.Repeat(company.Post(), 100)])).Number("created"));
        await company.Client.PostAsync("/posts/bulk", new { posts = Enumerable.Repeat(company.Post(), 101) }).InvalidAsync("posts");
        Assert.Equal(100, await company.CountAsync());
    }

    /// <summary>Fails the first read of content that comes after so many writes.</summary>
    sealed class Hiccup : HttpPipelinePolicy
    {
        public int Writes { get; set; } = int.MaxValue;

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var path = message.Request.Uri.Path;
            if (path.EndsWith("/$batch", StringComparison.Ordinal))
            {
                Writes--;
            }
            else if (Writes == 0 && message.Request.Method == RequestMethod.Get && path.Contains("/content", StringComparison.Ordinal))
            {
                Writes = int.MaxValue;
                throw new Azure.RequestFailedException(503, "Storage is away.");
            }
            return ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }

    static async Task<JsonNode> BulkAsync(TestCompany company, params object?[] posts) =>
        (await company.Client.PostAsync("/posts/bulk", new { posts }).OkAsync())["data"]!;
}

using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Posts;

public sealed class ReorderTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task The_first_id_gets_position_0_and_the_feed_tells_of_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        string[] posts = [.. await company.MakeAsync(company.Group(company.PageIds)), .. await company.MakeAsync()];
        string[] order = [posts[2], posts[0], posts[1]];

        var answer = (await ReorderAsync(company, order).OkAsync())["data"]!["posts"]!.AsArray();

        Assert.Equal(order, answer.Select(post => post!.Text("id")));
        Assert.Equal([0, 1, 2], answer.Select(post => post!.Number("gridPosition")));
        Assert.Equal([0, 1, 2], await PositionsAsync(company, order));
        var told = (await company.Client.GetAsync($"/posts/{posts[0]}/activity").OkAsync())["data"]!.AsArray();
        Assert.Equal(["UPDATED", "CREATED"], told.Select(entry => entry!.Text("action")));
        Assert.Equal("gridPosition", told[0]!["fields"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Five_hundred_posts_are_placed_and_five_hundred_and_one_refused()
    {
        var company = await TestCompany.CreateAsync(_app);
        var posts = await ManyAsync(company, 501);

        await ReorderAsync(company, posts).InvalidAsync("postIds");
        await ReorderAsync(company, posts[1..]).OkAsync();

        Assert.Equal([0, 250, 499], await PositionsAsync(company, [posts[1], posts[251], posts[500]]));
        Assert.Equal([null], await PositionsAsync(company, [posts[0]]));
    }

    [Fact]
    public async Task One_id_that_is_wrong_and_nothing_changes()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));
        var posts = await ManyAsync(company, 3);
        var foreign = (await other.MakeAsync())[0];
        var gone = (await company.MakeAsync())[0];
        await company.Client.DeleteAsync("/posts/" + gone).GoneAsync();

        foreach (var wrong in new[] { foreign, gone, "nonsense", company.PageIds[0], "" })
        {
            await ReorderAsync(company, [posts[0], wrong, posts[1]])
                .FailAsync(System.Net.HttpStatusCode.NotFound, "NOT_FOUND", "postIds[1]");
        }
        await ReorderAsync(company, [posts[0], posts[1], posts[0]]).InvalidAsync("postIds[2]");
        await ReorderAsync(company, []).InvalidAsync("postIds");
        await company.Client.PatchAsync("/posts/reorder", new { workspaceId = company.Workspaces[1].Id, postIds = posts }).NotFoundAsync();
        await company.Client.PatchAsync("/posts/reorder", new { workspaceId = other.WorkspaceId, postIds = posts }).NotFoundAsync();
        await company.Client.PatchAsync("/posts/reorder", new { postIds = posts }).InvalidAsync("workspaceId");
        await _app.As(await company.TokenAsync(Scope.Read))
            .PatchAsync("/posts/reorder", new { workspaceId = company.WorkspaceId, postIds = posts }).ForbiddenAsync();

        Assert.Equal([null, null, null], await PositionsAsync(company, posts));
    }

    [Fact]
    public async Task A_client_places_no_post_that_is_for_the_team_only()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        string[] posts = [(await company.MakeAsync())[0], (await company.MakeAsync(company.Post().With("teamOnly", true)))[0]];

        await _app.As(await company.TokenAsync(creator: client))
            .PatchAsync("/posts/reorder", new { workspaceId = company.WorkspaceId, postIds = posts })
            .FailAsync(System.Net.HttpStatusCode.NotFound, "NOT_FOUND", "postIds[1]");
    }

    [Fact]
    public async Task Orders_at_once_end_with_one_of_them_whole_and_lose_no_edit()
    {
        var company = await TestCompany.CreateAsync(_app);
        await using var other = App.Start(fixture.ConnectionString);
        var posts = await ManyAsync(company, 100);
        string[][] orders = [.. Enumerable.Range(0, 6).Select(turn => (string[])[.. posts[(turn * 10)..], .. posts[..(turn * 10)]])];

        var calls = orders.Select((order, index) => (index % 2 == 0 ? _app : other).As(company.Token)
            .PatchAsync("/posts/reorder", new { workspaceId = company.WorkspaceId, postIds = order }).OkAsync());
        var edits = posts[..20].Select(post => company.Client.PatchAsync("/posts/" + post, new { text = "Edited" }).OkAsync());
        await Task.WhenAll(calls.Concat(edits));

        await Eventually.TrueAsync(async () =>
        {
            var positions = await PositionsAsync(company, posts);
            return orders.Any(order => positions.Select((place, index) => order[place!.Value] == posts[index]).All(right => right));
        }, "one of the orders holds");
        foreach (var post in posts[..20])
        {
            Assert.Equal("Edited", (await company.Client.GetAsync("/posts/" + post).OkAsync())["data"]!.Text("plainText"));
        }
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_does_not_bring_an_older_order_back()
    {
        var company = await TestCompany.CreateAsync(_app);
        var posts = await ManyAsync(company, 2);
        object Order(params string[] ids) => new { workspaceId = company.WorkspaceId, postIds = ids };

        await company.Client.PatchAsync("/posts/reorder", Order(posts[0], posts[1]), "a key").OkAsync();
        await company.Client.PatchAsync("/posts/reorder", Order(posts[1], posts[0])).OkAsync();
        await company.Client.PatchAsync("/posts/reorder", Order(posts[0], posts[1]), "a key").OkAsync();

        Assert.Equal([1, 0], await PositionsAsync(company, posts));
    }

    [Fact]
    public async Task Whatever_write_it_dies_after_the_queue_finishes_it()
    {
        for (var deadAfter = 1; deadAfter <= 3; deadAfter++)
        {
            var company = await TestCompany.CreateAsync(_app);
            var posts = await ManyAsync(company, 120);
            var dying = new Dying(deadAfter);
            await using var app = App.Start(
                fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(dying), App.CallsOnly);

            using (await app.As(company.Token).PatchAsync("/posts/reorder", new { workspaceId = company.WorkspaceId, postIds = posts }))
            {
                await Eventually.TrueAsync(async () =>
                    (await PositionsAsync(company, [posts[0], posts[60], posts[119]])).SequenceEqual([0, 60, 119]), "it is finished");
            }
        }
    }

    static Task<HttpResponseMessage> ReorderAsync(TestCompany company, string[] posts) =>
        company.Client.PatchAsync("/posts/reorder", new { workspaceId = company.WorkspaceId, postIds = posts });

    static async Task<int?[]> PositionsAsync(TestCompany company, string[] posts)
    {
        var all = await Task.WhenAll(posts.Select(post => company.Client.GetAsync("/posts/" + post).OkAsync()));
        return [.. all.Select(post => post["data"]!["gridPosition"]?.GetValue<int>())];
    }

    async Task<string[]> ManyAsync(TestCompany company, int count)
    {
        var (now, made) = (TimeProvider.System.GetUtcNow(), Enumerable.Range(0, count).Select(
            number => company.StoredPost($"{number}", TimeProvider.System.GetUtcNow(), number)).ToArray());
        foreach (var some in made.Chunk(30))
        {
            await _app.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, some, now, TestContext.Current.CancellationToken);
        }
        return [.. made.Select(post => post.Id)];
    }

    /// <summary>Storage that answers no more after so many transactions, as to a process that was killed.</summary>
    sealed class Dying(int after) : HttpPipelinePolicy
    {
        int _transactions;

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (_transactions >= after && message.Request.Method != RequestMethod.Get)
            {
                throw new Tokens.Instant.DeadException();
            }
            await ProcessNextAsync(message, pipeline);
            if (message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _transactions);
            }
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class CommentTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_comment_is_created_counted_and_listed()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        var comment = (await company.Client.PostAsync(
            $"/posts/{post}/comments", new { text = "Nice 👩‍👩‍👧 é" }).CreatedAsync())["data"]!;

        Assert.Equal(["authorId", "createdAt", "id", "postId", "reactions", "teamOnly", "text"], comment.Names());
        Assert.Equal((post, "Nice 👩‍👩‍👧 é", company.Owner.Id(company.Key)),
            (comment.Text("postId"), comment.Text("text"), comment.Text("authorId")));
        Assert.Equal($"[{comment.ToJsonString()}]", (await ListAsync(company, post))["data"]!.ToJsonString());
        Assert.Equal((1, 0), await CountersAsync(company, post));
    }

    [Fact]
    public async Task Comments_are_listed_newest_first_a_part_at_a_time()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var made = new List<string>();
        for (var count = 0; count < 5; count++)
        {
            made.Insert(0, await company.CommentAsync(post, $"{count}", teamOnly: count % 2 == 1));
        }

        Assert.Equal(made, (await ListAsync(company, post)).Ids());
        foreach (var (query, ids, hasMore) in new (string, IEnumerable<string>, bool)[]
        {
            ("?limit=2", made[..2], true), ("?offset=3&limit=2", made[3..], false), ("?offset=9", [], false), ("?limit=0", [], true),
            ("?teamOnly=true", [made[1], made[3]], false), ("?teamOnly=false&offset=1&limit=1", [made[2]], true),
        })
        {
            var list = await ListAsync(company, post, query);
            Assert.Equal(ids, list.Ids());
            Assert.Equal(hasMore, list["pagination"]!["hasMore"]!.GetValue<bool>());
        }
    }

    [Theory]
    [InlineData("teamOnly=TRUE", "teamOnly")]
    [InlineData("teamOnly=1", "teamOnly")]
    [InlineData("teamOnly=", "teamOnly")]
    [InlineData("limit=-1", "limit")]
    [InlineData("offset=x", "offset")]
    public async Task A_query_that_says_nothing_known_is_invalid(string query, string field)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.GetAsync($"/posts/{(await company.MakeAsync())[0]}/comments?{query}").InvalidAsync(field);
    }

    [Theory]
    [InlineData("x", 1, true, true)]
    [InlineData("😀", 8_000, true, true)]
    [InlineData("e\u0301", 4_000, true, true)]
    [InlineData("x", 8_001, true, false)]
    [InlineData("e\u0301", 4_001, true, false)]
    [InlineData("😀", 25_000, true, false)]
    [InlineData("x", 25_001, false, false)]
    [InlineData("x", 0, false, false)]
    public async Task A_new_comment_has_1_to_25000_characters_and_a_changed_one_up_to_8000(
        string character, int times, bool isCreated, bool isChanged)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var comment = await company.CommentAsync(post);
        var text = string.Concat(Enumerable.Repeat(character, times));

        var created = company.Client.PostAsync($"/posts/{post}/comments", new { text });
        var changed = company.Client.PatchAsync($"/posts/{post}/comments/{comment}", new { text });

        foreach (var (call, isValid, status) in new[]
            { (created, isCreated, HttpStatusCode.Created), (changed, isChanged, HttpStatusCode.OK) })
        {
            if (isValid)
            {
                Assert.Equal(text, (await call.ShouldBeAsync(status))["data"]!.Text("text"));
            }
            else
            {
                await call.InvalidAsync("text");
            }
        }
    }

    [Fact]
    public async Task Internal_notes_are_the_teams_alone()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = await ClientAsync(company);
        var post = (await company.MakeAsync())[0];
        var open = await company.CommentAsync(post);
        var note = await company.CommentAsync(post, teamOnly: true);

        Assert.Equal((1, 1), await CountersAsync(company, post));
        Assert.Equal([note, open], (await ListAsync(company, post)).Ids());
        Assert.Equal([open], (await client.GetAsync($"/posts/{post}/comments").OkAsync()).Ids());
        Assert.Empty((await client.GetAsync($"/posts/{post}/comments?teamOnly=true").OkAsync()).Ids());
        await client.PostAsync($"/posts/{post}/comments", new { text = "x", replyToCommentId = note }).NotFoundAsync();
        await client.PostAsync($"/posts/{post}/comments/{note}/reactions", CommentReactionTests.Thumb()).NotFoundAsync();
        await client.PatchAsync($"/posts/{post}/comments/{note}", new { text = "x" }).NotFoundAsync();
        await client.DeleteAsync($"/posts/{post}/comments/{note}").NotFoundAsync();
        await client.PostAsync($"/posts/{post}/comments", new { text = "x", teamOnly = true }).ForbiddenAsync();
        await client.PostAsync($"/posts/{post}/comments", new { text = "x" }).CreatedAsync();
        Assert.Equal((2, 1), await CountersAsync(company, post));
        Assert.Equal(0, (await client.GetAsync("/posts/" + post).OkAsync())["data"]!.Number("notesCounter"));

        // A comment that takes a note along.
        await company.CommentAsync(post, replyTo: open, teamOnly: true);
        await company.Client.DeleteAsync($"/posts/{post}/comments/{open}").GoneAsync();
        var told = (await client.GetAsync($"/posts/{post}/activity").OkAsync())["data"]!.AsArray();
        Assert.Equal(["DELETED", "COMMENTED", "COMMENTED", "CREATED"],
            told.Select(entry => entry!.Text("action").Replace("COMMENT_", "", StringComparison.Ordinal)));
        Assert.DoesNotContain("notesCounter", told.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_finds_no_comments_of_a_post_that_is_for_the_team_only()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = await ClientAsync(company);
        var post = (await company.MakeAsync(company.Post().With("teamOnly", true)))[0];
        var comment = await company.CommentAsync(post);

        await client.GetAsync($"/posts/{post}/comments").NotFoundAsync();
        await client.PostAsync($"/posts/{post}/comments", new { text = "x" }).NotFoundAsync();
        await client.PatchAsync($"/posts/{post}/comments/{comment}", new { text = "x" }).NotFoundAsync();
        await client.DeleteAsync($"/posts/{post}/comments/{comment}").NotFoundAsync();
        await client.PostAsync($"/posts/{post}/comments/{comment}/reactions", CommentReactionTests.Thumb()).NotFoundAsync();
        Assert.Equal((1, 0), await CountersAsync(company, post));
    }

    [Fact]
    public async Task Only_its_author_changes_or_deletes_a_comment()
    {
        var company = await TestCompany.CreateAsync(_app);
        var author = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var client = _app.As(await company.TokenAsync(creator: author));
        var post = (await company.MakeAsync())[0];
        var comment = (await client.PostAsync($"/posts/{post}/comments", new { text = "Mine" }).CreatedAsync())["data"]!.Text("id");

        await company.Client.PatchAsync($"/posts/{post}/comments/{comment}", new { text = "Yours" }).ForbiddenAsync();
        await company.Client.DeleteAsync($"/posts/{post}/comments/{comment}").ForbiddenAsync();
        Assert.Equal("Mine", (await ListAsync(company, post))["data"]![0]!.Text("text"));
        // Another token of the same person is the same author.
        var again = _app.As(await company.TokenAsync(creator: author));
        Assert.Equal("Changed",
            (await again.PatchAsync($"/posts/{post}/comments/{comment}", new { text = "Changed" }).OkAsync())["data"]!.Text("text"));
        await again.DeleteAsync($"/posts/{post}/comments/{comment}").GoneAsync();
        await again.DeleteAsync($"/posts/{post}/comments/{comment}").NotFoundAsync();
        await again.PatchAsync($"/posts/{post}/comments/{comment}", new { text = "x" }).NotFoundAsync();
        Assert.Equal((0, 0), await CountersAsync(company, post));
    }

    [Fact]
    public async Task A_new_posts_internal_note_is_a_comment_on_each_of_its_group()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20);
        var longest = string.Concat(Enumerable.Repeat("😀", 8_000));

        var posts = (await company.Client.PostAsync(
            "/posts", company.Group(company.PageIds).With("internalNote", longest).With("firstComment", longest))
            .CreatedAsync())["posts"]!.AsArray();

        Assert.Equal(20, posts.Count);
        Assert.All(posts, post => Assert.Equal((0, 1), (post!.Number("commentsCounter"), post!.Number("notesCounter"))));
        var notes = await Task.WhenAll(
            posts.Select(async post => (await ListAsync(company, post!.Text("id")))["data"]!.AsArray().Single()!));
        Assert.Equal(20, notes.Select(note => note.Text("id")).Distinct().Count());
        Assert.All(notes, note => Assert.Equal(
            (longest, true, company.Owner.Id(company.Key)),
            (note.Text("text"), note["teamOnly"]!.GetValue<bool>(), note.Text("authorId"))));
        await company.Client.PostAsync("/posts", company.Post().With("internalNote", longest + "x")).InvalidAsync("internalNote");
        await company.Client.PostAsync("/posts", company.Post().With("firstComment", longest + "x")).InvalidAsync("firstComment");
        var none = (await company.Client.PostAsync(
            "/posts", company.Post().With("internalNote", "").With("firstComment", "")).CreatedAsync())["posts"]![0]!;
        Assert.Equal(0, none.Number("notesCounter"));
        var writer = await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        await _app.As(await company.TokenAsync(creator: writer))
            .PostAsync("/posts", company.Post().With("internalNote", "x")).ForbiddenAsync();
    }

    [Fact]
    public async Task A_deleted_posts_comments_go_too()
    {
        var company = await TestCompany.CreateAsync(_app);
        var posts = await company.MakeAsync(company.Group(company.PageIds).With("internalNote", "A note"));
        await company.CommentAsync(posts[0], replyTo: await company.CommentAsync(posts[0]));

        await company.Client.DeleteAsync("/posts/" + posts[0]).GoneAsync();

        await company.Client.GetAsync($"/posts/{posts[0]}/comments").NotFoundAsync();
        await company.Client.PostAsync($"/posts/{posts[0]}/comments", new { text = "x" }).NotFoundAsync();
        await Eventually.TrueAsync(async () => await RowsAsync(company, posts[0]) == 0, "its comments are gone");
        Assert.Equal(1, await RowsAsync(company, posts[1]));
    }

    [Fact]
    public async Task Comments_need_a_token_that_opens_the_workspace_and_writes_one_that_writes()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var post = (await company.MakeAsync())[0];
        var comment = await company.CommentAsync(post);
        var (closed, reads) =
            (_app.As(await company.TokenAsync(opens: [company.Workspaces[1]])), _app.As(await company.TokenAsync(Scope.Read)));

        await closed.GetAsync($"/posts/{post}/comments").ForbiddenAsync();
        await reads.GetAsync($"/posts/{post}/comments").OkAsync();
        foreach (var client in new[] { closed, reads })
        {
            await client.PostAsync($"/posts/{post}/comments", new { text = "x" }).ForbiddenAsync();
            await client.PatchAsync($"/posts/{post}/comments/{comment}", new { text = "x" }).ForbiddenAsync();
            await client.DeleteAsync($"/posts/{post}/comments/{comment}").ForbiddenAsync();
            await client.PostAsync($"/posts/{post}/comments/{comment}/reactions", CommentReactionTests.Thumb()).ForbiddenAsync();
        }
    }

    [Fact]
    public async Task Another_companys_and_another_posts_comments_are_not_found()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        var (post, second, foreign) = ((await mine.MakeAsync())[0], (await mine.MakeAsync())[0], (await other.MakeAsync())[0]);
        var (comment, foreignComment) = (await mine.CommentAsync(second), await other.CommentAsync(foreign));

        foreach (var (of, what) in new[] { (foreign, foreignComment), (post, foreignComment), (post, comment),
            (post, post), (post, "nonsense"), ("nonsense", comment) })
        {
            await mine.Client.PatchAsync($"/posts/{of}/comments/{what}", new { text = "x" }).NotFoundAsync();
            await mine.Client.DeleteAsync($"/posts/{of}/comments/{what}").NotFoundAsync();
            await mine.Client.PostAsync($"/posts/{of}/comments/{what}/reactions", CommentReactionTests.Thumb()).NotFoundAsync();
        }
        foreach (var of in new[] { foreign, comment, mine.WorkspaceId, post[..^1] + "z" })
        {
            await mine.Client.GetAsync($"/posts/{of}/comments").NotFoundAsync();
            await mine.Client.PostAsync($"/posts/{of}/comments", new { text = "x" }).NotFoundAsync();
        }
        Assert.Equal([foreignComment], (await ListAsync(other, foreign)).Ids());
    }

    [Fact]
    public async Task A_repeat_with_its_key_does_nothing_twice()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        var first = await company.Client.PostAsync($"/posts/{post}/comments", new { text = "x" }, "a key").CreatedAsync();
        var second = await company.Client.PostAsync($"/posts/{post}/comments", new { text = "x" }, "a key").CreatedAsync();
        var path = $"/posts/{post}/comments/{first["data"]!.Text("id")}";
        var reacted = await company.Client.PostAsync(path + "/reactions", CommentReactionTests.Thumb(), "a key").OkAsync();
        var repeated = await company.Client.PostAsync(path + "/reactions", CommentReactionTests.Thumb(), "a key").OkAsync();

        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal(reacted.ToJsonString(), repeated.ToJsonString());
        Assert.Equal((1, 0), await CountersAsync(company, post));
        await company.Client.DeleteAsync(path, "a key").GoneAsync();
        await company.Client.DeleteAsync(path, "a key").GoneAsync();
        Assert.Equal((0, 0), await CountersAsync(company, post));
    }

    internal static async Task<(int Comments, int Notes)> CountersAsync(TestCompany company, string post) =>
        await company.ReadAsync(post) is var read ? (read.Number("commentsCounter"), read.Number("notesCounter")) : default;

    internal static Task<JsonNode> ListAsync(TestCompany company, string post, string query = "") =>
        company.Client.GetAsync($"/posts/{post}/comments{query}").OkAsync();

    async Task<Client> ClientAsync(TestCompany company) => _app.As(await company.TokenAsync(
        creator: await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])))));

    async Task<int> RowsAsync(TestCompany company, string post) => await _app.Get<Tables>().Content
        .RangeAsync(company.Workspaces[0].Key, "comment~" + post[^Ids.KeyLength..]).CountAsync();
}

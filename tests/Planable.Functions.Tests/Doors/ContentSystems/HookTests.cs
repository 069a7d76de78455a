using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Doors.ContentSystems;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Doors.ContentSystems;

/// <summary>What a content system publishes becomes drafts, which follow it until somebody works on them.</summary>
public sealed class HookTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_published_article_becomes_a_draft_on_each_page()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync(company.Connection().With("schedule", "article").With("pages", new object[]
        {
            new { pageId = company.PageIds[0] }, new { pageId = company.PageIds[1], template = "New: {{title}}" },
        }));

        var result = await connection.HandleAsync(
            new { id = 1, title = "Grüße 🎉", url = "https://site.example/a", publishedAt = "2030-01-01T09:00:00+02:00" });

        Assert.Equal(("1", "created"), (result.Text("entry"), result.Text("outcome")));
        var posts = await Task.WhenAll(Posts(result).Select(company.ReadAsync));
        Assert.Equal(["Grüße 🎉\n\nhttps://site.example/a", "New: Grüße 🎉"], posts.Select(post => post.Text("plainText")));
        Assert.Equal(company.PageIds, posts.Select(post => post.Text("pageId")));
        Assert.All(posts, post => Assert.Equal(
            ("PLANNED", "2030-01-01T07:00:00.000Z"), (post.Text("status"), post.Text("scheduledAt"))));
        Assert.Equal(2, await company.CountAsync());
    }

    [Fact]
    public async Task A_call_is_answered_200_with_an_empty_object()
    {
        var connection = await (await TestCompany.CreateAsync(_app)).ConnectAsync();

        using var response = await connection.CallAsync(new { id = 1, title = "A" });

        Assert.Equal((HttpStatusCode.OK, "application/json", "{}"),
            (response.StatusCode, response.Content.Headers.ContentType!.MediaType, await response.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task The_same_revision_again_changes_nothing()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        var article = new { id = 1, title = "A", revision = 1 };
        var made = await connection.HandleAsync(article);

        var again = await connection.HandleAsync(article);

        Assert.Equal("unchanged", again.Text("outcome"));
        Assert.Equal(Posts(made), Posts(again));
        Assert.Equal(("\"0\"", 1), (await VersionAsync(company, Posts(made)[0]), await company.CountAsync()));
    }

    [Fact]
    public async Task A_new_revision_changes_its_draft_and_an_older_one_does_not()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        var post = Posts(await connection.HandleAsync(new { id = 1, title = "First", revision = 9 }))[0];

        Assert.Equal("updated", (await connection.HandleAsync(new { id = 1, title = "Second", revision = 10 })).Text("outcome"));
        Assert.Equal("Second", (await company.ReadAsync(post)).Text("plainText"));
        Assert.Equal("unchanged", (await connection.HandleAsync(new { id = 1, title = "First", revision = 9 })).Text("outcome"));
        Assert.Equal("updated", (await connection.HandleAsync(new { id = 1, title = "Third", revision = 11 })).Text("outcome"));
        Assert.Equal("Third", (await company.ReadAsync(post)).Text("plainText"));
        Assert.Equal(1, await company.CountAsync());
    }

    [Theory]
    [InlineData("""{"text":"Mine"}""")]
    [InlineData("""{"scheduledAt":"2030-01-01T00:00:00Z","publishAtScheduledDate":true}""")]
    [InlineData("""{"archived":true}""")]
    public async Task A_post_that_somebody_works_on_stays_and_gets_a_note(string edit)
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        var post = Posts(await connection.HandleAsync(new { id = 1, title = "First", revision = 1 }))[0];
        await company.Client.SendAsync(HttpMethod.Patch, "/posts/" + post, edit).OkAsync();
        var before = await company.ReadAsync(post);

        var changed = await connection.HandleAsync(new { id = 1, title = "Second", revision = 2 });
        var again = await connection.HandleAsync(new { id = 1, title = "Second", revision = 2 });
        var removed = await connection.HandleAsync(new { type = "article.unpublished", id = 1 });

        Assert.Equal(["noted", "unchanged", "noted"], new[] { changed, again, removed }.Select(one => one.Text("outcome")));
        var after = await company.ReadAsync(post);
        Assert.Equal((before.Text("plainText"), before.Text("status")), (after.Text("plainText"), after.Text("status")));
        var notes = (await company.Client.GetAsync($"/posts/{post}/comments").OkAsync())["data"]!.AsArray();
        Assert.Equal([true, true], notes.Select(note => note!["teamOnly"]!.GetValue<bool>()));
        Assert.StartsWith("“Second” was changed in its content system.", notes[1]!.Text("text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unpublished_articles_draft_is_archived_until_it_is_published_again()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        var post = Posts(await connection.HandleAsync(new { id = 1, title = "A", revision = 1 }))[0];

        Assert.Equal("archived", (await connection.HandleAsync(new { type = "article.unpublished", id = 1 })).Text("outcome"));
        Assert.Equal("ARCHIVED", (await company.ReadAsync(post)).Text("status"));
        Assert.Equal("ignored", (await connection.HandleAsync(new { type = "article.unpublished", id = 1 })).Text("outcome"));
        Assert.Equal("updated", (await connection.HandleAsync(new { id = 1, title = "A", revision = 1 })).Text("outcome"));
        Assert.Equal("NO_DATE_SET", (await company.ReadAsync(post)).Text("status"));
    }

    [Fact]
    public async Task A_deleted_draft_is_not_made_again()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        var post = Posts(await connection.HandleAsync(new { id = 1, title = "A", revision = 1 }))[0];
        await company.Client.DeleteAsync("/posts/" + post).GoneAsync();

        var result = await connection.HandleAsync(new { id = 1, title = "B", revision = 2 });

        Assert.Equal("A draft was deleted, and is not made again.", result.Text("reason"));
        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task One_delivery_that_several_workers_handle_makes_one_draft()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();
        Assert.True(IdKind.ContentConnection.TryParse(connection.Id, out var id));
        var delivery = new ContentDelivery(Ids.NewKey(TimeProvider.System), TimeProvider.System.GetUtcNow(), []);
        await _app.Get<ContentDeliveryStore>().AddAsync(id, delivery, """{"id":1,"title":"A"}""", Cancel);
        var job = new ContentDeliveryJob(id.Partition, id.Key, delivery.Key);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _app.Get<HandleContentDelivery>().RunAsync(job, false, Cancel)));

        Assert.Equal(1, await company.CountAsync());
        Assert.Equal("A", (await company.ReadAsync(Posts(await connection.ResultAsync())[0])).Text("plainText"));
    }

    [Fact]
    public async Task A_connection_may_do_what_its_maker_may_do_now()
    {
        var company = await TestCompany.CreateAsync(_app);
        var maker = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        var made = (await _app.As(await company.TokenAsync(creator: maker))
            .PostAsync("/cms-connections", company.Connection()).CreatedAsync())["data"]!;
        var connection = new TestConnection(
            company, made["connection"]!.Text("id"), new(made.Text("hookUrl")), made.Text("secret"));

        var post = Posts(await connection.HandleAsync(new { id = 1, title = "A" }))[0];
        await company.PersonAsync(maker with
        {
            Workspaces = new Dictionary<string, Permission[]>(StringComparer.Ordinal) { [company.Workspaces[0].Key] = [Permission.VIEW] },
        });
        var refused = await connection.HandleAsync(new { id = 2, title = "B" });
        await company.RemoveAsync(maker);
        var left = await connection.HandleAsync(new { id = 3, title = "C" });

        var activity = (await company.Client.GetAsync($"/posts/{post}/activity").OkAsync())["data"]![0]!;
        Assert.Equal(maker.Id(company.Key), activity.Text("userId"));
        Assert.Equal(("refused", "The token's creator lacks the permission WRITE in that workspace."),
            (refused.Text("outcome"), refused.Text("reason")));
        Assert.Equal(("refused", "Whoever made the connection is no longer in the company."), (left.Text("outcome"), left.Text("reason")));
        Assert.Equal(1, await company.CountAsync());
    }

    [Fact]
    public async Task A_replay_handles_a_call_as_the_connection_is_now()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync(
            company.Connection().With("pages", new[] { new { pageId = company.PageIds[0], template = "{{excerpt}}" } }));
        var refused = await connection.HandleAsync(new { id = 1, title = "A" });
        await company.Client.PatchAsync(
            "/cms-connections/" + connection.Id, new { pages = new[] { new { pageId = company.PageIds[0] } } }).OkAsync();

        var delivery = (await connection.DeliveriesAsync())[0]!.Text("id");
        await company.Client.PostAsync($"/cms-connections/{connection.Id}/deliveries/{delivery}/replay", new { })
            .ShouldBeAsync(HttpStatusCode.Accepted);

        Assert.Equal(("refused", "There is no part of the article that the template shows."),
            (refused.Text("outcome"), refused.Text("reason")));
        await Eventually.TrueAsync(async () => await company.CountAsync() == 1, "the replay makes the draft");
    }

    [Fact]
    public async Task The_picture_is_imported()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();

        var shown = await connection.HandleAsync(new { id = 1, title = "A", image = "https://files.invalid/a.png" });
        var hidden = await connection.HandleAsync(new { id = 2, title = "A", image = "http://127.0.0.1/a.png" });

        Assert.Single((await company.ReadAsync(Posts(shown)[0]))["mediaIds"]!.AsArray());
        Assert.Null((await company.ReadAsync(Posts(hidden)[0]))["mediaIds"]);
    }

    [Fact]
    public async Task A_post_of_ghosts_is_taken_as_ghost_signs_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync(company.Connection("ghost").With("secret", "a secret of mine"));

        await connection.CallAsGhostAsync(
            """{"post":{"current":{"id":"66","status":"published","title":"Grüße 🎉","url":"https://a.example/"},"previous":{}}}""")
            .OkAsync();
        await (connection with { Secret = "another" }).CallAsGhostAsync("{}").UnauthorizedAsync();

        Assert.Equal("Grüße 🎉\n\nhttps://a.example/",
            (await company.ReadAsync(Posts(await connection.ResultAsync())[0])).Text("plainText"));
    }

    [Theory]
    [InlineData("not JSON", "The call is not JSON.")]
    [InlineData("[]", "The call names no entry.")]
    [InlineData("""{"type":"article.opened","id":1}""", "It was neither published nor unpublished.")]
    [InlineData("""{"type":"article.updated","id":1}""", "It has no draft.")]
    public async Task What_is_no_article_is_ignored(string body, string reason)
    {
        var connection = await (await TestCompany.CreateAsync(_app)).ConnectAsync();

        await connection.SendAsync(body, request => request.Headers.Authorization = new("Bearer", connection.Secret)).OkAsync();

        var result = await connection.ResultAsync();
        Assert.Equal(("ignored", reason), (result.Text("outcome"), result.Text("reason")));
    }

    /// <remarks>A row has a megabyte too: what can hardly be compressed does not fit.</remarks>
    [Theory]
    [InlineData(1024 * 1024, "0123456789abcdef", HttpStatusCode.OK)]
    [InlineData((1024 * 1024) + 1, "0123456789abcdef", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(
        1024 * 1024, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:-_+*~", HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_call_has_a_megabyte_at_most(int length, string characters, HttpStatusCode status)
    {
        var connection = await (await TestCompany.CreateAsync(_app)).ConnectAsync();
        const string Begin = "{\"id\":1,\"title\":\"", End = "\"}";
        var title = RandomNumberGenerator.GetString(characters, length - Begin.Length - End.Length);

        await connection.SendAsync(Begin + title + End, request => request.Headers.Authorization = new("Bearer", connection.Secret))
            .ShouldBeAsync(status);

        if (status is HttpStatusCode.OK)
        {
            Assert.Equal("created", (await connection.ResultAsync()).Text("outcome"));
        }
    }

    [Fact]
    public async Task The_last_50_handled_deliveries_are_kept()
    {
        var company = await TestCompany.CreateAsync(_app);
        var connection = await company.ConnectAsync();

        for (var count = 0; count < 53; count++)
        {
            await connection.CallAsync(new { type = "x", id = count }).OkAsync();
        }
        await connection.ResultAsync();

        var deliveries = await connection.DeliveriesAsync();
        Assert.Equal(50, deliveries.Count);
        Assert.Equal("52", deliveries[0]!["results"]![0]!.Text("entry"));
        Assert.Equal(50, await _app.Get<Tables>().Content.RangeAsync(company.Workspaces[0].Key, "cms-delivery~", cancel: Cancel)
            .CountAsync(Cancel));
    }

    static string[] Posts(JsonNode result) => [.. result["postIds"]!.AsArray().Select(post => post!.GetValue<string>())];

    static async Task<string> VersionAsync(TestCompany company, string post)
    {
        using var response = await company.Client.GetAsync("/posts/" + post);
        return response.Headers.ETag!.Tag;
    }
}

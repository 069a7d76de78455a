using System.Net;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Posts;
using Planable.Functions.Tests.Tokens;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class PostSharingTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shared_post_has_one_link_which_anybody_opens()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync(
            company.Post("Fish & chips <b>\n👩‍👩‍👧 é").With("scheduledAt", "2030-05-01T10:00:00Z")
                .With("internalNote", "A secret")))[0];
        await company.CommentAsync(post, "Another secret");

        var link = await ShareAsync(company, post);

        Assert.Equal(link, await ShareAsync(company, post));
        Assert.Equal(link, (await company.ReadAsync(post)).Text("publicShareLink"));
        Assert.Equal(link,
            (await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync())["data"]![0]!.Text("publicShareLink"));
        Assert.StartsWith(_app.BaseAddress + "share/", link, StringComparison.Ordinal);
        using var page = await OpenAsync(link);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        foreach (var shown in new[] { "Fish &amp; chips &lt;b&gt;", "Page 0", "Facebook",
            "1 May 2030, 13:00 (Europe/Bucharest)", "2030-05-01T10:00:00Z" })
        {
            Assert.Contains(shown, html, StringComparison.Ordinal);
        }
        foreach (var hidden in new[] { "secret", "person@example.com", "A Person", company.Key, "Workspace 0" })
        {
            Assert.DoesNotContain(hidden, html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_page_is_indexed_by_nobody_runs_nothing_and_sets_no_cookie()
    {
        var company = await TestCompany.CreateAsync(_app);
        var link = await ShareAsync(company, (await company.MakeAsync())[0]);

        foreach (var address in new[] { link, link[..^1] + "!", _app.BaseAddress + "share/nothing", _app.BaseAddress + "share" })
        {
            using var page = await OpenAsync(address);
            Assert.Equal(address == link ? HttpStatusCode.OK : HttpStatusCode.NotFound, page.StatusCode);
            Assert.Contains("noindex", page.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
            Assert.Contains(
                """<meta name="robots" content="noindex""", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            Assert.Matches("^default-src 'none'; style-src 'sha256-[^']+'; "
                + "img-src (?<media>http://127.0.0.1:[0-9]+/devstoreaccount1/media/); media-src \\k<media>; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'$",
                page.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal(("no-store", "nosniff", "no-referrer"), (page.Headers.CacheControl!.ToString(),
                page.Headers.GetValues("X-Content-Type-Options").Single(), page.Headers.GetValues("Referrer-Policy").Single()));
            Assert.False(page.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task A_group_shares_one_link()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20);
        var posts = await company.MakeAsync(company.Group(company.PageIds));

        var links = await Task.WhenAll(posts.Select(post => ShareAsync(company, post)));

        var link = Assert.Single(links.Distinct());
        Assert.Equal(20, Cards(await TextAsync(link)));
        await company.Client.DeleteAsync("/posts/" + posts[7]).GoneAsync();
        Assert.Equal(19, Cards(await TextAsync(link)));
        await company.Client.DeleteAsync($"/posts/{posts[3]}/share").GoneAsync();
        using var gone = await OpenAsync(link);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Null((await company.ReadAsync(posts[0]))["publicShareLink"]);
        var again = await ShareAsync(company, posts[1]);
        Assert.NotEqual(link, again);
        Assert.Equal(19, Cards(await TextAsync(again)));
    }

    [Fact]
    public async Task A_link_shows_nothing_once_the_post_is_unshared_deleted_archived_or_its_workspace_gone()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var posts = (await company.MakeAsync()).Concat(await company.MakeAsync()).Concat(await company.MakeAsync())
            .Concat(await company.MakeAsync()).ToArray();
        var links = await Task.WhenAll(posts.Select(post => ShareAsync(company, post)));
        var stored = (await _app.Get<PostStore>().ReadAsync(
            new(company.Workspaces[0].Key, posts[2][^Ids.KeyLength..]), Cancel))!;

        await company.Client.DeleteAsync($"/posts/{posts[0]}/share").GoneAsync();
        await company.Client.DeleteAsync($"/posts/{posts[0]}/share").GoneAsync();
        await company.Client.DeleteAsync("/posts/" + posts[1]).GoneAsync();
        await _app.Get<PostStore>().UpdateAsync(stored, stored.Post with { Archived = true }, Cancel);

        foreach (var link in links[..3])
        {
            using var page = await OpenAsync(link);
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        }
        Assert.Equal(1, Cards(await TextAsync(links[3])));
        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();
        using var last = await OpenAsync(links[3]);
        Assert.Equal(HttpStatusCode.NotFound, last.StatusCode);
    }

    [Fact]
    public async Task A_code_that_is_nearly_right_shows_nothing()
    {
        var company = await TestCompany.CreateAsync(_app);
        var link = await ShareAsync(company, (await company.MakeAsync())[0]);
        var hidden = (await company.MakeAsync())[0];
        var code = link.Split('/')[^1];

        Assert.Equal(130, (code.Length - 14 - 16) * 5);
        foreach (var wrong in new[]
        {
            code[..^1] + (code[^1] == '0' ? '1' : '0'), code[..^1], code + "0", code.ToUpperInvariant(),
            hidden[4..^1] + code[30..], code[..30], "~" + code[1..], code + "/x",
        })
        {
            using var page = await OpenAsync(_app.BaseAddress + "share/" + wrong);
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        }
    }

    [Fact]
    public async Task Links_begin_as_the_operator_says()
    {
        await using var app = App.Start(fixture.ConnectionString, null, ("PublicBaseUrl", "https://planable.example.com/"));
        var company = await TestCompany.CreateAsync(app);
        var post = (await company.MakeAsync())[0];

        Assert.Matches("^https://planable.example.com/share/[0-9a-z]{56}$", await ShareAsync(company, post));
        Assert.StartsWith(
            "https://planable.example.com/share/", (await company.ReadAsync(post)).Text("publicShareLink"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sharing_takes_a_token_that_writes_and_a_post_that_its_creator_sees()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));
        var viewer = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var person = await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        var (post, hidden) = ((await company.MakeAsync())[0], (await company.MakeAsync(company.Post().With("teamOnly", true)))[0]);

        foreach (var token in new[] { await company.TokenAsync(Scope.Read),
            await company.TokenAsync(opens: [company.Workspaces[1]]), await company.TokenAsync(creator: viewer) })
        {
            await _app.As(token).PostAsync($"/posts/{post}/share", new { }).ForbiddenAsync();
            await _app.As(token).DeleteAsync($"/posts/{post}/share").ForbiddenAsync();
        }
        var client = _app.As(await company.TokenAsync(creator: person));
        foreach (var (caller, id) in new[]
        {
            (client, hidden), (other.Client, post), (company.Client, "nonsense"),
            (company.Client, company.PageIds[0]), (company.Client, post[..^1] + "z"),
        })
        {
            await caller.PostAsync($"/posts/{id}/share", new { }).NotFoundAsync();
            await caller.DeleteAsync($"/posts/{id}/share").NotFoundAsync();
        }
        await client.PostAsync($"/posts/{post}/share", new { }).OkAsync();
    }

    [Fact]
    public async Task A_link_that_clients_have_shows_nothing_that_is_hidden_from_them()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3);
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        await company.Client.PatchAsync("/posts/" + posts[1], new { teamOnly = true, text = "Of the team" }).OkAsync();

        var link = await ShareAsync(company, posts[0]);
        Assert.False((await company.ReadAsync(posts[1])).AsObject().ContainsKey("publicShareLink"));
        Assert.Equal(link, (await company.ReadAsync(posts[2])).Text("publicShareLink"));
        await company.Client.PatchAsync("/posts/" + posts[2], new { teamOnly = true }).OkAsync();
        Assert.False((await company.ReadAsync(posts[2])).AsObject().ContainsKey("publicShareLink"));

        // Shared for themselves, by somebody of the team, they have another.
        var teams = await ShareAsync(company, posts[1]);
        Assert.NotEqual(link, teams);
        Assert.Equal([link, teams, teams], await Task.WhenAll(
            posts.Select(async post => (await company.ReadAsync(post)).Text("publicShareLink"))));
        Assert.Equal((1, 2), (Cards(await TextAsync(link)), Cards(await TextAsync(teams))));
    }

    [Fact]
    public async Task Many_that_share_a_group_at_once_are_given_one_link_and_it_is_told_once()
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(_app, pages: 5);
        var posts = await company.MakeAsync(company.Group(company.PageIds));

        var links = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
            (await (number % 2 == 0 ? _app : other).As(company.Token).SendAsync(HttpMethod.Post, $"/posts/{posts[number % 5]}/share")
                .OkAsync())["data"]!.Text("publicShareLink").Split('/')[^1]));

        Assert.Single(links.Distinct());
        var told = await _app.Get<ActivityFeed>()
            .ListAsync(new(company.Workspaces[0].Key, posts[2][^Ids.KeyLength..]), Cancel).ToListAsync(Cancel);
        Assert.Equal([PostAction.SHARED, PostAction.CREATED], told.Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_call_that_ends_after_any_of_its_writes_shares_a_group_whole_or_not_at_all()
    {
        var instant = new Instant();
        await using var mortal = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(instant), App.CallsOnly);
        for (var writes = 0; writes < 2; writes++)
        {
            var company = await TestCompany.CreateAsync(_app);
            var posts = await company.MakeAsync(company.Group(company.PageIds));
            // So that it writes nothing else.
            await company.UsedAsync(company.Token);
            await mortal.As(company.Token).GetAsync("/ping").OkAsync();
            instant.DieAfter(writes);

            using var answer = await mortal.As(company.Token).SendAsync(HttpMethod.Post, $"/posts/{posts[0]}/share", key: "a key");

            instant.Live();
            Assert.Equal(writes == 1, answer.IsSuccessStatusCode);
            var links = (await Task.WhenAll(posts.Select(company.ReadAsync)))
                .Select(post => post["publicShareLink"]?.GetValue<string>()).ToArray();
            Assert.Single(links.Distinct());
            Assert.Equal(writes == 0, links[0] is null);
        }
    }

    static async Task<string> ShareAsync(TestCompany company, string post) =>
        (await company.Client.SendAsync(HttpMethod.Post, $"/posts/{post}/share").OkAsync())["data"]!.Text("publicShareLink");

    Task<HttpResponseMessage> OpenAsync(string link) => _app.Http.GetAsync(new Uri(link), Cancel);

    Task<string> TextAsync(string link) => _app.Http.GetStringAsync(new Uri(link), Cancel);

    static int Cards(string html) => html.Split("<article>").Length - 1;
}

using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests;

/// <summary>A company of a test's own: an owner, workspaces with pages, and tokens for whoever it takes.</summary>
sealed class TestCompany
{
    readonly App _app;

    TestCompany(App app, string key, Workspace[] workspaces, User owner)
    {
        (_app, Key, Workspaces, Owner) = (app, key, workspaces, owner);
    }

    /// <summary>The instance that made it.</summary>
    public App App => _app;

    public string Key { get; }

    public string Id => IdKind.Company.Format(Key);

    public Workspace[] Workspaces { get; }

    public User Owner { get; }

    public string WorkspaceId => Workspaces[0].Id;

    /// <summary>Ids of the first workspace's pages.</summary>
    public string[] PageIds { get; private set; } = [];

    /// <summary>A post made before the test.</summary>
    public string Existing { get; set; } = "";

    /// <summary>A write token of the owner's.</summary>
    public string Token { get; private set; } = "";

    public Client Client => _app.As(Token);

    public static async Task<TestCompany> CreateAsync(
        App app, Plan plan = Plan.Enterprise, int workspaces = 1, int pages = 2,
        int? workspaceLimit = null, ApprovalSettings? approval = null)
    {
        var time = TimeProvider.System;
        var now = time.GetUtcNow();
        var key = Ids.NewCompanyKey();
        var made = Enumerable.Range(0, workspaces).Select(number => new Workspace(
            Ids.NewWorkspaceKey(key), $"Workspace {number}", "Europe/Bucharest", null,
            approval ?? new() { Type = ApprovalType.NONE, AutoLock = false, AutoSchedule = false },
            false, false, now.AddSeconds(-number), now, Labels: [], Pages: [])).ToArray();
        var company = new TestCompany(app, key, made, Person(Role.OWNER));
        await app.Get<CompanyStore>().CreateAsync(key, new("Test", plan, workspaceLimit, now), [company.Owner], made, default);
        foreach (var workspace in made)
        {
            Page[] all = [.. Enumerable.Range(0, pages).Select(number => new Page(
                Ids.NewKey(time), $"Page {number}", number % 2 == 0 ? "facebook" : "linkedin", "sandbox", true, null, null, now))];
            if (all.Length > 0)
            {
                await app.Get<PageStore>().AddAsync(workspace.Key, all, default);
            }
            company.PageIds = workspace == made[0] ? [.. all.Select(page => IdKind.Page.Format(workspace.Key, page.Key))] : company.PageIds;
        }
        company.Token = await company.TokenAsync();
        return company;
    }

    public static User Person(Role role, params (Workspace Workspace, Permission[] Permissions)[] access) => new(
        Ids.NewKey(TimeProvider.System), "A Person", "person@example.com", role,
        access.ToDictionary(one => one.Workspace.Key, one => one.Permissions), null, TimeProvider.System.GetUtcNow());

    /// <summary>Adds a page to the first workspace; returns its id.</summary>
    public async Task<string> PageAsync(string platform)
    {
        var page = new Page(
            Ids.NewKey(TimeProvider.System), "A page", platform, Platforms.Sandbox, true, null, null, TimeProvider.System.GetUtcNow());
        await _app.Get<PageStore>().AddAsync(Workspaces[0].Key, [page], TestContext.Current.CancellationToken);
        return IdKind.Page.Format(Workspaces[0].Key, page.Key);
    }

    /// <summary>Adds a person, or changes one.</summary>
    public async Task<User> PersonAsync(User user)
    {
        await _app.Get<Tables>().Companies.UpsertEntityAsync(
            new Azure.Data.Tables.TableEntity(Key, CompanyStore.UserPrefix + user.Key).With(user, CompanyStoredJson.Default.User));
        _app.Get<CompanyDirectory>().Forget(Key);
        return user;
    }

    public async Task RemoveAsync(User user)
    {
        await _app.Get<Tables>().Companies.DeleteEntityAsync(Key, CompanyStore.UserPrefix + user.Key);
        _app.Get<CompanyDirectory>().Forget(Key);
    }

    /// <summary>A token as one that was made long ago: on whatever plan, and as many as a test needs.</summary>
    public async Task<string> TokenAsync(
        Scope scope = Scope.Write, User? creator = null, Workspace[]? opens = null, DateTimeOffset? expiresAt = null)
    {
        var (text, now, store) = (TokenText.New(), TimeProvider.System.GetUtcNow(), _app.Get<TokenStore>());
        var token = new Token(
            Ids.NewKey(TimeProvider.System), Key, (creator ?? Owner).Key, "A token", scope,
            opens?.Select(workspace => workspace.Key).ToArray(), now,
            expiresAt, TokenText.Hash(text));
        await store.AddAsync(token, default);
        await store.ActivateAsync((await store.RowAsync(token.Hash, default))!, default);
        return text;
    }

    /// <summary>The owner, as a call's caller.</summary>
    public async Task<Caller> CallerAsync() => new(
        new(Ids.NewKey(TimeProvider.System), Key, Owner.Key, "A token", Scope.Write, null, TimeProvider.System.GetUtcNow(), null, ""),
        await _app.Get<CompanyDirectory>().FindAsync(Key, Owner.Key, default), _app.Get<CompanyDirectory>(), "");

    /// <summary>Waits until the use of a token is noted, which is done once its call is answered.</summary>
    public Task UsedAsync(string token) => Hosting.Eventually.TrueAsync(
        async () => (await _app.Get<TokenStore>()
            .RowAsync(TokenText.Hash(token), TestContext.Current.CancellationToken))!.GetDateTimeOffset("UsedAt") is not null,
        "the use of the token is noted");

    /// <summary>Uses up the owner's token for a minute, as far as other instances' calls go.</summary>
    public async Task ExhaustAsync()
    {
        var window = new SlidingWindow();
        var tick = SlidingWindow.TickOf(TimeProvider.System.GetUtcNow());
        window.Advance(tick);
        for (var ago = 0; ago < 20; ago++)
        {
            window.Add(tick - ago, ushort.MaxValue);
        }
        foreach (var policy in new[] { "read", "write" })
        {
            await _app.Get<TokenStore>().WriteAsync(TokenText.Hash(Token), policy, window.ToBytes(revision: 1_000), Azure.ETag.All);
        }
    }

    /// <summary>A post as stored, for tests that need many.</summary>
    public Post StoredPost(string text, DateTimeOffset now, int page = 0) => new()
    {
        Workspace = Workspaces[0].Key,
        Key = Ids.NewKey(TimeProvider.System),
        Page = PageIds[page % PageIds.Length][^Ids.KeyLength..],
        Platform = "facebook",
        Text = text,
        Creator = Owner.Key,
        CreatedAt = now,
        ModifiedAt = now,
    };

    /// <summary>The least that makes a post.</summary>
    public Dictionary<string, object?> Post(string text = "Hello") =>
        new(StringComparer.Ordinal) { ["workspaceId"] = WorkspaceId, ["pageId"] = PageIds[0], ["text"] = text };

    /// <summary>The least that makes a group.</summary>
    public Dictionary<string, object?> Group(params string[] pages) => Post().With("pageIds", pages);

    /// <summary>The ids of the posts that the owner makes with this.</summary>
    public async Task<string[]> MakeAsync(Dictionary<string, object?>? body = null) =>
        (await Client.PostAsync("/posts", body ?? Post()).CreatedAsync()).Ids("posts");

    /// <summary>How many posts the owner counts in the first workspace.</summary>
    public async Task<int> CountAsync() => (await Client.GetAsync("/posts/count").OkAsync())["data"]!["workspaces"]!.AsArray()
        .Single(one => one!.Text("workspaceId") == WorkspaceId)!.Number("count");

    /// <summary>What a check of storage finds in the first workspace.</summary>
    public Task<List<Finding>> CheckAsync() => ActivatorUtilities.CreateInstance<PostCheck>(_app.Services)
        .RunAsync(Workspaces[0].Key, repair: false, TestContext.Current.CancellationToken);

    public async Task<string> CampaignAsync(Workspace? workspace = null, string name = "A campaign") =>
        (await Client.PostAsync(
            "/campaigns", new { workspaceId = (workspace ?? Workspaces[0]).Id, name }).CreatedAsync())["data"]!.Text("id");

    /// <summary>A comment, or a note, by the owner.</summary>
    public async Task<string> CommentAsync(string post, string text = "A comment", string? replyTo = null, bool teamOnly = false) =>
        (await Client.PostAsync($"/posts/{post}/comments", replyTo is null
            ? new { text, teamOnly } : new { text, teamOnly, replyToCommentId = replyTo }).CreatedAsync())["data"]!.Text("id");

    /// <summary>A post that could not be published.</summary>
    public async Task<string> FailedAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var failed = StoredPost("Failed", now) with { ScheduledAt = now, ScheduledSet = true, Delivery = Delivery.Failed };
        await _app.Get<PostCreation>().ImportAsync(Workspaces[0].Key, [failed], now, default);
        return failed.Id;
    }

    /// <summary>The post as the owner sees it.</summary>
    public async Task<System.Text.Json.Nodes.JsonNode> ReadAsync(string post) =>
        (await Client.GetAsync("/posts/" + post).OkAsync())["data"]!;
}

static class Bodies
{
    /// <summary>A file's address that no host has.</summary>
    public static readonly string[] Nowhere = ["https://files.invalid/a.png"];

    /// <summary>Sets a field, <c>pinterest.title</c> too. Pages take the place of the page.</summary>
    public static Dictionary<string, object?> With(this Dictionary<string, object?> body, string field, object? value)
    {
        if (field.Split('.') is [var parent, var child])
        {
            var inner = body.TryGetValue(parent, out var known) && known is Dictionary<string, object?> old
                ? old : new Dictionary<string, object?>(StringComparer.Ordinal);
            inner[child] = value;
            body[parent] = inner;
            return body;
        }
        if (field == "pageIds")
        {
            body.Remove("pageId");
        }
        body[field] = value;
        return body;
    }
}

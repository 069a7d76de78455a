using Planable.Companies;
using Planable.Pages;
using Planable.Storage;
using Planable.Tokens;
using Planable.Workspaces;

namespace Planable.Functions.Tests;

/// <summary>A company of a test's own: an owner, workspaces with pages, and tokens for whoever it takes.</summary>
sealed class TestCompany
{
    readonly App _app;

    TestCompany(App app, string key, Workspace[] workspaces, User owner)
    {
        (_app, Key, Workspaces, Owner) = (app, key, workspaces, owner);
    }

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
        App app, Plan plan = Plan.Enterprise, int workspaces = 1, int pages = 2, int? workspaceLimit = null, ApprovalSettings? approval = null)
    {
        var time = TimeProvider.System;
        var now = time.GetUtcNow();
        var key = Ids.NewCompanyKey();
        var made = Enumerable.Range(0, workspaces).Select(number => new Workspace(
            Ids.NewWorkspaceKey(key), $"Workspace {number}", "Europe/Bucharest", null,
            approval ?? new() { Type = ApprovalType.NONE, AutoLock = false, AutoSchedule = false },
            false, false, now.AddSeconds(-number), now)).ToArray();
        var company = new TestCompany(app, key, made, Person(Role.OWNER));
        await app.Get<CompanyStore>().CreateAsync(key, new("Test", plan, workspaceLimit, now), [company.Owner], made, default);
        foreach (var workspace in made)
        {
            Page[] all = [.. Enumerable.Range(0, pages).Select(number => new Page(
                Ids.NewOwn(time), $"Page {number}", number % 2 == 0 ? "facebook" : "pinterest", "sandbox", true, null, null, now))];
            if (all.Length > 0)
            {
                await app.Get<PageStore>().AddAsync(workspace.Key, all, default);
            }
            company.PageIds = workspace == made[0] ? [.. all.Select(page => IdKind.Page.Format(workspace.Key, page.Own))] : company.PageIds;
        }
        company.Token = await company.TokenAsync();
        return company;
    }

    public static User Person(Role role, params (Workspace Workspace, Permission[] Permissions)[] access) => new(
        Ids.NewOwn(TimeProvider.System), "A Person", "person@example.com", role,
        access.ToDictionary(one => one.Workspace.Key, one => one.Permissions), null, TimeProvider.System.GetUtcNow());

    /// <summary>Adds a person, or changes one.</summary>
    public async Task<User> PersonAsync(User user)
    {
        await _app.Get<Tables>().Companies.UpsertEntityAsync(
            new Azure.Data.Tables.TableEntity(Key, CompanyStore.UserPrefix + user.Key).With(user, StoredJson.Default.User));
        _app.Get<CompanyDirectory>().Forget(Key);
        return user;
    }

    public async Task RemoveAsync(User user)
    {
        await _app.Get<Tables>().Companies.DeleteEntityAsync(Key, CompanyStore.UserPrefix + user.Key);
        _app.Get<CompanyDirectory>().Forget(Key);
    }

    public Task<string> TokenAsync(
        Scope scope = Scope.Write, User? creator = null, Workspace[]? opens = null, DateTimeOffset? expiresAt = null) =>
        _app.Get<TokenStore>().IssueAsync(
            new(Ids.NewOwn(TimeProvider.System), Key, (creator ?? Owner).Key, scope, opens?.Select(workspace => workspace.Key).ToArray(), expiresAt), default);

    /// <summary>The least that makes a post.</summary>
    public Dictionary<string, object?> Post(string text = "Hello") =>
        new(StringComparer.Ordinal) { ["workspaceId"] = WorkspaceId, ["pageId"] = PageIds[0], ["text"] = text };
}

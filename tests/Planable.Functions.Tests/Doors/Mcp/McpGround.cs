using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Metrics;
using Planable.Networks.Metrics;
using Planable.Storage;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>A company with something of everything that tools are about.</summary>
sealed class McpGround
{
    public required TestCompany Company { get; init; }

    public required string Post { get; init; }

    public required string Published { get; init; }

    public required string Media { get; init; }

    public string Page => Company.PageIds[0];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<McpGround> CreateAsync(App app)
    {
        var company = await TestCompany.CreateAsync(
            app, workspaces: 2, approval: new() { Type = ApprovalType.OPTIONAL, AutoLock = false, AutoSchedule = false });
        var (post, published) = ((await company.MakeAsync())[0], await company.PublishedAsync(app));
        await company.CommentAsync(post);
        await company.Client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "Launch", color = "fog" }).CreatedAsync();
        var day = new DateOnly(2026, 3, 10);
        var moment = new DateTimeOffset(2026, 3, 11, 0, 0, 0, TimeSpan.Zero);
        Assert.True(IdKind.Page.TryParse(company.PageIds[0], out var page));
        Assert.True(IdKind.Post.TryParse(published.Id, out var known));
        await app.Get<Tables>().Metrics.AddEntityAsync(MetricsStore.Row(new Subject(IdKind.Page, page), new PageSnapshot(
            day, moment, new() { Facebook = new(1_000, 9, 1, 50, 40, 7, 1, 500, TotalFollowers: 1_000) })), Cancel);
        await app.Get<Tables>().Metrics.AddEntityAsync(MetricsStore.Row(new Subject(IdKind.Post, known), new PostSnapshot(
            day, moment, new PostFigures(100, 10, 5))), Cancel);
        var media = await company.Client.PostAsync(
            "/media", new { workspaceId = company.WorkspaceId, mediaUrls = Bodies.Nowhere })
            .ShouldBeAsync(System.Net.HttpStatusCode.Accepted);
        return new() { Company = company, Post = post, Published = published.Id, Media = media.Ids()[0] };
    }

    /// <summary>Arguments with which each tool succeeds, in an order in which all can be called.</summary>
    public Dictionary<string, object> Arguments()
    {
        var workspaceId = Company.WorkspaceId;
        var period = new { startDate = "2026-03-01", endDate = "2026-03-31" };
        return new(StringComparer.Ordinal)
        {
            ["list_workspaces"] = new { },
            ["get_workspace_details"] = new { workspaceId },
            ["list_pages"] = new { workspaceId, limit = 1 },
            ["list_posts"] = new { workspaceId },
            ["get_post"] = new { postId = Post },
            ["get_post_counts"] = new { },
            ["list_comments"] = new { postId = Post },
            ["list_labels"] = new { workspaceId },
            ["list_members"] = new { workspaceId },
            ["list_media"] = new { workspaceId },
            ["get_media"] = new { mediaId = Media },
            ["get_page_metrics"] = new { pageId = Page, period.startDate, period.endDate },
            ["get_page_metrics_summary"] = new { pageIds = Company.PageIds, period.startDate, period.endDate, compareToPrevious = true },
            ["get_post_metrics"] = new { postId = Published },
            ["get_post_metrics_summary"] = new { postIds = new[] { Published, Post } },
            ["create_post"] = new { workspaceId, pageId = Page, text = "A draft", scheduledAt = "2031-01-01T09:00:00Z" },
            ["create_grouped_post"] = new { workspaceId, pageIds = Company.PageIds, text = "A group" },
            ["validate_post"] = new { workspaceId, pageIds = Company.PageIds, text = "" },
            ["update_post"] = new { postId = Post, text = "Another text" },
            ["approve_post"] = new { postId = Post },
            ["reject_post"] = new { postId = Post, reason = "Too short" },
            ["create_comment"] = new { postId = Post, text = "A comment" },
            ["create_label"] = new { workspaceId, text = "New", color = "feta" },
            ["upload_media_from_url"] = new { workspaceId, mediaUrls = Bodies.Nowhere },
            ["refresh_page_metrics"] = new { pageId = Page },
        };
    }

    /// <summary>The access token of an app that the owner granted these scopes.</summary>
    public Task<string> AppTokenAsync(App app, string resource, params string[] scopes) =>
        AppTokenAsync(app, Company.Owner, resource, scopes);

    /// <summary>The access token of an app that a person granted these scopes.</summary>
    public async Task<string> AppTokenAsync(App app, User person, string resource, params string[] scopes)
    {
        var (text, store) = (TokenText.New(), app.Get<TokenStore>());
        var token = new Token(
            Ids.NewKey(TimeProvider.System), Company.Key, person.Key, "An app",
            scopes is [AppScopes.Read] ? Scope.Read : Scope.Write, null, TimeProvider.System.GetUtcNow(), null, TokenText.Hash(text))
        {
            App = new AppAccess("grant", resource, scopes),
        };
        await store.AddAsync(token, Cancel);
        await store.ActivateAsync((await store.RowAsync(token.Hash, Cancel))!, Cancel);
        return text;
    }

    public static string Resource(App app) => app.BaseAddress.GetLeftPart(UriPartial.Authority) + "/mcp";

    /// <summary>The tools as they are listed.</summary>
    public static async Task<Dictionary<string, JsonNode>> ToolsAsync(App app, string token) =>
        (await new McpClient(app, token).ResultAsync("tools/list"))["tools"]!.AsArray()
            .ToDictionary(tool => tool!.Text("name"), tool => tool!, StringComparer.Ordinal);
}

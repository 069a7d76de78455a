using System.Net;
using Planable.Company.Companies;
using Planable.Functions.Tests.Doors.ContentSystems;
using Planable.Functions.Tests.Metrics;
using Planable.Functions.Tests.Stories;

namespace Planable.Functions.Tests.Promises;

/// <summary>What an operation may ask of storage: the bill and the latency of an uncontended, warm call.</summary>
/// <param name="Path">With names of what <see cref="OperationGround"/> has in braces.</param>
/// <param name="Calls">To storage, messages included.</param>
/// <param name="Steps">How many of them one after another.</param>
/// <param name="Messages">How many of them send a message.</param>
/// <param name="What">What tells it from others with its method and path.</param>
sealed record Operation(
    string Method, string Path, int Calls, int Steps, Func<OperationGround, object?>? Body = null,
    string? Key = null, int Messages = 0, string? What = null);

/// <summary>A company with one of everything that operations act on.</summary>
/// <param name="Ids">By the names that paths have for them.</param>
sealed record OperationGround(TestCompany Company, IReadOnlyDictionary<string, string> Ids)
{
    public string this[string name] => Ids[name];

    public static async Task<OperationGround> CreateAsync(TestCompany company)
    {
        var client = company.Client;
        var made = (await client.PostAsync("/posts", company.Group(company.PageIds)).CreatedAsync()).Ids("posts");
        await client.PostAsync("/posts", company.Post(), "a key").CreatedAsync();
        var (comment, campaign) = (await company.CommentAsync(made[0]), await company.CampaignAsync());
        var published = (await company.PublishedAsync(company.App)).Id;
        await company.App.SyncAsync(company.PageIds[0]);
        await company.App.SyncAsync(published);
        var webhook = (await client.PostAsync("/webhooks", new { url = "https://webhooks.invalid" }).CreatedAsync())["data"]!["webhook"]!
            .Text("id");
        // Operations cost a message more where somebody listens, which is the matter of another test.
        await company.App.Get<CompanyStore>().ChangeAsync(company.Key, known => known with { Listeners = 0 }, default);
        company.App.Get<CompanyDirectory>().Forget(company.Key);
        var connection = await company.ConnectAsync(
            company.Connection("ghost").With("api", new { url = "https://ghost.invalid", key = "the read key" }));
        return new(company, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["workspace"] = company.WorkspaceId,
            ["another workspace"] = company.Workspaces[1].Id,
            ["page"] = company.PageIds[3],
            ["label"] = (await client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" })
                .CreatedAsync())["data"]!.Text("id"),
            ["post"] = (await company.MakeAsync())[0],
            ["post of a group"] = made[0],
            ["another of the group"] = made[1],
            ["third of the group"] = made[4],
            ["post of a campaign"] = (await company.MakeAsync(company.Post().With("campaignId", campaign)))[0],
            ["failed post"] = await company.FailedAsync(),
            ["campaign"] = campaign,
            ["another campaign"] = await company.CampaignAsync(),
            ["comment"] = comment,
            ["reply"] = await company.CommentAsync(made[0], "A reply", await company.CommentAsync(made[0], "Another", comment)),
            ["media"] = await UploadAsync(),
            ["other media"] = await UploadAsync(),
            ["owner"] = company.Owner.Id(company.Key),
            ["measured page"] = company.PageIds[0],
            ["published post"] = published,
            ["webhook"] = webhook,
            ["event"] = (await client.PostAsync($"/webhooks/{webhook}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted))["data"]!
                .Text("eventId"),
            ["content system"] = connection.Id,
            ["delivery"] = await connection.DeliveryAsync(),
        });

        async Task<string> UploadAsync() => (await client.PostAsync(
            "/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png" }).CreatedAsync())["data"]!.Text("id");
    }
}

static class Operations
{
    /// <summary>In an order in which they can be done. They cost the same at ten posts and at ten thousand.</summary>
    public static readonly Operation[] All =
    [
        new("GET", "/ping", 1, 1),
        new("GET", "/posts/{post}", 2, 1),
        new("GET", "/posts?workspaceId={workspace}", 2, 1, What: "20 of them"),
        new("GET", "/posts?workspaceId={workspace}&pageId={page}", 3, 2, What: "20 of them"),
        new("GET", "/posts?workspaceId={workspace}&campaignId=no-campaign&limit=5", 3, 2),
        new("GET", "/posts?workspaceId={workspace}&campaignId=no-campaign&pageId={page}&limit=3", 3, 2),
        new("GET", "/posts?workspaceId={workspace}&status=PLANNED", 3, 3, What: "among 1 000 a call"),
        new("GET", "/posts?workspaceId={workspace}&scheduledAfter=2100-01-01T00:00:00Z", 3, 2, What: "none of them"),
        new("GET", "/posts/count", 1 + 2, 2, What: "in 2 workspaces"),
        new("GET", "/pages", 2 + 2, 3, What: "of 2 workspaces"),
        new("GET", "/pages?workspaceId={workspace}", 2, 2),
        new("GET", "/labels?workspaceId={workspace}", 2, 2),
        new("GET", "/members?workspaceId={workspace}", 2, 2),
        new("GET", "/workspaces", 2, 2, What: "2 of them"),
        new("POST", "/labels", 3, 3, on => new { workspaceId = on["workspace"], text = "B", color = "fog" }),
        new("POST", "/posts", 3, 3, on => on.Company.Post()),
        new("POST", "/posts", 3, 3, on => on.Company.Post(), Key: "another key"),
        new("POST", "/posts", 4, 3, on => on.Company.Post().With("labels", new[] { on["label"] }), What: "with a label"),
        new("POST", "/posts", 3, 3, on => on.Company.Group(on.Company.PageIds), What: "a group of 20"),
        new("POST", "/posts", 4, 4, on => on.Company.Post(), Key: "a key", What: "a repeat by its key"),
        new("POST", "/posts", 4, 3,
            on => on.Company.Post().With("scheduledAt", "2030-01-01T00:00:00Z").With("publishAtScheduledDate", true), What: "scheduled"),
        new("POST", "/posts/validate", 3, 3, on => on.Company.Post()),
        new("POST", "/posts/bulk", 1 + (2 * 2), 5,
            on => new { posts = new[] { on.Company.Post(), on.Company.Group(on.Company.PageIds) } }, What: "2 of them"),
        new("PATCH", "/posts/{post}", 4, 3,
            _ => new { text = "B", scheduledAt = "2030-01-01T00:00:00Z", publishAtScheduledDate = true }, What: "scheduling it"),
        new("PATCH", "/posts/{post}", 3, 3, _ => new { text = "C" }, Key: "another key"),
        new("PATCH", "/posts/{post}", 4, 3, _ => new { text = "D", teamOnly = true }, What: "showing it to others"),
        new("PATCH", "/posts/{post}", 5, 3,
            on => new { text = "F", labels = new[] { on["label"] }, campaignId = on["another campaign"], teamOnly = false },
            What: "with all of that"),
        new("PATCH", "/posts/{post}", 4, 3,
            on => new { text = "E", labels = new[] { on["label"] }, campaignId = on["campaign"] }, What: "with labels and a campaign"),
        new("PATCH", "/posts/{post of a group}", 4, 3,
            _ => new { text = "B", scheduledAt = "2030-01-01T00:00:00Z", publishAtScheduledDate = true }, What: "scheduling it"),
        new("PATCH", "/posts/{post of a group}", 4, 3,
            on => new { text = "C", labels = new[] { on["label"] }, campaignId = on["campaign"] }, What: "with labels and a campaign"),
        new("PATCH", "/posts/{post}", 3, 3, _ => new { approved = true }),
        new("POST", "/posts/{post}/reject", 3, 3, _ => new { }),
        new("POST", "/posts/{post}/request-approval", 4, 3, on => new { approverIds = new[] { on["owner"] } }),
        new("POST", "/posts/{post}/approve", 3, 3, _ => new { }),
        new("GET", "/posts/{failed post}/publish-attempts", 3, 2),
        new("POST", "/posts/{failed post}/retry", 4, 3),
        new("GET", "/posts/{post of a campaign}", 2, 1),
        new("POST", "/posts", 4, 3,
            on => on.Company.Post().With("campaignId", on["campaign"]).With("internalNote", "A note"), What: "in a campaign"),
        new("GET", "/posts/{post of a group}/comments", 3, 2),
        new("POST", "/posts/{post of a group}/comments", 3, 3, _ => new { text = "A comment" }),
        new("POST", "/posts/{post of a group}/comments", 4, 3,
            on => new { text = "A reply to a reply", replyToCommentId = on["reply"] }, What: "a reply"),
        new("PATCH", "/posts/{post of a group}/comments/{comment}", 4, 3, _ => new { text = "Changed" }),
        new("POST", "/posts/{post of a group}/comments/{comment}/reactions", 4, 3,
            _ => new { emoji = "a", emojiId = "b", emojiSkin = 0, emojiNative = "c" }),
        new("DELETE", "/posts/{post of a group}/comments/{comment}", 4, 3),
        new("PATCH", "/posts/reorder", 6 + (2 * 2), 6,
            on => new { workspaceId = on["workspace"], postIds = new[] { on["post of a group"], on["another of the group"] } },
            Messages: 1, What: "2 of them"),
        new("GET", "/posts/{post of a group}/activity", 3, 2),
        new("POST", "/posts/{post of a group}/share", 3, 3),
        new("POST", "/posts/{post of a group}/share", 3, 3),
        new("DELETE", "/posts/{post of a group}/share", 3, 3),
        new("POST", "/media", 5, 3, on => new { workspaceId = on["workspace"], mediaUrls = Urls(20) }, Messages: 2, What: "20 of them"),
        new("POST", "/posts", 5, 3, on => on.Company.Post().With("media", Urls(20)), Messages: 1, What: "with media"),
        new("PATCH", "/posts/{post of a campaign}", 5, 3, _ => new { media = Urls(20) }, Messages: 1, What: "with media"),
        new("PATCH", "/posts/{post of a campaign}", 3, 3, _ => new { media = Array.Empty<string>() }),
        new("POST", "/stories", 5, 3, on => StoryTests.Story(on.Company, Urls(1)), Messages: 1),
        new("POST", "/stories", 5, 3, on => StoryTests.Story(on.Company, Urls(10)), Messages: 1, What: "10 frames"),
        new("GET", "/media?workspaceId={workspace}", 2, 2, What: "20 of them"),
        new("GET", "/media/{media}", 2, 1),
        new("POST", "/media/uploads", 4, 3, on => new { workspaceId = on["workspace"], name = "a.png" }),
        new("POST", "/media/uploads/{media}/complete", 5, 3, Messages: 1),
        new("DELETE", "/media/{other media}", 4, 3),
        new("GET", "/campaigns?workspaceId={workspace}", 2, 2),
        new("GET", "/campaigns/{campaign}", 2, 1),
        new("POST", "/campaigns", 2, 2, on => new { workspaceId = on["workspace"], name = "New" }),
        new("PATCH", "/campaigns/{campaign}", 3, 3, _ => new { name = "Changed" }),
        new("DELETE", "/campaigns/{another campaign}", 5, 3, Messages: 1),
        new("GET", "/cms-connections?workspaceId={workspace}", 2, 2),
        new("GET", "/cms-connections/{content system}", 2, 1),
        new("GET", "/cms-connections/{content system}/deliveries", 3, 2),
        new("POST", "/cms-connections/{content system}/deliveries/{delivery}/replay", 3, 3, Messages: 1),
        new("POST", "/cms-connections/{content system}/sync", 3, 3, Messages: 1),
        new("POST", "/cms-connections", 5, 3, on => on.Company.Connection(), Messages: 1),
        new("POST", "/cms-connections", 7, 5,
            on => on.Company.Connection("ghost").With("api", new { url = "https://ghost.invalid", key = "the read key" }),
            Messages: 1, What: "with an API and its key"),
        new("PATCH", "/cms-connections/{content system}", 3, 3, _ => new { name = "Changed" }),
        new("POST", "/cms-connections/{content system}/rotate-secret", 5, 4, Messages: 1),
        new("DELETE", "/cms-connections/{content system}", 5, 4, Messages: 1),
        new("GET", "/pages/{measured page}/metrics?startDate=2000-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z&limit=90", 3, 2),
        new("GET", "/pages/{measured page}/sync-status", 3, 2),
        new("POST", "/pages/{measured page}/sync", 5, 3, _ => new { }, Messages: 1),
        new("GET", "/posts/{published post}/metrics", 3, 2),
        new("GET", "/posts/{published post}/sync-status", 3, 2),
        new("POST", "/posts/{published post}/sync", 5, 3, _ => new { }, Key: "another key", Messages: 1),
        new("GET", "/workspaces/{workspace}/metrics/summary?startDate=2030-01-01T00:00:00Z&endDate=2030-01-31T00:00:00Z",
            2 + 20, 3, What: "of 20 pages"),
        new("DELETE", "/posts/{post}", 5, 3, Messages: 1),
        new("DELETE", "/posts/{third of the group}", 5, 3, Messages: 1),
        new("POST", "/workspaces", 3, 3, _ => new
        {
            name = "New",
            timezone = "Europe/Paris",
            approvalSettings = new { type = "NONE", autoLock = false, autoSchedule = false },
        }),
        new("GET", "/workspaces/{workspace}", 2, 2),
        new("PATCH", "/workspaces/{workspace}", 3, 3, _ => new { name = "Renamed" }),
        new("DELETE", "/workspaces/{another workspace}", 4, 3, Messages: 1),
        new("GET", "/events?workspaceId={workspace}", 2, 2, What: "of the last minute: none"),
        new("GET", "/webhooks", 2, 2),
        new("GET", "/webhooks/{webhook}", 2, 2),
        new("GET", "/webhooks/{webhook}/deliveries", 3, 2),
        new("GET", "/webhooks/{webhook}/deliveries/{event}", 3, 2),
        new("PATCH", "/webhooks/{webhook}", 3, 3, _ => new { description = "A description" }),
        new("POST", "/webhooks/{webhook}/rotate-secret", 4, 3, Messages: 1),
        new("POST", "/webhooks/{webhook}/test", 4, 3, Messages: 1),
        new("POST", "/webhooks/{webhook}/deliveries/{event}/replay", 5, 3, Messages: 1),
        new("POST", "/webhooks/{webhook}/replay", 4, 3, _ => new { since = "2030-01-01T00:00:00Z" }, Messages: 1),
        new("POST", "/webhooks", 4, 3,
            on => new { url = "https://webhooks.invalid", workspaceIds = new[] { on["workspace"] } }, Messages: 1),
        new("DELETE", "/webhooks/{webhook}", 5, 3, Messages: 1),
    ];

    static string[] Urls(int count) => [.. Enumerable.Range(0, count).Select(number => $"https://files.invalid/{number}.png")];
}

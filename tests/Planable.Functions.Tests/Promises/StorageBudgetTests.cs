using System.Globalization;
using System.Text.Json.Nodes;
using Planable.Functions.Tests.Posts;
using Planable.Functions.Tests.Stories;
using Planable.Posts;

namespace Planable.Functions.Tests.Promises;

/// <summary>
/// What each operation may ask of storage, in calls and in calls one after another: the bill and the latency of an uncontended, warm call.
/// They are the same at ten posts and at ten thousand.
/// </summary>
public sealed class StorageBudgetTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Every_operation_keeps_to_its_budget(int posts)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2, pages: 20, approval: ApprovalTests.Settings("OPTIONAL"));
        await FillAsync(company, posts);
        var client = company.Client;
        var workspace = company.WorkspaceId;
        var label = (await client.PostAsync("/labels", new { workspaceId = workspace, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id");
        var made = (await client.PostAsync("/posts", Group()).CreatedAsync()).Ids("posts");
        var single = (await client.PostAsync("/posts", company.Post()).CreatedAsync()).Ids("posts")[0];
        await client.PostAsync("/posts", company.Post(), "a key").CreatedAsync();
        var (campaign, doomed) = (await company.CampaignAsync(), await company.CampaignAsync());
        var inCampaign = (await company.MakeAsync(company.Post().With("campaignId", campaign)))[0];
        var (comment, reply) = (await company.CommentAsync(made[0]), "");
        reply = await company.CommentAsync(made[0], "A reply", await company.CommentAsync(made[0], "Another", comment));

        await CostsAsync("GET", "/ping", 1, 1);
        await CostsAsync("GET", "/posts/" + single, 2, 1);
        await CostsAsync("GET", "/posts?workspaceId=" + workspace, 2, 1);
        await CostsAsync("GET", $"/posts?workspaceId={workspace}&pageId={company.PageIds[3]}", 2 + 20, 3);
        await CostsAsync("GET", $"/posts?workspaceId={workspace}&campaignId=no-campaign&limit=5", 2 + 5, 3);
        await CostsAsync("GET", $"/posts?workspaceId={workspace}&campaignId=no-campaign&pageId={company.PageIds[3]}&limit=3", 2 + 3, 3);
        await CostsAsync("GET", "/posts/count", 1 + 2, 2);
        await CostsAsync("GET", "/pages", 1 + 2, 2);
        await CostsAsync("GET", "/pages?workspaceId=" + workspace, 2, 2);
        await CostsAsync("GET", "/labels?workspaceId=" + workspace, 2, 2);
        await CostsAsync("GET", "/members?workspaceId=" + workspace, 2, 2);
        await CostsAsync("GET", "/workspaces", 2 + 2, 3);
        await CostsAsync("POST", "/labels", 2, 2, new { workspaceId = workspace, text = "B", color = "fog" });
        await CostsAsync("POST", "/posts", 3, 3, company.Post());
        await CostsAsync("POST", "/posts", 3, 3, company.Post(), key: Guid.NewGuid().ToString());
        await CostsAsync("POST", "/posts", 4, 3, Labelled(label));
        await CostsAsync("POST", "/posts", 3, 3, Group());
        await CostsAsync("POST", "/posts", 4, 4, company.Post(), key: "a key");
        await CostsAsync("POST", "/stories", 6, 3, StoryTests.Story(company, "https://example.invalid/a.png"));
        await CostsAsync("POST", "/stories", 6, 3, StoryTests.Story(company, Enumerable.Repeat("https://example.invalid/a.png", 10).ToArray()));
        await CostsAsync("PATCH", "/posts/" + single, 3, 3, new { text = "B", scheduledAt = "2030-01-01T00:00:00Z", publishAtScheduledDate = true });
        await CostsAsync("PATCH", "/posts/" + single, 3, 3, new { text = "C" }, key: Guid.NewGuid().ToString());
        await CostsAsync("PATCH", "/posts/" + single, 4, 3, new { text = "D", teamOnly = true });
        await CostsAsync("PATCH", "/posts/" + single, 5, 3, new { text = "E", labels = new[] { label }, campaignId = campaign });
        await CostsAsync("PATCH", "/posts/" + made[0], 3, 3, new { text = "B", scheduledAt = "2030-01-01T00:00:00Z", publishAtScheduledDate = true });
        await CostsAsync("PATCH", "/posts/" + made[0], 5, 3, new { text = "C", labels = new[] { label }, campaignId = campaign });
        await CostsAsync("PATCH", "/posts/" + single, 3, 3, new { approved = true });
        await CostsAsync("POST", $"/posts/{single}/reject", 3, 3, new { });
        await CostsAsync("POST", $"/posts/{single}/request-approval", 4, 3, new { approverIds = new[] { company.Owner.Id(company.Key) } });
        await CostsAsync("POST", $"/posts/{single}/approve", 3, 3, new { });
        await CostsAsync("GET", "/posts/" + inCampaign, 2, 1);
        await CostsAsync("POST", "/posts", 4, 3, company.Post().With("campaignId", campaign).With("internalNote", "A note"));
        await CostsAsync("GET", $"/posts/{made[0]}/comments", 3, 2);
        await CostsAsync("POST", $"/posts/{made[0]}/comments", 3, 3, new { text = "A comment" });
        await CostsAsync("POST", $"/posts/{made[0]}/comments", 4, 3, new { text = "A reply to a reply", replyToCommentId = reply });
        await CostsAsync("PATCH", $"/posts/{made[0]}/comments/{comment}", 4, 3, new { text = "Changed" });
        await CostsAsync("POST", $"/posts/{made[0]}/comments/{comment}/reactions", 4, 3, new { emoji = "a", emojiId = "b", emojiSkin = 0, emojiNative = "c" });
        await CostsAsync("DELETE", $"/posts/{made[0]}/comments/{comment}", 4, 3);
        await CostsAsync("PATCH", "/posts/reorder", 6 + (2 * 2), 6, new { workspaceId = workspace, postIds = new[] { made[0], made[1] } });
        await CostsAsync("GET", $"/posts/{made[0]}/activity", 3, 2);
        await CostsAsync("POST", $"/posts/{made[0]}/share", 3, 3);
        await CostsAsync("POST", $"/posts/{made[0]}/share", 3, 3);
        await CostsAsync("DELETE", $"/posts/{made[0]}/share", 3, 3);
        await CostsAsync("POST", "/media", 4, 3, new { workspaceId = workspace, mediaUrls = Enumerable.Range(0, 20).Select(number => $"https://files.invalid/{number}.png") });
        await CostsAsync("POST", "/posts", 5, 3, company.Post().With("media", Enumerable.Range(0, 20).Select(number => $"https://files.invalid/{number}.png")));
        await CostsAsync("PATCH", "/posts/" + made[0], 5, 3, new { media = new[] { "https://files.invalid/a.png" } });
        await CostsAsync("PATCH", "/posts/" + made[0], 3, 3, new { media = Array.Empty<string>() });
        await CostsAsync("POST", "/media/uploads", 3, 3, new { workspaceId = workspace, name = "a.png" });
        await CostsAsync("GET", "/media?workspaceId=" + workspace, 2, 2);
        var media = (await client.GetAsync("/media?workspaceId=" + workspace).OkAsync()).Ids();
        await CostsAsync("POST", $"/media/uploads/{media[0]}/complete", 5, 3);
        await CostsAsync("GET", "/media/" + media[1], 2, 1);
        await CostsAsync("DELETE", "/media/" + (await client.PostAsync("/media/uploads", new { workspaceId = workspace, name = "a.png" }).CreatedAsync())["data"]!.Text("id"), 3, 2);
        await CostsAsync("GET", "/campaigns?workspaceId=" + workspace, 2, 2);
        await CostsAsync("GET", "/campaigns/" + campaign, 2, 1);
        await CostsAsync("POST", "/campaigns", 2, 2, new { workspaceId = workspace, name = "New" });
        await CostsAsync("PATCH", "/campaigns/" + campaign, 3, 3, new { name = "Changed" });
        await CostsAsync("DELETE", "/campaigns/" + doomed, 5, 3);
        await CostsAsync("DELETE", "/posts/" + single, 5, 3);
        await CostsAsync("DELETE", "/posts/" + made[4], 5, 3);
        await CostsAsync("POST", "/workspaces", 3, 3, new { name = "New", timezone = "Europe/Paris", approvalSettings = new { type = "NONE", autoLock = false, autoSchedule = false } });
        await CostsAsync("GET", "/workspaces/" + workspace, 3, 2);
        await CostsAsync("PATCH", "/workspaces/" + workspace, 4, 3, new { name = "Renamed" });
        await CostsAsync("DELETE", "/workspaces/" + company.Workspaces[1].Id, 4, 3);

        async Task CostsAsync(string method, string path, int calls, int steps, object? body = null, string? key = null)
        {
            // Warm: what a call may remember is remembered.
            await client.GetAsync("/ping").OkAsync();
            var cost = await StorageCalls.OfAsync(
                measured => client.SendAsync(new(method), path, body is null ? null : Json.Text(body), key, measured));
            Assert.True(cost.Calls <= calls && cost.Steps <= steps,
                $"{method} {path} at {posts}: {cost.Calls} calls of {calls}, {cost.Steps} steps of {steps}\n{cost.Requests}");
        }

        Dictionary<string, object?> Group()
        {
            var group = company.Post();
            group.Remove("pageId");
            group["pageIds"] = company.PageIds;
            return group;
        }

        Dictionary<string, object?> Labelled(string id)
        {
            var post = company.Post();
            post["labels"] = new[] { id };
            return post;
        }
    }

    [Fact]
    public async Task An_offset_costs_a_call_a_thousand_rows()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);
        await FillAsync(company, 2_500);

        foreach (var (offset, calls) in new[] { (10, 3), (1_000, 3), (2_000, 4), (2_400, 5) })
        {
            await company.Client.GetAsync("/ping").OkAsync();
            JsonNode? list = null;
            var cost = await StorageCalls.OfAsync(async measured =>
            {
                var response = await company.Client.SendAsync(HttpMethod.Get, $"/posts?workspaceId={company.WorkspaceId}&offset={offset}", change: measured);
                list = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                return response;
            });

            Assert.True(cost.Calls <= calls, $"{offset}: {cost.Calls}\n{cost.Requests}");
            Assert.Equal((2_499 - offset).ToString(CultureInfo.InvariantCulture), list!["data"]![0]!.Text("plainText"));
        }
    }

    /// <summary>Posts by the storage's own means, for there are many: their texts are numbers, the newest is the highest.</summary>
    static async Task FillAsync(TestCompany company, int posts, App app)
    {
        var store = app.Get<PostStore>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var some in Enumerable.Range(0, posts).Chunk(30))
        {
            await store.ImportAsync(
                company.Workspaces[0].Key, [.. some.Select(number => company.StoredPost(number.ToString(CultureInfo.InvariantCulture), now, number))], now, default);
        }
    }

    Task FillAsync(TestCompany company, int posts) => FillAsync(company, posts, _app);
}

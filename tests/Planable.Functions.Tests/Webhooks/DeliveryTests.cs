using System.Net;
using Microsoft.AspNetCore.Http;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Pages;
using Planable.Doors.Webhooks;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Metrics;
using Planable.Storage;

namespace Planable.Functions.Tests.Webhooks;

/// <summary>What arrives at a webhook's address, and what happens if it does not.</summary>
public sealed class DeliveryTests(WebhookGround ground) : IClassFixture<WebhookGround>
{
    [Fact]
    public void The_signature_is_that_of_the_standards_own_libraries() => Assert.Equal(
        [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
        WebhookSignature.Headers(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""u8));

    [Fact]
    public async Task A_new_post_arrives_as_the_api_shows_it_and_signed()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        var (id, secret) = await WebhookGround.CreateAsync(company, inbox);

        var post = (await company.MakeAsync(company.Post("Grüße 👩‍👩‍👧")))[0];

        var received = (await inbox.TakeAsync(1)).Single();
        Assert.Equal([secret], received.SignedBy(secret));
        Assert.Equal(("post.created", post, company.WorkspaceId, company.Owner.Id(company.Key)),
            (received.Type, received.Data.Text("postId"), received.Data.Text("workspaceId"), received.Data.Text("userId")));
        Assert.Equal((await company.ReadAsync(post)).ToJsonString(), received.Data["post"]!.ToJsonString());
        var delivery = await WebhookGround.DeliveryAsync(company, id, "delivered");
        Assert.Equal((received.Id, received.Json.Text("id"), 204),
            (delivery.Text("eventId"), delivery.Text("eventId"), delivery["attempts"]![0]!.Number("status")));
    }

    [Fact]
    public async Task Each_change_of_a_post_has_its_event()
    {
        var company = await TestCompany.CreateAsync(ground.App, approval: Posts.ApprovalTests.Settings("OPTIONAL"));
        var inbox = ground.Receiver.Open();
        await WebhookGround.CreateAsync(company, inbox);
        var post = (await company.MakeAsync())[0];

        await company.Client.PatchAsync("/posts/" + post, new { text = "B", approved = true }).OkAsync();
        await company.Client.PatchAsync("/posts/" + post, new { text = "C" }).OkAsync();
        await company.Client.PatchAsync(
            "/posts/" + post, new { scheduledAt = "2030-01-01T00:00:00Z", publishAtScheduledDate = true }).OkAsync();
        await company.Client.PostAsync(
            $"/posts/{post}/request-approval", new { approverIds = new[] { company.Owner.Id(company.Key) } }).OkAsync();
        await company.Client.PostAsync($"/posts/{post}/approve", new { }).OkAsync();
        await company.Client.PostAsync($"/posts/{post}/reject", new { }).OkAsync();
        var comment = await company.CommentAsync(post, "A remark");
        await company.Client.PatchAsync("/posts/" + post, new { text = "Silent", notify = false }).OkAsync();
        await company.Client.DeleteAsync("/posts/" + post).GoneAsync();

        var received = await inbox.TakeAsync(12);
        Assert.Equal(
            [
                "comment.created", "post.approval_requested", "post.approval_withdrawn", "post.approved", "post.approved", "post.created",
                "post.deleted", "post.rejected", "post.scheduled", "post.updated", "post.updated", "post.updated",
            ],
            received.Select(one => one.Type).Order(StringComparer.Ordinal));
        Assert.Equal(comment, received.Single(one => one.Type == "comment.created").Data.Text("commentId"));
        Assert.All(inbox.All, one => Assert.Equal(post, one.Data.Text("postId")));
    }

    [Fact]
    public async Task A_published_post_and_a_failed_import_are_told()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        await WebhookGround.CreateAsync(company, inbox, events: ["post.published", "media.failed"]);
        await company.MakeAsync(company.Post().With("scheduledAt", TimeProvider.System.GetUtcNow().AddSeconds(-2).ToString("O"))
            .With("publishAtScheduledDate", true));
        var media = (await Media.MediaGround.ImportAsync(company, "https://files.invalid/a.png"))[0];

        var received = await inbox.TakeAsync(2);

        Assert.Equal(["media.failed", "post.published"], received.Select(one => one.Type).Order(StringComparer.Ordinal));
        Assert.Equal("PUBLISHED", received.Single(one => one.Type == "post.published").Data["post"]!.Text("status"));
        Assert.Equal(media, received.Single(one => one.Type == "media.failed").Data["media"]!.Text("id"));
    }

    [Fact]
    public async Task Synced_metrics_are_told()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        await WebhookGround.CreateAsync(company, inbox, events: ["metrics.synced"]);

        await company.App.SyncAsync(company.PageIds[0]);

        var received = (await inbox.TakeAsync(1)).Single();
        Assert.Equal(company.PageIds[0], received.Data.Text("pageId"));
        Assert.Equal(company.PageIds[0], received.Data["page"]!.Text("id"));
    }

    [Fact]
    public async Task A_delivery_shows_what_was_sent_to_who_may_see_the_webhook()
    {
        var (company, other) = (await TestCompany.CreateAsync(ground.App), await TestCompany.CreateAsync(ground.App));
        var inbox = ground.Receiver.Open();
        var (id, _) = await WebhookGround.CreateAsync(company, inbox);
        await company.MakeAsync();
        var path = $"/webhooks/{id}/deliveries/{(await WebhookGround.DeliveryAsync(company, id, "delivered")).Text("eventId")}";

        var shown = (await company.Client.GetAsync(path).OkAsync())["data"]!;

        Assert.Equal((inbox.Url, inbox.All[0].Body), (shown["request"]!.Text("url"), shown["request"]!.Text("body")));
        Assert.Equal("delivered", shown["delivery"]!.Text("status"));
        await other.Client.GetAsync(path).NotFoundAsync();
        await company.Client.GetAsync(path[..^1] + (path[^1] == '0' ? '1' : '0')).NotFoundAsync();
    }

    [Fact]
    public async Task A_group_that_is_published_in_part_says_so_once()
    {
        var company = await TestCompany.CreateAsync(ground.App, pages: 3);
        var inbox = ground.Receiver.Open();
        await WebhookGround.CreateAsync(
            company, inbox, events: ["post.published", "post.publish_failed", "post.partially_published", "page.disconnected"]);
        Assert.True(IdKind.Page.TryParse(company.PageIds[1], out var page));
        await ground.App.Get<PageStore>().SetFaultAsync(page, SandboxFault.ExpiredGrant, TestContext.Current.CancellationToken);

        var posts = await company.MakeAsync(company.Group(company.PageIds)
            .With("scheduledAt", TimeProvider.System.GetUtcNow().AddSeconds(-2).ToString("O")).With("publishAtScheduledDate", true));

        var received = await inbox.TakeAsync(5);
        Assert.Equal(
            ["page.disconnected", "post.partially_published", "post.publish_failed", "post.published", "post.published"],
            received.Select(one => one.Type).Order(StringComparer.Ordinal));
        Assert.Equal(posts[1], received.Single(one => one.Type == "post.partially_published").Data.Text("postId"));
        Assert.Equal(company.PageIds[1], received.Single(one => one.Type == "page.disconnected").Data.Text("pageId"));
    }

    [Fact]
    public async Task A_webhook_gets_the_types_and_workspaces_that_it_asked_for()
    {
        var company = await TestCompany.CreateAsync(ground.App, workspaces: 2);
        var (some, elsewhere) = (ground.Receiver.Open(), ground.Receiver.Open());
        await WebhookGround.CreateAsync(company, some, events: ["post.updated", "post.deleted"]);
        await WebhookGround.CreateAsync(company, elsewhere, workspaceIds: [company.Workspaces[1].Id]);
        var post = (await company.MakeAsync())[0];
        await company.Client.PatchAsync("/posts/" + post, new { text = "B" }).OkAsync();

        Assert.Equal("post.updated", (await some.TakeAsync(1)).Single().Type);
        Assert.Equal("text", some.All[0].Data["fields"]!.AsArray().Single()!.GetValue<string>());
        Assert.Empty(elsewhere.All);
    }

    [Fact]
    public async Task A_failed_attempt_is_repeated_with_the_same_id_until_none_is_left()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var (recovers, fails) = (ground.Receiver.Open((http, number) => StatusAsync(http, number == 0 ? 302 : 200, "Thanks")),
            ground.Receiver.Open((http, _) => StatusAsync(http, 500, "No")));
        var (first, secret) = await WebhookGround.CreateAsync(company, recovers);
        var (second, _) = await WebhookGround.CreateAsync(company, fails);
        await company.MakeAsync();

        var delivered = await WebhookGround.DeliveryAsync(company, first, "delivered");
        var failed = await WebhookGround.DeliveryAsync(company, second, "failed");

        Assert.Single(recovers.All.Select(one => one.Id).Distinct());
        Assert.All(recovers.All, one => Assert.Equal([secret], one.SignedBy(secret)));
        Assert.Equal([302, 200], delivered["attempts"]!.AsArray().Select(one => one!.Number("status")));
        Assert.Equal((3, "The address answered 500.", "No"), (failed["attempts"]!.AsArray().Count,
            failed["attempts"]![0]!.Text("error"), failed["attempts"]![0]!.Text("response")));

        await company.Client.PostAsync($"/webhooks/{second}/deliveries/{failed.Text("eventId")}/replay", new { })
            .ShouldBeAsync(HttpStatusCode.Accepted);
        Assert.Equal(4, (await fails.TakeAsync(4)).Length);
        await WebhookGround.DeliveryAsync(company, second, "failed");
        await company.Client.PostAsync(
            $"/webhooks/{second}/replay", new { since = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("O") })
            .ShouldBeAsync(HttpStatusCode.Accepted);
        await fails.TakeAsync(7);
        Assert.Single(fails.All.Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task An_address_that_is_gone_or_a_token_that_is_revoked_stops_the_webhook_and_says_why()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var (gone, inbox) = (ground.Receiver.Open((http, _) => StatusAsync(http, 410, "")), ground.Receiver.Open());
        var (first, _) = await WebhookGround.CreateAsync(company, gone);
        var token = await company.TokenAsync();
        var (second, _) = await WebhookGround.CreateAsync(company, inbox, token);
        await ground.App.Get<TokenStore>().DeleteAsync(TokenText.Hash(token), TestContext.Current.CancellationToken);
        await company.MakeAsync();

        await Eventually.TrueAsync(async () => (await WebhookGround.ReadAsync(company, first)).Text("status") == "disabled"
            && (await WebhookGround.ReadAsync(company, second)).Text("status") == "paused", "both are stopped");
        Assert.Contains("410", (await WebhookGround.ReadAsync(company, first)).Text("statusReason"), StringComparison.Ordinal);
        Assert.Contains("revoked", (await WebhookGround.ReadAsync(company, second)).Text("statusReason"), StringComparison.Ordinal);
        Assert.Empty(inbox.All);
    }

    [Fact]
    public async Task A_client_hears_nothing_that_a_get_would_refuse()
    {
        var company = await TestCompany.CreateAsync(ground.App, workspaces: 2);
        var client = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));
        var inbox = ground.Receiver.Open();
        var (id, _) = await WebhookGround.CreateAsync(company, inbox, await company.TokenAsync(creator: client));
        var hidden = (await company.MakeAsync(company.Post("Hidden").With("teamOnly", true)))[0];
        await company.Client.DeleteAsync("/posts/" + hidden).GoneAsync();
        var shown = (await company.MakeAsync(company.Post("Shown")))[0];
        await company.CommentAsync(shown, "A note", teamOnly: true);

        await Eventually.TrueAsync(async () =>
            (await company.Client.GetAsync($"/webhooks/{id}/deliveries").OkAsync())["data"]!.AsArray() is { Count: 4 } all
            && all.All(one => one!.Text("status") is "delivered" or "skipped"), "all four are settled");
        Assert.Equal(shown, Assert.Single(inbox.All).Data.Text("postId"));
    }

    [Fact]
    public async Task For_a_day_both_secrets_sign()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        var (id, old) = await WebhookGround.CreateAsync(company, inbox);
        var renewed = (await company.Client.PostAsync($"/webhooks/{id}/rotate-secret", new { }).OkAsync())["data"]!.Text("secret");

        await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted);

        var received = (await inbox.TakeAsync(1)).Single();
        Assert.Equal("webhook.test", received.Type);
        Assert.NotEqual(old, renewed);
        Assert.Equal([renewed, old], received.SignedBy(renewed, old));
        Assert.Equal(2, received.Signatures.Split(' ').Length);
    }

    [Fact]
    public async Task A_slow_address_does_not_delay_another()
    {
        var company = await TestCompany.CreateAsync(ground.App, pages: 20);
        var (slow, quick) = (ground.Receiver.Open((http, _) => Task.Delay(TimeSpan.FromSeconds(10), http.RequestAborted)),
            ground.Receiver.Open());
        await WebhookGround.CreateAsync(company, slow);
        await WebhookGround.CreateAsync(company, quick);

        await company.MakeAsync(company.Group(company.PageIds));

        Assert.Equal(20, (await quick.TakeAsync(20)).Select(one => one.Id).Distinct().Count());
        Assert.InRange(slow.All.Length, 0, WebhookSettings.InFlight);
    }

    [Fact]
    public async Task A_paused_webhook_gets_what_waited_once_it_is_active()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        var (id, _) = await WebhookGround.CreateAsync(company, inbox);
        await company.Client.PatchAsync("/webhooks/" + id, new { paused = true }).OkAsync();
        await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        await WebhookGround.DeliveryAsync(company, id, "pending");

        await company.Client.PatchAsync("/webhooks/" + id, new { paused = false }).OkAsync();

        await inbox.TakeAsync(1);
    }

    [Fact]
    public async Task A_long_text_is_cut_and_marked()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        await WebhookGround.CreateAsync(company, inbox);

        await company.MakeAsync(company.Post(string.Concat(Enumerable.Repeat("👍", 25_000))));

        var received = (await inbox.TakeAsync(1)).Single();
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(received.Body), 1_000, 20_000);
        Assert.True(received.Data["truncated"]!.GetValue<bool>());
        Assert.Equal(1_000, received.Data["post"]!.Text("plainText").EnumerateRunes().Count(rune => rune.Value == 0x1F44D));
    }

    static Task StatusAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        if (status is 302)
        {
            http.Response.Headers.Location = "/elsewhere";
        }
        return http.Response.WriteAsync(body);
    }
}

using System.Net;
using MimeKit;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Doors.Mail;
using Planable.Doors.Webhooks;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Mail;

/// <summary>Who gets which mail, and how it looks.</summary>
public sealed class MailTests(MailGround ground) : IClassFixture<MailGround>
{
    static readonly string[] Deletions = ["post.deleted"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_asked_for_an_approval_gets_one_mail_with_all_that_it_needs()
    {
        var (company, owner) = await ground.CompanyAsync();
        var approver = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        var other = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        var post = (await company.MakeAsync(company.Post("<b>Grüße</b> 👩‍👩‍👧\n& more")))[0];

        await MailGround.AskAsync(company, post, approver, owner);
        await ground.MinuteAsync();
        await ground.MinuteAsync();

        var mail = Assert.Single(ground.Server.To(approver.Email));
        Assert.Equal(("planable@example.com", "Approval requested: <b>Grüße</b> 👩‍👩‍👧 & more"), (mail.From, mail.Subject));
        var message = mail.Message;
        Assert.Equal((approver.Email, "A Person"), (message.To.Mailboxes.Single().Address, message.To.Mailboxes.Single().Name));
        Assert.Equal("auto-generated", message.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal("List-Unsubscribe=One-Click", message.Headers[HeaderId.ListUnsubscribePost]);
        Assert.StartsWith("<https://planable.example/hooks/unsubscribe/", message.Headers[HeaderId.ListUnsubscribe]);
        Assert.EndsWith("@example.com", message.MessageId!, StringComparison.Ordinal);
        Assert.Equal("multipart/alternative", message.Body!.ContentType.MimeType);
        Assert.Contains("A Person asks you to approve a post.", mail.Text, StringComparison.Ordinal);
        Assert.Contains("> <b>Grüße</b> 👩‍👩‍👧", mail.Text, StringComparison.Ordinal);
        Assert.Contains("https://planable.example/settings/review", mail.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Gr", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", mail.Html, StringComparison.Ordinal);
        Assert.All(["<img", "src=", "url(", "<script", "<link"], part => Assert.DoesNotContain(
            part, mail.Html, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(ground.Server.To(other.Email));
        Assert.Empty(ground.Server.To(owner.Email));
    }

    [Fact]
    public async Task An_event_that_is_handled_again_is_the_same_mail()
    {
        var (company, _) = await ground.CompanyAsync();
        var approver = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        var post = (await company.MakeAsync())[0];
        await MailGround.AskAsync(company, post, approver);
        var at = company.App.Get<TimeProvider>().GetUtcNow();
        var notice = new MailNotice("an event", MailKind.Approvals, post, at);

        await ground.HandleAsync(ground.App, times: 2);
        await ground.App.Get<ProcessDue>().RunAsync(Cancel);
        Assert.Single(ground.Server.To(approver.Email));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await ground.App.Get<MailStore>().AddAsync(company.Key, [approver.Key], notice, Cancel);
            await ground.App.Get<ProcessDue>().RunAsync(Cancel);
        }

        var ids = ground.Server.To(approver.Email).Select(mail => mail.Message.MessageId).ToArray();
        Assert.Equal((3, 2, ids[1]), (ids.Length, ids.Distinct().Count(), ids[2]));
    }

    [Fact]
    public async Task A_post_that_could_not_be_published_concerns_its_author_and_who_may_publish()
    {
        var (company, owner) = await ground.CompanyAsync();
        var publisher = await MailGround.PersonAsync(company, Role.MEMBER, Permission.PUBLISH);
        var author = await MailGround.PersonAsync(company, Role.MEMBER, Permission.WRITE);
        var writer = await MailGround.PersonAsync(company, Role.MEMBER, Permission.WRITE);
        var now = ground.Time.GetUtcNow();
        var post = company.StoredPost("A failure", now) with
        {
            Creator = author.Key,
            ScheduledAt = now,
            ScheduledSet = true,
            Delivery = Content.Posts.Delivery.Failed,
            Publishing = new() { Failure = new(Content.Posts.FailureCode.REFUSED, "Too <many> words.") },
        };
        await ground.App.Get<Content.Posts.PostCreation>().ImportAsync(post.Workspace, [post], now, Cancel);

        await ground.FailAsync(post);
        await ground.MinuteAsync();

        Assert.All([owner, publisher, author], user =>
        {
            var mail = Assert.Single(ground.Server.To(user.Email));
            Assert.Equal("Not published: A failure", mail.Subject);
            Assert.Contains("Reason: Too <many> words.", mail.Text, StringComparison.Ordinal);
            Assert.Contains("Too &lt;many&gt; words.", mail.Html, StringComparison.Ordinal);
        });
        Assert.Empty(ground.Server.To(writer.Email));
    }

    [Fact]
    public async Task A_disconnected_page_and_a_paused_webhook_concern_owners_and_administrators()
    {
        var (company, owner) = await ground.CompanyAsync();
        var administrator = await MailGround.PersonAsync(company, Role.ADMINISTRATOR);
        var member = await MailGround.PersonAsync(company, Role.MEMBER, Enum.GetValues<Permission>());
        var made = (await company.Client.PostAsync(
            "/webhooks", new { url = "https://hooks.example.net/a?secret", events = Deletions }).CreatedAsync())["data"]!;
        Assert.True(IdKind.Webhook.TryParse(made["webhook"]!.Text("id"), out var webhook));
        Assert.True(IdKind.Page.TryParse(company.PageIds[0], out var pageId));
        var (pages, webhooks) = (ground.App.Get<PageStore>(), ground.App.Get<WebhookStore>());

        await pages.MarkDisconnectedAsync(pageId.Partition, (await pages.FindAsync(pageId, Cancel))!, "Access was taken back.", Cancel);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await webhooks.StopAsync(
                (await webhooks.FindAsync(webhook, Cancel))!, WebhookStatus.paused, "It has failed for days.", Cancel);
        }
        await ground.MinuteAsync();

        Assert.All([owner, administrator], user =>
        {
            var mails = ground.Server.To(user.Email).OrderBy(mail => mail.Subject, StringComparer.Ordinal).ToArray();
            Assert.Equal(["Disconnected: Page 0", "Webhook paused: hooks.example.net"], mails.Select(mail => mail.Subject));
            Assert.Contains("> Access was taken back.", mails[0].Text, StringComparison.Ordinal);
            Assert.Contains("> It has failed for days.", mails[1].Text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", mails[1].Text, StringComparison.Ordinal);
        });
        Assert.Empty(ground.Server.To(member.Email));
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("no access")]
    [InlineData("no approver")]
    [InlineData("team-only")]
    [InlineData("approved")]
    [InlineData("archived")]
    [InlineData("deleted")]
    [InlineData("muted")]
    public async Task Who_may_not_see_it_any_more_or_need_not_gets_none(string why)
    {
        var (company, _) = await ground.CompanyAsync();
        var client = await MailGround.PersonAsync(company, Role.CLIENT, Permission.APPROVE);
        var member = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        var post = (await company.MakeAsync())[0];
        await MailGround.AskAsync(company, post, client, member);
        await ground.HandleAsync(ground.App);

        await (why switch
        {
            "removed" => company.RemoveAsync(client),
            "no access" => company.PersonAsync(client with { Workspaces = new Dictionary<string, Permission[]>() }),
            "no approver" => company.PersonAsync(client with
            {
                Workspaces = new Dictionary<string, Permission[]> { [company.Workspaces[0].Key] = [Permission.VIEW] },
            }),
            "team-only" => company.Client.PatchAsync("/posts/" + post, new { teamOnly = true }).OkAsync(),
            "approved" => company.Client.PostAsync($"/posts/{post}/approve", new { }).OkAsync(),
            "archived" => company.Client.PatchAsync("/posts/" + post, new { archived = true }).OkAsync(),
            "deleted" => company.Client.DeleteAsync("/posts/" + post).GoneAsync(),
            _ => (Task)ground.App.Get<MailStore>().ChooseAsync(company.Key + client.Key, _ => [MailKind.Approvals], Cancel),
        });
        await ground.App.Get<ProcessDue>().RunAsync(Cancel);

        Assert.Empty(ground.Server.To(client.Email));
        Assert.Equal(why is "approved" or "archived" or "deleted" ? 0 : 1, ground.Server.To(member.Email).Length);
        Assert.Empty((await ground.App.Get<MailStore>().ReadAsync(company.Key + client.Key, Cancel)).Notices);
    }

    [Fact]
    public async Task A_request_costs_one_message_where_mail_is_sent_and_no_other_write_costs_more()
    {
        var (company, owner) = await ground.CompanyAsync();
        await using var silent = App.Start(ground.ConnectionString, settings: App.CallsOnly);
        var post = (await company.MakeAsync())[0];
        var body = Json.Text(new { approverIds = new[] { owner.Id(company.Key) } });

        Assert.Equal(1, await MessagesAsync(company.Client, HttpMethod.Post, $"/posts/{post}/request-approval", body));
        Assert.Equal(0, await MessagesAsync(company.Client, HttpMethod.Post, $"/posts/{post}/approve", "{}"));
        Assert.Equal(0, await MessagesAsync(company.Client, HttpMethod.Post, "/posts", Json.Text(company.Post())));
        Assert.Equal(0, await MessagesAsync(company.Client, HttpMethod.Patch, "/posts/" + post, """{"text":"B"}"""));
        Assert.Equal(
            0, await MessagesAsync(silent.As(company.Token), HttpMethod.Post, $"/posts/{post}/request-approval", body));

        static async Task<int> MessagesAsync(Client client, HttpMethod method, string path, string text)
        {
            await client.GetAsync("/ping").OkAsync();
            return (await StorageCalls.OfAsync(measured => client.SendAsync(method, path, text, change: measured))).Messages;
        }
    }

    [Fact]
    public async Task A_link_ends_mails_only_when_it_is_posted_and_only_those_that_it_is_about()
    {
        var (company, _) = await ground.CompanyAsync();
        var approver = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE, Permission.PUBLISH);
        var post = (await company.MakeAsync())[0];
        await MailGround.AskAsync(company, post, approver);
        await ground.MinuteAsync();
        var link = new Uri(ground.App.BaseAddress, ground.Server.To(approver.Email).Single().Unsubscribe);
        var http = ground.App.Http;

        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var page = await http.GetAsync(link, Cancel);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("<form method=\"post\">", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
        using (var head = await http.SendAsync(new(HttpMethod.Head, link), Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        }
        Assert.Empty(await MutedAsync());
        using (var wrong = await http.PostAsync(new Uri(link.AbsoluteUri[..^3] + "AAA"), null, Cancel))
        {
            Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
        }
        Assert.Empty(await MutedAsync());
        using (var content = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]))
        using (var done = await http.PostAsync(link, content, Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, done.StatusCode);
            Assert.DoesNotContain(approver.Email, await done.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal([MailKind.Approvals], await MutedAsync());
        await MailGround.AskAsync(company, post, approver);
        await ground.MinuteAsync();
        Assert.Single(ground.Server.To(approver.Email));

        Task<MailKind[]> MutedAsync() => ground.App.Get<MailStore>().MutedAsync(company.Key + approver.Key, Cancel);
    }
}

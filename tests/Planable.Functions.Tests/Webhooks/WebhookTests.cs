using System.Net;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Doors.Webhooks;
using Planable.Functions.Tests.Hosting;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Functions.Tests.Webhooks;

/// <summary>What a tool does with its webhooks.</summary>
public sealed class WebhookTests(WebhookGround ground) : IClassFixture<WebhookGround>
{
    static readonly string[] Publications = ["post.published"], OneWrong = ["post.created", "post.made"], NoWorkspace = ["wks_0"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_is_listed_and_changed_and_its_secret_is_shown_once()
    {
        var company = await TestCompany.CreateAsync(ground.App, workspaces: 2);
        var made = (await company.Client.PostAsync("/webhooks", new
        {
            url = "https://example.com/events",
            description = "For the newsroom",
            events = Publications,
            workspaceIds = new[] { company.WorkspaceId },
        }).CreatedAsync())["data"]!;
        var id = made["webhook"]!.Text("id");

        Assert.Matches("^whsec_[0-9A-Za-z+/]{43}=$", made.Text("secret"));
        Assert.Equal([id], (await company.Client.GetAsync("/webhooks").OkAsync()).Ids());
        var read = await WebhookGround.ReadAsync(company, id);
        Assert.Equal(("https://example.com/events", "For the newsroom", "active", "2026-12-01", company.Owner.Id(company.Key)),
            (read.Text("url"), read.Text("description"), read.Text("status"), read.Text("version"), read.Text("creatorId")));
        Assert.Equal("post.published", read["events"]![0]!.GetValue<string>());
        Assert.Null(read["secret"]);
        var changed = (await company.Client.PatchAsync("/webhooks/" + id, new
        {
            url = "https://example.com/others",
            workspaceIds = (string[]?)null,
            paused = true,
        }).OkAsync())["data"]!;
        Assert.Equal(("https://example.com/others", "paused"), (changed.Text("url"), changed.Text("status")));
        Assert.Equal(["createdAt", "creatorId", "description", "events", "id", "status", "url", "version"], changed.Names());
    }

    [Fact]
    public async Task What_is_no_webhook_is_refused()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        await company.Client.PostAsync("/webhooks", new { }).InvalidAsync("url");
        await company.Client.PostAsync("/webhooks", new { url = "ftp://example.com" }).InvalidAsync("url");
        await company.Client.PostAsync("/webhooks", new { url = "https://a:b@example.com" }).InvalidAsync("url");
        await company.Client.PostAsync("/webhooks", new { url = "http://10.0.0.1" }).InvalidAsync("url");
        await company.Client.PostAsync("/webhooks", new { url = "https://example.com", events = OneWrong })
            .InvalidAsync("events[1]");
        await company.Client.PostAsync("/webhooks", new { url = "https://example.com", version = "2020-01-01" }).InvalidAsync("version");
        await company.Client.PostAsync("/webhooks", new { url = "https://example.com", workspaceIds = NoWorkspace }).NotFoundAsync();
        await ground.App.As(await company.TokenAsync(Scope.Read))
            .PostAsync("/webhooks", new { url = "https://example.com" }).ForbiddenAsync();
    }

    [Fact]
    public async Task A_webhook_belongs_to_its_token_and_to_those_who_see_everything()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var member = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var token = await company.TokenAsync(creator: member);
        var (id, _) = await WebhookGround.CreateAsync(company, ground.Receiver.Open(), token);
        var another = ground.App.As(await company.TokenAsync(creator: member));
        var stranger = (await TestCompany.CreateAsync(ground.App)).Client;
        var limited = ground.App.As(await company.TokenAsync(opens: [company.Workspaces[0]]));

        await ground.App.As(token).GetAsync("/webhooks/" + id).OkAsync();
        await company.Client.GetAsync("/webhooks/" + id).OkAsync();
        foreach (var other in new[] { another, stranger, limited })
        {
            await other.GetAsync("/webhooks/" + id).NotFoundAsync();
            await other.GetAsync($"/webhooks/{id}/deliveries").NotFoundAsync();
            await other.PostAsync($"/webhooks/{id}/test", new { }).NotFoundAsync();
            await other.DeleteAsync("/webhooks/" + id).NotFoundAsync();
            Assert.Empty((await other.GetAsync("/webhooks").OkAsync()).Ids());
        }
    }

    [Fact]
    public async Task A_company_has_20_webhooks_also_when_many_are_made_at_once()
    {
        var company = await TestCompany.CreateAsync(ground.App);

        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(async _ =>
        {
            using var answer = await company.Client.PostAsync("/webhooks", new { url = "https://example.com" });
            return answer.StatusCode;
        }));

        Assert.Equal(20, answers.Count(status => status is HttpStatusCode.Created));
        Assert.Equal(5, answers.Count(status => status is HttpStatusCode.Forbidden));
        var ids = (await company.Client.GetAsync("/webhooks").OkAsync()).Ids();
        Assert.Equal(20, ids.Length);
        await company.Client.DeleteAsync("/webhooks/" + ids[0]).GoneAsync();
        await company.Client.PostAsync("/webhooks", new { url = "https://example.com" }).CreatedAsync();
    }

    [Fact]
    public async Task A_repeat_by_its_key_makes_no_second_webhook_and_shows_the_same_secret()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var body = new { url = "https://example.com" };

        var first = await company.Client.PostAsync("/webhooks", body, "a key").CreatedAsync();
        var again = await company.Client.PostAsync("/webhooks", body, "a key").CreatedAsync();

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Single((await company.Client.GetAsync("/webhooks").OkAsync()).Ids());
    }

    [Fact]
    public async Task A_deleted_webhook_leaves_neither_deliveries_nor_secrets()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        var (id, _) = await WebhookGround.CreateAsync(company, inbox);
        await company.Client.PostAsync($"/webhooks/{id}/rotate-secret", new { }).OkAsync();
        await company.MakeAsync();
        await inbox.TakeAsync(1);

        await company.Client.DeleteAsync("/webhooks/" + id).GoneAsync();

        await company.Client.GetAsync("/webhooks/" + id).NotFoundAsync();
        var (partition, secrets) = (id[IdKind.Webhook.Prefix.Length..], ground.App.Get<SecretStore>());
        await Eventually.TrueAsync(async () =>
            !await secrets.ListAsync(WebhookStore.SecretNames + company.Key, Cancel).AnyAsync(Cancel)
            && !await ground.App.Get<Tables>().Deliveries.RangeAsync(partition, "delivery~", cancel: Cancel).AnyAsync(Cancel),
            "secrets and deliveries are gone");
    }
}

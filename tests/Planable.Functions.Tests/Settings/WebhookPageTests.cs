using System.Net;
using System.Text.RegularExpressions;
using Planable.Company.Companies;
using Planable.Functions.Tests.Webhooks;

namespace Planable.Functions.Tests.Settings;

/// <summary>The pages about webhooks.</summary>
public sealed partial class WebhookPageTests(WebhookGround ground) : IClassFixture<WebhookGround>
{
    const string Path = "/settings/webhooks";

    App App => ground.App;

    [Fact]
    public async Task A_person_makes_a_webhook_that_gets_what_this_person_may_see()
    {
        var company = await TestCompany.CreateAsync(App);
        var inbox = ground.Receiver.Open();
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        (await visitor.GetAsync(Path)).Dispose();

        (string, string)[] form =
        [
            ("nonce", Nonce().Match(visitor.Html).Value), ("url", inbox.Url), ("description", "For <b>us</b>"),
            ("events", "post.created"),
        ];
        (await visitor.PostAsync(Path, form)).Dispose();
        var secret = SecretOf(visitor);
        Assert.Contains("For &lt;b&gt;us&lt;/b&gt;", visitor.Html, StringComparison.Ordinal);
        (await visitor.PostAsync(Path, form)).Dispose();
        var post = (await company.MakeAsync())[0];

        var received = (await inbox.TakeAsync(1)).Single();
        Assert.Equal(post, received.Data.Text("postId"));
        Assert.Equal([secret], received.SignedBy(secret));
        var made = Assert.Single((await company.Client.GetAsync("/webhooks").OkAsync())["data"]!.AsArray())!;
        Assert.Equal(company.Owner.Id(company.Key), made.Text("creatorId"));
        (await visitor.GetAsync(Path)).Dispose();
        Assert.DoesNotContain(secret, visitor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_is_tested_paused_replayed_given_a_new_secret_and_deleted()
    {
        var company = await TestCompany.CreateAsync(App);
        var inbox = ground.Receiver.Open();
        var (id, old) = await WebhookGround.CreateAsync(company, inbox);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        var page = $"{Path}/{id}";
        (await visitor.GetAsync(page)).Dispose();

        await DoAsync("test");
        await inbox.TakeAsync(1);
        var sent = await WebhookGround.DeliveryAsync(company, id, "delivered");
        (await visitor.GetAsync(page)).Dispose();
        Assert.Contains("webhook.test", visitor.Html, StringComparison.Ordinal);
        await DoAsync("replay", ("event", sent.Text("eventId")));
        await inbox.TakeAsync(2);
        await DoAsync("pause");
        Assert.Equal("paused", (await WebhookGround.ReadAsync(company, id)).Text("status"));
        await DoAsync("resume");
        Assert.Equal("active", (await WebhookGround.ReadAsync(company, id)).Text("status"));
        (await visitor.PostAsync(page, ("do", "rotate"))).Dispose();
        Assert.StartsWith("whsec_", SecretOf(visitor), StringComparison.Ordinal);
        Assert.NotEqual(old, SecretOf(visitor));
        await DoAsync("delete");
        await company.Client.GetAsync("/webhooks/" + id).NotFoundAsync();

        async Task DoAsync(string action, params (string, string)[] more)
        {
            using var answer = await visitor.PostAsync(page, [("do", action), .. more]);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("ftp://example.com", "http")]
    [InlineData("", "address")]
    [InlineData("http://10.0.0.1/", "public")]
    public async Task A_wrong_address_is_refused_and_what_was_filled_in_stays(string url, string word)
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        (await visitor.GetAsync(Path)).Dispose();

        using var answer = await visitor.PostAsync(
            Path, ("nonce", Nonce().Match(visitor.Html).Value), ("url", url), ("description", "Kept"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Matches($"(?i)role=\"alert\">[^<]*{word}", visitor.Html);
        Assert.Contains("value=\"Kept\"", visitor.Html, StringComparison.Ordinal);
        Assert.Empty((await company.Client.GetAsync("/webhooks").OkAsync())["data"]!.AsArray());
    }

    [Fact]
    public async Task Another_companys_webhook_is_not_found_and_a_member_sees_none()
    {
        var (company, other) = (await TestCompany.CreateAsync(App), await TestCompany.CreateAsync(App));
        var (id, _) = await WebhookGround.CreateAsync(other, ground.Receiver.Open());
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);
        var member = await Visitor.SignedInAsync(App, company, await company.PersonAsync(TestCompany.Person(Role.MEMBER)));

        (await visitor.GetAsync(Path)).Dispose();

        using var answer = await visitor.GetAsync($"{Path}/{id}");
        using var acted = await visitor.PostAsync($"{Path}/{id}", ("do", "delete"));
        using var refused = await member.GetAsync(Path);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.Forbidden),
            (answer.StatusCode, acted.StatusCode, refused.StatusCode));
        Assert.Equal("active", (await WebhookGround.ReadAsync(other, id)).Text("status"));
    }

    static string SecretOf(Visitor visitor) => Secret().Match(WebUtility.HtmlDecode(visitor.Html)).Value;

    [GeneratedRegex("(?<=name=\"nonce\" value=\")[0-9a-z]+", RegexOptions.None, 1_000)]
    private static partial Regex Nonce();

    [GeneratedRegex("whsec_[0-9A-Za-z+/=]{44}", RegexOptions.None, 1_000)]
    private static partial Regex Secret();
}

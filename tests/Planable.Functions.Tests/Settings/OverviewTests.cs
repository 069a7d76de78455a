using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Planable.Company.Companies;
using Planable.Content.Events;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Webhooks;

namespace Planable.Functions.Tests.Settings;

/// <summary>The page that shows what happened in the last 30 days.</summary>
public sealed class OverviewTests(WebhookGround ground) : IClassFixture<WebhookGround>
{
    const string Path = "/settings/overview";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_deliveries_and_posts_are_shown_by_day()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var (good, bad) = (ground.Receiver.Open(), ground.Receiver.Open((http, _) =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        }));
        await WebhookGround.CreateAsync(company, good);
        var (failing, _) = await WebhookGround.CreateAsync(company, bad, events: ["post.published"]);
        await company.MakeAsync(company.Post().With("scheduledAt", TimeProvider.System.GetUtcNow().AddSeconds(-2).ToString("O"))
            .With("publishAtScheduledDate", true));
        await WebhookGround.DeliveryAsync(company, failing, "failed");
        await good.TakeAsync(3);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await ground.App.Get<EventDays>().CountAsync(company.Workspaces[0].Key, today, Cancel);
        await ground.App.Get<EventDays>().CountAsync(company.Workspaces[0].Key, today, Cancel);
        var visitor = await Visitor.SignedInAsync(ground.App, company, company.Owner);

        await Eventually.TrueAsync(async () =>
        {
            (await visitor.GetAsync(Path)).Dispose();
            return Row("Webhook deliveries") is [var delivered, "3"] && int.Parse(delivered, CultureInfo.InvariantCulture) >= 3
                && Row("Calls by outcome") is [not "0", ..];
        }, "the deliveries and the calls are counted");

        Assert.Equal(["1", "0"], Row("Posts published and failed"));

        // The numbers of the newest day in a chart's table.
        string[] Row(string chart) => visitor.Html.Split($"<figcaption>{chart}</figcaption>") is [_, var rest]
            && rest.Split("<tbody>") is [_, var body, ..]
            ? [.. Regex.Matches(body.Split("</tr>")[0], "(?<=<td>)[0-9,]+", RegexOptions.None, TimeSpan.FromSeconds(1))
                .Select(match => match.Value)] : [];
    }

    [Fact]
    public async Task A_company_in_which_nothing_happened_sees_so_and_a_member_sees_nothing()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var visitor = await Visitor.SignedInAsync(ground.App, company, company.Owner);
        var member = await Visitor.SignedInAsync(
            ground.App, company, await company.PersonAsync(TestCompany.Person(Role.MEMBER)));

        (await visitor.GetAsync(Path)).Dispose();
        using var refused = await member.GetAsync(Path);

        Assert.Contains("Nothing in these 30 days.", visitor.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}

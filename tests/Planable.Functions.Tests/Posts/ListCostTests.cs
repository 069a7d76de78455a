using System.Text;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

/// <summary>A list by page, campaign or date costs the same at any number of posts, for the team and for clients.</summary>
public sealed class ListCostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100)]
    [InlineData(3_000)]
    public async Task Twenty_posts_are_read_at_once_by_page_campaign_and_date_whoever_asks(int posts)
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3);
        var (workspace, campaign, now) = (company.Workspaces[0].Key, Ids.NewKey(TimeProvider.System), TimeProvider.System.GetUtcNow());
        Post[] all = [.. Enumerable.Range(0, posts).Select(number => company.StoredPost($"{number}", now, number) with
        {
            Campaign = number % 2 == 0 ? campaign : null,
            ScheduledAt = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(number * 7 % posts),
            TeamOnly = number % 5 < 2,
        })];
        await _app.Get<PostCreation>().ImportAsync(workspace, all, now, Cancel);
        var newest = all.OrderBy(post => post.Key, StringComparer.Ordinal).ToArray();
        (string Filter, IEnumerable<Post> Posts, int Most)[] lists =
        [
            ("", newest, 2),
            ("&pageId=" + company.PageIds[0], newest.Where(post => company.PageIds[0].EndsWith(post.Page, StringComparison.Ordinal)), 4),
            ("&campaignId=" + IdKind.Campaign.Format(workspace, campaign), newest.Where(post => post.Campaign is not null), 4),
            ("&campaignId=no-campaign", newest.Where(post => post.Campaign is null), 4),
            ("&scheduledAfter=2030-01-01", newest.OrderBy(post => post.ScheduledAt), 4),
        ];

        foreach (var (caller, isTeam) in new[] { (company.Client, true), (await ClientAsync(company), false) })
        {
            foreach (var (filter, expected, most) in lists)
            {
                var (list, cost) = await ListAsync(caller, company, filter);

                Assert.True(cost.Calls <= most && cost.Steps <= 2, $"{filter}: {cost.Calls} calls, {cost.Steps} steps\n{cost.Requests}");
                Assert.Equal(expected.Where(post => isTeam || !post.TeamOnly).Take(20).Select(post => post.Id), list.Ids());
            }
        }
    }

    [Fact]
    public async Task Posts_that_are_too_large_for_a_copy_are_read_each()
    {
        var company = await TestCompany.CreateAsync(_app);
        var texts = new[] { Emoji(25_000), "Small", Emoji(25_000) };
        foreach (var text in texts)
        {
            await company.MakeAsync(company.Post(text).With("scheduledAt", "2030-01-01T00:00:00Z"));
        }
        foreach (var filter in new[] { "&pageId=" + company.PageIds[0], "&campaignId=no-campaign", "&scheduledAfter=2030-01-01" })
        {
            var (list, cost) = await ListAsync(company.Client, company, filter);

            Assert.Equal(texts.Order(), list["data"]!.AsArray().Select(post => post!.Text("plainText")).Order());
            Assert.True(cost.Calls <= 3 + 2 && cost.Steps <= 3, cost.Requests);
        }
    }

    /// <summary>A text that compresses badly.</summary>
    internal static string Emoji(int length)
    {
        var random = new Random(length);
        return Enumerable.Range(0, length)
            .Aggregate(new StringBuilder(), (text, _) => text.Append(new Rune(0x1F300 + random.Next(0x200)).ToString())).ToString();
    }

    async Task<Client> ClientAsync(TestCompany company) => _app.As(await company.TokenAsync(
        creator: await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])))));

    static async Task<(JsonNode List, StorageCalls.Cost Cost)> ListAsync(Client caller, TestCompany company, string filter)
    {
        await caller.GetAsync("/ping").OkAsync();
        JsonNode? list = null;
        var cost = await StorageCalls.OfAsync(async measured =>
        {
            var response = await caller.SendAsync(
                HttpMethod.Get, $"/posts?workspaceId={company.WorkspaceId}{filter}", change: measured);
            list = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel));
            return response;
        });
        return (list!, cost);
    }
}

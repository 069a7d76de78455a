using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

/// <summary>A client's list leaves out team-only posts. It costs what an owner's costs, however many they are.</summary>
public sealed class ClientListTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("&campaignId=no-campaign")]
    [InlineData("&pageId={page}")]
    [InlineData("&campaignId=no-campaign&pageId={page}")]
    public async Task However_many_posts_are_hidden_a_clients_list_costs_no_more_than_an_owners(string filter)
    {
        var (company, client, seen) = await HiddenAsync(hidden: 1_200);
        var path = $"/posts?workspaceId={company.WorkspaceId}&limit=1"
            + filter.Replace("{page}", company.PageIds[0], StringComparison.Ordinal);
        var costs = new List<int>();
        foreach (var caller in new[] { company.Client, client })
        {
            await caller.GetAsync("/ping").OkAsync();
            costs.Add((await StorageCalls.OfAsync(measured => caller.SendAsync(HttpMethod.Get, path, change: measured))).Calls);
        }

        Assert.True(costs[1] <= costs[0], $"{costs[1]} calls of a client, {costs[0]} of the owner");
        Assert.Equal(seen, await AllAsync(client, path));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("", 1)]
    [InlineData("&campaignId=no-campaign", 1)]
    [InlineData("&pageId={page}", 2)]
    public async Task An_offset_counts_the_posts_that_the_client_sees_across_the_parts_of_a_list(string filter, int offset)
    {
        var (company, client, seen) = await HiddenAsync(hidden: 1_200);
        var path = $"/posts?workspaceId={company.WorkspaceId}{filter.Replace("{page}", company.PageIds[0], StringComparison.Ordinal)}";

        Assert.Equal(seen.Skip(offset), await AllAsync(client, path, $"&offset={offset}"));
    }

    [Fact]
    public async Task A_post_that_is_hidden_or_shown_later_is_missing_or_there_in_every_list()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = await ClientAsync(company);
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        foreach (var isHidden in new[] { true, false, true })
        {
            await company.Client.PatchAsync("/posts/" + posts[0], new { teamOnly = isHidden }).OkAsync();
            foreach (var filter in new[] { "", "&pageId=" + company.PageIds[0], "&campaignId=no-campaign" })
            {
                var listed = await AllAsync(client, $"/posts?workspaceId={company.WorkspaceId}{filter}");
                Assert.Equal(!isHidden, listed.Contains(posts[0]));
            }
        }
    }

    [Fact]
    public async Task A_clients_list_of_media_reads_so_many_a_call_and_leads_to_all_that_it_sees()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = await ClientAsync(company);
        var hidden = (await company.MakeAsync(company.Post().With("teamOnly", true)))[0];
        var now = TimeProvider.System.GetUtcNow();
        MediaItem[] all =
        [
            .. Enumerable.Range(0, 253).Select(_ => Ids.NewKey(TimeProvider.System)).Order(StringComparer.Ordinal)
                .Select((key, index) => new MediaItem
                {
                    Workspace = company.Workspaces[0].Key,
                    Key = key,
                    Name = "a.png",
                    CreatedAt = now,
                    Status = MediaStatus.error,
                    Group = index > 0 && index <= 250 ? Ids.GroupOf(hidden[^Ids.KeyLength..]) : null,
                }),
        ];
        foreach (var some in all.Chunk(100))
        {
            await _app.Get<Tables>().Content.SubmitTransactionAsync(some.Select(MediaStore.Added), Cancel);
        }
        string[] seen = [.. all.Where(item => item.Group is null).Select(item => item.Id)];
        var path = $"/media?workspaceId={company.WorkspaceId}";

        await client.GetAsync("/ping").OkAsync();
        var cost = await StorageCalls.OfAsync(measured => client.SendAsync(HttpMethod.Get, path, change: measured));

        Assert.True(cost.Calls <= 2 + 200, $"{cost.Calls} calls");
        Assert.Equal(seen, await AllAsync(client, path));
        Assert.Equal(seen.Skip(2), await AllAsync(client, path, "&offset=2"));
        Assert.Equal(seen, await AllAsync(client, path + "&limit=1"));
        Assert.Equal(253, (await AllAsync(company.Client, path + "&limit=100")).Length);
        await client.GetAsync(path + "&cursor=x").InvalidAsync("cursor");
        await client.GetAsync($"{path}&cursor={seen[0][^Ids.KeyLength..]}&offset=1").InvalidAsync("offset");
    }

    /// <summary>A company with hidden posts between the newest post that its client sees and the others.</summary>
    async Task<(TestCompany Company, Client Client, string[] Seen)> HiddenAsync(int hidden)
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);
        var now = TimeProvider.System.GetUtcNow();
        Post[] posts =
        [
            .. Enumerable.Range(0, hidden + 3).Select(number => company.StoredPost($"{number}", now))
                .OrderBy(post => post.Key, StringComparer.Ordinal)
                .Select((post, index) => post with { TeamOnly = index > 0 && index <= hidden }),
        ];
        foreach (var some in posts.Chunk(30))
        {
            await _app.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, some, now, Cancel);
        }
        return (company, await ClientAsync(company), [.. posts.Where(post => !post.TeamOnly).Select(post => post.Id)]);
    }

    async Task<Client> ClientAsync(TestCompany company) => _app.As(await company.TokenAsync(
        creator: await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])))));

    /// <summary>The ids of all parts of a list.</summary>
    static async Task<string[]> AllAsync(Client client, string path, string first = "")
    {
        List<string> all = [];
        for (var part = first; ;)
        {
            JsonNode list = await client.GetAsync(path + part).OkAsync();
            all.AddRange(list.Ids());
            Assert.Equal(list["pagination"]!["nextCursor"] is not null, list["pagination"]!["hasMore"]!.GetValue<bool>());
            if (list["pagination"]!["nextCursor"]?.GetValue<string>() is not { } next)
            {
                return [.. all];
            }
            part = "&cursor=" + next;
        }
    }
}

using System.Net;
using System.Text.RegularExpressions;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Functions.Tests.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Settings;

/// <summary>What the page Review costs, and the pictures that it loads.</summary>
public sealed partial class ReviewCostTests(DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    const int MostShown = 20;

    App App => development.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_are_short_lived_links_that_the_page_may_load()
    {
        var company = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("REQUIRED"));
        var now = TimeProvider.System.GetUtcNow();
        PostMedia File(MediaKind kind, bool isSmall) =>
            new(Ids.NewKey(TimeProvider.System), MediaStatus.success, kind, "file" + kind, isSmall);
        var post = company.StoredPost("With files", now) with
        {
            Media = [File(MediaKind.image, true), File(MediaKind.gif, false), File(MediaKind.video, false)],
            ApprovalRequest = new(company.Owner.Key, now, null, [company.Owner.Key]),
        };
        await App.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, [post], now, Cancel);
        var visitor = await Visitor.SignedInAsync(App, company, company.Owner);

        using var page = await visitor.GetAsync("/settings/review");

        var pictures = Pictures().Matches(visitor.Html).Select(match => WebUtility.HtmlDecode(match.Value)).ToArray();
        Assert.Equal(2, pictures.Length);
        Assert.Contains($"/media/{company.Workspaces[0].Key}/fileimage.jpg?", pictures[0], StringComparison.Ordinal);
        Assert.Contains($"/media/{company.Workspaces[0].Key}/filegif?", pictures[1], StringComparison.Ordinal);
        Assert.Contains("Video 3 of 3", visitor.Html, StringComparison.Ordinal);
        Assert.Matches(
            "img-src 'self' http://127.0.0.1:[0-9]+/devstoreaccount1/media/;", page.Headers.GetValues("Content-Security-Policy").Single());
        using var people = await visitor.GetAsync("/settings/people");
        Assert.Contains("img-src 'self';", people.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    /// <summary>A range for each workspace, one for the people, and a row for each page: however many posts the workspaces have.</summary>
    [Fact]
    public async Task Twenty_workspaces_cost_a_call_each_and_two_steps_more()
    {
        var company = await TestCompany.CreateAsync(App, workspaces: 20, pages: 1, approval: ApprovalTests.Settings("REQUIRED"));
        var now = TimeProvider.System.GetUtcNow();
        var member = await company.PersonAsync(TestCompany.Person(
            Role.MEMBER, [.. company.Workspaces.Select(workspace => (workspace, Reviews.Approves))]));
        foreach (var workspace in company.Workspaces)
        {
            await App.Get<PostCreation>().ImportAsync(workspace.Key, [.. Enumerable.Range(0, 30).Select(number =>
                company.StoredPost($"Post {number}", now) with
                {
                    Workspace = workspace.Key,
                    ApprovalRequest = number > 2 ? null : new(company.Owner.Key, now, null, [member.Key]),
                })], now, Cancel);
        }
        var visitor = await company.ReviewAsync(member);
        Assert.Equal(MostShown, (await Reviews.ListedAsync(visitor)).Length);
        Assert.Contains("There may be more.", visitor.Html, StringComparison.Ordinal);

        var cost = await StorageCalls.OfAsync(async measured => await visitor.GetAsync("/settings/review", measured));

        Assert.True(cost is { Calls: <= 20 + 1 + MostShown, Steps: <= 3, Messages: 0 }, $"{cost}");
        var none = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[7], Reviews.Approves)));
        var client = await company.ReviewAsync(none);
        cost = await StorageCalls.OfAsync(async measured => await client.GetAsync("/settings/review", measured));
        Assert.True(cost.Calls <= 3, $"{cost}");
    }

    [GeneratedRegex("(?<=<img src=\")http[^\"]+", RegexOptions.None, 1_000)]
    private static partial Regex Pictures();
}

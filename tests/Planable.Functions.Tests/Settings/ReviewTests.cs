using System.Net;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Functions.Tests.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Settings;

/// <summary>The page Review.</summary>
public sealed class ReviewTests(DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    string _version = "";

    App App => development.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_sees_what_they_were_asked_for_and_approves_it()
    {
        var company = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("REQUIRED"));
        var client = await company.ApproverAsync(Role.CLIENT);
        var post = await company.AskAsync(
            company.Post("Fish & chips <b>").With("scheduledAt", "2030-05-01T10:00:00Z").With("firstComment", "The first"),
            client, "Please <i>look</i>");
        var visitor = await company.ReviewAsync(client);
        foreach (var shown in new[]
        {
            "Fish &amp; chips &lt;b&gt;", "Page 0", "Facebook", "Workspace 0", "1 May 2030, 13:00 (Europe/Bucharest)", "The first",
            "A Person asked you", "Please &lt;i&gt;look&lt;/i&gt;",
        })
        {
            Assert.Contains(shown, visitor.Html, StringComparison.Ordinal);
        }

        using var answer = await DecideAsync(visitor, post, "approve");
        using var twice = await DecideAsync(visitor, post, "approve");

        Assert.Equal(("/settings/review?approved", "/settings/review?approved"),
            (answer.Headers.Location!.ToString(), twice.Headers.Location!.ToString()));
        var read = await company.ReadAsync(post);
        Assert.True(read["approval"]!["approved"]!.GetValue<bool>());
        (await visitor.GetAsync("/settings/review?approved")).Dispose();
        Assert.Contains("The post is approved.", visitor.Html, StringComparison.Ordinal);
        Assert.Contains("Nothing waits for your approval.", visitor.Html, StringComparison.Ordinal);
        var activity = (await company.Client.GetAsync($"/posts/{post}/activity").OkAsync())["data"]![0]!;
        Assert.Equal(("APPROVED", client.Id(company.Key)), (activity.Text("action"), activity.Text("userId")));
        Assert.Null(activity["tokenId"]);
        Assert.Empty(await company.CheckAsync());
    }

    [Fact]
    public async Task A_person_rejects_with_a_reason()
    {
        var company = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("OPTIONAL"));
        var member = await company.ApproverAsync();
        var post = await company.AskAsync(company.Post(), member);
        var visitor = await company.ReviewAsync(member);

        using var answer = await DecideAsync(visitor, post, "reject", ("reason", "Too long.\r\nAnd too loud."));

        Assert.Equal("/settings/review?rejected", answer.Headers.Location!.ToString());
        var activity = (await company.Client.GetAsync($"/posts/{post}/activity").OkAsync())["data"]![0]!;
        Assert.Equal(("REJECTED", "Too long.\nAnd too loud."), (activity.Text("action"), activity.Text("note")));
        Assert.Empty(await Reviews.ListedAsync(visitor));
        Assert.Empty(await company.CheckAsync());
    }

    [Fact]
    public async Task Everybody_sees_only_what_they_may_approve()
    {
        var company = await TestCompany.CreateAsync(App, workspaces: 2, approval: ApprovalTests.Settings("REQUIRED"));
        var (member, client, viewer) = (await company.ApproverAsync(), await company.ApproverAsync(Role.CLIENT),
            await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE]))));
        var other = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[1], Reviews.Approves)));
        var open = await company.AskAsync(company.Post("Open"), client);
        var secret = await company.AskAsync(company.Post("Secret").With("teamOnly", true), member);
        await company.MakeAsync(company.Post("Nobody was asked"));

        Assert.Equal([secret, open], await Reviews.ListedAsync(await company.ReviewAsync(member)));
        Assert.Equal([open], await Reviews.ListedAsync(await company.ReviewAsync(client)));
        Assert.Empty(await Reviews.ListedAsync(await company.ReviewAsync(viewer)));
        Assert.Empty(await Reviews.ListedAsync(await company.ReviewAsync(other)));
        // Nobody asked the Owner, who may decide all the same.
        var owner = await company.ReviewAsync(company.Owner);
        Assert.Equal([open, secret], await Reviews.ListedAsync(owner));
        Assert.Contains("You may decide too.", owner.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_person_may_not_approve_is_refused_as_the_API_refuses_it()
    {
        var company = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("REQUIRED", autoSchedule: true));
        var (member, client) = (await company.ApproverAsync(), await company.ApproverAsync(Role.CLIENT));
        var viewer = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var stranger = await company.PersonAsync(TestCompany.Person(Role.MEMBER));
        var dated = await company.AskAsync(company.Post("Dated").With("scheduledAt", "2030-05-01T10:00:00Z"), member);
        var secret = await company.AskAsync(company.Post("Secret").With("teamOnly", true), member);
        var version = await VersionAsync(company, dated);

        foreach (var (user, post, status, message) in new[]
        {
            (viewer, dated, HttpStatusCode.Forbidden, "You lack the permission APPROVE in that workspace."),
            (stranger, dated, HttpStatusCode.Forbidden, "You have no access to that workspace."),
            (client, secret, HttpStatusCode.NotFound, "There is no such post."),
            (member, dated, HttpStatusCode.Forbidden, "You lack the permission PUBLISH in that workspace."),
        })
        {
            var visitor = await company.ReviewAsync(user);
            using var answer = await visitor.PostAsync($"/settings/review/{post}/approve", ("version", version));
            Assert.Equal(status, answer.StatusCode);
            Assert.Contains(message, visitor.Html, StringComparison.Ordinal);
        }

        Assert.False((await company.ReadAsync(dated))["approval"]!["approved"]!.GetValue<bool>());
        Assert.Equal([dated, secret], await Reviews.ListedAsync(await company.ReviewAsync(member)));
    }

    [Fact]
    public async Task What_changed_since_the_page_was_made_is_not_decided_blindly()
    {
        var company = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("REQUIRED"));
        var post = await company.AskAsync(company.Post(), company.Owner);
        var visitor = await company.ReviewAsync(company.Owner);
        await company.Client.PatchAsync("/posts/" + post, new { text = "Another text" }).OkAsync();

        foreach (var version in new[] { visitor.Hidden("version"), "&quot;1&quot;", "", "W/\"2\"" })
        {
            using var answer = await visitor.PostAsync($"/settings/review/{post}/approve", ("version", WebUtility.HtmlDecode(version)));
            Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
            Assert.Contains("Another text", visitor.Html, StringComparison.Ordinal);
        }
        using var reason = await DecideAsync(visitor, post, "reject", ("reason", new string('x', 2_001)));
        Assert.Equal(HttpStatusCode.BadRequest, reason.StatusCode);
        Assert.Contains("at most 2000 characters", visitor.Html, StringComparison.Ordinal);
        using var approved = await DecideAsync(visitor, post, "approve");

        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
    }

    [Fact]
    public async Task Another_companys_post_is_not_found()
    {
        var company = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("REQUIRED"));
        var other = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("REQUIRED"));
        var theirs = await other.AskAsync(other.Post("Theirs"), other.Owner);
        var visitor = await company.ReviewAsync(company.Owner);
        Assert.Empty(await Reviews.ListedAsync(visitor));

        foreach (var id in new[] { theirs, IdKind.Post.Format(company.Workspaces[0].Key, theirs[^Ids.KeyLength..]), "pst_x" })
        {
            foreach (var what in new[] { "approve", "reject" })
            {
                using var answer = await visitor.PostAsync($"/settings/review/{id}/{what}", ("version", "\"0\""));
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.DoesNotContain("Theirs", visitor.Html, StringComparison.Ordinal);
            }
        }
        Assert.False((await other.ReadAsync(theirs))["approval"]!["approved"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_level_waits_for_its_own_approvers()
    {
        var company = await TestCompany.CreateAsync(App);
        var (first, second) = (await company.ApproverAsync(), await company.ApproverAsync());
        await company.Client.PatchAsync("/workspaces/" + company.WorkspaceId, new
        {
            approvalSettings = new
            {
                type = "MULTIPLE",
                autoSchedule = false,
                autoLock = false,
                approvalLevels = new object[]
                {
                    new { id = "one", label = "Legal", approversIds = new[] { first.Id(company.Key) } },
                    new { id = "two", label = "Brand", approversIds = new[] { second.Id(company.Key) } },
                },
            },
        }).OkAsync();
        App.Get<CompanyDirectory>().Forget(company.Key);
        var post = await company.AskAsync(company.Post(), first);
        var (one, two) = (await company.ReviewAsync(first), await company.ReviewAsync(second));

        Assert.Equal([post], await Reviews.ListedAsync(one));
        Assert.Contains("at the level \u201cLegal\u201d", WebUtility.HtmlDecode(one.Html), StringComparison.Ordinal);
        Assert.Empty(await Reviews.ListedAsync(two));
        (await DecideAsync(one, post, "approve", ("level", "one"))).Dispose();
        Assert.Empty(await Reviews.ListedAsync(one));
        Assert.Empty(await Reviews.ListedAsync(two));
        await company.RequestAsync(post, second, null);

        Assert.Equal([post], await Reviews.ListedAsync(two));
        using var early = await DecideAsync(two, post, "approve", ("level", "three"));
        Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);
        using var answer = await DecideAsync(two, post, "approve", ("level", "two"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_archived_published_or_deleted_waits_no_more()
    {
        var company = await TestCompany.CreateAsync(App, approval: ApprovalTests.Settings("OPTIONAL"));
        var archived = await company.AskAsync(company.Post(), company.Owner);
        var deleted = await company.AskAsync(company.Post(), company.Owner);
        var group = await company.MakeAsync(company.Group(company.PageIds));
        await company.RequestAsync(group[1], company.Owner, null);
        var visitor = await company.ReviewAsync(company.Owner);
        Assert.Equal([archived, deleted, group[1]], await Reviews.ListedAsync(visitor));

        await company.Client.PatchAsync("/posts/" + archived, new { archived = true }).OkAsync();
        (await company.Client.DeleteAsync("/posts/" + deleted)).Dispose();
        var store = App.Get<PostStore>();
        var read = (await store.ReadAsync(new(company.Workspaces[0].Key, group[1][^Ids.KeyLength..]), Cancel))!;
        await App.Get<Tables>().Content.SubmitTransactionAsync(
            await store.ChangedAsync(read, read.Post with { Delivery = Delivery.Published }, Cancel), Cancel);

        Assert.Empty(await Reviews.ListedAsync(visitor));
        Assert.Empty(await company.CheckAsync());
    }

    /// <summary>Sends the form of a post, the last page's or, where that has none, again the one that was sent before.</summary>
    async Task<HttpResponseMessage> DecideAsync(Visitor visitor, string post, string what, params (string, string)[] fields)
    {
        if (visitor.Html.Contains(post, StringComparison.Ordinal))
        {
            _version = WebUtility.HtmlDecode(visitor.Hidden("version"));
        }
        return await visitor.PostAsync($"/settings/review/{post}/{what}", [("version", _version), .. fields]);
    }

    static async Task<string> VersionAsync(TestCompany company, string post)
    {
        using var answer = await company.Client.GetAsync("/posts/" + post);
        return answer.Headers.ETag!.Tag;
    }
}

using System.Net;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class EditPostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task What_is_given_changes_and_the_rest_stays()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (campaign, label) = (await company.CampaignAsync(), await LabelAsync(company));
        var made = (await company.Client.PostAsync("/posts", company.Post().With("gridPosition", 3)).CreatedAsync())["posts"]![0]!;
        var path = "/posts/" + made.Text("id");

        var edited = (await company.Client.PatchAsync(path, new
        {
            text = "Goodbye",
            scheduledAt = "2030-05-01T10:00:00+02:00",
            labels = new[] { label },
            campaignId = campaign,
            teamOnly = true,
            linkedinPdfTitle = "a",
            linkedinVideoTitle = "b",
            pinterest = new { boardId = "board", title = "t" },
            media = Array.Empty<string>(),
            notify = false,
        }).OkAsync())["data"]!;

        Assert.Equal(("Goodbye", "2030-05-01T08:00:00.000Z", "PLANNED"),
            (edited.Text("plainText"), edited.Text("scheduledAt"), edited.Text("status")));
        Assert.Equal((campaign, label, 3), (edited.Text("campaignId"), edited["labels"]![0]!.Text("uuid"), edited.Number("gridPosition")));
        Assert.True(edited["teamOnly"]!.GetValue<bool>());
        Assert.Equal(
            """{"boardId":"board","boardName":"board","title":"t","link":null,"description":null}""", edited["pinterest"]!.ToJsonString());
        Assert.NotEqual(made.Text("modifiedAt"), edited.Text("modifiedAt"));
        Assert.Equal(edited.ToJsonString(), (await company.Client.GetAsync(path).OkAsync())["data"]!.ToJsonString());

        var cleared = (await company.Client.PatchAsync(path, new
        {
            scheduledAt = (string?)null,
            campaignId = (string?)null,
            labels = Array.Empty<string>(),
            linkedinPdfTitle = "",
            pinterest = new { title = "", description = "d" },
        }).OkAsync())["data"]!;

        Assert.Equal("Goodbye", cleared.Text("plainText"));
        Assert.Null(cleared["scheduledAt"]);
        Assert.Null(cleared["campaignId"]);
        Assert.Empty(cleared["labels"]!.AsArray());
        Assert.Equal(
            """{"boardId":"board","boardName":"board","title":null,"link":null,"description":"d"}""", cleared["pinterest"]!.ToJsonString());
        var stored = await StoredAsync(path[7..]);
        Assert.Equal((null, "b"), (stored.LinkedinPdfTitle, stored.LinkedinVideoTitle));
    }

    [Fact]
    public async Task A_post_is_listed_where_it_belongs_now_and_counted_for_who_sees_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));
        var client = _app.As(await company.TokenAsync(creator: person));
        var campaign = await company.CampaignAsync();
        var post = (await company.MakeAsync())[0];
        var list = $"/posts?workspaceId={company.WorkspaceId}&campaignId=";

        await company.Client.PatchAsync("/posts/" + post, new { campaignId = campaign, teamOnly = true }).OkAsync();
        Assert.Equal([post], (await company.Client.GetAsync(list + campaign).OkAsync()).Ids());
        Assert.Empty((await company.Client.GetAsync(list + "no-campaign").OkAsync()).Ids());
        Assert.Equal(0, await TotalAsync());
        await company.Client.PatchAsync("/posts/" + post, new { teamOnly = true }).OkAsync();
        Assert.Equal(0, await TotalAsync());
        await company.Client.PatchAsync("/posts/" + post, new { campaignId = (string?)null, teamOnly = false }).OkAsync();
        Assert.Empty((await company.Client.GetAsync(list + campaign).OkAsync()).Ids());
        Assert.Equal([post], (await company.Client.GetAsync(list + "no-campaign").OkAsync()).Ids());
        Assert.Equal(1, await TotalAsync());
        await company.Client.DeleteAsync("/posts/" + post).GoneAsync();
        Assert.Equal((0, 0), (await TotalAsync(), await company.CountAsync()));

        async Task<int> TotalAsync() => (await client.GetAsync("/posts/count").OkAsync())["data"]!.Number("total");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"notify":false}""")]
    [InlineData("""{"text":null,"labels":null,"unknown":1}""")]
    [InlineData("""{"approvedBy":"usr_x"}""", "approvedBy")]
    [InlineData("""{"approvedBy":"","approved":true}""", "approvedBy")]
    [InlineData("""{"campaignId":""}""", "campaignId")]
    [InlineData("""{"scheduledAt":"2030-01-01"}""", "scheduledAt")]
    [InlineData("""{"scheduledAt":""}""", "scheduledAt")]
    [InlineData("""{"scheduledAt":null,"publishAtScheduledDate":true}""", "publishAtScheduledDate")]
    [InlineData("""{"publishAtScheduledDate":true}""", "publishAtScheduledDate")]
    [InlineData("""{"publishAtScheduledDate":true,"archived":true,"scheduledAt":"2030-01-01T00:00:00Z"}""", "publishAtScheduledDate")]
    [InlineData("""{"publishAtScheduledDate":"yes"}""", "publishAtScheduledDate")]
    [InlineData("""{"archived":1}""", "archived")]
    [InlineData("""{"approved":"true"}""", "approved")]
    [InlineData("""{"campaignId":1}""", "campaignId")]
    [InlineData("""{"scheduledAt":1}""", "scheduledAt")]
    [InlineData("""{"text":["x"]}""", "text")]
    [InlineData("""{"labels":"x"}""", "labels")]
    [InlineData("""{"pinterest":[]}""", "pinterest")]
    [InlineData("""{"labels":[1]}""", "labels[0]")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"media":["https://10.0.0.1/a.png"]}""", "media[0]")]
    [InlineData("""{"videoThumbnail":{"offsetSeconds":1}}""", "videoThumbnail.offsetSeconds")]
    [InlineData("""{"pinterest":{"title":"x"}}""", "pinterest.boardId")]
    [InlineData("""{"pinterest":{"boardId":"","link":"x"}}""", "pinterest.boardId", "pinterest.link")]
    [InlineData("""{"approved":true}""", "approved")]
    public async Task An_edit_that_says_nothing_or_nonsense_changes_nothing(string body, params string[] fields)
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/" + (await company.MakeAsync())[0];
        var before = await company.Client.GetAsync(path).OkAsync();

        await company.Client.SendAsync(HttpMethod.Patch, path, body).InvalidAsync(fields);

        Assert.Equal(before.ToJsonString(), (await company.Client.GetAsync(path).OkAsync()).ToJsonString());
    }

    public static TheoryData<string, bool> Foreign => new MatrixTheoryData<string, bool>(["id", "labels[1]", "campaignId"], [true, false]);

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task What_belongs_to_another_company_or_workspace_is_not_found(string field, bool company)
    {
        var mine = await TestCompany.CreateAsync(_app, workspaces: 2);
        var other = company ? await TestCompany.CreateAsync(_app) : mine;
        var place = other.Workspaces[^1];
        var label = (await other.Client.PostAsync(
            "/labels", new { workspaceId = place.Id, text = "x", color = "fog" }).CreatedAsync())["data"]!.Text("id");
        var post = (await mine.MakeAsync())[0];
        object body = field switch
        {
            "labels[1]" => new { labels = new[] { await LabelAsync(mine), label } },
            "campaignId" => new { campaignId = await other.CampaignAsync(place) },
            _ => new { text = "x" },
        };
        var id = field != "id" ? post : company ? (await other.MakeAsync())[0] : post[..^1] + "z";

        await mine.Client.PatchAsync("/posts/" + id, body).FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", field == "id" ? [] : [field]);

        Assert.Equal(0, (await StoredAsync(post)).Revision);
    }

    [Theory]
    [InlineData("""{"text":"x"}""", nameof(Permission.VIEW), false)]
    [InlineData("""{"text":"x"}""", nameof(Permission.APPROVE), false)]
    [InlineData("""{"text":"x"}""", nameof(Permission.WRITE), true)]
    [InlineData("""{"scheduledAt":"2030-01-01T00:00:00Z"}""", nameof(Permission.WRITE), true)]
    [InlineData("""{"scheduledAt":"2030-01-01T00:00:00Z","publishAtScheduledDate":true}""", nameof(Permission.WRITE), false)]
    [InlineData("""{"scheduledAt":"2030-01-01T00:00:00Z","publishAtScheduledDate":true}""", "WRITE PUBLISH", true)]
    public async Task A_members_token_edits_what_the_member_may(string body, string permissions, bool may)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var member = await company.PersonAsync(TestCompany.Person(
            Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, .. permissions.Split(' ').Select(Enum.Parse<Permission>)])));
        var path = "/posts/" + (await company.MakeAsync())[0];
        var call = _app.As(await company.TokenAsync(creator: member)).SendAsync(HttpMethod.Patch, path, body);

        await (may ? call.OkAsync() : call.ForbiddenAsync());
        foreach (var token in new[] { await company.TokenAsync(Scope.Read), await company.TokenAsync(opens: [company.Workspaces[1]]) })
        {
            await _app.As(token).SendAsync(HttpMethod.Patch, path, body).ForbiddenAsync();
        }
    }

    [Fact]
    public async Task A_post_that_is_for_the_team_only_is_not_there_for_a_client()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(
            Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE, Permission.APPROVE])));
        var client = _app.As(await company.TokenAsync(creator: person));
        var hidden = (await company.MakeAsync(company.Post().With("teamOnly", true)))[0];

        await client.PatchAsync("/posts/" + hidden, new { text = "x" }).NotFoundAsync();
        await client.PostAsync($"/posts/{hidden}/approve", new { }).NotFoundAsync();
        await client.PostAsync($"/posts/{hidden}/reject", new { }).NotFoundAsync();
        await client.PostAsync($"/posts/{hidden}/request-approval", new { approverIds = new[] { person.Id(company.Key) } }).NotFoundAsync();
        await client.PatchAsync("/posts/" + (await company.MakeAsync())[0], new { text = "x" }).OkAsync();

        Assert.Equal(0, (await StoredAsync(hidden)).Revision);
    }

    [Theory]
    [InlineData(nameof(Delivery.Published), "POST_ALREADY_PUBLISHED")]
    [InlineData(nameof(Delivery.Publishing), "PUBLISHING_IN_PROGRESS")]
    [InlineData(nameof(Delivery.Failed), null)]
    public async Task What_is_on_its_way_to_the_network_is_not_edited(string delivery, string? code)
    {
        var company = await TestCompany.CreateAsync(
            _app, approval: new() { Type = ApprovalType.OPTIONAL, AutoLock = false, AutoSchedule = false });
        var post = company.StoredPost("x", TimeProvider.System.GetUtcNow()) with { Delivery = Enum.Parse<Delivery>(delivery) };
        await _app.Get<PostCreation>().ImportAsync(post.Workspace, [post], post.CreatedAt, TestContext.Current.CancellationToken);
        var calls = new[]
        {
            company.Client.PatchAsync("/posts/" + post.Id, new { text = "y" }),
            company.Client.PatchAsync("/posts/" + post.Id, new { archived = false }),
            company.Client.PatchAsync("/posts/" + post.Id, new { approved = true }),
            company.Client.PostAsync($"/posts/{post.Id}/approve", new { }),
        };

        foreach (var call in calls)
        {
            await (code is null ? call.OkAsync() : call.FailAsync(HttpStatusCode.BadRequest, code));
        }
    }

    [Fact]
    public async Task A_schedule_needs_a_date_and_goes_with_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/"
            + (await company.MakeAsync(company.Post().With("scheduledAt", "2030-01-01T00:00:00Z").With("publishAtScheduledDate", true)))[0];

        Assert.Equal("SCHEDULED", (await company.Client.GetAsync(path).OkAsync())["data"]!.Text("status"));
        Assert.Equal("SCHEDULED", await StatusAsync("""{"scheduledAt":"2031-01-01T00:00:00Z"}"""));
        Assert.Equal("PLANNED", await StatusAsync("""{"publishAtScheduledDate":false}"""));
        Assert.Equal("SCHEDULED", await StatusAsync("""{"publishAtScheduledDate":true}"""));
        Assert.Equal("NO_DATE_SET", await StatusAsync("""{"scheduledAt":null}"""));
        Assert.Equal("PLANNED", await StatusAsync("""{"scheduledAt":"2031-01-01T00:00:00Z"}"""));
        Assert.Equal("SCHEDULED", await StatusAsync("""{"publishAtScheduledDate":true}"""));
        Assert.Equal("ARCHIVED", await StatusAsync("""{"archived":true}"""));
        await company.Client.PatchAsync(path, new { publishAtScheduledDate = true }).InvalidAsync("publishAtScheduledDate");
        Assert.Equal("PLANNED", await StatusAsync("""{"archived":false}"""));
        await StatusAsync("""{"archived":true}""");
        Assert.Equal("SCHEDULED", await StatusAsync("""{"archived":false,"publishAtScheduledDate":true}"""));

        async Task<string> StatusAsync(string body) =>
            (await company.Client.SendAsync(HttpMethod.Patch, path, body).OkAsync())["data"]!.Text("status");
    }

    [Theory]
    [InlineData(-4, true)]
    [InlineData(-6, false)]
    public async Task A_date_that_is_past_is_a_plan_but_no_schedule(int minutes, bool schedules)
    {
        var company = await TestCompany.CreateAsync(_app);
        var date = TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToString("O");
        var path = "/posts/" + (await company.MakeAsync(company.Post().With("scheduledAt", date)))[0];
        var create = company.Client.PostAsync("/posts", company.Post().With("scheduledAt", date).With("publishAtScheduledDate", true));
        var update = company.Client.PatchAsync(path, new { publishAtScheduledDate = true });

        await (schedules ? create.CreatedAsync() : create.InvalidAsync("scheduledAt"));
        await (schedules ? update.OkAsync() : update.InvalidAsync("scheduledAt"));
        Assert.Equal(schedules ? 2 : 1, await company.CountAsync());
    }

    [Fact]
    public async Task The_feed_tells_what_changed_and_an_edit_that_changes_nothing_is_none()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync(company.Post("same")))[0];

        await company.Client.PatchAsync("/posts/" + post, new { text = "same", archived = false, teamOnly = false }).OkAsync();
        await company.Client.PatchAsync(
            "/posts/" + post, new { text = "other", scheduledAt = "2030-01-01T00:00:00Z", notify = false }).OkAsync();

        var told = await _app.Get<ActivityFeed>().ListAsync(Parsed(post), TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([PostAction.UPDATED, PostAction.CREATED], told.Select(entry => entry.Action));
        Assert.Equal(["text", "scheduledAt"], told[0].Fields!);
        Assert.Equal((true, company.Owner.Key), (told[0].Silent, told[0].User));
        Assert.Equal(1, (await StoredAsync(post)).Revision);
    }

    static async Task<string> LabelAsync(TestCompany company) => (await company.Client.PostAsync(
        "/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id");

    internal static Id Parsed(string post) => IdKind.Post.TryParse(post, out var id) ? id : throw new InvalidOperationException(post);

    async Task<Post> StoredAsync(string post) =>
        (await _app.Get<PostStore>().FindAsync(Parsed(post), TestContext.Current.CancellationToken))!;
}

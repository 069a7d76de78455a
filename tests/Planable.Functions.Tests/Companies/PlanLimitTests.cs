using System.Net;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Company.Workspaces;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Functions.Tests.Companies;

/// <summary>Each number of each plan, under it, at it and over it; written out here and not read from the product.</summary>
public sealed class PlanLimitTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Plan.Basic, 58, null)]
    [InlineData(Plan.Basic, 59, null)]
    [InlineData(Plan.Basic, 60, "The Basic plan allows 60 posts per workspace per month; 60 have been created.")]
    [InlineData(Plan.Basic, 61, "The Basic plan allows 60 posts per workspace per month; 61 have been created.")]
    [InlineData(Plan.Pro, 148, null)]
    [InlineData(Plan.Pro, 149, null)]
    [InlineData(Plan.Pro, 150, "The Pro plan allows 150 posts per workspace per month; 150 have been created.")]
    [InlineData(Plan.Pro, 151, "The Pro plan allows 150 posts per workspace per month; 151 have been created.")]
    [InlineData(Plan.Enterprise, 10_000, null)]
    public async Task A_workspace_makes_so_many_posts_a_month(Plan plan, int made, string? refusal)
    {
        var company = await TestCompany.CreateAsync(_app, plan, workspaces: 2);
        await CountAsync(company, $"{TimeProvider.System.GetUtcNow().UtcDateTime:yyyy-MM}", made);

        await TellAsync(company.Client.PostAsync("/posts", company.Post()), refusal);

        var other = (await company.Client.GetAsync("/pages?workspaceId=" + company.Workspaces[1].Id).OkAsync()).Ids()[0];
        await company.MakeAsync(company.Post().With("workspaceId", company.Workspaces[1].Id).With("pageId", other));
    }

    [Theory]
    [InlineData(Plan.Basic, 58, 2, true)]
    [InlineData(Plan.Basic, 58, 3, false)]
    [InlineData(Plan.Pro, 148, 2, true)]
    [InlineData(Plan.Pro, 148, 3, false)]
    public async Task A_group_counts_each_of_its_posts(Plan plan, int made, int posts, bool fits)
    {
        var company = await TestCompany.CreateAsync(_app, plan, pages: 3);
        await CountAsync(company, $"{TimeProvider.System.GetUtcNow().UtcDateTime:yyyy-MM}", made);

        await company.Client.PostAsync("/posts", company.Group(company.PageIds[..posts]))
            .ShouldBeAsync(fits ? HttpStatusCode.Created : HttpStatusCode.Forbidden);

        Assert.Equal(made + (fits ? posts : 0), await company.CountAsync());
    }

    [Theory]
    [InlineData(Plan.Basic, 60)]
    [InlineData(Plan.Pro, 150)]
    public async Task Posts_of_another_month_do_not_count(Plan plan, int made)
    {
        var company = await TestCompany.CreateAsync(_app, plan);
        await CountAsync(company, "2026-01", made);

        await company.MakeAsync();
    }

    [Theory]
    [InlineData(48, 1, true)]
    [InlineData(49, 1, true)]
    [InlineData(50, 1, false)]
    [InlineData(48, 2, true)]
    [InlineData(48, 3, false)]
    public async Task The_free_plan_makes_50_posts_ever_over_all_workspaces(int made, int posts, bool fits)
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Free, workspaces: 2, pages: 3);
        Assert.True(await _app.Get<FreeSlots>().TakeAsync(company.Key, "before", made, int.MaxValue, Cancel));
        // What a workspace has made in this month is no matter.
        await CountAsync(company, $"{TimeProvider.System.GetUtcNow().UtcDateTime:yyyy-MM}", 1_000);

        await TellAsync(
            company.Client.PostAsync("/posts", company.Group(company.PageIds[..posts])),
            fits ? null : "The Free plan allows 50 posts in total, and fewer are left than this call creates.");

        Assert.Equal(1_000 + (fits ? posts : 0), await company.CountAsync());
    }

    [Theory]
    [InlineData(Plan.Free, 3, null)]
    [InlineData(Plan.Free, 4, "The Free plan allows 4 connected pages per workspace, and this one has them.")]
    [InlineData(Plan.Basic, 2, null)]
    [InlineData(Plan.Basic, 3, null)]
    [InlineData(Plan.Basic, 4, "The Basic plan allows 4 connected pages per workspace, and this one has them.")]
    [InlineData(Plan.Basic, 5, "The Basic plan allows 4 connected pages per workspace, and this one has them.")]
    [InlineData(Plan.Pro, 8, null)]
    [InlineData(Plan.Pro, 9, null)]
    [InlineData(Plan.Pro, 10, "The Pro plan allows 10 connected pages per workspace, and this one has them.")]
    [InlineData(Plan.Pro, 11, "The Pro plan allows 10 connected pages per workspace, and this one has them.")]
    [InlineData(Plan.Enterprise, 50, null)]
    public async Task A_workspace_connects_so_many_pages(Plan plan, int connected, string? refusal)
    {
        var company = await TestCompany.CreateAsync(_app, plan, workspaces: 2, pages: connected);
        var connections = _app.Get<PageConnections>();

        var (page, problem) = await ConnectAsync(company.Workspaces[0]);

        Assert.Equal(refusal, problem?.Message);
        Assert.Equal(refusal is null, page is not null);
        if (refusal is not null)
        {
            // Every connected page of the workspace counts, and those of another do not.
            foreach (var one in company.PageIds[(plan is Plan.Pro ? 9 : 3)..])
            {
                Assert.True(IdKind.Page.TryParse(one, out var id));
                await connections.DisconnectAsync(id, Cancel);
            }
            Assert.Null((await ConnectAsync(company.Workspaces[0])).Problem);
            Assert.NotNull((await ConnectAsync(company.Workspaces[0])).Problem);
        }

        Task<Outcome<Page>> ConnectAsync(Workspace workspace) =>
            connections.ConnectAsync(workspace.Key, "A page", "facebook", Platforms.Sandbox, null, null, Cancel);
    }

    [Theory]
    [InlineData(Plan.Free, 0, "The Free plan allows 0 campaigns per workspace.")]
    [InlineData(Plan.Basic, 3, "The Basic plan allows 3 campaigns per workspace, and this one has them.")]
    [InlineData(Plan.Pro, 10, "The Pro plan allows 10 campaigns per workspace, and this one has them.")]
    [InlineData(Plan.Enterprise, 12, null)]
    public async Task A_workspace_has_so_many_campaigns(Plan plan, int most, string? refusal)
    {
        var company = await TestCompany.CreateAsync(_app, plan, workspaces: 2);
        for (var made = 0; made < most; made++)
        {
            await company.CampaignAsync();
        }

        await TellAsync(company.Client.PostAsync("/campaigns", new { workspaceId = company.WorkspaceId, name = "One more" }), refusal);

        if (most > 0)
        {
            await company.CampaignAsync(company.Workspaces[1]);
        }
    }

    [Theory]
    [InlineData(Plan.Free, "NONE", true)]
    [InlineData(Plan.Free, "OPTIONAL", true)]
    [InlineData(Plan.Free, "REQUIRED", false)]
    [InlineData(Plan.Free, "MULTIPLE", false)]
    [InlineData(Plan.Basic, "NONE", true)]
    [InlineData(Plan.Basic, "OPTIONAL", true)]
    [InlineData(Plan.Basic, "REQUIRED", false)]
    [InlineData(Plan.Basic, "MULTIPLE", false)]
    [InlineData(Plan.Pro, "NONE", true)]
    [InlineData(Plan.Pro, "OPTIONAL", true)]
    [InlineData(Plan.Pro, "REQUIRED", true)]
    [InlineData(Plan.Pro, "MULTIPLE", false)]
    [InlineData(Plan.Enterprise, "NONE", true)]
    [InlineData(Plan.Enterprise, "OPTIONAL", true)]
    [InlineData(Plan.Enterprise, "REQUIRED", true)]
    [InlineData(Plan.Enterprise, "MULTIPLE", true)]
    public async Task A_workspace_is_changed_to_an_approval_type_of_its_plan(Plan plan, string type, bool has)
    {
        var company = await TestCompany.CreateAsync(_app, plan);
        var levels = type == "MULTIPLE" ? ""","approvalLevels":[{"id":"one","label":"First","approversIds":[]}]""" : "";
        var body = $$$"""{"approvalSettings":{"type":"{{{type}}}","autoSchedule":false,"autoLock":false{{{levels}}}}}""";

        var call = company.Client.SendAsync(HttpMethod.Patch, "/workspaces/" + company.WorkspaceId, body);

        await (has ? call.OkAsync() : TellAsync(call, $"The {plan} plan does not include the approval type {type}."));
    }

    [Theory]
    [InlineData(Plan.Free, false, false)]
    [InlineData(Plan.Basic, false, false)]
    [InlineData(Plan.Pro, false, false)]
    [InlineData(Plan.Enterprise, false, true)]
    [InlineData(Plan.Free, true, true)]
    [InlineData(Plan.Basic, true, true)]
    [InlineData(Plan.Pro, true, true)]
    [InlineData(Plan.Enterprise, true, true)]
    public async Task Analytics_is_of_the_plan_or_an_add_on(Plan plan, bool isAddOn, bool has)
    {
        var company = await TestCompany.CreateAsync(_app, plan);
        await _app.Get<WorkspaceStore>().SetAnalyticsAsync(company.Workspaces[0].Key, isAddOn, Cancel);

        var call = company.Client.GetAsync($"/pages/{company.PageIds[0]}/sync-status");

        await (has ? call.OkAsync()
            : TellAsync(call, $"This workspace does not have the Analytics add-on, and the {plan} plan does not include it."));
    }

    [Theory]
    [InlineData(Plan.Free, "New API tokens need the plan Pro or Enterprise; this company is on Free.")]
    [InlineData(Plan.Basic, "New API tokens need the plan Pro or Enterprise; this company is on Basic.")]
    [InlineData(Plan.Pro, null)]
    [InlineData(Plan.Enterprise, null)]
    public void New_tokens_are_for_plans_that_have_them(Plan plan, string? refusal) =>
        Assert.Equal(refusal, _app.Get<CompanyTokens>().CheckNewToken(plan, [])?.Message);

    /// <summary>What the reference shows of the plans.</summary>
    [Fact]
    public void The_table_of_the_plans_says_what_holds() => Assert.Equal(
        """
        | Plan | Posts | Pages a workspace | Campaigns a workspace | Approval | Analytics | New tokens |
        |---|---|---|---|---|---|---|
        | Free | 50 in total | 4 | 0 | NONE, OPTIONAL | add-on | no |
        | Basic | 60 a workspace a month | 4 | 3 | NONE, OPTIONAL | add-on | no |
        | Pro | 150 a workspace a month | 10 | 10 | NONE, OPTIONAL, REQUIRED | add-on | yes |
        | Enterprise | unlimited | unlimited | unlimited | NONE, OPTIONAL, REQUIRED, MULTIPLE | yes | yes |
        """, Plans.Table);

    static async Task<System.Text.Json.Nodes.JsonNode> TellAsync(Task<HttpResponseMessage> call, string? refusal)
    {
        if (refusal is null)
        {
            return await call.CreatedAsync();
        }
        var error = await call.ForbiddenAsync();
        Assert.Equal(refusal, error.Text("message"));
        return error;
    }

    /// <summary>Counts posts of a month in the first workspace as made, without making them.</summary>
    async Task CountAsync(TestCompany company, string month, int posts)
    {
        var known = await _app.Get<PageStore>().CountersAsync(company.Workspaces[0].Key, Cancel);
        await _app.Get<Tables>().Content.SubmitTransactionAsync([known.Action(new(posts, 0, month, posts))], Cancel);
    }
}

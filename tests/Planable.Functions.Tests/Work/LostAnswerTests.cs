using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Planable.Functions.Tests.Work;

/// <summary>Storage commits a transaction and its answer is lost: the caller still gets a 2xx, and there is exactly one effect.</summary>
public sealed class LostAnswerTests(AzuriteFixture fixture)
{
    /// <summary>Once, so that the SDK sends it again; and until the SDK gives up, so that we must find out ourselves.</summary>
    public static TheoryData<int> Losses => [1, 3];

    [Theory, MemberData(nameof(Losses))]
    public Task A_post_is_created_once(int losses) => LosingAsync(losses, async company =>
    {
        await company.Client.PostAsync("/posts", company.Post()).CreatedAsync();
        Assert.Equal(1, await CountAsync(company));
    });

    [Theory, MemberData(nameof(Losses))]
    public Task A_group_is_created_once(int losses) => LosingAsync(losses, async company =>
    {
        var made = await company.Client.PostAsync(
            "/posts", new { workspaceId = company.WorkspaceId, pageIds = company.PageIds }, "key").CreatedAsync();
        Assert.Equal(2, await CountAsync(company));
        Assert.Equal(made.Ids("posts"), (await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    });

    [Theory, MemberData(nameof(Losses))]
    public Task A_post_is_deleted_once(int losses) =>
        LosingAsync(losses, company => company.Client.DeleteAsync("/posts/" + company.Existing).GoneAsync(),
            async company => Assert.Equal(0, await CountAsync(company)));

    [Theory, MemberData(nameof(Losses))]
    public Task A_label_is_created_once(int losses) => LosingAsync(losses, async company =>
    {
        await company.Client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "feta" }).CreatedAsync();
        Assert.Single((await company.Client.GetAsync("/labels?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    });

    [Theory, MemberData(nameof(Losses))]
    public Task A_workspace_is_created_once(int losses) => LosingAsync(losses, async company =>
    {
        await company.Client.PostAsync("/workspaces", new
        {
            name = "New",
            timezone = "Europe/Paris",
            approvalSettings = new { type = "NONE", autoLock = false, autoSchedule = false },
        }).CreatedAsync();
        Assert.Equal(2, (await company.Client.GetAsync("/workspaces").OkAsync()).Ids().Length);
    });

    [Theory, MemberData(nameof(Losses))]
    public Task A_workspace_is_deleted_once(int losses) => LosingAsync(losses, async company =>
    {
        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();
        Assert.Empty((await company.Client.GetAsync("/workspaces").OkAsync()).Ids());
    });

    [Theory, MemberData(nameof(Losses))]
    public Task A_comment_is_created_and_counted_once(int losses) => LosingAsync(losses, company => company.CommentAsync(company.Existing),
        async company => Assert.Equal(1, (await company.ReadAsync(company.Existing)).Number("commentsCounter")));

    [Theory, MemberData(nameof(Losses))]
    public Task A_reaction_is_given_once(int losses) => LosingAsync(losses, async company =>
    {
        var path = $"/posts/{company.Existing}/comments/{await company.CommentAsync(company.Existing)}/reactions";
        var reactions = (await company.Client.PostAsync(path, Posts.CommentReactionTests.Thumb()).OkAsync())["data"]!["reactions"]!;
        Assert.Single(reactions.AsArray());
    }, _ => Task.CompletedTask, before: 1);

    [Theory, MemberData(nameof(Losses))]
    public Task A_campaign_is_deleted_once(int losses) => LosingAsync(losses, async company =>
    {
        await company.Client.DeleteAsync("/campaigns/" + await company.CampaignAsync()).GoneAsync();
        Assert.Empty((await company.Client.GetAsync("/campaigns?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    }, before: 1);

    /// <param name="before">Transactions whose answers arrive before those that do not.</param>
    async Task LosingAsync(int losses, Func<TestCompany, Task> write, Func<TestCompany, Task>? then = null, int before = 0)
    {
        var lossy = new LossyTransport("$batch");
        await using var app = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(lossy), App.CallsOnly);
        var company = await TestCompany.CreateAsync(app);
        if (then is not null)
        {
            company.Existing = (await company.Client.PostAsync("/posts", company.Post()).CreatedAsync()).Ids("posts")[0];
        }
        lossy.Lose(losses, before);

        await write(company);

        Assert.Equal(0, lossy.Left);
        await (then?.Invoke(company) ?? Task.CompletedTask);
    }

    static async Task<int> CountAsync(TestCompany company)
    {
        var listed = (await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync()).Ids().Length;
        Assert.Equal(listed, (await company.Client.GetAsync("/posts/count").OkAsync())["data"]!.Number("total"));
        return listed;
    }
}

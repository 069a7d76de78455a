using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Companies;
using Planable.Company.Workspaces;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Operate;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Work;

/// <summary>What must follow a write does, and what would follow a write that never came is undone.</summary>
public sealed class OutboxTests(AzuriteFixture fixture)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_workspace_is_gone_at_once_and_its_rows_soon()
    {
        var app = fixture.App;
        var company = await TestCompany.CreateAsync(app, workspaces: 2);
        await company.Client.PostAsync("/posts", company.Post(), "a key").CreatedAsync();
        Assert.NotEmpty(await RowsAsync(app.Get<Tables>().Content, company.Workspaces[0].Key));

        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();

        Assert.Equal([company.Workspaces[1].Id], (await company.Client.GetAsync("/workspaces").OkAsync()).Ids());
        await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).NotFoundAsync();
        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).NotFoundAsync();
        await Eventually.TrueAsync(async () =>
            (await RowsAsync(app.Get<Tables>().Content, company.Workspaces[0].Key)).Count == 0
            && !(await RowsAsync(app.Get<Tables>().Companies, company.Key))
                .Contains(CompanyStore.WorkspacePrefix + company.Workspaces[0].Key),
            "everything of the workspace is gone");
        Assert.NotEmpty(await RowsAsync(app.Get<Tables>().Content, company.Workspaces[1].Key));
    }

    [Fact]
    public async Task A_removal_that_keeps_failing_shows_itself_to_the_owner_who_may_delete_again()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        // As under the host, so that it takes no messages of others.
        await using var broken = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(new Refusal(company.Workspaces[0].Key)),
            App.CallsOnly);
        var companies = fixture.App.Get<Tables>().Companies;
        var deleted = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        await companies.UpsertEntityAsync(CompanyStore.Row(company.Workspaces[0] with { DeletedAt = deleted }), cancellationToken: Cancel);
        await companies.AddEntityAsync(
            new TableEntity(company.Key, Outbox.Prefix + "stuck") { ["Open"] = true, ["At"] = deleted }
                .With([new DomainEvent(WorkspaceRemoval.Deleted, company.Workspaces[0].Key)],
                    WorkStoredJson.Default.DomainEventArray, "events"),
            Cancel);
        var job = new OutboxMessage("companies", company.Key, "stuck", deleted, []);

        await Assert.ThrowsAnyAsync<Exception>(() => broken.Get<OutboxDispatcher>().RunAsync(job, isLastAttempt: true, Cancel));

        var shown = (await company.Client.GetAsync("/workspaces").OkAsync())["data"]!.AsArray().Single()!;
        Assert.True(shown["removalFailed"]!.GetValue<bool>());
        await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).NotFoundAsync();
        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();
        Assert.Empty((await company.Client.GetAsync("/workspaces").OkAsync()).Ids());
        await Eventually.TrueAsync(
            async () => (await RowsAsync(fixture.App.Get<Tables>().Content, company.Workspaces[0].Key)).Count == 0, "its rows are gone");
    }

    [Fact]
    public async Task Slots_taken_for_a_write_that_never_came_are_returned_and_those_of_one_that_did_are_not()
    {
        var company = await TestCompany.CreateAsync(fixture.App, Plan.Free);
        var slots = fixture.App.Get<FreeSlots>();
        var made = (await company.MakeAsync())[0];
        Assert.True(await slots.TakeAsync(company.Key, "neverwritten", 49, 50, Cancel));
        await company.Client.PostAsync("/posts", company.Post()).ForbiddenAsync();
        var committed = (await RowsAsync(fixture.App.Get<Tables>().Content, company.Workspaces[0].Key))
            .Single(row => row.StartsWith(Outbox.Prefix, StringComparison.Ordinal))[Outbox.Prefix.Length..];

        await LaterAsync(company, "none", "neverwritten");
        await LaterAsync(company, committed, Ids.GroupOf(made[^Ids.KeyLength..]));

        Assert.True(await slots.TakeAsync(company.Key, "another", 49, 50, Cancel));
        Assert.False(await slots.TakeAsync(company.Key, "one too many", 1, 50, Cancel));
    }

    [Fact]
    public async Task A_key_that_is_used_again_gives_no_slots_back_and_a_repeat_takes_none()
    {
        var company = await TestCompany.CreateAsync(fixture.App, Plan.Free, pages: 20);
        var group = company.Group(company.PageIds);
        await company.Client.PostAsync("/posts", group, "a key").CreatedAsync();
        await company.Client.PostAsync("/posts", group, "a key").CreatedAsync();
        await company.Client.PostAsync("/posts", company.Post(), "a key").ShouldBeAsync(System.Net.HttpStatusCode.UnprocessableEntity);

        await company.Client.PostAsync("/posts", group).CreatedAsync();

        // What the refused call took, too, is returned only when nobody can be at it any more.
        await company.Client.PostAsync("/posts", company.Group(company.PageIds[..10])).ForbiddenAsync();
        await company.Client.PostAsync("/posts", company.Group(company.PageIds[..9])).CreatedAsync();
    }

    [Fact]
    public async Task A_message_whose_write_may_still_come_undoes_nothing()
    {
        var company = await TestCompany.CreateAsync(fixture.App, Plan.Free);
        var slots = fixture.App.Get<FreeSlots>();
        Assert.True(await slots.TakeAsync(company.Key, "slow", 50, 50, Cancel));

        await fixture.App.Get<OutboxDispatcher>().RunAsync(Job(company, "none", "slow", TimeSpan.FromMinutes(14)), false, Cancel);

        Assert.False(await slots.TakeAsync(company.Key, "another", 1, 50, Cancel));
    }

    [Fact]
    public async Task The_sweep_forgets_records_after_a_day_unless_something_is_still_to_follow()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var content = fixture.App.Get<Tables>().Content;
        var workspace = company.Workspaces[0].Key;
        await company.Client.PostAsync("/posts", company.Post()).CreatedAsync();
        foreach (var (record, age, open) in new[] { ("old", 25, false), ("open", 25, true), ("young", 23, false) })
        {
            await content.AddEntityAsync(new TableEntity(workspace, Outbox.Prefix + record)
            {
                ["At"] = TimeProvider.System.GetUtcNow().AddHours(-age),
                ["Open"] = open,
            }, Cancel);
        }

        await fixture.App.Services.GetRequiredService<OutboxSweep>().RunAsync(Cancel);

        var left = (await RowsAsync(content, workspace)).Where(row => row.StartsWith(Outbox.Prefix, StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, left.Length);
        Assert.DoesNotContain(Outbox.Prefix + "old", left);
    }

    /// <summary>The message of a write that is tried now, as its handler sees it sixteen minutes later.</summary>
    Task LaterAsync(TestCompany company, string record, string group)
    {
        var later = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(16));
        return ActivatorUtilities.CreateInstance<OutboxDispatcher>(fixture.App.Services, later)
            .RunAsync(Job(company, record, group, TimeSpan.Zero), false, Cancel);
    }

    static OutboxMessage Job(TestCompany company, string record, string group, TimeSpan ago) => new(
        "content", company.Workspaces[0].Key, record, TimeProvider.System.GetUtcNow() - ago, [FreeSlots.Taken(company.Key, group)]);

    static async Task<List<string>> RowsAsync(TableClient table, string partition) =>
        await table.RangeAsync(partition, "", cancel: Cancel).Select(row => row.RowKey).ToListAsync(Cancel);

    /// <summary>Storage that will not do anything in one partition.</summary>
    sealed class Refusal(string partition) : HttpPipelinePolicy
    {
        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            message.Request.Uri.ToString().Contains($"%27{partition}%27", StringComparison.Ordinal)
                ? throw new InvalidOperationException("Refused.") : ProcessNextAsync(message, pipeline);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}

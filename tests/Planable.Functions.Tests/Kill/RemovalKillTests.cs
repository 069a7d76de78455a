using System.Globalization;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Kill;

/// <summary>Work that outlives its call is finished by whoever is left.</summary>
public sealed class RemovalKillTests : KillGround
{
    const int Lanes = 4;

    [Fact]
    public async Task A_workspaces_deletion_that_is_killed_half_way_is_finished_after_the_restart()
    {
        var company = await TestCompany.CreateAsync(Observer, workspaces: 2);
        await FillAsync(company, 1_500);
        var rows = (await RowsAsync("content", company.Workspaces[0].Key)).Count;
        var (first, http) = await StartAsync();
        await using (first)
        using (http)
        {
            await new Client(http, company.Token).DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();
            await Eventually.TrueAsync(
                async () => (await RowsAsync("content", company.Workspaces[0].Key)).Count < rows, "the removal has begun");
            await first.KillAsync();
        }
        Assert.NotEmpty(await RowsAsync("content", company.Workspaces[0].Key));

        var (second, other) = await StartAsync();
        await using (second)
        using (other)
        {
            await NothingIsLeftAsync(company);
        }
    }

    [Fact]
    public async Task Of_two_instances_one_is_killed_and_the_other_finishes_what_it_began()
    {
        // Most of a round is waiting, so several run at once, each over a storage of its own.
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
        {
            await using var key = new RemovalKillTests();
            await key.InitializeAsync();
            for (var round = lane; round < Rounds.Of(20); round += Lanes)
            {
                await key.KillOneOfTwoAsync();
            }
        }));
    }

    async Task KillOneOfTwoAsync()
    {
        var company = await TestCompany.CreateAsync(Observer, workspaces: 2);
        await FillAsync(company, 60);
        var (first, http) = await StartAsync();
        var (second, other) = await StartAsync();
        await using (first)
        await using (second)
        using (http)
        using (other)
        {
            await new Client(http, company.Token).DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();
            await Task.Delay(Random.Shared.Next(2_500), Cancel);
            await first.KillAsync();

            await NothingIsLeftAsync(company);
            Assert.Equal([company.Workspaces[1].Id], (await new Client(other, company.Token).GetAsync("/workspaces").OkAsync()).Ids());
        }
    }

    async Task NothingIsLeftAsync(TestCompany company)
    {
        await OutboxIsDoneAsync();
        Assert.Empty(await RowsAsync("content", company.Workspaces[0].Key));
        Assert.DoesNotContain(
            await RowsAsync("companies", company.Key), row => row.RowKey == CompanyStore.WorkspacePrefix + company.Workspaces[0].Key);
        Assert.NotEmpty(await RowsAsync("content", company.Workspaces[1].Key));
    }

    async Task FillAsync(TestCompany company, int posts)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var some in Enumerable.Range(0, posts).Chunk(30))
        {
            await Observer.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key,
                [.. some.Select(number => company.StoredPost(number.ToString(CultureInfo.InvariantCulture), now))], now, Cancel);
        }
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Functions.Tests.Posts;

namespace Planable.Functions.Tests.Promises;

/// <summary>The operations keep to what <see cref="Operations"/> says of them.</summary>
public sealed class StorageBudgetTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Every_operation_keeps_to_its_budget(int posts)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2, pages: 20, approval: ApprovalTests.Settings("OPTIONAL"));
        await FillAsync(company, posts);
        var on = await OperationGround.CreateAsync(company);
        var wrong = new List<string>();

        foreach (var operation in Operations.All)
        {
            // Warm: what a call may remember is remembered, and for longer than the call takes.
            _app.Get<CompanyDirectory>().Forget(company.Key);
            await company.Client.GetAsync("/ping").OkAsync();
            var path = on.Ids.Aggregate(operation.Path, (path, id) => path.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
            var body = operation.Body?.Invoke(on);
            var cost = await StorageCalls.OfAsync(measured => company.Client.SendAsync(
                new(operation.Method), path, body is null ? null : Json.Text(body), operation.Key, measured));
            if (cost.Calls > operation.Calls || cost.Steps > operation.Steps || cost.Messages != operation.Messages)
            {
                wrong.Add($"{operation} at {posts}: {cost.Calls} calls, {cost.Steps} steps, {cost.Messages} messages\n{cost.Requests}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    [Fact]
    public async Task An_offset_costs_a_call_a_thousand_rows()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);
        await FillAsync(company, 2_500);

        foreach (var (offset, calls) in new[] { (10, 3), (1_000, 3), (2_000, 4), (2_400, 5) })
        {
            _app.Get<CompanyDirectory>().Forget(company.Key);
            await company.Client.GetAsync("/ping").OkAsync();
            JsonNode? list = null;
            var cost = await StorageCalls.OfAsync(async measured =>
            {
                var response = await company.Client.SendAsync(
                    HttpMethod.Get, $"/posts?workspaceId={company.WorkspaceId}&offset={offset}", change: measured);
                list = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                return response;
            });

            Assert.True(cost.Calls <= calls, $"{offset}: {cost.Calls}\n{cost.Requests}");
            Assert.Equal((2_499 - offset).ToString(CultureInfo.InvariantCulture), list!["data"]![0]!.Text("plainText"));
        }
    }

    /// <summary>Posts by the storage's own means, for there are many: their texts are numbers, the newest is the highest.</summary>
    static async Task FillAsync(TestCompany company, int posts, App app)
    {
        var creation = app.Get<PostCreation>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var some in Enumerable.Range(0, posts).Chunk(30))
        {
            await creation.ImportAsync(
                company.Workspaces[0].Key,
                [.. some.Select(number => company.StoredPost(number.ToString(CultureInfo.InvariantCulture), now, number))], now, default);
        }
    }

    Task FillAsync(TestCompany company, int posts) => FillAsync(company, posts, _app);
}

using Azure.Data.Tables;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class StoredBytesTests(AzuriteFixture fixture)
{
    const string Words = "We roast on Tuesdays and Fridays, so the freshest beans are on the shelf by noon. Come by for a cup, bring a friend, "
        + "and tell us which of the two new blends from Huila and Sidamo you would rather wake up to. Open until six; the terrace is dry again. "
        + "Follow the link for the brewing guide, the tasting notes and this month's workshop dates. ";

    [Fact]
    public async Task Measure()
    {
        var company = await TestCompany.CreateAsync(fixture.App, pages: 5);
        var workspace = company.Workspaces[0].Key;
        var campaign = await company.CampaignAsync();
        var content = fixture.App.Get<Tables>().Content;
        foreach (var length in new[] { 60, 300, 2_000, 25_000 })
        {
            foreach (var pages in new[] { 1, 5 })
            {
                var text = string.Concat(Enumerable.Range(0, (length / Words.Length) + 1)
                    .Select(number => Words.Replace("the", $"{number}", StringComparison.Ordinal)))[..length];
                var made = await company.MakeAsync(company.Group(company.PageIds[..pages]).With("text", text)
                    .With("scheduledAt", "2030-01-01T00:00:00Z").With("campaignId", campaign));
                var group = Ids.GroupOf(made[0][^Ids.KeyLength..]);
                var rows = await content.RangeAsync(workspace, "", cancel: default)
                    .Where(row => row.RowKey.Contains(group, StringComparison.Ordinal)
                        && (row.RowKey.StartsWith("post~", StringComparison.Ordinal)
                            || row.RowKey.StartsWith("list~", StringComparison.Ordinal))).ToListAsync(TestContext.Current.CancellationToken);
                var old = rows.Where(PostStore.IsPost).Select(row => PostStore.Of(row).Post).SelectMany(post => (TableEntity[])
                [
                    new TableEntity(workspace, "post~" + post.Key).With(post, PostStoredJson.Default.Post),
                    new(workspace, $"by-page~{post.Page}~{post.Key}") { ["TeamOnly"] = false },
                    new(workspace, $"by-campaign~{post.Campaign}~{post.Key}~{post.Page}") { ["TeamOnly"] = false },
                    new(workspace, $"by-date~{PostIndex.Ticks(post.ScheduledAt!.Value)}~{group}"),
                ]).DistinctBy(row => row.RowKey).ToArray();
                TestContext.Current.TestOutputHelper!.WriteLine(
                    $"MEASURE text {length}, group of {pages}: before {old.Length} rows, {old.Sum(Size) / pages} bytes a post; "
                    + $"after {rows.Count} rows, {rows.Sum(Size) / pages} bytes a post");
            }
        }
    }

    static int Size(TableEntity row) => 4 + (2 * (row.PartitionKey.Length + row.RowKey.Length))
        + row.Where(one => one.Key is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag")).Sum(one => 8 + (2 * one.Key.Length)
            + one.Value switch { byte[] bytes => bytes.Length + 4, string text => (2 * text.Length) + 4, int => 4, bool => 1, _ => 8 });
}

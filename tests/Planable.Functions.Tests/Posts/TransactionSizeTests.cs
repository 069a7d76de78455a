using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

/// <summary>The largest group's transactions, with copies in four index rows, stay below 100 rows and 4 MB.</summary>
public sealed class TransactionSizeTests(AzuriteFixture fixture)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(25_000)]
    [InlineData(3_400)]
    public async Task A_group_of_20_with_everything_that_a_post_can_have_is_written_at_once(int length)
    {
        var sizes = new Sizes();
        await using var app = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(sizes), App.CallsOnly);
        var company = await TestCompany.CreateAsync(app, pages: 20, approval: ApprovalTests.Settings("OPTIONAL"));
        var (campaign, other) = (await company.CampaignAsync(), await company.CampaignAsync());
        var label = (await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id");

        var posts = await company.MakeAsync(company.Group(company.PageIds).With("text", ListCostTests.Emoji(length))
            .With("campaignId", campaign).With("scheduledAt", "2030-01-01T00:00:00Z")
            .With("approved", true).With("labels", new[] { label }).With("internalNote", ListCostTests.Emoji(8_000)));
        sizes.Tell("creation");
        await SeparateAsync(app, company, posts);
        await company.Client.PatchAsync("/posts/" + posts[0], new
        {
            text = ListCostTests.Emoji(length - 1),
            campaignId = other,
            scheduledAt = "2031-01-01T00:00:00Z",
            teamOnly = true,
            approved = true,
            labels = Array.Empty<string>(),
        }).OkAsync();
        sizes.Tell("change of all, which had different dates and campaigns");
        await company.CommentAsync(posts[1]);
        sizes.Tell("comment");

        var rows = await app.Get<Tables>().Content.RangeAsync(company.Workspaces[0].Key, PostIndex.Prefix, cancel: Cancel)
            .ToListAsync(Cancel);
        Assert.Equal(length < 25_000, rows.TrueForAll(row => PostIndex.Posts(row, row.RowKey).All(post => post.Copy() is not null)));
        Assert.Empty(await company.CheckAsync());
    }

    /// <summary>Gives each post a date and a campaign of its own, which happens while some of a group are being published.</summary>
    static async Task SeparateAsync(App app, TestCompany company, string[] posts)
    {
        var group = await app.Get<PostStore>().GroupAsync(new(company.Workspaces[0].Key, posts[0][^Ids.KeyLength..]), Cancel);
        await app.Get<Tables>().Content.SubmitTransactionAsync(PostStore.Written(group.Select((one, index) => new PostWrite(
            one, one.Post with
            {
                ScheduledAt = one.Post.ScheduledAt!.Value.AddDays(index),
                Campaign = Ids.NewKey(TimeProvider.System),
            }))), Cancel);
    }

    /// <summary>Measures transactions as they are sent.</summary>
    sealed class Sizes : HttpPipelinePolicy
    {
        (int Rows, long Bytes) _last;

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                using var body = new MemoryStream();
                await message.Request.Content!.WriteToAsync(body, message.CancellationToken);
                _last = (Encoding.UTF8.GetString(body.ToArray()).Split("Content-Type: application/http").Length - 1, body.Length);
            }
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public void Tell(string what)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {_last.Rows} rows, {_last.Bytes:N0} bytes");
            Assert.InRange(_last.Rows, 1, 100);
            Assert.InRange(_last.Bytes, 1, 4 * 1024 * 1024);
        }
    }
}

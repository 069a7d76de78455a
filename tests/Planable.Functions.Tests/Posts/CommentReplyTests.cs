using System.Net;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class CommentReplyTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_reply_is_to_a_comment_of_the_same_post()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (posts, other) = (await company.MakeAsync(company.Group(company.PageIds)), await TestCompany.CreateAsync(_app));
        var comment = await company.CommentAsync(posts[0]);
        var foreign = await other.CommentAsync((await other.MakeAsync())[0]);

        var reply = (await company.Client.PostAsync(
            $"/posts/{posts[0]}/comments", new { text = "x", replyToCommentId = comment }).CreatedAsync())["data"]!;

        Assert.Equal(comment, reply.Text("replyFor"));
        foreach (var wrong in new[] { await company.CommentAsync(posts[1]), foreign, posts[0], comment[..^1] + "z", "nonsense" })
        {
            await company.Client.PostAsync($"/posts/{posts[0]}/comments", new { text = "x", replyToCommentId = wrong })
                .FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "replyToCommentId");
        }
        await company.Client.PostAsync(
            $"/posts/{posts[0]}/comments", new { text = "x", replyToCommentId = "" }).InvalidAsync("replyToCommentId");
        Assert.Equal((2, 0), await CommentTests.CountersAsync(company, posts[0]));
    }

    [Fact]
    public async Task A_reply_to_an_internal_note_is_one()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        await company.CommentAsync(
            post, replyTo: await company.CommentAsync(post, replyTo: await company.CommentAsync(post, teamOnly: true)));

        Assert.Equal((0, 3), await CommentTests.CountersAsync(company, post));
    }

    [Fact]
    public async Task A_deleted_comment_takes_its_replies_and_theirs()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var (comment, other) = (await company.CommentAsync(post), await company.CommentAsync(post));
        var reply = await company.CommentAsync(post, replyTo: comment);
        await company.CommentAsync(post, replyTo: reply);
        await company.CommentAsync(post, replyTo: reply, teamOnly: true);
        var kept = await company.CommentAsync(post, replyTo: other);

        await company.Client.DeleteAsync($"/posts/{post}/comments/{comment}").GoneAsync();

        Assert.Equal([kept, other], (await CommentTests.ListAsync(company, post)).Ids());
        Assert.Equal((2, 0), await CommentTests.CountersAsync(company, post));
    }

    [Fact]
    public async Task A_comment_has_so_many_replies_as_go_with_it_in_one_transaction()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var (top, last) = (await company.CommentAsync(post), "");
        for (var count = 0; count < PostComments.MostReplies; count++)
        {
            last = await company.CommentAsync(post, replyTo: count % 10 == 1 ? last : top);
        }

        foreach (var full in new[] { top, last })
        {
            await company.Client.PostAsync(
                $"/posts/{post}/comments", new { text = "x", replyToCommentId = full }).InvalidAsync("replyToCommentId");
        }
        await company.CommentAsync(post, replyTo: await company.CommentAsync(post));
        await company.Client.DeleteAsync($"/posts/{post}/comments/{top}").GoneAsync();
        Assert.Equal((2, 0), await CommentTests.CountersAsync(company, post));
        Assert.Equal(2, (await CommentTests.ListAsync(company, post)).Ids().Length);
    }

    [Fact]
    public async Task A_post_has_1000_comments_at_the_most()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var posts = _app.Get<PostStore>();
        var stored = (await posts.ReadAsync(
            new(company.Workspaces[0].Key, post[^Ids.KeyLength..]), TestContext.Current.CancellationToken))!;
        await posts.UpdateAsync(
            stored, stored.Post with { Comments = PostComments.MostComments - 5, Notes = 4 }, TestContext.Current.CancellationToken);

        await company.CommentAsync(post);

        await company.Client.PostAsync($"/posts/{post}/comments", new { text = "x" }).InvalidAsync();
        Assert.Equal((996, 4), await CommentTests.CountersAsync(company, post));
    }
}

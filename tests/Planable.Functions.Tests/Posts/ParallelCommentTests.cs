using System.Net;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Posts;

/// <summary>Twenty talk about one post at once, over two instances: nothing is lost and the counters agree.</summary>
public sealed class ParallelCommentTests(AzuriteFixture fixture)
{
    const int Clients = 20;

    [Fact]
    public async Task Everybodys_comments_replies_reactions_and_deletions_are_there_once()
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(fixture.App);
        var post = (await company.MakeAsync())[0];
        var (top, doomed) = (await company.CommentAsync(post, "top"), await company.CommentAsync(post, "doomed"));
        var tokens = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ => await company.TokenAsync(
            creator: await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW]))))));
        var unexpected = new System.Collections.Concurrent.ConcurrentBag<string>();

        var deletion = DeleteAsync();
        var (comments, notes) = (0, 0);
        await Task.WhenAll(tokens.Select(async (token, number) =>
        {
            var client = (number % 2 == 0 ? fixture.App : other).As(token);
            if (await SendAsync(client, $"/posts/{post}/comments", new { text = $"comment {number}" }))
            {
                Interlocked.Increment(ref comments);
            }
            if (await SendAsync(
                client, $"/posts/{post}/comments", new { text = $"note {number}", teamOnly = true, replyToCommentId = top }))
            {
                Interlocked.Increment(ref notes);
            }
            // Gone sooner or later, with whatever replies to it.
            await SendAsync(client, $"/posts/{post}/comments", new { text = "reply", replyToCommentId = doomed }, HttpStatusCode.NotFound);
            await SendAsync(client, $"/posts/{post}/comments/{top}/reactions", CommentReactionTests.Thumb());
            if (number % 4 == 0)
            {
                await SendAsync(client, $"/posts/{post}/comments/{top}/reactions", CommentReactionTests.Thumb());
            }
        }));
        await deletion;

        Assert.Empty(unexpected);
        Assert.Equal((Clients, Clients), (comments, notes));
        var listed = (await CommentTests.ListAsync(company, post, "?limit=100"))["data"]!.AsArray();
        Assert.Equal((Clients + 1, Clients), await CommentTests.CountersAsync(company, post));
        Assert.Equal((2 * Clients) + 1, listed.Count);
        Assert.DoesNotContain(listed, comment => comment!.Text("text") is "reply" or "doomed");
        var reactions = listed.Single(comment => comment!.Text("id") == top)!["reactions"]!.AsArray().Single()!;
        Assert.Equal(Clients - (Clients / 4), reactions["users"]!.AsArray().Select(user => user!.Text("userId")).Distinct().Count());

        async Task DeleteAsync()
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            await other.As(company.Token).DeleteAsync($"/posts/{post}/comments/{doomed}").GoneAsync();
        }

        async Task<bool> SendAsync(Client client, string path, object body, HttpStatusCode? allowed = null)
        {
            using var response = await client.PostAsync(path, body);
            if (!response.IsSuccessStatusCode && response.StatusCode != allowed)
            {
                unexpected.Add($"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
            return response.IsSuccessStatusCode;
        }
    }
}

using Planable.Networks;
using Planable.Networks.LinkedIn;

namespace Planable.Functions.Tests.Networks.LinkedIn;

public sealed class LinkedInOutcomeTests(AzuriteFixture azurite) : NetworkGround<FakeLinkedIn>(azurite)
{
    LinkedInPublisher Publisher => Client<LinkedInPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("/rest/images", nameof(Fault.LosesRequest))]
    [InlineData("/rest/images", nameof(Fault.LosesAnswer))]
    [InlineData("/rest/images", nameof(Fault.CutsAnswer))]
    [InlineData("/rest/images", nameof(Fault.Html))]
    public async Task A_request_before_the_post_that_is_lost_can_be_repeated(string path, string fault)
    {
        Fake.Next("POST", path, Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
    }

    [Fact]
    public async Task A_fault_of_LinkedIn_after_the_uploads_leaves_them_to_be_used()
    {
        var post = Post("Picture", await JpegAsync());
        Fake.Later = (2, Fault.LosesAnswer);

        var first = await PublishAsync(Publisher, Publication(post));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Done), (first.Verdict, second.Verdict));
        Assert.Single(Fake.Of("POST", "/rest/images"));
        Assert.Equal(first.Handle, SentHandle);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_text_whose_answer_is_lost_is_found_in_the_pages_list(string fault)
    {
        Fake.Next("POST", "/rest/posts", Enum.Parse<Fault>(fault));
        var post = Post("See  (this) #news");

        var answer = await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Unknown, NetworkVerdict.Done, 1), (answer.Verdict, found.Verdict, Sendings));
        Assert.StartsWith("urn:li:share:", found.RemoteId, StringComparison.Ordinal);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_post_whose_answer_is_lost_is_found_by_its_pictures(int pictures)
    {
        Fake.Next("POST", "/rest/posts", Fault.LosesAnswer);
        var post = Post("Same text", [.. await Task.WhenAll(Enumerable.Range(0, pictures).Select(_ => JpegAsync()))]);

        var answer = await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        var other = await Publisher.FindAsync(Publication(post, "urn:li:image:other", Now), Cancel);

        Assert.Equal(SentHandle, answer.Handle);
        Assert.Equal((NetworkVerdict.Done, NetworkVerdict.Unknown), (found.Verdict, other.Verdict));
    }

    [Fact]
    public async Task An_older_post_with_the_same_text_is_not_taken_for_this_one()
    {
        Fake.Has("Hello", Now.AddHours(-2));
        Fake.Has("Hello \\(there\\)", Now);

        var found = await Publisher.FindAsync(Publication(Post("Hello"), null, Now), Cancel);

        Assert.Equal(NetworkVerdict.Unknown, found.Verdict);
    }

    [Fact]
    public async Task A_text_whose_links_LinkedIn_has_shortened_is_found()
    {
        var urn = Fake.Has(@"Read @[Acme](urn:li:organization:1) at https://lnkd.in/abc {hashtag|\#|news}", Now);

        var found = await Publisher.FindAsync(Publication(Post("Read Acme at https://example.com/a/b?c=d #news"), null, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, urn), (found.Verdict, found.RemoteId));
    }

    [Fact]
    public async Task A_post_that_the_list_does_not_have_may_still_be_there()
    {
        Fake.Next("POST", "/rest/posts", Fault.LosesAnswer);
        Fake.Lag = 1;
        var post = Post();

        await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(post, null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_says_nothing_about_the_post()
    {
        Fake.Next("GET", "/rest/posts", 503);

        Assert.Equal(NetworkVerdict.NotNow, (await Publisher.FindAsync(Publication(Post(), null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_duplicate_is_the_post_whose_answer_was_lost()
    {
        var post = Post("Once", await JpegAsync());
        Fake.Next("POST", "/rest/posts", Fault.LosesAnswer);
        Fake.Lag = 1;
        await PublishAsync(Publisher, Publication(post));

        var again = await PublishAsync(Publisher, Publication(post, SentHandle, Now));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.StartsWith("urn:li:ugcPost:", again.RemoteId, StringComparison.Ordinal);
        Assert.Equal("https://www.linkedin.com/feed/update/" + again.RemoteId, again.Link);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_duplicate_of_another_post_is_refused()
    {
        Fake.Has("Daily special", Now.AddHours(-3));

        var answer = await PublishAsync(Publisher, Publication(Post("Daily special")));

        Assert.Equal(
            (NetworkVerdict.Refused, "LinkedIn does not take it, because the page has posted the same a short time ago."),
            (answer.Verdict, answer.Message));
    }

    [Fact]
    public async Task A_duplicate_that_LinkedIn_does_not_show_may_be_this_post()
    {
        Fake.Has("Ghost", Now);
        Fake.HidesPosts = true;

        Assert.Equal(NetworkVerdict.Unknown, (await PublishAsync(Publisher, Publication(Post("Ghost")))).Verdict);
    }

    [Fact]
    public async Task A_duplicate_without_a_name_is_looked_for()
    {
        var urn = Fake.Has("Once", Now);
        Fake.Next("POST", "/rest/posts", 422, new
        {
            status = 422,
            errorDetails = new { inputErrors = new[] { new { code = "DUPLICATE_POST" } } },
        });

        var answer = await PublishAsync(Publisher, Publication(Post("Once")));

        Assert.Equal((NetworkVerdict.Done, urn), (answer.Verdict, answer.RemoteId));
    }
}

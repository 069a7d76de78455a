using Planable.Content.Posts;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Meta;

/// <summary>What Instagram and Threads have in common.</summary>
public abstract partial class ContainerTests<TFake>(AzuriteFixture azurite) : NetworkGround<TFake>(azurite)
    where TFake : FakeContainers, new()
{
    private protected abstract IPublisher Publisher { get; }

    private protected abstract INetworkSignIn SignIn { get; }

    private protected abstract string Edge { get; }

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private protected string PublishPath => $"/{Edge}_publish";

    private protected async Task<Post> PictureAsync(string text = "Picture") => Post(text, await JpegAsync());

    private protected Sent[] Created => Fake.Of("POST", $"/{Edge}");

    [Fact]
    public async Task A_picture_is_published_and_its_container_is_the_handle()
    {
        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal($"https://{Fake.Network}.example/p/{answer.RemoteId}", answer.Link);
        Assert.Equal(["Picture"], Fake.Visible);
        Assert.Equal((1, Fake.Prepared[0]), (Sendings, SentHandle));
        Assert.Equal(Fake.Prepared[0], Fake.Of("POST", PublishPath)[0].Form["creation_id"]);
    }

    [Fact]
    public async Task A_published_post_whose_link_is_not_told_is_published_all_the_same()
    {
        Fake.Next("GET", "/1002", 500);

        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal((NetworkVerdict.Done, null), (answer.Verdict, answer.Link));
        Assert.Equal("1002", answer.RemoteId);
    }

    [Fact]
    public async Task Many_files_are_children_of_one_container_in_their_order()
    {
        var post = Post("Three", await JpegAsync(), await VideoAsync(), await JpegAsync(600, 600));

        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var last = Created[^1].Form;
        Assert.Equal(("CAROUSEL", string.Join(',', Fake.Prepared[..3])), (last["media_type"], last["children"]));
        Assert.All(Created[..3], one => Assert.Equal("true", one.Form["is_carousel_item"]));
        Assert.All(Created[..3], one => Assert.DoesNotContain("Three", one.Body, StringComparison.Ordinal));
        Assert.Contains("video_url", Created[1].Form.Keys);
        Assert.Equal(["Three"], Fake.Visible);
    }

    [Fact]
    public async Task A_video_that_is_being_prepared_is_not_handed_over_again()
    {
        Fake.Polls = 1;
        var post = Post("Film", await VideoAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, TimeSpan.FromSeconds(30)), (first.Verdict, first.RetryAfter));
        Assert.Equal((0, Fake.Prepared[0]), (Sendings, first.Handle));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Single(Created);
    }

    [Fact]
    public async Task Children_that_are_being_prepared_are_gone_on_with()
    {
        Fake.Polls = 1;
        var post = Post("Two", await VideoAsync(), await JpegAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, "children:" + string.Join(',', Fake.Prepared)), (first.Verdict, first.Handle));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));
        Assert.Equal((NetworkVerdict.NotReady, Fake.Prepared[2]), (second.Verdict, second.Handle));
        var third = await PublishAsync(Publisher, Publication(post, second.Handle));

        Assert.Equal(NetworkVerdict.Done, third.Verdict);
        Assert.Equal(3, Created.Length);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task Children_that_were_made_before_a_failure_are_used_again()
    {
        var post = Post("Two", await JpegAsync(), await JpegAsync(600, 600));
        Fake.Later = (1, Fault.LosesRequest);

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotNow, "children:" + Fake.Prepared[0], 0), (first.Verdict, first.Handle, Sendings));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Equal(3, Fake.Prepared.Length);
    }

    [Theory]
    [InlineData("EXPIRED")]
    [InlineData(null)]
    public async Task Children_that_have_expired_are_made_anew(string? state)
    {
        Fake.Polls = 1;
        var post = Post("Two", await VideoAsync(), await JpegAsync());
        var first = await PublishAsync(Publisher, Publication(post));
        Fake.Polls = 0;
        var child = Fake.Prepared[0];
        if (state is null)
        {
            Fake.Forget(child);
        }
        else
        {
            Fake.Set(child, state);
        }

        var answer = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.DoesNotContain(child, Created[^1].Form["children"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_post_whose_answer_is_lost_is_found_by_its_container(string fault)
    {
        Fake.Next("POST", PublishPath, Enum.Parse<Fault>(fault));
        var post = await PictureAsync("Two  words\nand more");

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, "1002"), (found.Verdict, found.RemoteId));
        Assert.Equal($"https://{Fake.Network}.example/p/1002", found.Link);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_request_that_was_lost_did_not_arrive_and_is_repeated_with_the_same_container()
    {
        Fake.Next("POST", PublishPath, Fault.LosesRequest);
        var post = await PictureAsync();

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Assert.Equal(NetworkVerdict.Refused, found.Verdict);
        var again = await PublishAsync(Publisher, Publication(post, SentHandle));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Created);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_published_container_is_never_published_again()
    {
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));

        var again = await PublishAsync(Publisher, Publication(post, SentHandle));

        Assert.Equal((NetworkVerdict.Done, "1002"), (again.Verdict, again.RemoteId));
        Assert.Single(Fake.Of("POST", PublishPath));
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_published_post_that_is_not_in_the_list_yet_is_done_without_a_link()
    {
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        Fake.Lag = 1;
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));

        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, SentHandle, null), (found.Verdict, found.RemoteId, found.Link));
        Assert.Contains("does not tell its address", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_post_is_not_taken_for_another_with_the_same_text()
    {
        Fake.Has("Picture", Now.AddDays(-1));
        Fake.Has("Other", Now);
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));

        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Fake.Has("Picture", Now);
        var doubtful = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal("1004", found.RemoteId);
        Assert.Equal((NetworkVerdict.Done, SentHandle), (doubtful.Verdict, doubtful.RemoteId));
    }

    [Theory]
    [InlineData("FINISHED", nameof(NetworkVerdict.Refused))]
    [InlineData("IN_PROGRESS", nameof(NetworkVerdict.NotNow))]
    [InlineData("ERROR", nameof(NetworkVerdict.Refused))]
    [InlineData("EXPIRED", nameof(NetworkVerdict.Refused))]
    public async Task The_state_of_a_container_tells_what_became_of_an_attempt(string state, string verdict)
    {
        Fake.Next("POST", PublishPath, Fault.LosesRequest);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));
        Fake.Set(SentHandle!, state);

        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(verdict, found.Verdict.ToString());
        Assert.NotNull(found.Message);
    }

    [Fact]
    public async Task A_container_that_is_forgotten_leaves_the_outcome_unknown_unless_the_post_is_seen()
    {
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));
        Fake.Forget(SentHandle!);

        var seen = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Fake.Lag = 1;
        var unseen = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, NetworkVerdict.Unknown), (seen.Verdict, unseen.Verdict));
    }

    [Fact]
    public async Task A_question_that_gets_no_answer_leaves_the_outcome_open()
    {
        await PublishAsync(Publisher, Publication(await PictureAsync()));
        Fake.Next("GET", SentHandle!, Fault.LosesRequest);

        var found = await Publisher.FindAsync(Publication(await PictureAsync(), SentHandle, Now), Cancel);

        Assert.Equal(NetworkVerdict.NotNow, found.Verdict);
    }

    [Theory]
    [InlineData("EXPIRED")]
    [InlineData(null)]
    public async Task A_container_that_has_expired_is_made_anew(string? state)
    {
        Fake.Next("POST", PublishPath, Fault.LosesRequest);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));
        var old = SentHandle!;
        if (state is null)
        {
            Fake.Forget(old);
        }
        else
        {
            Fake.Set(old, state);
        }

        var again = await PublishAsync(Publisher, Publication(post, old));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.NotEqual(old, SentHandle);
        Assert.Single(Fake.Visible);
    }
}

using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Publishing;

namespace Planable.Functions.Tests.Publishing;

/// <summary>When a post is looked at again by what its network says, by a clock that the test moves.</summary>
public sealed class RetryDelayTests(ClockGround ground) : IClassFixture<ClockGround>
{
    const int Samples = 10;

    static readonly int[] Delays = [60, 5 * 60, 15 * 60, 60 * 60];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_each_attempt_it_waits_longer_and_up_to_a_tenth_more()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        ground.Network.Answers(new(NetworkVerdict.NotNow));
        List<double> parts = [];
        foreach (var (index, delay) in Delays.Index())
        {
            for (var sample = 0; sample < Samples; sample++)
            {
                var post = await ground.DueAsync(company, Tried(index));
                var next = (await ground.AdvanceAsync(post)).At!.Value;
                Assert.Equal(Delivery.None, (await ground.StoredAsync(post)).Delivery);
                Assert.Equal(next, (await ground.AttemptAsync(post)).RetryAt);
                parts.Add((next - ground.Now) / TimeSpan.FromSeconds(delay));
            }
        }

        Assert.All(parts, part => Assert.InRange(part, 1, 1.1));
        Assert.InRange(parts.Min(), 1, 1.04);
        Assert.InRange(parts.Max(), 1.06, 1.1);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public async Task The_fifth_attempt_is_the_last(int attempt, bool isLast)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        ground.Network.Answers(new(NetworkVerdict.NotNow, RetryAfter: TimeSpan.FromMinutes(1)));
        var post = await ground.DueAsync(company, Tried(attempt - 1));

        var tended = await ground.AdvanceAsync(post);

        Assert.Equal(isLast, tended.At is null);
        Assert.Equal(isLast ? Delivery.Failed : Delivery.None, (await ground.StoredAsync(post)).Delivery);
        var tried = await ground.AttemptAsync(post);
        Assert.Equal((AttemptState.FAILED, isLast), (tried.State, tried.RetryAt is null));
    }

    /// <summary>The attempt, the seconds that the network asks for, and those that the post waits: the least and the most.</summary>
    [Theory]
    [InlineData(1, 59, 60, 66)]
    [InlineData(1, 67, 67, 67)]
    [InlineData(1, 86_400, 86_400, 86_400)]
    [InlineData(2, 331, 331, 331)]
    [InlineData(2, 1, 300, 330)]
    [InlineData(4, 3_961, 3_961, 3_961)]
    [InlineData(4, 3_599, 3_600, 3_960)]
    public async Task What_is_refused_for_now_waits_as_long_as_the_network_asks_and_as_is_set(
        int attempt, int asked, double least, double most)
    {
        ground.Network.Answers(new(NetworkVerdict.NotNow, RetryAfter: TimeSpan.FromSeconds(asked)));
        var post = await ground.DueAsync(await TestCompany.CreateAsync(ground.App), Tried(attempt - 1));

        var next = (await ground.AdvanceAsync(post)).At!.Value;

        Assert.InRange((next - ground.Now).TotalSeconds, least, most);
        Assert.Null((await ground.PageAsync(post)).PausedUntil);
    }

    /// <summary>Which attempt it is, the seconds that the network asks for, that its page is left alone and the post waits.</summary>
    [Theory]
    [InlineData(1, null, 900, 900, 900)]
    [InlineData(2, null, 900, 900, 900)]
    [InlineData(3, null, 900, 900, 990)]
    [InlineData(4, null, 900, 3_600, 3_960)]
    [InlineData(1, 10, 10, 60, 66)]
    [InlineData(1, 899, 899, 899, 899)]
    [InlineData(1, 901, 901, 901, 901)]
    [InlineData(1, 86_400, 86_400, 86_400, 86_400)]
    [InlineData(5, null, 900, null, null)]
    [InlineData(5, 10, 10, null, null)]
    public async Task A_rate_limit_leaves_its_page_alone_for_as_long_as_the_network_says_or_15_minutes(
        int attempt, int? asked, int pause, int? least, int? most)
    {
        ground.Network.Answers(new(NetworkVerdict.RateLimited, RetryAfter: asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
        var post = await ground.DueAsync(await TestCompany.CreateAsync(ground.App), Tried(attempt - 1));

        var next = (await ground.AdvanceAsync(post)).At;

        Assert.Equal(ground.Now.AddSeconds(pause), (await ground.PageAsync(post)).PausedUntil);
        Assert.Equal(least is null, next is null);
        if (next is not null)
        {
            Assert.InRange((next.Value - ground.Now).TotalSeconds, least!.Value, most!.Value);
        }
        Assert.Equal(FailureCode.RATE_LIMITED, (await ground.StoredAsync(post)).Publishing!.Failure!.Code);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_page_is_left_alone_until_its_time_has_come(long ticks, bool isPublished)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        ground.Network.Answers(NetworkAnswer.Done("remote", null));
        var (post, until) = (await ground.DueAsync(company), ground.Now.AddTicks(ticks));
        await ground.App.Get<PageStore>().PauseAsync(new(post.Workspace, post.Page), until, Cancel);

        Assert.Equal(isPublished ? new(null, IsDone: true) : new(until), await ground.AdvanceAsync(post));
    }

    [Fact]
    public async Task What_was_not_answered_is_asked_about_after_each_delay_and_then_given_up()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var (post, before) = (await ground.DueAsync(company), ground.Network.Asked);
        ground.Network.Publish = async sending =>
        {
            await sending();
            throw new HttpRequestException("The connection broke.");
        };
        ground.Network.Found = new(NetworkVerdict.NotNow, RetryAfter: TimeSpan.FromDays(1));
        Assert.Equal(new(ground.Now.AddMinutes(1)), await ground.AdvanceAsync(post));
        ground.Time.Advance(TimeSpan.FromMinutes(1));

        foreach (var (asked, delay) in Delays.Index())
        {
            var next = (await ground.AdvanceAsync(post)).At!.Value;

            Assert.InRange((next - ground.Now).TotalSeconds, delay, 1.1 * delay);
            Assert.Equal(asked + 1, (await ground.AttemptAsync(post)).Asked);
            ground.Time.Advance(next - ground.Now);
        }

        Assert.Equal(new(null), await ground.AdvanceAsync(post));
        Assert.Equal(5, ground.Network.Asked - before);
        Assert.Equal(FailureCode.OUTCOME_UNKNOWN, (await ground.StoredAsync(post)).Publishing!.Failure!.Code);
    }

    [Theory]
    [InlineData(60 * 60 * TimeSpan.TicksPerSecond - 1, false)]
    [InlineData(60 * 60 * TimeSpan.TicksPerSecond, false)]
    [InlineData(60 * 60 * TimeSpan.TicksPerSecond + 1, true)]
    public async Task What_is_later_than_an_hour_is_marked(long ticks, bool isLate)
    {
        ground.Network.Answers(NetworkAnswer.Done("remote", null));
        var post = await ground.DueAsync(
            await TestCompany.CreateAsync(ground.App), due => due with { ScheduledAt = ground.Now.AddTicks(-ticks) });

        Assert.True((await ground.AdvanceAsync(post)).IsDone);

        Assert.Equal((isLate, isLate), ((await ground.AttemptAsync(post)).IsLate, (await ground.StoredAsync(post)).Publishing!.IsLate));
    }

    static Func<Post, Post> Tried(int times) => post => post with { Publishing = new() { Attempts = times } };
}

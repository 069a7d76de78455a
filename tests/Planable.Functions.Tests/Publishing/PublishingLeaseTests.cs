using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Networks;
using Planable.Networks.Publishing;

namespace Planable.Functions.Tests.Publishing;

/// <summary>How long whoever publishes a post has it for itself, to the tick.</summary>
public sealed class PublishingLeaseTests(ClockGround ground) : IClassFixture<ClockGround>
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60), Renewal = TimeSpan.FromSeconds(20), LastSending = TimeSpan.FromSeconds(48);

    /// <summary>Time enough on a busy machine.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_is_renewed_after_two_fifths_of_it_until_the_network_has_answered()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var post = await ground.DueAsync(company);
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        ground.Network.Publish = async sending =>
        {
            reached.SetResult();
            await go.Task;
            await sending();
            return NetworkAnswer.Done("remote", null);
        };
        var (before, start) = (ground.Time.Waits(Renewal), ground.Now);
        var advancing = ground.AdvanceAsync(post);
        await reached.Task.WaitAsync(Soon, TestContext.Current.CancellationToken);
        Assert.Equal(start + Lease, (await ground.StoredAsync(post)).Publishing!.Until);
        Assert.Equal(1, ground.Time.Waits(Renewal) - before);

        for (var renewals = 1; renewals <= 4; renewals++)
        {
            ground.Time.Advance(Renewal);
            await Eventually.TrueAsync(() => ground.Time.Waits(Renewal) - before == renewals + 1, "it is renewed", Soon);

            Assert.Equal(start + (renewals * Renewal) + Lease, (await ground.StoredAsync(post)).Publishing!.Until);
        }

        // Well after the first lease, it sends by the one it has now.
        go.SetResult();
        await Eventually.TrueAsync(() =>
        {
            ground.Time.Advance(TimeSpan.FromMilliseconds(50));
            return advancing.IsCompleted;
        }, "the post is published");
        Assert.True((await advancing).IsDone);
        Assert.Equal(Delivery.Published, (await ground.StoredAsync(post)).Delivery);
        Assert.Equal(5, ground.Time.Waits(Renewal) - before);
    }

    /// <summary>Ticks from four fifths of the lease on, and whether it is sent then by one who has slept since it took the post.</summary>
    [Theory]
    [InlineData(-TimeSpan.TicksPerSecond, true)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(TimeSpan.TicksPerSecond, false)]
    public async Task Nothing_is_sent_after_four_fifths_of_it(long ticks, bool isSent)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var post = await ground.DueAsync(company);
        var (start, sent) = (ground.Now, false);
        ground.Network.Publish = async sending =>
        {
            ground.Time.Advance(LastSending + TimeSpan.FromTicks(ticks));
            await sending();
            sent = true;
            return NetworkAnswer.Done("remote", null);
        };

        ground.Time.Rings = false;
        var check = await ground.AdvanceAsync(post);
        ground.Time.Rings = true;

        Assert.Equal(isSent, sent);
        Assert.Equal(isSent ? Delivery.Published : Delivery.Publishing, (await ground.StoredAsync(post)).Delivery);
        Assert.Equal((isSent ? (DateTimeOffset?)null : start + Lease, isSent), (check.At, check.IsDone));
    }

    /// <summary>Ticks before or after the end of the lease, and whether somebody else asks the network then what became of it.</summary>
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public async Task Nobody_else_is_at_it_before_its_end(long ticks, int asked)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var post = await ground.DueAsync(company);
        ground.Network.Publish = async sending =>
        {
            await sending();
            throw new HttpRequestException("The connection broke.");
        };
        var (end, before) = (ground.Now + Lease, ground.Network.Asked);

        Assert.Equal(new(end), await ground.AdvanceAsync(post));
        Assert.Equal(AttemptState.SENDING, (await ground.AttemptAsync(post)).State);
        ground.Time.Advance(Lease + TimeSpan.FromTicks(ticks));
        var check = await ground.AdvanceAsync(post);

        Assert.Equal(asked, ground.Network.Asked - before);
        Assert.Equal(asked == 0, check.At == end);
    }
}

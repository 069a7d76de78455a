using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Networks.X;
using Planable.Networks.Publishing;

namespace Planable.Functions.Tests.Networks;

/// <summary>What attempts store of a network's handles, and what a later worker or attempt does with them.</summary>
public sealed class AttemptTests(AzuriteFixture azurite) : IAsyncDisposable
{
    static readonly (string, string)[] Quick =
        [("Publishing:Lease", "00:00:02"), ("Publishing:Retries", "00:00:00.1,00:00:00.1,00:00:00.1")];

    readonly FakeX _fake = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_video_is_uploaded_once_however_long_it_is_processed()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake, null, Quick);
        _fake.Polls = 1;
        var video = await company.FileAsync(MediaFormat.Mp4, new byte[100_000], seconds: 10);
        var post = await company.DueAsync(await company.PageAsync(), "Film", one => one with { Media = [video] });

        var first = await company.AdvanceAsync(post);
        var waiting = Assert.Single(await company.AttemptsAsync(post));
        await company.SettleAsync(post);

        Assert.NotNull(first.At);
        Assert.Equal((AttemptState.STARTED, true), (waiting.State, waiting.Handle is not null));
        Assert.Equal(AttemptState.PUBLISHED, Assert.Single(await company.AttemptsAsync(post)).State);
        Assert.Single(_fake.Of("POST", "/initialize"));
        Assert.Single(_fake.Visible);
    }

    [Fact]
    public async Task What_is_never_ready_is_given_up_and_begun_anew()
    {
        await using var company = await NetworkCompany.CreateAsync(
            azurite, _fake, null, [.. Quick, ("Publishing:Preparation", "00:00:01")]);
        _fake.Polls = int.MaxValue;
        var video = await company.FileAsync(MediaFormat.Mp4, new byte[1_000], seconds: 10);
        var post = await company.DueAsync(await company.PageAsync(), "Film", one => one with { Media = [video] });

        await Eventually.TrueAsync(async () =>
        {
            await company.AdvanceAsync(post);
            return (await company.AttemptsAsync(post)).Length > 1;
        }, "a second attempt begins");

        var ended = (await company.AttemptsAsync(post))[1];
        Assert.Equal((AttemptState.FAILED, FailureCode.UNREACHABLE), (ended.State, ended.Failure!.Code));
        Assert.True(_fake.Of("POST", "/initialize").Length > 1);
        Assert.Empty(_fake.Visible);
    }

    [Fact]
    public async Task After_a_rate_limit_the_next_attempt_goes_on_with_what_was_uploaded()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake, null, Quick);
        _fake.Next("POST", "/2/tweets", 429, new { title = "Too Many Requests" },
            ("x-rate-limit-reset", $"{TimeProvider.System.GetUtcNow().AddSeconds(2).ToUnixTimeSeconds()}"));
        var picture = await company.FileAsync(MediaFormat.Jpeg, Media.Samples.Encoded(SkiaSharp.SKEncodedImageFormat.Jpeg));
        var page = await company.PageAsync();
        var post = await company.DueAsync(page, "Picture", one => one with { Media = [picture] });

        await company.AdvanceAsync(post);
        Assert.NotNull((await company.StoredAsync(page)).PausedUntil);
        await company.SettleAsync(post);

        Assert.Equal(Delivery.Published, (await company.StoredAsync(post)).Delivery);
        Assert.Equal(2, (await company.AttemptsAsync(post)).Length);
        Assert.Single(_fake.Of("POST", "/initialize"));
    }

    [Fact]
    public async Task A_post_whose_answer_was_lost_is_found_by_another_worker()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake, null, Quick);
        _fake.Next("POST", "/2/tweets", Fault.LosesAnswer);
        var post = await company.DueAsync(await company.PageAsync());

        await company.SettleAsync(post);

        var known = await company.StoredAsync(post);
        Assert.Equal(Delivery.Published, known.Delivery);
        Assert.NotNull(known.Publishing!.RemoteId);
        Assert.Single(_fake.Visible);
        Assert.Single(await company.AttemptsAsync(post));
    }

    [Fact]
    public async Task Of_two_workers_with_the_same_attempt_one_sends()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake, null, Quick);
        _fake.Polls = 1;
        var video = await company.FileAsync(MediaFormat.Mp4, new byte[1_000], seconds: 10);
        var post = await company.DueAsync(await company.PageAsync(), "Film", one => one with { Media = [video] });
        await company.AdvanceAsync(post);
        var stored = (await company.App.Get<PostStore>().ReadAsync(new(post.Workspace, post.Key), Cancel))!;
        var held = (await company.App.Get<AttemptStore>().FindAsync(stored, Cancel))!;

        var marked = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => company.App.Get<AttemptStore>().MarkSendingAsync(held, "handle")));

        Assert.Single(marked, one => one is not null);
    }

    [Fact]
    public async Task A_comment_that_the_network_forbids_leaves_the_post_published()
    {
        await using var company = await NetworkCompany.CreateAsync(azurite, _fake, null, Quick);
        var post = await company.DueAsync(await company.PageAsync(), "Post", one => one with { FirstComment = "First" });
        _fake.Next("POST", "/2/tweets", 201, new { data = new { id = "1", text = "Post" } });
        _fake.Next("POST", "/2/tweets", 403, new { title = "Forbidden", detail = "Replies are not allowed.", status = 403 });

        await company.SettleAsync(post);

        var attempt = Assert.Single(await company.AttemptsAsync(post));
        Assert.Equal((AttemptState.PUBLISHED, FirstCommentState.FAILED), (attempt.State, attempt.FirstComment!.State));
        Assert.Equal("X does not allow this reply by an app.", attempt.FirstComment.Message);
    }

    public ValueTask DisposeAsync() => _fake.DisposeAsync();
}

using System.Globalization;
using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Google;

namespace Planable.Functions.Tests.Networks.Google;

public sealed class YouTubeTests(AzuriteFixture azurite) : NetworkGround<FakeYouTube>(azurite)
{
    const int Large = 20 * 1024 * 1024;

    YouTubePublisher Publisher => Client<YouTubePublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    static DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    async Task<Post> FilmAsync(string text = "Film", int bytes = 100_000) => Post(text, await VideoAsync(bytes));

    /// <summary>A private video that is processed.</summary>
    async Task<(Post Post, string Handle)> UploadedAsync()
    {
        var post = await FilmAsync();
        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        return (post, answer.Handle!);
    }

    [Fact]
    public async Task A_video_is_uploaded_as_private_and_made_public_once_it_is_processed()
    {
        var post = await FilmAsync("First line\nand more");

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, 0), (first.Verdict, Sendings));
        Assert.Empty(Fake.Visible);
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Equal((first.Handle, 1), (SentHandle, Sendings));
        Assert.Equal((Fake.Videos[0], "https://www.youtube.com/watch?v=" + Fake.Videos[0]), (second.RemoteId, second.Link));
        Assert.Equal(["First line"], Fake.Visible);
        var begun = Fake.Of("POST", "/upload/youtube/v3/videos")[0];
        Assert.Equal("private", begun.Json["status"]!.Text("privacyStatus"));
        Assert.Equal("First line\nand more", begun.Json["snippet"]!.Text("description"));
        Assert.Equal("true", begun.Parameters["notifySubscribers"]);
        Assert.Equal("100000", begun.Headers["X-Upload-Content-Length"]);
    }

    [Fact]
    public async Task A_title_of_its_own_is_preferred_and_shortened()
    {
        var post = await FilmAsync("Text") with { YoutubeTitle = new string('x', 120) };

        await PublishAsync(Publisher, Publication(post));

        Assert.Equal(new string('x', 100), Fake.Of("POST", "/videos")[0].Json["snippet"]!.Text("title"));
    }

    [Fact]
    public async Task A_video_without_a_title_or_a_text_is_refused_before_it_is_uploaded()
    {
        var answer = await PublishAsync(Publisher, Publication(await FilmAsync("")));

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task Only_one_video_can_be_posted()
    {
        Assert.Equal(NetworkVerdict.Refused, (await PublishAsync(Publisher, Publication(Post("Text")))).Verdict);
        Assert.Equal(NetworkVerdict.Refused, (await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())))).Verdict);
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task A_large_video_is_uploaded_in_parts()
    {
        var answer = await PublishAsync(Publisher, Publication(await FilmAsync(bytes: Large)));

        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        Assert.Equal(
            ["bytes 0-8388607/20971520", "bytes 8388608-16777215/20971520", "bytes 16777216-20971519/20971520"],
            Fake.Requests.Where(sent => sent.Method == "PUT").Select(sent => sent.Headers["Content-Range"].ToString()));
    }

    [Theory]
    [InlineData(1, nameof(Fault.LosesAnswer))]
    [InlineData(1, nameof(Fault.LosesRequest))]
    [InlineData(2, nameof(Fault.CutsAnswer))]
    [InlineData(3, nameof(Fault.LosesAnswer))]
    [InlineData(3, nameof(Fault.Garbage))]
    [InlineData(3, nameof(Fault.Html))]
    [InlineData(3, nameof(Fault.LosesRequest))]
    public async Task An_upload_goes_on_after_a_part_without_an_answer(int after, string fault)
    {
        Fake.Later = (after, Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync(bytes: Large)));

        Assert.Equal((NetworkVerdict.NotReady, Fake.Videos.Single()), (answer.Verdict, answer.Handle));
        Assert.Single(Fake.Of("POST", "/videos"));
        Assert.Single(Fake.Requests, sent => sent.Headers["Content-Range"] == $"bytes */{Large}");
    }

    [Fact]
    public async Task An_upload_goes_on_from_the_byte_that_YouTube_names()
    {
        Fake.Keeps = 1024 * 1024;

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync(bytes: Large)));

        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        Assert.Equal("bytes 1048576-9437183/20971520", Fake.Requests[2].Headers["Content-Range"]);
    }

    [Fact]
    public async Task An_upload_goes_on_after_a_fault_of_YouTube()
    {
        Fake.Next("PUT", "", 503, "");

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.NotReady, 1), (answer.Verdict, Fake.Videos.Length));
    }

    [Fact]
    public async Task An_upload_that_never_goes_on_is_given_up_for_now()
    {
        for (var i = 0; i < 20; i++)
        {
            Fake.Next("PUT", "", 503, "");
        }

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.NotNow, null, 0), (answer.Verdict, answer.Handle, Sendings));
        Assert.InRange(Fake.Requests.Length, 3, 8);
    }

    [Fact]
    public async Task An_upload_whose_session_is_gone_begins_anew_the_next_time()
    {
        Fake.Next("PUT", "", 404, "");
        var post = await FilmAsync();

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotNow, null), (answer.Verdict, answer.Handle));
        var again = await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Equal((NetworkVerdict.NotReady, 2), (again.Verdict, Fake.Of("POST", "/videos").Length));
    }

    [Fact]
    public async Task A_request_that_is_lost_before_the_upload_can_be_repeated()
    {
        Fake.Next("POST", "/videos", Fault.LosesAnswer);

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
    }

    [Theory]
    [InlineData("https://evil.example.com/upload")]
    [InlineData("http://www.googleapis.com/upload")]
    [InlineData("https://www.googleapis.com.evil.example/upload")]
    public async Task A_video_is_not_sent_to_an_unknown_host(string address)
    {
        Fake.SessionAddress = address;

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal(NetworkVerdict.NotNow, answer.Verdict);
        Assert.Single(Fake.Requests);
        Assert.DoesNotContain("evil", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_handle_is_no_address_and_no_secret()
    {
        var (_, handle) = await UploadedAsync();

        Assert.Equal(Fake.Videos[0], handle);
    }

    [Fact]
    public async Task A_video_that_is_still_processed_is_not_uploaded_anew()
    {
        Fake.Polls = 1;
        var (post, handle) = await UploadedAsync();

        var second = await PublishAsync(Publisher, Publication(post, handle));
        Assert.Equal((NetworkVerdict.NotReady, handle, 0), (second.Verdict, second.Handle, Sendings));
        var third = await PublishAsync(Publisher, Publication(post, second.Handle));

        Assert.Equal(NetworkVerdict.Done, third.Verdict);
        Assert.Single(Fake.Of("POST", "/videos"));
    }

    [Fact]
    public async Task A_video_that_is_processed_for_long_becomes_public_before_that_ends()
    {
        (Fake.Polls, Fake.Age) = (100, TimeSpan.FromMinutes(41));
        var (post, handle) = await UploadedAsync();

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData("failed", "codec", "YouTube does not support the video's codec.")]
    [InlineData("failed", "invalidFile", "YouTube cannot read the video file.")]
    [InlineData("failed", "uploadAborted", "YouTube could not process the video.")]
    [InlineData("rejected", "duplicate", "YouTube has the same video on this channel already.")]
    [InlineData("rejected", "length", "YouTube does not take a video of this length from this channel.")]
    [InlineData("rejected", "copyright", "YouTube rejected the video: others have rights in it.")]
    [InlineData("rejected", "termsOfUse", "YouTube rejected the video for its rules.")]
    public async Task A_video_that_YouTube_does_not_take_is_refused(string outcome, string reason, string message)
    {
        (Fake.Outcome, Fake.Reason) = (outcome, reason);
        var (post, handle) = await UploadedAsync();

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.Refused, message, 0), (answer.Verdict, answer.Message, Sendings));
    }

    [Fact]
    public async Task A_video_that_somebody_removed_is_uploaded_anew()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Remove(handle);

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        Assert.NotEqual(handle, answer.Handle);
        Assert.Equal(0, Sendings);
    }

    [Fact]
    public async Task A_video_that_is_public_already_is_done_without_another_request()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Show(handle, "public");

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.Done, 0), (answer.Verdict, Sendings));
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    public async Task A_video_that_cannot_be_looked_at_is_looked_at_later(string fault)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("GET", "/videos", Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.NotNow, handle, 0), (answer.Verdict, answer.Handle, Sendings));
        Assert.Single(Fake.Videos);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_video_whose_last_answer_is_lost_is_found_to_be_public(string fault)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(post, handle));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, handle), (found.Verdict, found.RemoteId));
        Assert.NotNull(found.Link);
    }

    [Fact]
    public async Task A_video_whose_last_request_was_lost_certainly_did_not_arrive_and_the_next_attempt_goes_on()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", Fault.LosesRequest);

        var answer = await PublishAsync(Publisher, Publication(post, handle));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Assert.Equal(NetworkVerdict.Refused, found.Verdict);
        var again = await PublishAsync(Publisher, Publication(post, SentHandle));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Fake.Of("POST", "/videos"));
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_video_that_is_gone_did_not_arrive()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Remove(handle);

        Assert.Equal(NetworkVerdict.Refused, (await Publisher.FindAsync(Publication(post, handle, Now), Cancel)).Verdict);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_question_without_an_answer_settles_nothing(string fault)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("GET", "/videos", Enum.Parse<Fault>(fault));

        Assert.Equal(NetworkVerdict.NotNow, (await Publisher.FindAsync(Publication(post, handle, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task An_answer_without_a_list_settles_nothing()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("GET", "/videos", 200, "{}");

        Assert.Equal(NetworkVerdict.NotNow, (await Publisher.FindAsync(Publication(post, handle, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_video_that_YouTube_keeps_private_is_refused()
    {
        Fake.KeepsPrivate = true;
        var (post, handle) = await UploadedAsync();

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
        Assert.Contains("private", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_owner_has_set_meanwhile_stays()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Forbid(handle);

        await PublishAsync(Publisher, Publication(post, handle));

        Assert.Single(Fake.Visible);
        Assert.False(Fake.IsEmbeddable(handle));
        Assert.Null(Fake.Of("PUT", "/youtube/v3/videos")[0].Json["status"]!["uploadStatus"]);
    }

    [Fact]
    public async Task The_thumbnail_is_set_before_the_video_is_public()
    {
        var (post, handle) = await UploadedAsync();

        await PublishAsync(Publisher, Publication(post with { VideoThumbnail = await PngAsync() }, handle));

        Assert.Equal([handle], Fake.Pictures);
        var order = Fake.Requests.Select(sent => sent.Path).ToList();
        Assert.True(order.IndexOf("/upload/youtube/v3/thumbnails/set") < order.LastIndexOf("/youtube/v3/videos"));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_thumbnail_that_YouTube_refuses_does_not_fail_the_post(int status)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("POST", "/thumbnails/set", status, FakeYouTube.Error(status, "forbidden"));

        var answer = await PublishAsync(Publisher, Publication(post with { VideoThumbnail = await JpegAsync() }, handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Empty(Fake.Pictures);
    }

    public static TheoryData<int, string, string, double?> Errors => new()
    {
        { 400, "invalidTitle", "Refused", null },
        { 400, "invalidDescription", "Refused", null },
        { 400, "invalidTags", "Refused", null },
        { 400, "invalidCategoryId", "Refused", null },
        { 400, "mediaBodyRequired", "Refused", null },
        { 400, "uploadLimitExceeded", "RateLimited", 24 * 60 },
        { 401, "authError", "GrantExpired", null },
        { 401, "youtubeSignupRequired", "Refused", null },
        { 403, "forbidden", "Refused", null },
        { 403, "forbiddenPrivacySetting", "Refused", null },
        { 403, "insufficientPermissions", "Refused", null },
        { 403, "authenticatedUserAccountSuspended", "Refused", null },
        { 403, "accessNotConfigured", "Refused", null },
        { 403, "rateLimitExceeded", "RateLimited", 1 },
        { 403, "userRateLimitExceeded", "RateLimited", 1 },
        { 404, "videoNotFound", "Refused", null },
        { 429, "unheardOf", "RateLimited", null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Each_error_means_the_same_before_and_at_the_point_of_no_return(
        int status, string reason, string verdict, double? minutes)
    {
        Fake.Next("POST", "/upload/youtube/v3/videos", status, FakeYouTube.Error(status, reason));
        var before = await PublishAsync(Publisher, Publication(await FilmAsync()));
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", status, FakeYouTube.Error(status, reason));
        var at = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((verdict, verdict), ($"{before.Verdict}", $"{at.Verdict}"));
        Assert.Equal((minutes, minutes), (before.RetryAfter?.TotalMinutes, at.RetryAfter?.TotalMinutes));
        Assert.StartsWith("YouTube ", at.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("A message of YouTube", at.Message, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_fault_of_YouTube_leaves_the_outcome_open_only_at_the_point_of_no_return(int status)
    {
        Fake.Next("POST", "/upload/youtube/v3/videos", status, FakeYouTube.Error(status, "backendError"));
        var before = await PublishAsync(Publisher, Publication(await FilmAsync()));
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", status, FakeYouTube.Error(status, "backendError"));
        var at = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Unknown), (before.Verdict, at.Verdict));
    }

    [Fact]
    public async Task A_used_up_quota_lasts_until_midnight_in_California_and_the_upload_is_kept()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", 403, FakeYouTube.Error(403, "quotaExceeded"));

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.RateLimited, handle), (answer.Verdict, answer.Handle));
        Assert.Equal(GoogleErrors.UntilMidnight(Now).TotalMinutes, answer.RetryAfter!.Value.TotalMinutes, 1d);
    }

    [Theory]
    [InlineData("2026-12-01T07:59:00Z", 1)]
    [InlineData("2026-12-01T08:01:00Z", 1_439)]
    [InlineData("2026-07-01T06:00:00Z", 60)]
    public void Midnight_in_California_is_earlier_in_summer(string now, int minutes) => Assert.Equal(
        minutes, GoogleErrors.UntilMidnight(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)).TotalMinutes);

    [Fact]
    public async Task A_grant_that_ended_is_told_before_and_during_an_upload()
    {
        Fake.Next("PUT", "", 401, FakeYouTube.Error(401, "authError"));

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.GrantExpired, "YouTube no longer grants access to the page."), (answer.Verdict, answer.Message));
    }

    [Fact]
    public async Task The_first_comment_is_a_thread_of_the_channel()
    {
        var (post, handle) = await UploadedAsync();
        await PublishAsync(Publisher, Publication(post, handle));

        var comment = await Publisher.CommentAsync(Publication(post), handle, "First", Cancel);

        Assert.Equal(NetworkVerdict.Done, comment.Verdict);
        Assert.Equal(["First"], Fake.Comments);
    }

    [Theory]
    [InlineData(403, "commentsDisabled", "YouTube does not allow comments on the video.")]
    [InlineData(400, "commentTextTooLong", "YouTube does not take a comment of this length.")]
    public async Task A_comment_that_YouTube_forbids_says_why(int status, string reason, string message)
    {
        Fake.Next("POST", "/commentThreads", status, FakeYouTube.Error(status, reason));

        var comment = await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel);

        Assert.Equal((NetworkVerdict.Refused, message), (comment.Verdict, comment.Message));
    }

    [Fact]
    public async Task A_comment_without_an_answer_may_be_there()
    {
        Fake.Next("POST", "/commentThreads", Fault.LosesAnswer);

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel)).Verdict);
    }

    [Fact]
    public async Task A_channels_figures_are_read_by_day()
    {
        var days = (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-20), Today)).Value!;

        Assert.Equal(Enumerable.Range(0, 18).Select(i => Today.AddDays(i - 20)), days.Select(day => day.Date));
        Assert.All(days, day => Assert.Equal(
            new(4, 6, 2, 12, 100, 50, 3, 20, 1, 4, 28, 31), day.Figures.Youtube! with { TotalSubscribers = null }));
        Assert.Equal((1_230, 1_226), (days[^1].Figures.Youtube!.TotalSubscribers, days[^2].Figures.Youtube!.TotalSubscribers));
        Assert.Equal(2, Fake.Requests.Length);
    }

    [Fact]
    public async Task Days_that_YouTube_counts_late_are_asked_for_again()
    {
        var days = (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-1), Today)).Value!;

        Assert.Equal((Today.AddDays(-7), Today.AddDays(-3)), (days[0].Date, days[^1].Date));
    }

    [Fact]
    public async Task Hidden_subscribers_are_not_known()
    {
        Fake.HidesSubscribers = true;

        var days = (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-9), Today)).Value!;

        Assert.All(days, day => Assert.Null(day.Figures.Youtube!.TotalSubscribers));
    }

    [Theory]
    [InlineData("/reports")]
    [InlineData("/channels")]
    public async Task Figures_that_are_not_answered_are_asked_for_later(string path)
    {
        Fake.Next("GET", path, Fault.Garbage);

        Assert.Equal(NetworkVerdict.NotNow, (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-9), Today)).Verdict);
    }

    [Fact]
    public async Task A_videos_figures_are_its_counts_and_those_of_its_report()
    {
        var (_, id) = await UploadedAsync();

        var figures = (await PostFiguresAsync(Client<YouTubeMetrics>(), id)).Value!;

        Assert.Equal((500, 51, 40), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new(500, 40, 2, 5, 4, 50), figures.Youtube);
        Assert.Equal("video==" + id, Fake.Of("GET", "/reports")[0].Parameters["filters"]);
    }

    [Fact]
    public async Task Counts_that_the_owner_hides_are_read_from_the_report()
    {
        Fake.HidesLikes = true;
        var (_, id) = await UploadedAsync();

        var figures = (await PostFiguresAsync(Client<YouTubeMetrics>(), id)).Value!;

        Assert.Equal(new(500, 20, 1, 5, 4, 50), figures.Youtube);
    }

    [Fact]
    public async Task A_video_that_is_too_new_for_a_report_has_its_counts()
    {
        var (_, id) = await UploadedAsync();
        Fake.Next("GET", "/reports", 200, new { columnHeaders = new[] { new { name = "views" } } });

        var figures = (await PostFiguresAsync(Client<YouTubeMetrics>(), id)).Value!;

        Assert.Equal(new(500, 40, 2, 5, 0, 0), figures.Youtube);
    }

    [Fact]
    public async Task A_video_that_is_gone_has_no_figures() =>
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Client<YouTubeMetrics>(), "gone")).Verdict);

    [Fact]
    public async Task A_person_signs_in_with_PKCE_and_offers_the_channel()
    {
        var network = Client<YouTubeSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        foreach (var part in new[]
        {
            "access_type=offline", "prompt=consent", "code_challenge_method=S256", "youtube.upload", "youtube.force-ssl", "state=state-1",
        })
        {
            Assert.Contains(part, address.Query, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(request.Verifier, address.Query, StringComparison.Ordinal);
        var account = Assert.Single(offered);
        Assert.Equal(("Acme Coffee", "https://www.youtube.com/@acme", "channel-1"), (account.Name, account.Link, account.Grant.Account));
        Assert.Equal("refresh-1", account.Grant.RefreshToken);
        Assert.InRange((account.Grant.ExpiresAt!.Value - Now).TotalMinutes, 55, 60);
    }

    [Fact]
    public async Task A_person_without_a_channel_is_told_so()
    {
        Fake.HasChannel = false;

        var answer = await Client<YouTubeSignIn>().AccountsAsync(Registered, Grant, Cancel);

        Assert.Equal((NetworkVerdict.Refused, "YouTube has no channel for this Google account."), (answer.Verdict, answer.Message));
    }

    [Fact]
    public async Task A_code_that_is_not_good_is_no_sign_in()
    {
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        Assert.Null((await Client<YouTubeSignIn>().ExchangeAsync(Registered, request, "code-2", Cancel)).Value);
    }

    [Fact]
    public async Task A_renewal_keeps_the_refresh_token()
    {
        var renewed = (await Client<YouTubeSignIn>().RenewAsync(Registered, Grant, Cancel)).Value!;

        Assert.Equal((Fake.Access, "refresh-1", "channel-1"), (renewed.AccessToken, renewed.RefreshToken, renewed.Account));
        Assert.Equal("app-secret", Fake.Of("POST", "/token")[0].Form["client_secret"]);
    }

    [Fact]
    public async Task A_refresh_token_that_was_revoked_disconnects_the_page() => Assert.Equal(
        NetworkVerdict.GrantExpired,
        (await Client<YouTubeSignIn>().RenewAsync(Registered, Grant with { RefreshToken = "old" }, Cancel)).Verdict);

    [Fact]
    public async Task A_wrong_secret_of_the_app_disconnects_no_page() => Assert.Equal(
        NetworkVerdict.NotNow, (await Client<YouTubeSignIn>().RenewAsync(new("app-id", "wrong"), Grant, Cancel)).Verdict);
}

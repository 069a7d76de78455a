using Planable.Networks;
using Planable.Networks.TikTok;

namespace Planable.Functions.Tests.Networks.TikTok;

public sealed class TikTokFiguresTests(AzuriteFixture azurite) : NetworkGround<FakeTikTok>(azurite)
{
    TikTokPublisher Publisher => Client<TikTokPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Only_today_has_figures_of_the_account()
    {
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        var source = Client<TikTokMetrics>();

        var days = (await PageDaysAsync(source, today.AddDays(-89), today)).Value!;
        var past = (await PageDaysAsync(source, today.AddDays(-89), today.AddDays(-1))).Value!;

        var day = Assert.Single(days);
        Assert.Equal((today, new(0, 0, 0, 0, 0, 420, 0, 17)), (day.Date, day.Figures.Tiktok!));
        Assert.Empty(past);
        Assert.Single(Fake.Requests);
    }

    [Fact]
    public async Task An_error_with_the_status_200_is_no_figure()
    {
        Fake.Next("GET", "/user/info/", 200, new { data = new { user = new { } }, error = new { code = "access_token_invalid" } });
        var today = DateOnly.FromDateTime(Now.UtcDateTime);

        var days = await PageDaysAsync(Client<TikTokMetrics>(), today, today);

        Assert.Equal(NetworkVerdict.GrantExpired, days.Verdict);
    }

    [Fact]
    public async Task A_posts_figures_are_read_also_by_its_publish_id()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));
        var source = Client<TikTokMetrics>();

        var figures = (await PostFiguresAsync(source, answer.RemoteId!)).Value!;
        var again = (await PostFiguresAsync(source, SentHandle!)).Value!;

        Assert.Equal((240, 17, 12), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new(240, 0, 12, 3, 2), figures.Tiktok);
        Assert.Equal(figures, again);
    }

    [Fact]
    public async Task A_post_that_is_gone_or_not_moderated_has_no_figures()
    {
        Fake.IsModerating = true;
        await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));
        var source = Client<TikTokMetrics>();

        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(source, SentHandle!)).Verdict);
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(source, "123")).Verdict);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.Sandbox;

/// <summary>
/// Simulated metrics. They depend only on the page, the post and the date, so every instance returns the same ones. They are consistent
/// with each other, and a post's grow with its age. Fails as the page's fault says.
/// </summary>
sealed class SandboxMetrics(TimeProvider time) : IMetricsSource
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel) =>
        await FailAsync<PageDay[]>(page, cancel)
        ?? new(NetworkVerdict.Done,
            [.. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(day => Figures(workspace, page, from.AddDays(day)))]);

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel) =>
        await FailAsync<PostFigures>(page, cancel) ?? new(NetworkVerdict.Done, Figures(post, today));

    async Task<NetworkResult<T>?> FailAsync<T>(Page page, CancellationToken cancel) where T : class
    {
        if (page.Fault is SandboxFault.Slow or SandboxFault.DeadAfterSending)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
        }
        return page.Fault switch
        {
            SandboxFault.Refused => new(NetworkVerdict.Refused, Message: "The sandbox is set to refuse."),
            SandboxFault.ExpiredGrant => new(NetworkVerdict.GrantExpired, Message: "The sandbox's grant has expired."),
            SandboxFault.RateLimited =>
                new(NetworkVerdict.RateLimited, Message: "The sandbox is set to return a rate limit.", RetryAfter: Pause),
            _ => null,
        };
    }

    static PageDay Figures(string workspace, Page page, DateOnly date)
    {
        var day = new SandboxDay(workspace + page.Key, date);
        return new(date, page.Platform switch
        {
            "facebook" => new() { Facebook = Facebook(day) },
            "instagram" => new() { Instagram = Instagram(day) },
            "linkedin" => new() { Linkedin = Linkedin(day) },
            "tiktok" => new() { Tiktok = Tiktok(day) },
            "threads" => new() { Threads = new(day.Views, day.Reactions, day.Comments, day.Shares, day.Part("quotes", 0.3, day.Shares)) },
            "googleMyBusiness" => new() { GoogleMyBusiness = GoogleMyBusiness(day) },
            "youtube" => new() { Youtube = Youtube(day) },
            _ => new(),
        });
    }

    static FacebookPage Facebook(SandboxDay day) => new(
        day.Followers, day.Gained, day.Posts, day.Engagement, day.Reactions, day.Part("pageViews", 0.05, day.Views), day.Lost, day.Views,
        new(day.Views), TotalFollowers: day.Followers);

    static InstagramPage Instagram(SandboxDay day)
    {
        var (posts, reels) = (day.Part("posts", 0.5, day.Reach), day.Part("reels", 0.4, day.Reach));
        var (postViews, reelViews) = (day.Part("postViews", 0.5, day.Views), day.Part("reelViews", 0.4, day.Views));
        return new(
            day.Gained, day.Lost, day.Reach, day.Posts, day.Engagement, day.Followers, FollowersIncomplete: false, day.Views, day.Views,
            SandboxDay.Audience(day.Reach), day.Part("profileViews", 0.05, day.Views),
            new(Post: day.Engagement - (day.Engagement / 3), Reel: day.Engagement / 3),
            new(SandboxDay.Audience(posts), SandboxDay.Audience(reels), SandboxDay.Audience(day.Reach - posts - reels)),
            new(SandboxDay.Audience(postViews), SandboxDay.Audience(reelViews), SandboxDay.Audience(day.Views - postViews - reelViews)),
            SandboxDay.Audience(day.Views), new(day.Reach, day.Views));
    }

    static LinkedinPage Linkedin(SandboxDay day) => new(
        day.Gained, day.Views, PaidFollowers: 0, day.Followers, day.Engagement,
        day.Part("pageInsights", 0.03, day.Views), day.Part("pageViews", 0.05, day.Views),
        day.Posts, day.Shares, day.Reactions, day.Comments,
        new(day.Reach, day.Clicks, Math.Round((double)day.Engagement / day.Views, 4),
            day.Reactions, day.Comments, day.Shares, day.Views, 0, 0));

    static TiktokPage Tiktok(SandboxDay day) => new(
        day.Part("profileViews", 0.05, day.Views), day.Views, day.Reactions, day.Comments, day.Shares,
        day.Followers, day.Reactions + day.Comments + day.Shares,
        day.AllPosts);

    static GoogleMyBusinessPage GoogleMyBusiness(SandboxDay day)
    {
        var (mobileSearch, desktopSearch, mobileMaps) = (day.Views * 4 / 10, day.Views * 2 / 10, day.Views * 3 / 10);
        var (calls, talks, directions, bookings, orders) = (
            day.Part("calls", 0.01, day.Views), day.Part("talks", 0.005, day.Views), day.Part("directions", 0.02, day.Views),
            day.Part("bookings", 0.003, day.Views), day.Part("orders", 0.004, day.Views));
        return new(
            day.Posts, calls, day.Clicks, day.Views, calls + day.Clicks + talks + directions + bookings + orders, talks, mobileSearch,
            day.Views - mobileSearch - desktopSearch - mobileMaps, desktopSearch, mobileMaps, directions, bookings, orders);
    }

    static YoutubePage Youtube(SandboxDay day)
    {
        var (seconds, dislikes) = (60 + day.Part("duration", 1, 180), day.Part("dislikes", 0.05, day.Reactions));
        return new(
            day.Gained - day.Lost, day.Gained, day.Lost, day.AllPosts, day.Views, day.Views * seconds / 60,
            day.Comments, day.Reactions, dislikes, day.Shares,
            day.Reactions + dislikes + day.Comments + day.Shares, seconds, day.Followers);
    }

    static PostFigures Figures(Post post, DateOnly today)
    {
        var dice = new Dice(post.Workspace + post.Key);
        var published = DateOnly.FromDateTime((post.ScheduledAt ?? post.CreatedAt).UtcDateTime);
        var age = Math.Max(0, today.DayNumber - published.DayNumber);
        // Most views come in the first days, a few over weeks.
        var views = 1 + (long)(dice.Between(200, 20_000, "views") * (1 - Math.Exp(-(age + 0.6) / dice.Between(1.5, 4, "pace"))));
        var (reach, reactions, comments, shares, clicks) = (
            Part(0.8, "reach"), Part(0.04, "reactions"), Part(0.008, "comments"), Part(0.005, "shares"), Part(0.02, "clicks"));
        PostFigures all = new(views, reactions + comments + shares + clicks, reactions);
        return post.Platform switch
        {
            "facebook" => all with { Facebook = new(views, reach, reactions, comments, shares, clicks) },
            "instagram" => all with { Instagram = new(views, reach, reactions, comments, shares, clicks) },
            "linkedin" => all with { Linkedin = new(views, reach, clicks, reactions, comments, shares) },
            "tiktok" => all with { Tiktok = new(views, reach, reactions, comments, shares), Engagement = reactions + comments + shares },
            "threads" => all with { Threads = new(views, reactions, comments, shares, clicks) },
            "youtube" => all with
            {
                Youtube = new(views, reactions, shares / 4, comments, shares, views * 2),
                Engagement = reactions + (shares / 4) + comments + shares,
            },
            _ => all,
        };

        long Part(double most, string what) => (long)(views * most * dice.Between(0.5, 1, what));
    }

    /// <summary>A page's basic figures for one day, from which its network's are made.</summary>
    readonly struct SandboxDay
    {
        /// <summary>Followers grow from this day.</summary>
        static readonly DateOnly Beginning = new(2024, 1, 1);

        readonly Dice _dice;
        readonly DateOnly _date;

        public SandboxDay(string page, DateOnly date)
        {
            (_dice, _date) = (new(page), date);
            Followers = FollowersOn(date);
            var more = Followers - FollowersOn(date.AddDays(-1));
            Lost = Math.Max(Part("lost", 0.001, Followers), -more);
            Gained = more + Lost;
            var isWeekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            Views = 10 + Part("views", isWeekend ? 0.5 : 0.8, Followers);
            Reach = Part("reach", 0.9, Views);
            Reactions = Part("reactions", 0.05, Views);
            Comments = Part("comments", 0.01, Views);
            Shares = Part("shares", 0.006, Views);
            Clicks = Part("clicks", 0.03, Views);
            Posts = isWeekend ? 0 : (long)_dice.Between(0, 2.5, "posts" + date.DayNumber);
        }

        public long Followers { get; }

        public long Gained { get; }

        public long Lost { get; }

        public long Views { get; }

        public long Reach { get; }

        public long Reactions { get; }

        public long Comments { get; }

        public long Shares { get; }

        public long Clicks { get; }

        public long Posts { get; }

        public long Engagement => Reactions + Comments + Shares + Clicks;

        /// <summary>All posts up to this day.</summary>
        public long AllPosts => 40 + ((_date.DayNumber - Beginning.DayNumber) / 3);

        /// <summary><paramref name="whole"/> times a factor between half of <paramref name="most"/> and <paramref name="most"/>.</summary>
        public long Part(string what, double most, long whole) => (long)(whole * most * _dice.Between(0.5, 1, what + _date.DayNumber));

        public static AudienceFigures Audience(long total) => new(total, total * 6 / 10, total - (total * 6 / 10));

        long FollowersOn(DateOnly date)
        {
            var size = _dice.Between(800, 25_000, "size");
            var years = (date.DayNumber - Beginning.DayNumber) / 365.0;
            return (long)(size * (1 + (0.2 * Math.Max(0, years)) + _dice.Between(0, 0.002, "followers" + date.DayNumber)));
        }
    }

    /// <summary>Deterministic random numbers.</summary>
    readonly record struct Dice(string Subject)
    {
        public double Between(double least, double most, string what)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Subject} {what}"));
            return least + ((most - least) * BinaryPrimitives.ReadUInt32BigEndian(hash) / uint.MaxValue);
        }
    }
}

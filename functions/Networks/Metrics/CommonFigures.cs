namespace Planable.Networks.Metrics;

/// <summary>Figures in terms that all networks share. What a network does not tell is left out.</summary>
/// <param name="Impressions">How often something was seen.</param>
/// <param name="Reach">How many people saw something; somebody counts anew each day and on each page.</param>
/// <param name="Engagement">What people did about it, taken together, as each network counts it.</param>
/// <param name="Reactions">Likes, and whatever a network has of that kind.</param>
/// <param name="Shares">Reposts and quotes too.</param>
/// <param name="Followers">At the end of the last day there is; subscribers too.</param>
sealed record CommonFigures(
    long? Impressions = null, long? Reach = null, long? Engagement = null,
    long? Reactions = null, long? Comments = null, long? Shares = null,
    long? Clicks = null, long? Followers = null)
{
    public static CommonFigures Of(PageFigures figures) => figures switch
    {
        { Facebook: { } page } => new(
            page.Views, Engagement: page.Engagement, Reactions: page.Reactions, Clicks: page.Paid?.Clicks,
            Followers: page.TotalFollowers ?? page.Followers),
        { Instagram: { } page } => new(
            page.Views ?? page.Impressions, page.Reach, page.Engagement, Clicks: page.Paid?.Clicks, Followers: page.TotalFollowers),
        { Linkedin: { } page } => new(
            page.Impressions, page.ShareStats?.UniqueImpressionsCount, page.Engagement, page.Reactions, page.Comments, page.Reshares,
            page.ShareStats?.ClickCount, page.TotalFollowers),
        { Tiktok: { } page } => new(
            page.VideoViews, Engagement: page.Engagement, Reactions: page.Likes, Comments: page.Comments,
            Shares: page.Shares, Clicks: page.Paid?.Clicks,
            Followers: page.FollowersCount),
        { Threads: { } page } => new(
            page.Views, Engagement: page.Likes + page.Replies + page.Reposts + page.Quotes, Reactions: page.Likes, Comments: page.Replies,
            Shares: page.Reposts + page.Quotes),
        { GoogleMyBusiness: { } page } => new(page.Impressions, Engagement: page.Engagement, Clicks: page.CallClicks + page.WebsiteClicks),
        { Youtube: { } page } => new(
            page.Views, Engagement: page.Engagement, Reactions: page.Likes, Comments: page.Comments,
            Shares: page.Shares, Followers: page.TotalSubscribers),
        _ => new(),
    };

    /// <summary>Of a page over several days, the newest first.</summary>
    public static CommonFigures OverDays(IReadOnlyList<CommonFigures> days) =>
        Sum(days) with { Followers = days.Select(day => day.Followers).FirstOrDefault(followers => followers is not null) };

    public static CommonFigures Sum(IReadOnlyList<CommonFigures> all)
    {
        return new(
            Of(one => one.Impressions), Of(one => one.Reach), Of(one => one.Engagement), Of(one => one.Reactions), Of(one => one.Comments),
            Of(one => one.Shares), Of(one => one.Clicks), Of(one => one.Followers));

        // Nothing told is not nought.
        long? Of(Func<CommonFigures, long?> figure) => all.Any(one => figure(one) is not null) ? all.Sum(figure) : null;
    }
}

namespace Planable.Networks.Metrics;

/// <summary>Metrics in terms that all networks share. Those that a network does not report are omitted.</summary>
/// <param name="Impressions">How often content was seen.</param>
/// <param name="Reach">How many people saw content; a person counts again on each day and for each page.</param>
/// <param name="Engagement">All interactions together, as each network counts them.</param>
/// <param name="Reactions">Likes and similar reactions.</param>
/// <param name="Comments">Comments and replies.</param>
/// <param name="Shares">Includes reposts and quotes.</param>
/// <param name="Clicks">Clicks.</param>
/// <param name="Followers">At the end of the last day with metrics; includes subscribers.</param>
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

    /// <summary>Sums a page's days, which must be newest first; followers are the newest known.</summary>
    public static CommonFigures OverDays(IReadOnlyList<CommonFigures> days) =>
        Sum(days) with { Followers = days.Select(day => day.Followers).FirstOrDefault(followers => followers is not null) };

    public static CommonFigures Sum(IReadOnlyList<CommonFigures> all)
    {
        return new(
            Of(one => one.Impressions), Of(one => one.Reach), Of(one => one.Engagement), Of(one => one.Reactions), Of(one => one.Comments),
            Of(one => one.Shares), Of(one => one.Clicks), Of(one => one.Followers));

        // Unknown is not zero.
        long? Of(Func<CommonFigures, long?> figure) => all.Any(one => figure(one) is not null) ? all.Sum(figure) : null;
    }
}

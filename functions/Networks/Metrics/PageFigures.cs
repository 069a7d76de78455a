using System.Text.Json.Serialization;

namespace Planable.Networks.Metrics;

/// <summary>What a network tells of a page and a day: one of these, the one of the page's network.</summary>
sealed record PageFigures
{
    public FacebookPage? Facebook { get; init; }

    public InstagramPage? Instagram { get; init; }

    public LinkedinPage? Linkedin { get; init; }

    public TiktokPage? Tiktok { get; init; }

    public ThreadsPage? Threads { get; init; }

    public GoogleMyBusinessPage? GoogleMyBusiness { get; init; }

    public YoutubePage? Youtube { get; init; }
}

/// <summary>Money that went into advertisements from one account, and what came of it.</summary>
/// <param name="Spend">In <paramref name="SpendCurrency"/>.</param>
/// <param name="SpendCurrency">By its ISO 4217 code.</param>
sealed record AdAccountFigures(long Impressions, long Clicks, double Spend, string? SpendCurrency = null);

/// <summary>Who it was, of those who were reached or who looked.</summary>
sealed record AudienceFigures(long Total, long Followers, long NonFollowers);

/// <summary>A day of a Facebook page.</summary>
/// <param name="Followers">How many follow it at the end of the day.</param>
/// <param name="GainedFollowers">How many began to, that day.</param>
/// <param name="Posts">How many posts were published.</param>
/// <param name="Engagement">Reactions, comments, shares and clicks.</param>
/// <param name="PageViews">How often the page itself was looked at.</param>
/// <param name="UnFollows">How many ceased to follow it.</param>
/// <param name="Views">How often something of it was seen.</param>
/// <param name="PaidByAdAccount">By the account's id.</param>
/// <param name="TotalFollowers">The same as <paramref name="Followers"/>.</param>
sealed record FacebookPage(
    long Followers, long GainedFollowers, long Posts, long Engagement, long Reactions, long PageViews, long UnFollows, long Views,
    FacebookOrganic? Organic = null, FacebookPaid? Paid = null, IReadOnlyDictionary<string, AdAccountFigures>? PaidByAdAccount = null,
    long? TotalFollowers = null);

/// <summary>What came without advertisements.</summary>
sealed record FacebookOrganic(long Views);

/// <summary>What came of advertisements.</summary>
sealed record FacebookPaid(
    long? Views = null, long? Impressions = null, long? Clicks = null, double? Spend = null, string? SpendCurrency = null);

/// <summary>A day of an Instagram account.</summary>
/// <param name="GainedFollowers">How many began to follow it, that day.</param>
/// <param name="UnFollows">How many ceased to.</param>
/// <param name="Reach">How many accounts saw something of it.</param>
/// <param name="Posts">How many posts were published.</param>
/// <param name="Engagement">Likes, comments, shares and saves.</param>
/// <param name="TotalFollowers">How many follow it at the end of the day.</param>
/// <param name="FollowersIncomplete">Whether the network did not tell all about followers.</param>
/// <param name="Impressions">The same as <paramref name="Views"/>, by its old name.</param>
/// <param name="PaidByAdAccount">By the account's id.</param>
sealed record InstagramPage(
    long GainedFollowers, long UnFollows, long Reach, long Posts, long Engagement,
    long? TotalFollowers = null, bool? FollowersIncomplete = null,
    long? Impressions = null, long? Views = null, AudienceFigures? AccountsReachBreakdown = null, long? ProfileViews = null,
    InstagramEngagement? EngagementBreakdown = null, InstagramBreakdown? ReachBreakdown = null, InstagramBreakdown? ViewsBreakdown = null,
    AudienceFigures? ViewsAudienceBreakdown = null, InstagramOrganic? Organic = null, InstagramPaid? Paid = null,
    IReadOnlyDictionary<string, AdAccountFigures>? PaidByAdAccount = null);

/// <summary>Engagement by what it was with.</summary>
sealed record InstagramEngagement(long? Post = null, long? Reel = null, long? Ad = null, long? Story = null, long? Carousel = null);

/// <summary>An audience by what it saw.</summary>
sealed record InstagramBreakdown(AudienceFigures Post, AudienceFigures Reel, AudienceFigures Story, AudienceFigures? Ad = null);

/// <summary>What came without advertisements.</summary>
sealed record InstagramOrganic(long? Reach = null, long? Views = null);

/// <summary>What came of advertisements.</summary>
sealed record InstagramPaid(
    long? Reach = null, long? Views = null, long? Impressions = null, long? Clicks = null,
    double? Spend = null, string? SpendCurrency = null);

/// <summary>A day of a LinkedIn page.</summary>
/// <param name="Followers">How many began to follow it that day, without advertisements.</param>
/// <param name="Impressions">How often its posts were seen.</param>
/// <param name="PaidFollowers">How many began to follow it that day by way of advertisements.</param>
/// <param name="TotalFollowers">How many follow it at the end of the day.</param>
/// <param name="Engagement">Clicks, reactions, comments and reshares.</param>
/// <param name="PageInsights">How many people looked at the page.</param>
/// <param name="PageViews">How often the page was looked at.</param>
sealed record LinkedinPage(
    long Followers, long Impressions, long? PaidFollowers = null, long? TotalFollowers = null,
    long? Engagement = null, long? PageInsights = null,
    long? PageViews = null, long? Posts = null, long? Reshares = null, long? Reactions = null,
    long? Comments = null, LinkedinShares? ShareStats = null,
    LinkedinPaid? Paid = null);

/// <summary>What came of a LinkedIn page's posts that day.</summary>
/// <param name="UniqueImpressionsCount">How many people saw them.</param>
/// <param name="Engagement">The part of impressions that somebody did something about, from 0 to 1.</param>
sealed record LinkedinShares(
    long UniqueImpressionsCount, long ClickCount, double Engagement, long LikeCount,
    long CommentCount, long ShareCount, long ImpressionCount,
    long? CommentMentionsCount = null, long? ShareMentionsCount = null);

/// <summary>What came of advertisements.</summary>
sealed record LinkedinPaid(
    long Impressions, long Engagement, long Clicks, long Reactions, long Comments, long Shares, double Spend, long? OneClickLeads = null,
    long? QualifiedLeads = null, string? SpendCurrency = null);

/// <summary>A day of a TikTok account.</summary>
/// <param name="FollowersCount">How many follow it at the end of the day.</param>
/// <param name="Engagement">Likes, comments and shares.</param>
/// <param name="Videos">How many videos it has.</param>
/// <param name="PaidByAdAccount">By the account's id.</param>
sealed record TiktokPage(
    [property: JsonPropertyName("profile_views")] long ProfileViews,
    [property: JsonPropertyName("video_views")] long VideoViews,
    long Likes,
    long Comments,
    long Shares,
    [property: JsonPropertyName("followers_count")] long FollowersCount,
    long Engagement,
    long Videos,
    TiktokPaid? Paid = null,
    IReadOnlyDictionary<string, TiktokPaid>? PaidByAdAccount = null);

/// <summary>What came of advertisements.</summary>
/// <param name="VideoWatched2s">How often a video was watched for 2 seconds.</param>
/// <param name="VideoViewsP25">How often a quarter of a video was watched.</param>
sealed record TiktokPaid(
    long Impressions, long Clicks, double Spend, long Likes, long Comments, long Shares, long VideoViews,
    long Engagement, long Reach, long VideoWatched2s,
    long VideoWatched6s, long VideoViewsP25, long VideoViewsP50, long VideoViewsP75, long VideoViewsP100,
    long Follows, long ProfileVisits, long Conversions,
    string? SpendCurrency = null);

/// <summary>A day of a Threads account.</summary>
sealed record ThreadsPage(long Views, long Likes, long Replies, long Reposts, long Quotes);

/// <summary>A day of a Google Business Profile.</summary>
/// <param name="Posts">How many posts were published.</param>
/// <param name="Impressions">How often it was seen, in search and on maps.</param>
/// <param name="Engagement">Calls, clicks, conversations, requests for directions, bookings and orders.</param>
sealed record GoogleMyBusinessPage(
    long Posts, long CallClicks, long WebsiteClicks, long Impressions, long Engagement,
    long BusinessConversations, long BusinessImpressionsMobileSearch,
    long BusinessImpressionsDesktopMaps, long BusinessImpressionsDesktopSearch,
    long BusinessImpressionsMobileMaps, long BusinessDirectionRequests,
    long BusinessBookings, long BusinessFoodOrders);

/// <summary>A day of a YouTube channel.</summary>
/// <param name="Subscribers">How many more subscribe to it than the day before.</param>
/// <param name="Videos">How many videos it has.</param>
/// <param name="Engagement">Likes, dislikes, comments and shares.</param>
/// <param name="AverageViewDuration">In seconds.</param>
/// <param name="TotalSubscribers">How many subscribe to it at the end of the day.</param>
sealed record YoutubePage(
    long Subscribers, long SubscribersGained, long SubscribersLost, long Videos, long Views,
    long EstimatedMinutesWatched, long Comments, long Likes,
    long Dislikes, long Shares, long Engagement, long AverageViewDuration, long? TotalSubscribers = null);

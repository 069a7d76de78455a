using System.Text.Json.Serialization;

namespace Planable.Networks.Metrics;

/// <summary>A page's metrics for one day; only the property of the page's network is set.</summary>
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

/// <summary>What one ad account spent, and the results.</summary>
/// <param name="Impressions">How often its ads were seen.</param>
/// <param name="Clicks">Clicks on its ads.</param>
/// <param name="Spend">In <paramref name="SpendCurrency"/>.</param>
/// <param name="SpendCurrency">An ISO 4217 code.</param>
sealed record AdAccountFigures(long Impressions, long Clicks, double Spend, string? SpendCurrency = null);

/// <summary>An audience by followers and others.</summary>
/// <param name="Total">All together.</param>
/// <param name="Followers">Followers.</param>
/// <param name="NonFollowers">Others.</param>
sealed record AudienceFigures(long Total, long Followers, long NonFollowers);

/// <summary>A Facebook page's metrics for one day.</summary>
/// <param name="Followers">Followers at the end of the day.</param>
/// <param name="GainedFollowers">New followers that day.</param>
/// <param name="Posts">Posts published that day.</param>
/// <param name="Engagement">Reactions, comments, shares and clicks.</param>
/// <param name="Reactions">Likes and similar reactions.</param>
/// <param name="PageViews">Views of the page itself.</param>
/// <param name="UnFollows">People who unfollowed the page that day.</param>
/// <param name="Views">How often the page's content was seen.</param>
/// <param name="Organic">Results without ads.</param>
/// <param name="Paid">Results of ads, all ad accounts together.</param>
/// <param name="PaidByAdAccount">Results of ads, keyed by ad account id.</param>
/// <param name="TotalFollowers">The same as <paramref name="Followers"/>.</param>
sealed record FacebookPage(
    long Followers, long GainedFollowers, long Posts, long Engagement, long Reactions, long PageViews, long UnFollows, long Views,
    FacebookOrganic? Organic = null, FacebookPaid? Paid = null, IReadOnlyDictionary<string, AdAccountFigures>? PaidByAdAccount = null,
    long? TotalFollowers = null);

/// <summary>Results without ads.</summary>
/// <param name="Views">How often content was seen.</param>
sealed record FacebookOrganic(long Views);

/// <summary>Results of ads.</summary>
/// <param name="Views">Views from ads.</param>
/// <param name="Impressions">How often ads were seen.</param>
/// <param name="Clicks">Clicks on ads.</param>
/// <param name="Spend">In <paramref name="SpendCurrency"/>.</param>
/// <param name="SpendCurrency">An ISO 4217 code.</param>
sealed record FacebookPaid(
    long? Views = null, long? Impressions = null, long? Clicks = null, double? Spend = null, string? SpendCurrency = null);

/// <summary>An Instagram account's metrics for one day.</summary>
/// <param name="GainedFollowers">New followers that day.</param>
/// <param name="UnFollows">People who unfollowed the account that day.</param>
/// <param name="Reach">How many accounts saw its content.</param>
/// <param name="Posts">Posts published that day.</param>
/// <param name="Engagement">Likes, comments, shares and saves.</param>
/// <param name="TotalFollowers">Followers at the end of the day.</param>
/// <param name="FollowersIncomplete">Whether the network did not report all figures about followers.</param>
/// <param name="Impressions">The same as <paramref name="Views"/>, under its old name.</param>
/// <param name="Views">How often its content was seen.</param>
/// <param name="AccountsReachBreakdown">The accounts that saw its content.</param>
/// <param name="ProfileViews">Views of the profile.</param>
/// <param name="EngagementBreakdown">Engagement by type of content.</param>
/// <param name="ReachBreakdown">The accounts that saw its content, by type of content.</param>
/// <param name="ViewsBreakdown">Views by type of content.</param>
/// <param name="ViewsAudienceBreakdown">Views by followers and others.</param>
/// <param name="Organic">Results without ads.</param>
/// <param name="Paid">Results of ads, all ad accounts together.</param>
/// <param name="PaidByAdAccount">Results of ads, keyed by ad account id.</param>
sealed record InstagramPage(
    long GainedFollowers, long UnFollows, long Reach, long Posts, long Engagement,
    long? TotalFollowers = null, bool? FollowersIncomplete = null,
    long? Impressions = null, long? Views = null, AudienceFigures? AccountsReachBreakdown = null, long? ProfileViews = null,
    InstagramEngagement? EngagementBreakdown = null, InstagramBreakdown? ReachBreakdown = null, InstagramBreakdown? ViewsBreakdown = null,
    AudienceFigures? ViewsAudienceBreakdown = null, InstagramOrganic? Organic = null, InstagramPaid? Paid = null,
    IReadOnlyDictionary<string, AdAccountFigures>? PaidByAdAccount = null);

/// <summary>Engagement by type of content.</summary>
/// <param name="Post">Engagement with posts.</param>
/// <param name="Reel">Engagement with reels.</param>
/// <param name="Ad">Engagement with ads.</param>
/// <param name="Story">Engagement with stories.</param>
/// <param name="Carousel">Engagement with carousels.</param>
sealed record InstagramEngagement(long? Post = null, long? Reel = null, long? Ad = null, long? Story = null, long? Carousel = null);

/// <summary>An audience by type of content.</summary>
/// <param name="Post">The audience of posts.</param>
/// <param name="Reel">The audience of reels.</param>
/// <param name="Story">The audience of stories.</param>
/// <param name="Ad">The audience of ads.</param>
sealed record InstagramBreakdown(AudienceFigures Post, AudienceFigures Reel, AudienceFigures Story, AudienceFigures? Ad = null);

/// <summary>Results without ads.</summary>
/// <param name="Reach">How many accounts saw content.</param>
/// <param name="Views">How often content was seen.</param>
sealed record InstagramOrganic(long? Reach = null, long? Views = null);

/// <summary>Results of ads.</summary>
/// <param name="Reach">How many accounts saw ads.</param>
/// <param name="Views">Views from ads.</param>
/// <param name="Impressions">How often ads were seen.</param>
/// <param name="Clicks">Clicks on ads.</param>
/// <param name="Spend">In <paramref name="SpendCurrency"/>.</param>
/// <param name="SpendCurrency">An ISO 4217 code.</param>
sealed record InstagramPaid(
    long? Reach = null, long? Views = null, long? Impressions = null, long? Clicks = null,
    double? Spend = null, string? SpendCurrency = null);

/// <summary>A LinkedIn page's metrics for one day.</summary>
/// <param name="Followers">New followers that day, without ads.</param>
/// <param name="Impressions">How often its posts were seen.</param>
/// <param name="PaidFollowers">New followers that day, from ads.</param>
/// <param name="TotalFollowers">Followers at the end of the day.</param>
/// <param name="Engagement">Clicks, reactions, comments and reshares.</param>
/// <param name="PageInsights">How many people viewed the page.</param>
/// <param name="PageViews">How often the page was viewed.</param>
/// <param name="Posts">Posts published that day.</param>
/// <param name="Reshares">Reshares of its posts.</param>
/// <param name="Reactions">Likes and similar reactions.</param>
/// <param name="Comments">Comments on its posts.</param>
/// <param name="ShareStats">The results of the page's posts that day.</param>
/// <param name="Paid">Results of ads.</param>
sealed record LinkedinPage(
    long Followers, long Impressions, long? PaidFollowers = null, long? TotalFollowers = null,
    long? Engagement = null, long? PageInsights = null,
    long? PageViews = null, long? Posts = null, long? Reshares = null, long? Reactions = null,
    long? Comments = null, LinkedinShares? ShareStats = null,
    LinkedinPaid? Paid = null);

/// <summary>The results of a LinkedIn page's posts that day.</summary>
/// <param name="UniqueImpressionsCount">How many people saw them.</param>
/// <param name="ClickCount">Clicks.</param>
/// <param name="Engagement">The part of impressions that led to an interaction, from 0 to 1.</param>
/// <param name="LikeCount">Likes and similar reactions.</param>
/// <param name="CommentCount">Comments.</param>
/// <param name="ShareCount">Reshares.</param>
/// <param name="ImpressionCount">How often they were seen.</param>
/// <param name="CommentMentionsCount">Mentions of the page in comments.</param>
/// <param name="ShareMentionsCount">Mentions of the page in reshares.</param>
sealed record LinkedinShares(
    long UniqueImpressionsCount, long ClickCount, double Engagement, long LikeCount,
    long CommentCount, long ShareCount, long ImpressionCount,
    long? CommentMentionsCount = null, long? ShareMentionsCount = null);

/// <summary>Results of ads.</summary>
/// <param name="Impressions">How often ads were seen.</param>
/// <param name="Engagement">All interactions together.</param>
/// <param name="Clicks">Clicks on ads.</param>
/// <param name="Reactions">Likes and similar reactions.</param>
/// <param name="Comments">Comments on ads.</param>
/// <param name="Shares">Reshares of ads.</param>
/// <param name="Spend">In <paramref name="SpendCurrency"/>.</param>
/// <param name="OneClickLeads">Leads from forms sent with one click.</param>
/// <param name="QualifiedLeads">Leads marked as qualified.</param>
/// <param name="SpendCurrency">An ISO 4217 code.</param>
sealed record LinkedinPaid(
    long Impressions, long Engagement, long Clicks, long Reactions, long Comments, long Shares, double Spend, long? OneClickLeads = null,
    long? QualifiedLeads = null, string? SpendCurrency = null);

/// <summary>A TikTok account's metrics for one day.</summary>
/// <param name="ProfileViews">Views of the profile.</param>
/// <param name="VideoViews">How often its videos were seen.</param>
/// <param name="Likes">Likes of its videos.</param>
/// <param name="Comments">Comments on its videos.</param>
/// <param name="Shares">Shares of its videos.</param>
/// <param name="FollowersCount">Followers at the end of the day.</param>
/// <param name="Engagement">Likes, comments and shares.</param>
/// <param name="Videos">How many videos there are.</param>
/// <param name="Paid">Results of ads, all ad accounts together.</param>
/// <param name="PaidByAdAccount">Results of ads, keyed by ad account id.</param>
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

/// <summary>Results of ads.</summary>
/// <param name="Impressions">How often ads were seen.</param>
/// <param name="Clicks">Clicks on ads.</param>
/// <param name="Spend">In <paramref name="SpendCurrency"/>.</param>
/// <param name="Likes">Likes.</param>
/// <param name="Comments">Comments.</param>
/// <param name="Shares">Shares.</param>
/// <param name="VideoViews">How often a video was seen.</param>
/// <param name="Engagement">All interactions together.</param>
/// <param name="Reach">How many people saw ads.</param>
/// <param name="VideoWatched2s">How often a video was watched for 2 seconds.</param>
/// <param name="VideoWatched6s">How often a video was watched for 6 seconds.</param>
/// <param name="VideoViewsP25">How often a quarter of a video was watched.</param>
/// <param name="VideoViewsP50">How often half of a video was watched.</param>
/// <param name="VideoViewsP75">How often three quarters of a video were watched.</param>
/// <param name="VideoViewsP100">How often a video was watched to its end.</param>
/// <param name="Follows">New followers from ads.</param>
/// <param name="ProfileVisits">Visits to the profile from ads.</param>
/// <param name="Conversions">Conversions from ads.</param>
/// <param name="SpendCurrency">An ISO 4217 code.</param>
sealed record TiktokPaid(
    long Impressions, long Clicks, double Spend, long Likes, long Comments, long Shares, long VideoViews,
    long Engagement, long Reach, long VideoWatched2s,
    long VideoWatched6s, long VideoViewsP25, long VideoViewsP50, long VideoViewsP75, long VideoViewsP100,
    long Follows, long ProfileVisits, long Conversions,
    string? SpendCurrency = null);

/// <summary>A Threads account's metrics for one day.</summary>
/// <param name="Views">How often its posts were seen.</param>
/// <param name="Likes">Likes.</param>
/// <param name="Replies">Replies.</param>
/// <param name="Reposts">Reposts.</param>
/// <param name="Quotes">Quotes.</param>
sealed record ThreadsPage(long Views, long Likes, long Replies, long Reposts, long Quotes);

/// <summary>A Google Business Profile's metrics for one day.</summary>
/// <param name="Posts">Posts published that day.</param>
/// <param name="CallClicks">Clicks on the call button.</param>
/// <param name="WebsiteClicks">Clicks on the website.</param>
/// <param name="Impressions">How often the profile was seen, in search and on maps.</param>
/// <param name="Engagement">Calls, clicks, conversations, requests for directions, bookings and orders.</param>
/// <param name="BusinessConversations">Conversations begun.</param>
/// <param name="BusinessImpressionsMobileSearch">How often it was seen in search on mobile devices.</param>
/// <param name="BusinessImpressionsDesktopMaps">How often it was seen on maps on desktops.</param>
/// <param name="BusinessImpressionsDesktopSearch">How often it was seen in search on desktops.</param>
/// <param name="BusinessImpressionsMobileMaps">How often it was seen on maps on mobile devices.</param>
/// <param name="BusinessDirectionRequests">Requests for directions.</param>
/// <param name="BusinessBookings">Bookings.</param>
/// <param name="BusinessFoodOrders">Food orders.</param>
sealed record GoogleMyBusinessPage(
    long Posts, long CallClicks, long WebsiteClicks, long Impressions, long Engagement,
    long BusinessConversations, long BusinessImpressionsMobileSearch,
    long BusinessImpressionsDesktopMaps, long BusinessImpressionsDesktopSearch,
    long BusinessImpressionsMobileMaps, long BusinessDirectionRequests,
    long BusinessBookings, long BusinessFoodOrders);

/// <summary>A YouTube channel's metrics for one day.</summary>
/// <param name="Subscribers">The change in subscribers since the day before.</param>
/// <param name="SubscribersGained">New subscribers that day.</param>
/// <param name="SubscribersLost">People who unsubscribed that day.</param>
/// <param name="Videos">How many videos there are.</param>
/// <param name="Views">How often its videos were seen.</param>
/// <param name="EstimatedMinutesWatched">Minutes that its videos were watched, estimated.</param>
/// <param name="Comments">Comments on its videos.</param>
/// <param name="Likes">Likes.</param>
/// <param name="Dislikes">Dislikes.</param>
/// <param name="Shares">Shares.</param>
/// <param name="Engagement">Likes, dislikes, comments and shares.</param>
/// <param name="AverageViewDuration">In seconds.</param>
/// <param name="TotalSubscribers">Subscribers at the end of the day.</param>
sealed record YoutubePage(
    long Subscribers, long SubscribersGained, long SubscribersLost, long Videos, long Views,
    long EstimatedMinutesWatched, long Comments, long Likes,
    long Dislikes, long Shares, long Engagement, long AverageViewDuration, long? TotalSubscribers = null);

namespace Planable.Networks.Metrics;

/// <summary>A post's metrics, in total since it was published.</summary>
/// <param name="Impressions">How often the post was seen.</param>
/// <param name="Engagement">All interactions together.</param>
/// <param name="Reactions">Likes and similar reactions.</param>
sealed record PostFigures(long Impressions, long Engagement, long Reactions)
{
    public FacebookPost? Facebook { get; init; }

    public InstagramPost? Instagram { get; init; }

    public LinkedinPost? Linkedin { get; init; }

    public TiktokPost? Tiktok { get; init; }

    public ThreadsPost? Threads { get; init; }

    public YoutubePost? Youtube { get; init; }
}

/// <summary>A Facebook post's metrics.</summary>
/// <param name="Views">How often it was seen.</param>
/// <param name="Reach">How many people saw it.</param>
/// <param name="Reactions">Likes and similar reactions.</param>
/// <param name="Comments">Comments.</param>
/// <param name="Shares">Shares.</param>
/// <param name="Clicks">Clicks.</param>
sealed record FacebookPost(long Views, long Reach, long Reactions, long Comments, long Shares, long Clicks);

/// <summary>An Instagram post's metrics.</summary>
/// <param name="Views">How often it was seen.</param>
/// <param name="Reach">How many accounts saw it.</param>
/// <param name="Likes">Likes.</param>
/// <param name="Comments">Comments.</param>
/// <param name="Shares">Shares.</param>
/// <param name="Saves">Saves.</param>
sealed record InstagramPost(long Views, long Reach, long Likes, long Comments, long Shares, long Saves);

/// <summary>A LinkedIn post's metrics.</summary>
/// <param name="Impressions">How often it was seen.</param>
/// <param name="UniqueImpressions">How many people saw it.</param>
/// <param name="Clicks">Clicks.</param>
/// <param name="Likes">Likes and similar reactions.</param>
/// <param name="Comments">Comments.</param>
/// <param name="Shares">Reshares.</param>
sealed record LinkedinPost(long Impressions, long UniqueImpressions, long Clicks, long Likes, long Comments, long Shares);

/// <summary>A TikTok video's metrics.</summary>
/// <param name="Views">How often it was seen.</param>
/// <param name="Reach">How many people saw it.</param>
/// <param name="Likes">Likes.</param>
/// <param name="Comments">Comments.</param>
/// <param name="Shares">Shares.</param>
sealed record TiktokPost(long Views, long Reach, long Likes, long Comments, long Shares);

/// <summary>A Threads post's metrics.</summary>
/// <param name="Views">How often it was seen.</param>
/// <param name="Likes">Likes.</param>
/// <param name="Replies">Replies.</param>
/// <param name="Reposts">Reposts.</param>
/// <param name="Quotes">Quotes.</param>
sealed record ThreadsPost(long Views, long Likes, long Replies, long Reposts, long Quotes);

/// <summary>A YouTube video's metrics.</summary>
/// <param name="Views">How often it was seen.</param>
/// <param name="Likes">Likes.</param>
/// <param name="Dislikes">Dislikes.</param>
/// <param name="Comments">Comments.</param>
/// <param name="Shares">Shares.</param>
/// <param name="EstimatedMinutesWatched">Minutes that it was watched, estimated.</param>
sealed record YoutubePost(long Views, long Likes, long Dislikes, long Comments, long Shares, long EstimatedMinutesWatched);

namespace Planable.Networks.Metrics;

/// <summary>What a network tells of a post: all that it has come to since it was published.</summary>
/// <param name="Impressions">How often it was seen.</param>
/// <param name="Engagement">What people did about it, taken together.</param>
/// <param name="Reactions">Likes, and whatever its network has of that kind.</param>
sealed record PostFigures(long Impressions, long Engagement, long Reactions)
{
    public FacebookPost? Facebook { get; init; }

    public InstagramPost? Instagram { get; init; }

    public LinkedinPost? Linkedin { get; init; }

    public TiktokPost? Tiktok { get; init; }

    public ThreadsPost? Threads { get; init; }

    public YoutubePost? Youtube { get; init; }
}

/// <summary>What a Facebook post has come to.</summary>
/// <param name="Views">How often it was seen.</param>
/// <param name="Reach">How many people saw it.</param>
sealed record FacebookPost(long Views, long Reach, long Reactions, long Comments, long Shares, long Clicks);

/// <summary>What an Instagram post has come to.</summary>
/// <param name="Views">How often it was seen.</param>
/// <param name="Reach">How many accounts saw it.</param>
sealed record InstagramPost(long Views, long Reach, long Likes, long Comments, long Shares, long Saves);

/// <summary>What a LinkedIn post has come to.</summary>
/// <param name="UniqueImpressions">How many people saw it.</param>
sealed record LinkedinPost(long Impressions, long UniqueImpressions, long Clicks, long Likes, long Comments, long Shares);

/// <summary>What a TikTok video has come to.</summary>
/// <param name="Reach">How many people saw it.</param>
sealed record TiktokPost(long Views, long Reach, long Likes, long Comments, long Shares);

/// <summary>What a Threads post has come to.</summary>
sealed record ThreadsPost(long Views, long Likes, long Replies, long Reposts, long Quotes);

/// <summary>What a YouTube video has come to.</summary>
sealed record YoutubePost(long Views, long Likes, long Dislikes, long Comments, long Shares, long EstimatedMinutesWatched);

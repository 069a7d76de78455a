using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks.Publishing;

/// <summary>Posts the first comment under a published post, once: whatever comes of it, the post stays published.</summary>
sealed partial class FirstComments(
    AttemptOutcome outcome, PageGrants grants, PublicationFiles files, PublishingSettings settings, TimeProvider time,
    ILogger<FirstComments> log)
{
    public async Task<NextCheck?> PostAsync(
        HeldPost held, Page page, IPublisher publisher, string remoteId, string text, CancellationToken cancel)
    {
        FirstComment result;
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var answer = await grants.CallAsync(held.Post.Workspace, page,
                grant => publisher.CommentAsync(held.On(page, grant, files), remoteId, text, either.Token), either.Token);
            result = answer.Verdict switch
            {
                NetworkVerdict.Done => new(FirstCommentState.DONE),
                NetworkVerdict.Unknown => new(FirstCommentState.UNKNOWN, answer.Message),
                _ => new(FirstCommentState.FAILED, answer.Message),
            };
        }
        catch (Exception e)
        {
            LogUncommented(held.Post.Id, e);
            result = new(FirstCommentState.UNKNOWN, "The network did not answer.");
        }
        await outcome.CommentAsync(held.Post, result);
        return new(null, IsDone: true);
    }

    /// <summary>The worker that was posting the comment died, so the comment may or may not exist.</summary>
    public async Task<NextCheck?> GiveUpAsync(Post post)
    {
        await outcome.CommentAsync(post, new(FirstCommentState.UNKNOWN, "Posting the comment was interrupted."));
        return new(null, IsDone: true);
    }

    [LoggerMessage(LogLevel.Warning, "Posting the first comment of {Post} failed without an answer")]
    partial void LogUncommented(string post, Exception exception);
}

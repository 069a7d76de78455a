using Azure;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// Makes drafts of entries and has them follow their entries, by the API's own rules. Every write has an operation id that follows from
/// connection, entry, revision and page, so that handling a delivery again changes nothing. A post is changed only in the revision that our
/// last change left: a person's edit, approval or schedule makes another, and then the post gets an internal note instead.
/// </summary>
sealed class EntryPosts(EntryStore entries, PostCreation creation, PostEditor editor, PostComments comments, MediaImports imports)
{
    const int MostAttempts = 5;

    /// <param name="caller">Whoever made the connection.</param>
    public async Task<EntryResult> ApplyAsync(
        ContentConnection connection, Caller caller, Workspace workspace, EntryEvent happened, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var read = await entries.FindAsync(connection.Id, happened.Entry, cancel);
            var follower = new EntryFollower(connection, caller, workspace, happened, read?.Value, creation, editor, comments, imports);
            var outcome = await follower.RunAsync(cancel);
            var result = new EntryResult(
                happened.Entry, outcome, follower.Reason,
                [.. follower.Posts.Select(post => IdKind.Post.Format(workspace.Key, post.Key))]);
            if (follower.Changed is not { } changed)
            {
                return result;
            }
            try
            {
                await entries.WriteAsync(connection.Id, read, changed, cancel);
                return result;
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e) && attempt < MostAttempts)
            {
                // Another delivery of this entry is handled at the same time.
            }
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Events;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>A shared post on its public page.</summary>
/// <param name="Zone">The IANA name of the workspace's time zone.</param>
/// <param name="Media">The imported media, in order.</param>
public sealed record SharedPost(
    string Page, string Platform, string Text, DateTimeOffset? ScheduledAt, string Zone, IReadOnlyList<SharedMedia> Media);

/// <summary>A media item on the public page.</summary>
/// <param name="Poster">A video's thumbnail, if it has one.</param>
public sealed record SharedMedia(bool IsVideo, string Url, string? Poster);

/// <summary>
/// Public links of posts. A link's code consists of the workspace's key, the group's key prefix and 130 random bits. The posts store those
/// bits while they are shared, so a code is resolved by one range read.
/// </summary>
sealed class PostSharing(
    Tables tables, Outbox outbox, PostStore posts, CompanyStore companies, PageStore pages, MediaLinks links, TimeProvider time)
{
    public const string Path = "/share";
    const int GroupLength = Ids.KeyLength - 1;

    public static string Link(Post post, string secret, Caller caller) =>
        $"{caller.Origin}{Path}/{post.Workspace}{Ids.GroupOf(post.Key)}{secret}";

    /// <summary>
    /// Shares a post and its group. A post that is already shared keeps its link. Whoever sees a post may have its link, so the team-only
    /// posts of a group have another link than those that clients see.
    /// </summary>
    public Task<Outcome<Data<ShareLink>>> ShareAsync(Id id, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var secret = Base32.NewName();
        return ChangeAsync(id, caller, PostAction.SHARED, operation, PostApiJson.Default.DataShareLink, (post, group) =>
        {
            var known = post.Share ?? group.Where(IsAlike).Select(one => one.Share).FirstOrDefault(share => share is not null) ?? secret;
            return (known, IsAlike, new(new(Link(post, known, caller))));

            bool IsAlike(Post one) => one.TeamOnly == post.TeamOnly;
        }, cancel);
    }

    /// <summary>Ends a post's link, and so the sharing of all posts with this link; idempotent.</summary>
    public Task<Outcome<Done>> UnshareAsync(Id id, Caller caller, OperationId operation, CancellationToken cancel) =>
        ChangeAsync(id, caller, PostAction.UNSHARED, operation, ApiJson.Default.Done,
            (post, _) => (null, one => one.Share == post.Share, new()), cancel);

    /// <summary>The posts that a link shows; null if the link is not valid or no longer shared.</summary>
    public async Task<SharedPost[]?> OpenAsync(string code, CancellationToken cancel)
    {
        var (partition, group) = (IdKind.Post.PartitionLength, IdKind.Post.PartitionLength + GroupLength);
        if (code.Length != group + Base32.NewName().Length || code.AsSpan().ContainsAnyExcept(Base32.Characters))
        {
            return null;
        }
        var secret = Encoding.UTF8.GetBytes(code[group..]);
        var shared = await posts.RangeAsync(code[..partition], code[partition..group], cancel: cancel).Select(one => one.Post)
            .Where(post => !post.Archived && post.Share is { } share
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(share), secret))
            .ToListAsync(cancel);
        if (shared.Count == 0)
        {
            return null;
        }
        var all = pages.ListAsync(code[..partition], cancel);
        var workspace = await companies.FindWorkspaceAsync(code[..partition], cancel);
        var names = (await all).ToDictionary(page => page.Key, page => page.Name, StringComparer.Ordinal);
        return workspace is not { DeletedAt: null } ? null
            : await Task.WhenAll(shared.Select(async post => new SharedPost(
                names.GetValueOrDefault(post.Page, ""), post.Platform, post.Text, post.ScheduledAt,
                workspace.Timezone, await ShownAsync(post, cancel))));
    }

    /// <summary>A post's media, with short-lived links.</summary>
    Task<SharedMedia[]> ShownAsync(Post post, CancellationToken cancel) =>
        Task.WhenAll(post.Media.Where(one => one.File is not null).Select(async one => new SharedMedia(
            one.Kind is MediaKind.video, await links.PublicLinkAsync(MediaBlobs.Path(post.Workspace, one.File!), cancel),
            one.Kind is MediaKind.video && post.VideoThumbnail?.File is { } poster
                ? await links.PublicLinkAsync(MediaBlobs.Path(post.Workspace, poster), cancel) : null)));

    /// <summary>Sets or removes the secret of the posts of a group that <paramref name="decide"/> selects.</summary>
    Task<Outcome<T>> ChangeAsync<T>(
        Id id, Caller caller, PostAction action, OperationId operation, JsonTypeInfo<T> answer,
        Func<Post, IEnumerable<Post>, (string? Secret, Func<Post, bool> Concerns, T Answer)> decide, CancellationToken cancel)
    {
        var (activityId, now) = (Ids.NewKey(time), time.GetUtcNow());
        var told = EventDraft.Of(caller, id.Partition, time);
        return outbox.CommitAsync(tables.Content, id.Partition, operation, answer, PrepareAsync, cancel, told.Announced);

        async Task<Outcome<Commit<T>>> PrepareAsync()
        {
            var group = await posts.GroupAsync(id, cancel);
            if (group.Find(one => one.Post.Key == id.Key) is not { Post: { } post } || !caller.Sees(post))
            {
                return Problems.NotFound("post");
            }
            var (secret, concerns, shown) = decide(post, group.Select(one => one.Post));
            var changed = group.Where(one => concerns(one.Post) && one.Post.Share != secret).ToArray();
            return new Commit<T>(shown,
            [
                .. PostStore.Written(changed.Select(one => new PostWrite(one, one.Post with { Share = secret, ModifiedAt = now }))),
                .. changed.Length == 0 ? Array.Empty<TableTransactionAction>()
                    : [ActivityFeed.Row(id.Partition, caller, activityId, now, action, [.. changed.Select(one => one.Post.Key)])],
                .. told.Row(changed.Select(one => PostEvents.Of(one.Post, EventTypes.PostUpdated, ["publicShareLink"]))),
            ]);
        }
    }
}

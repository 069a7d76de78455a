using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Events;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Comments, including internal notes, which only the team sees. Table content, partition = workspace: rows <c>comment~</c>post<c>~</c>key,
/// newest first, with the columns from which the tree of replies is built; and the row <c>comment~</c>post, whose ETag is an optimistic
/// lock on that tree. Adding or deleting a comment updates the counters in the post's row in the same transaction.
/// </summary>
sealed class PostComments(Tables tables, Outbox outbox, PostStore posts, TimeProvider time) : IEventHandler
{
    /// <summary>
    /// Maximum comments of a post; replies below a top-level comment, which one transaction must be able to delete; reactions to a comment,
    /// and different emoji among them.
    /// </summary>
    public const int MostComments = 1_000, MostReplies = 90, MostReactions = 1_000, MostEmoji = 100;

    const string Author = "Author", Parent = "Parent", TeamOnly = "TeamOnly";

    /// <summary>A post's comments, newest first; null if the caller cannot see the post.</summary>
    /// <param name="teamOnly">True for internal notes only, false for other comments only, null for both.</param>
    public async Task<CommentPage?> ListAsync(Id post, Caller caller, bool? teamOnly, int offset, int limit, CancellationToken cancel)
    {
        var visible = VisiblePostAsync(post, caller, cancel);
        var shown = caller.Creator.Role is Role.CLIENT ? teamOnly is true ? [] : [false]
            : teamOnly is { } one ? new[] { one } : [false, true];
        var take = shown.Length == 2 ? (int?)Math.Min(int.MaxValue, (long)offset + limit + 1) : null;
        var found = await tables.Content.RangeAsync(post.Partition, Prefix(post.Key), take: take, cancel: cancel)
            .Select(row => row.Read(PostStoredJson.Default.Comment)).Where(comment => shown.Contains(comment.TeamOnly))
            .Skip(offset).Take(limit + 1).ToListAsync(cancel);
        return await visible is null ? null : new([.. found.Take(limit)], found.Count > limit);
    }

    /// <summary>A comment of a post that the caller sees; null if there is none that the caller may see.</summary>
    public async Task<Comment?> FindAsync(Id post, Id comment, Caller caller, CancellationToken cancel) =>
        (await tables.Content.FindAsync(post.Partition, Prefix(post.Key) + comment.Key, cancel))?.Read(PostStoredJson.Default.Comment)
            is { } found && !IsHidden(found.TeamOnly, caller) ? found : null;

    /// <summary>Adds a comment. A reply to an internal note is an internal note too.</summary>
    public Task<Outcome<Data<CommentResponse>>> CreateAsync(
        Id post, Caller caller, NewComment wanted, OperationId operation, CancellationToken cancel)
    {
        var (key, activityId, now) = (Ids.NewKey(time), Ids.NewKey(time), time.GetUtcNow());
        var told = EventDraft.Of(caller, post.Partition, time);
        return outbox.CommitAsync(
            tables.Content, post.Partition, operation, PostApiJson.Default.DataCommentResponse, PrepareAsync, cancel, told.Announced);

        async Task<Outcome<Commit<Data<CommentResponse>>>> PrepareAsync()
        {
            var visible = VisiblePostAsync(post, caller, cancel);
            var tree = wanted.ReplyToCommentId is null ? null : await TreeAsync(post, cancel);
            if (await visible is not { } found)
            {
                return Problems.NotFound("post");
            }
            if (wanted.TeamOnly is true && caller.Creator.Role is Role.CLIENT)
            {
                return Problems.Forbidden("The token's creator is a client, and only the team can write internal notes.");
            }
            Node? parent = null;
            if (tree is not null && (!IdKind.Comment.TryParse(wanted.ReplyToCommentId, out var id) || id.Partition != post.Partition
                || !tree.Nodes.TryGetValue(id.Key, out parent) || IsHidden(parent.TeamOnly, caller)))
            {
                return Problems.NotFound("comment", "replyToCommentId");
            }
            if (parent is not null && tree!.Below(tree.Top(parent)).Count() >= MostReplies)
            {
                return Problems.Invalid(
                    "replyToCommentId", $"A comment can have {MostReplies} replies in all, and this thread has reached that limit.");
            }
            if (found.Post.Comments + found.Post.Notes >= MostComments)
            {
                return Problems.Malformed($"A post can have {MostComments} comments, and this one has reached that limit.");
            }
            var comment = new Comment(
                key, post.Key, wanted.Text, caller.Creator.Key, wanted.TeamOnly is true || parent?.TeamOnly is true, parent?.Key, now);
            return new Commit<Data<CommentResponse>>(new(CommentResponse.Of(comment, post.Partition)),
            [
                .. PostStore.Changed(found, Counted(found.Post, [comment.TeamOnly], 1)),
                Added(post.Partition, comment), .. tree?.Touch() ?? [],
                ActivityFeed.Row(post.Partition, caller, activityId, now, PostAction.COMMENTED,
                    [post.Key], fields: Fields([comment.TeamOnly])),
                .. told.Row(PostEvents.OfNew(found.Post, comment)),
            ]);
        }
    }

    public Task<Outcome<Data<CommentResponse>>> EditAsync(
        Id post, Id comment, Caller caller, string text, OperationId operation, CancellationToken cancel)
    {
        var (activityId, now) = (Ids.NewKey(time), time.GetUtcNow());
        return ChangeAsync(post, comment, caller, operation, PostApiJson.Default.DataCommentResponse, known =>
        {
            if (CheckAuthor(known.Author, caller) is { } problem)
            {
                return problem;
            }
            var edited = known with { Text = text };
            return (new Data<CommentResponse>(CommentResponse.Of(edited, post.Partition)), edited,
                ActivityFeed.Row(
                    post.Partition, caller, activityId, now, PostAction.COMMENT_EDITED, [post.Key], fields: Fields([known.TeamOnly])));
        }, cancel);
    }

    /// <summary>Adds the caller's reaction, or removes it if it is there.</summary>
    public Task<Outcome<Data<CommentReactions>>> ReactAsync(
        Id post, Id comment, Caller caller, NewReaction wanted, OperationId operation, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return ChangeAsync(post, comment, caller, operation, PostApiJson.Default.DataCommentReactions, known =>
        {
            var (before, user) = (known.Reactions, caller.Creator);
            var at = Array.FindIndex(before, one => one.EmojiId == wanted.EmojiId && one.EmojiSkin == wanted.EmojiSkin);
            var given = at >= 0 && Array.Exists(before[at].Users, one => one.User == user.Key);
            if (!given && (before.Sum(one => one.Users.Length) >= MostReactions || (at < 0 && before.Length >= MostEmoji)))
            {
                return Problems.Malformed(
                    $"A comment can have {MostReactions} reactions and {MostEmoji} different emoji, and this one has reached a limit.");
            }
            ReactingUser reacting = new(user.Key, user.Name, now);
            Reaction[] after = at < 0
                ? [.. before, new(wanted.Emoji, wanted.EmojiId, wanted.EmojiSkin!.Value, wanted.EmojiNative, [reacting])]
                : [.. before.Select((one, index) => index != at ? one
                    : one with { Users = given ? [.. one.Users.Where(other => other.User != user.Key)] : [.. one.Users, reacting] })
                    .Where(one => one.Users.Length > 0)];
            return (new Data<CommentReactions>(new(ReactionResponse.Of(after, post.Company))), known with { Reactions = after }, null);
        }, cancel);
    }

    /// <summary>Deletes a comment and its replies, whoever wrote them.</summary>
    public Task<Outcome<Done>> DeleteAsync(Id post, Id comment, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var (activityId, now) = (Ids.NewKey(time), time.GetUtcNow());
        return outbox.CommitAsync(tables.Content, post.Partition, operation, ApiJson.Default.Done, PrepareAsync, cancel);

        async Task<Outcome<Commit<Done>>> PrepareAsync()
        {
            var visible = VisiblePostAsync(post, caller, cancel);
            var tree = await TreeAsync(post, cancel);
            if (await visible is not { } found)
            {
                return Problems.NotFound("post");
            }
            if (!tree.Nodes.TryGetValue(comment.Key, out var node) || IsHidden(node.TeamOnly, caller))
            {
                return Problems.NotFound("comment");
            }
            if (CheckAuthor(node.Author, caller) is { } problem)
            {
                return problem;
            }
            Node[] gone = [node, .. tree.Below(node)];
            var kinds = gone.Select(one => one.TeamOnly).ToArray();
            return new Commit<Done>(new(),
            [
                .. PostStore.Changed(found, Counted(found.Post, kinds, -1)), .. tree.Touch(),
                .. gone.Select(one => new TableTransactionAction(
                    TableTransactionActionType.Delete, new TableEntity(post.Partition, Prefix(post.Key) + one.Key), ETag.All)),
                ActivityFeed.Row(post.Partition, caller, activityId, now, PostAction.COMMENT_DELETED, [post.Key], fields: Fields(kinds)),
            ]);
        }
    }

    /// <summary>The row of a new comment, for the transaction that counts it.</summary>
    public static TableTransactionAction Added(string workspace, Comment comment) =>
        new(TableTransactionActionType.Add, Row(workspace, comment));

    /// <summary>Removes a deleted post's comments. None can be added any more, because adding one also updates the post's row.</summary>
    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (IdKind.Post.TryParse(happened.Subject, out var post))
        {
            await tables.Content.DeleteAllAsync(post.Partition, Guard(post.Key), cancel);
        }
        return null;
    }

    /// <summary>Applies <paramref name="change"/> to a comment and writes it.</summary>
    Task<Outcome<T>> ChangeAsync<T>(
        Id post, Id comment, Caller caller, OperationId operation, JsonTypeInfo<T> answer,
        Func<Comment, Outcome<(T Answer, Comment Changed, TableTransactionAction? Activity)>> change, CancellationToken cancel)
    {
        return outbox.CommitAsync(tables.Content, post.Partition, operation, answer, PrepareAsync, cancel);

        async Task<Outcome<Commit<T>>> PrepareAsync()
        {
            var visible = VisiblePostAsync(post, caller, cancel);
            var row = await tables.Content.FindAsync(post.Partition, Prefix(post.Key) + comment.Key, cancel);
            if (await visible is null)
            {
                return Problems.NotFound("post");
            }
            if (row?.Read(PostStoredJson.Default.Comment) is not { } known || IsHidden(known.TeamOnly, caller))
            {
                return Problems.NotFound("comment");
            }
            var (changed, problem) = change(known);
            return problem is not null ? problem : new Commit<T>(changed.Answer,
                [new(TableTransactionActionType.UpdateReplace, Row(post.Partition, changed.Changed), row.ETag),
                    .. changed.Activity is { } activity ? [activity] : Array.Empty<TableTransactionAction>()]);
        }
    }

    async Task<StoredPost?> VisiblePostAsync(Id id, Caller caller, CancellationToken cancel) =>
        await posts.ReadAsync(id, cancel) is { } found && caller.Sees(found.Post) ? found : null;

    async Task<Tree> TreeAsync(Id post, CancellationToken cancel)
    {
        var guard = Guard(post.Key);
        Tree tree = new(new(post.Partition, guard), []);
        await foreach (var row in tables.Content.RangeAsync(
            post.Partition, guard, select: ["PartitionKey", "RowKey", "Timestamp", Author, Parent, TeamOnly], cancel: cancel))
        {
            if (row.RowKey == guard)
            {
                tree = tree with { Guard = row };
            }
            else
            {
                Node node = new(
                    row.RowKey[^Ids.KeyLength..], row.GetString(Author), row.GetString(Parent), row.GetBoolean(TeamOnly)!.Value);
                tree.Nodes.Add(node.Key, node);
            }
        }
        return tree;
    }

    static Post Counted(Post post, bool[] teamOnly, int sign) => post with
    {
        Comments = post.Comments + (sign * teamOnly.Count(note => !note)),
        Notes = post.Notes + (sign * teamOnly.Count(note => note)),
    };

    /// <summary>The field names by which the activity feed hides entries about internal notes from clients.</summary>
    static string[] Fields(bool[] teamOnly) => [.. teamOnly.Distinct().Order().Select(note => note ? "notesCounter" : "commentsCounter")];

    static bool IsHidden(bool teamOnly, Caller caller) => teamOnly && caller.Creator.Role is Role.CLIENT;

    static Problem? CheckAuthor(string author, Caller caller) =>
        author == caller.Creator.Key ? null : Problems.Forbidden("Only its author can change or delete a comment.");

    static TableEntity Row(string workspace, Comment comment) => new TableEntity(workspace, Prefix(comment.Post) + comment.Key)
    {
        [Author] = comment.Author,
        [Parent] = comment.Parent,
        [TeamOnly] = comment.TeamOnly,
    }.With(comment, PostStoredJson.Default.Comment);

    static string Guard(string post) => "comment~" + post;

    static string Prefix(string post) => Guard(post) + "~";

    /// <param name="Parent">The key of the comment it replies to.</param>
    sealed record Node(string Key, string Author, string? Parent, bool TeamOnly);

    /// <summary>The tree of replies among a post's comments.</summary>
    /// <param name="Guard">Read before the comments: if its ETag is unchanged, so is the tree.</param>
    sealed record Tree(TableEntity Guard, Dictionary<string, Node> Nodes)
    {
        /// <summary>Every change to the tree writes the guard row, so that of two concurrent changes one fails and retries.</summary>
        public TableTransactionAction[] Touch() =>
            [Guard.ETag == default ? new(TableTransactionActionType.Add, Guard)
                : new(TableTransactionActionType.UpdateReplace, Guard, Guard.ETag)];

        public Node Top(Node node) => node.Parent is { } parent && Nodes.TryGetValue(parent, out var above) ? Top(above) : node;

        public IEnumerable<Node> Below(Node node)
        {
            var replies = Nodes.Values.ToLookup(one => one.Parent, StringComparer.Ordinal);
            return Under(node);

            IEnumerable<Node> Under(Node parent) => replies[parent.Key].SelectMany(reply => Under(reply).Prepend(reply));
        }
    }
}

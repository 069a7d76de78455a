using System.Text.Encodings.Web;
using System.Text.Json;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Events;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Doors.Webhooks;

/// <summary>
/// Shows an event to a caller as it is now: with the object that a GET would return, and not at all if a GET would be refused.
/// </summary>
sealed class EventViews(PostStore posts, PostComments comments, MediaStore media, PageStore pages, MediaLinks links)
{
    /// <summary>The most bytes of an event.</summary>
    const int MostBytes = 20_000;

    /// <summary>How many characters of a text are left if an event is too long.</summary>
    const int ShortText = 2_000;

    static readonly WebhookApiJson Json = new(new JsonSerializerOptions(WebhookApiJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <param name="id">The event's id.</param>
    /// <returns>Null if the caller may not see it.</returns>
    public async Task<EventResponse?> OfAsync(
        Caller caller, Id id, LoggedEvent logged, DateTimeOffset at, string? user, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.AuthorizeAsync(id, "event", Permission.VIEW, cancel);
        return problem is not null || (logged.TeamOnly && caller.Creator.Role is Role.CLIENT) ? null
            : await DataAsync(caller, workspace!, logged, cancel) is not { } data ? null
            : Fitting(new(
                IdKind.Event.Format(id.Partition, id.Key), logged.Type, at, data with
                {
                    WorkspaceId = workspace!.Id,
                    UserId = user is null ? null : IdKind.User.Format(id.Company, user),
                    Fields = logged.Fields,
                }));
    }

    /// <summary>The body of a delivery.</summary>
    public static byte[] Body(EventResponse shown) => JsonSerializer.SerializeToUtf8Bytes(shown, Json.EventResponse);

    /// <summary>The ids, and the object if it still exists; null if the caller may not see it.</summary>
    async Task<EventData?> DataAsync(Caller caller, Workspace workspace, LoggedEvent logged, CancellationToken cancel)
    {
        if (IdKind.Post.TryParse(logged.Post ?? logged.Subject, out var postId))
        {
            var post = await posts.FindAsync(postId, cancel);
            if (post is not null && !caller.Sees(post))
            {
                return null;
            }
            if (!IdKind.Comment.TryParse(logged.Subject, out var commentId))
            {
                return new(PostId: logged.Subject, Post: post is null ? null
                    : await links.LinkedAsync(PostResponse.Of(post, workspace, caller), cancel));
            }
            var comment = post is null ? null : await comments.FindAsync(postId, commentId, caller, cancel);
            return new(PostId: logged.Post, CommentId: logged.Subject,
                Comment: comment is null ? null : CommentResponse.Of(comment, workspace.Key));
        }
        if (IdKind.Media.TryParse(logged.Subject, out var mediaId))
        {
            var item = (await media.RowAsync(mediaId.Partition, mediaId.Key, cancel))?.Item;
            return item is not null && !await media.IsSeenAsync(item, caller, cancel) ? null
                : new(MediaId: logged.Subject, Media: item is null ? null : await MediaResponse.OfAsync(item, links, cancel));
        }
        if (IdKind.Page.TryParse(logged.Subject, out var pageId))
        {
            var page = await pages.FindAsync(pageId, cancel);
            return new(PageId: logged.Subject, Page: page is null ? null : PageResponse.Of(page, workspace));
        }
        return new();
    }

    /// <summary>Shortens the text of an event that is too long, and leaves the object out if that does not do.</summary>
    static EventResponse Fitting(EventResponse shown)
    {
        if (Body(shown).Length <= MostBytes)
        {
            return shown;
        }
        var cut = shown with
        {
            Data = shown.Data with
            {
                Post = shown.Data.Post is { } post ? post with { PlainText = Short(post.PlainText) } : null,
                Comment = shown.Data.Comment is { } comment ? comment with { Text = Short(comment.Text) } : null,
                Truncated = true,
            },
        };
        return Body(cut).Length <= MostBytes ? cut
            : cut with { Data = cut.Data with { Post = null, Comment = null, Media = null, Page = null } };
    }

    /// <summary>The beginning of a text, without half a character at its end.</summary>
    static string Short(string text) => text.Length <= ShortText ? text
        : text[..(char.IsHighSurrogate(text[ShortText - 1]) ? ShortText - 1 : ShortText)];
}

/// <summary>Something that happened.</summary>
/// <param name="Id">The event's id: the same at every attempt to deliver it, and in the list of events.</param>
/// <param name="Type">What happened.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">What it happened to.</param>
sealed record EventResponse(string Id, string Type, DateTimeOffset Timestamp, EventData Data)
{
    /// <summary>The type of the event that only tests a webhook.</summary>
    public const string TestType = "webhook.test";

    public static EventResponse Test(Delivery delivery) => new(delivery.Id, TestType, delivery.At, new());
}

/// <summary>
/// What an event happened to: ids, and the object as the API returns it when the event is sent. The object is absent if it is gone.
/// </summary>
/// <param name="WorkspaceId">The workspace.</param>
/// <param name="UserId">Who caused it; absent if nobody did.</param>
/// <param name="Fields">The fields that a <c>post.updated</c> changed.</param>
/// <param name="Truncated">True if texts were cut, or the object left out, because the event would have more than 20 KB.</param>
/// <param name="PostId">The post.</param>
/// <param name="CommentId">The comment.</param>
/// <param name="MediaId">The media.</param>
/// <param name="PageId">The page.</param>
/// <param name="Post">The post, in events about posts.</param>
/// <param name="Comment">The comment.</param>
/// <param name="Media">The media.</param>
/// <param name="Page">The page.</param>
sealed record EventData(
    string? WorkspaceId = null, string? UserId = null, string[]? Fields = null, bool? Truncated = null, string? PostId = null,
    string? CommentId = null, string? MediaId = null, string? PageId = null, PostResponse? Post = null, CommentResponse? Comment = null,
    MediaResponse? Media = null, PageResponse? Page = null);

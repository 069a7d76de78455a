using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

/// <summary>Does what follows from an event of one entry.</summary>
/// <param name="known">What is known of the entry; null if it has no posts.</param>
sealed class EntryFollower(
    ContentConnection connection, Caller caller, Workspace workspace, EntryEvent happened, EntryRecord? known,
    PostCreation creation, PostEditor editor, PostComments comments, MediaImports imports)
{
    const int MostOfTitle = 200;

    bool _isRefused, _isNoted, _isDone;
    EntryPost[]? _posts;

    public string? Reason { get; private set; }

    /// <summary>The entry's posts, before and afterwards.</summary>
    public EntryPost[] Posts => _posts ?? known?.Posts ?? [];

    /// <summary>What is known of the entry afterwards; null if that is nothing new.</summary>
    public EntryRecord? Changed { get; private set; }

    /// <summary>Without a revision, what the call says of the article tells one from another.</summary>
    string Revision => happened.Revision ?? Base32.Derive(
        SHA256.HashData(Encoding.UTF8.GetBytes(happened.Article.ToString())), Base32.NameLength);

    ConnectedPage[] PagesWithoutPost =>
        [.. connection.Pages.Where(page => !Array.Exists(Posts, post => post.Page == page.Page))];

    public async Task<EntryOutcome> RunAsync(CancellationToken cancel)
    {
        switch (happened.Change)
        {
            case EntryChange.None:
                Reason = "It was neither published nor unpublished.";
                return EntryOutcome.ignored;
            case EntryChange.Unpublished when known is null or { IsWithdrawn: true }:
            case EntryChange.Changed when known is null:
                Reason = "It has no draft.";
                return EntryOutcome.ignored;
            case EntryChange.Unpublished:
                return await WithdrawAsync(known!, cancel);
            default:
                if (known is { IsWithdrawn: false } && known.Revision == Revision && PagesWithoutPost is [])
                {
                    return EntryOutcome.unchanged;
                }
                if (known is { IsWithdrawn: true } && known.Revision == Revision && happened.IsListed)
                {
                    Reason = "It was unpublished after that.";
                    return EntryOutcome.unchanged;
                }
                if (known?.IsNewerThan(Revision) is true)
                {
                    Reason = "A newer revision was here before.";
                    return EntryOutcome.unchanged;
                }
                return await FollowAsync(cancel);
        }
    }

    /// <summary>Changes the posts that there are, and makes those that are missing.</summary>
    async Task<EntryOutcome> FollowAsync(CancellationToken cancel)
    {
        var image = happened.Article.Image is { } address
            && imports.Check(workspace.Key, [new MediaSource("media[0]", address)]) is null ? address : null;
        List<EntryPost> posts = [];
        foreach (var post in Posts)
        {
            // A post on a page that is not connected any more stays as it is.
            posts.Add(Array.Find(connection.Pages, page => page.Page == post.Page) is not { } page ? post
                : await ChangeAsync(post, new PostEdit
                {
                    Text = TextOn(page),
                    Archived = known!.IsWithdrawn ? false : null,
                    Media = known.Image == image ? null : image is null ? [] : [image],
                }, cancel));
        }
        foreach (var page in PagesWithoutPost)
        {
            if (await CreateAsync(page, image, cancel) is { } made)
            {
                posts.Add(made);
            }
        }
        _posts = [.. posts];
        // What was refused may be done when the delivery is replayed.
        var revision = _isRefused ? known?.Revision ?? "" : Revision;
        Changed = posts is [] ? null : new(happened.Entry, revision, image, IsWithdrawn: false, Posts);
        return Outcome(known is null ? EntryOutcome.created : EntryOutcome.updated);
    }

    /// <summary>Archives the posts.</summary>
    async Task<EntryOutcome> WithdrawAsync(EntryRecord record, CancellationToken cancel)
    {
        List<EntryPost> posts = [];
        foreach (var post in Posts)
        {
            posts.Add(await ChangeAsync(post, new PostEdit { Archived = true }, cancel));
        }
        _posts = [.. posts];
        Changed = record with { IsWithdrawn = !_isRefused, Posts = Posts };
        return Outcome(EntryOutcome.archived);
    }

    /// <summary>The outcome, of which there may be one for each post.</summary>
    EntryOutcome Outcome(EntryOutcome done) =>
        _isRefused ? EntryOutcome.refused : _isNoted ? EntryOutcome.noted : _isDone ? done : EntryOutcome.ignored;

    async Task<EntryPost?> CreateAsync(ConnectedPage page, string? image, CancellationToken cancel)
    {
        var text = TextOn(page);
        if (BlankText.Is(text) && image is null)
        {
            (_isRefused, Reason) = (true, "There is no part of the article that the template shows.");
            return null;
        }
        var operation = Operation($"create\n{page.Page}");
        var (created, problem) = await creation.CreateAsync(
            new NewPost
            {
                WorkspaceId = workspace.Id,
                PageId = IdKind.Page.Format(workspace.Key, page.Page),
                Text = text,
                ScheduledAt = connection.Schedule is ArticleSchedule.article ? happened.Article.Date : null,
                Media = image is null ? null : [image],
            },
            caller, operation, cancel);
        if (problem is not null)
        {
            Refuse(problem);
            return null;
        }
        _isDone = true;
        var post = new EntryPost(page.Page, created!.Posts[0].Id[^Ids.KeyLength..], 0);
        // An earlier attempt made it, perhaps of another revision.
        return operation.Replayed ? await ChangeAsync(post, new PostEdit { Text = text }, cancel) : post;
    }

    /// <summary>Changes a post, or adds a note to it if somebody has worked on it.</summary>
    async Task<EntryPost> ChangeAsync(EntryPost post, PostEdit edit, CancellationToken cancel)
    {
        var id = new Id(workspace.Key, post.Key);
        var what = $"{post.Key}\n{happened.Change}\n{Revision}\n{post.Revision}";
        var (edited, problem) = await editor.EditAsync(
            id, workspace, caller, edit, new IfMatch([new EntityTagHeaderValue($"\"{post.Revision}\"")]), Operation("edit\n" + what),
            cancel);
        if (problem?.Kind is ProblemKind.Changed)
        {
            (_, problem) = await comments.CreateAsync(
                id, caller, new NewComment { Text = Note, TeamOnly = true }, Operation("note\n" + what), cancel);
            _isNoted = true;
        }
        if (problem?.Kind is ProblemKind.NotFound)
        {
            Reason ??= "A draft was deleted, and is not made again.";
        }
        else if (problem is not null)
        {
            Refuse(problem);
        }
        _isDone |= edited is not null;
        return edited is null ? post : post with { Revision = int.Parse(edited.ETag.Trim('"'), CultureInfo.InvariantCulture) };
    }

    string Note => $"“{PostTemplate.Shortened(happened.Article.Title ?? happened.Entry, MostOfTitle)}” was "
        + (happened.Change is EntryChange.Unpublished ? "unpublished" : "changed")
        + " in its content system. This post stays as it is, because somebody has worked on it here.";

    string TextOn(ConnectedPage page) => PostTemplate.Render(page.Template ?? PostTemplate.Usual, happened.Article);

    OperationId Operation(string what)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{connection.PublicId}\n{happened.Entry}\n{what}"));
        return new() { Name = Base32.Derive(hash, Base32.NameLength), Fingerprint = hash };
    }

    /// <exception cref="InvalidOperationException">Storage is busy: the delivery must be handled again.</exception>
    void Refuse(Problem problem) => (_isRefused, Reason) = problem.Kind is ProblemKind.Busy
        ? throw new InvalidOperationException(problem.Message) : (true, problem.Message);
}

using System.Globalization;
using System.Text.Json.Serialization;
using Planable.Content.Media;
using Planable.Content.Pages;

namespace Planable.Networks.Meta;

/// <summary>
/// Publishes as Instagram and Threads do: a container for each file, one container for the post, and a request that publishes it. The
/// handle is the id of the post's container, or <c>children:</c> and those of the files' while there is none. A container tells whether it
/// was published, so it is known what became of an attempt, and an attempt that did not arrive is repeated with the same container.
/// </summary>
/// <remarks>Source: developers.facebook.com, "Instagram platform: Content publishing", "Threads API: Posts".</remarks>
/// <param name="name">The network's display name.</param>
abstract class MetaContainers(NetworkHttp http, string name) : IPublisher
{
    const string Children = "children:";

    /// <summary>States of a container. GONE is ours: the network does not have it, or does not have it yet.</summary>
    const string Finished = "FINISHED", InProgress = "IN_PROGRESS", Published = "PUBLISHED", Expired = "EXPIRED", Gone = "GONE";

    /// <summary>Begins anew the next time: without a handle in the answer, the next attempt would get the last one.</summary>
    const string Nothing = "";

    /// <summary>When to ask again for a picture, and for a video.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5), Later = TimeSpan.FromSeconds(30);

    protected NetworkHttp Http => http;

    /// <summary>What the account's containers are under, such as <c>media</c>.</summary>
    protected abstract string Edge { get; }

    /// <summary>The fields of a container that tell its state and the reason of an error.</summary>
    protected abstract string StateFields { get; }

    protected abstract string Url(string path);

    /// <summary>Why a post cannot be published at all; null if it can.</summary>
    protected abstract string? Refusal(Publication publication);

    /// <summary>The container of one file, which is all of the post's or one of many; null if its picture cannot be converted.</summary>
    protected abstract Task<(string, string?)[]?> FileAsync(
        Publication publication, PublicationFile file, bool isChild, CancellationToken cancel);

    /// <summary>The container of a post with many files, or with none.</summary>
    /// <param name="children">The ids of the files' containers; null for none.</param>
    protected abstract (string, string?)[] Whole(Publication publication, string? children);

    /// <summary>The newest posts, with a query.</summary>
    protected abstract string Newest(Publication publication, DateTimeOffset since);

    /// <summary>What the reason of a failed container means.</summary>
    protected abstract NetworkAnswer? Meaning(string reason);

    /// <summary>
    /// How many posts the network takes, this one among them; null if it does not tell. And why the account may not publish now, if so.
    /// </summary>
    protected virtual Task<(PageQuota? Quota, NetworkAnswer? Full)> QuotaAsync(NetworkGrant grant, CancellationToken cancel) =>
        Task.FromResult<(PageQuota?, NetworkAnswer?)>(default);

    public abstract Task<NetworkAnswer> CommentAsync(
        Publication publication, string remoteId, string text, CancellationToken cancel);

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        if (Refusal(publication) is { } refusal)
        {
            return new(NetworkVerdict.Refused, Message: refusal);
        }
        var (grant, container) = (publication.Grant!, Container(publication.Handle));
        var isKnown = container is not null;
        if (container is null)
        {
            (container, var failure) = await PrepareAsync(publication, cancel);
            if (container is null)
            {
                return failure!;
            }
        }
        var (state, problem) = await StateAsync(grant, container, cancel);
        switch (state)
        {
            case Finished:
                break;
            case Published:
                // An earlier attempt of which it was thought that it did not arrive.
                return await PublishedAsync(publication, container, cancel);
            case InProgress or Gone when state is InProgress || !isKnown:
                return NetworkAnswer.NotReady(container, Wait(publication));
            case Expired or Gone when isKnown:
                return await PublishAsync(publication with { Handle = null }, sending, cancel);
            default:
                return problem!.Handle is null ? Keep(problem, container) : problem;
        }
        var (quota, full) = await QuotaAsync(grant, cancel);
        if (full is not null)
        {
            return Keep(full, container) with { Quota = quota };
        }
        await sending(container);
        var reply = await PublishAsync(grant, container, cancel);
        return Id(reply) is { } id
            ? NetworkAnswer.Done(id, await LinkAsync(grant, id, cancel)) with { Quota = quota?.Less() }
            : Keep(reply.Failure<NetworkAnswer>(name, isVisible: true), container);
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        var container = Container(publication.Handle);
        var (state, problem) = container is null ? (Gone, null) : await StateAsync(publication.Grant!, container, cancel);
        return state switch
        {
            Published => await PublishedAsync(publication, container!, cancel),
            // The next attempt publishes the same container, so it cannot be there twice.
            Finished => new(NetworkVerdict.Refused, Message: $"{name} has not published the post."),
            InProgress => new(NetworkVerdict.NotNow, Message: $"{name} is still preparing the media.", RetryAfter: Later),
            // A published container may also be forgotten some day.
            Gone => publication.Post.Text.Length > 0 && await SeenAsync(publication, cancel) is { } seen
                ? NetworkAnswer.Done(seen.Id!, seen.Permalink)
                : new(NetworkVerdict.Unknown, Message: $"{name} no longer knows what became of the post."),
            null => problem!,
            _ => new(NetworkVerdict.Refused, Message: problem!.Message),
        };
    }

    /// <summary>A new container's id.</summary>
    protected async Task<(string? Id, NetworkAnswer? Failure)> CreateAsync(
        NetworkGrant grant, (string, string?)[] fields, CancellationToken cancel)
    {
        var reply = await http.PostFormAsync(Url($"/{grant.Account}/{Edge}"), grant.AccessToken, fields, cancel);
        return Id(reply) is { } id ? (id, null) : (null, reply.Failure<NetworkAnswer>(name));
    }

    protected Task<NetworkReply> PublishAsync(NetworkGrant grant, string container, CancellationToken cancel) =>
        http.PostFormAsync(Url($"/{grant.Account}/{Edge}_publish"), grant.AccessToken, [("creation_id", container)], cancel);

    /// <summary>The id that an answer tells; null if there is none.</summary>
    protected static string? Id(NetworkReply reply) =>
        reply.IsSuccess && reply.Read(MetaContainerJson.Default.MetaContainer)?.Id is { Length: > 0 } id ? id : null;

    /// <summary>The post's address; null if it cannot be learnt: the post is there all the same.</summary>
    protected async Task<string?> LinkAsync(NetworkGrant grant, string id, CancellationToken cancel)
    {
        try
        {
            var reply = await http.GetAsync(Url($"/{id}?fields=permalink"), grant.AccessToken, cancel);
            return reply.IsSuccess ? reply.Read(MetaContainerJson.Default.MetaMedia)?.Permalink : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    static string? Container(string? handle) =>
        handle is { Length: > 0 } && !handle.StartsWith(Children, StringComparison.Ordinal) ? handle : null;

    /// <summary>Makes the post's container, or goes on with those of its files.</summary>
    async Task<(string? Container, NetworkAnswer? Failure)> PrepareAsync(Publication publication, CancellationToken cancel)
    {
        var grant = publication.Grant!;
        if (publication.Files is [] or [_])
        {
            return publication.Files is [] ? await CreateAsync(grant, Whole(publication, null), cancel)
                : await CreateAsync(publication, publication.Files[0], isChild: false, cancel);
        }
        List<string> children = [.. (publication.Handle ?? "").Replace(Children, "", StringComparison.Ordinal)
            .Split(',', StringSplitOptions.RemoveEmptyEntries)];
        var isKnown = children.Count > 0;
        foreach (var file in publication.Files.Skip(children.Count))
        {
            var (id, failure) = await CreateAsync(publication, file, isChild: true, cancel);
            if (id is null)
            {
                return (null, Keep(failure!, children.Count > 0 ? Handle() : null));
            }
            children.Add(id);
        }
        var isReady = true;
        foreach (var child in children)
        {
            var (state, problem) = await StateAsync(grant, child, cancel);
            switch (state)
            {
                case Finished or Published:
                    break;
                case InProgress or Gone when state is InProgress || !isKnown:
                    isReady = false;
                    break;
                case Expired or Gone when isKnown:
                    return await PrepareAsync(publication with { Handle = null }, cancel);
                default:
                    return (null, problem!.Handle is null ? Keep(problem, Handle()) : problem);
            }
        }
        if (!isReady)
        {
            return (null, NetworkAnswer.NotReady(Handle(), Wait(publication)));
        }
        var (whole, refused) = await CreateAsync(grant, Whole(publication, string.Join(',', children)), cancel);
        return (whole, refused is null ? null : Keep(refused, Handle()));

        string Handle() => Children + string.Join(',', children);
    }

    async Task<(string? Id, NetworkAnswer? Failure)> CreateAsync(
        Publication publication, PublicationFile file, bool isChild, CancellationToken cancel) =>
        await FileAsync(publication, file, isChild, cancel) is { } fields ? await CreateAsync(publication.Grant!, fields, cancel)
            : (null, new(NetworkVerdict.Refused, Message: $"A picture of the post cannot be converted to a format that {name} takes."));

    /// <summary>A container's state, and the failure if there is none or it is one.</summary>
    protected async Task<(string? State, NetworkAnswer? Failure)> StateAsync(NetworkGrant grant, string id, CancellationToken cancel)
    {
        var reply = await http.GetAsync(Url($"/{id}?fields={StateFields}"), grant.AccessToken, cancel);
        if (reply.IsGone())
        {
            return (Gone, null);
        }
        if (!reply.IsSuccess || reply.Read(MetaContainerJson.Default.MetaContainer) is not { State: { Length: > 0 } state } known)
        {
            return (null, reply.Failure<NetworkAnswer>(name));
        }
        return state switch
        {
            Finished or InProgress or Published => (state, null),
            Expired => (state, new(NetworkVerdict.NotNow, Message: $"{name} no longer has the prepared media.") { Handle = Nothing }),
            _ => (state, Keep(
                Meaning(known.Reason ?? "") ?? new(NetworkVerdict.Refused, Message: $"{name} could not prepare the media."), Nothing)),
        };
    }

    async Task<NetworkAnswer> PublishedAsync(Publication publication, string container, CancellationToken cancel) =>
        await SeenAsync(publication, cancel) is { } seen ? NetworkAnswer.Done(seen.Id!, seen.Permalink)
        : NetworkAnswer.Done(container, null) with { Message = $"{name} has published the post, but does not tell its address." };

    /// <summary>The one of the newest posts that is this one; null if none is, or more than one may be.</summary>
    async Task<MetaMedia?> SeenAsync(Publication publication, CancellationToken cancel)
    {
        var (post, since) = (publication.Post, publication.Since);
        var reply = await http.GetAsync(Url(Newest(publication, since)), publication.Grant!.AccessToken, cancel);
        var newest = reply.IsSuccess ? reply.Read(MetaContainerJson.Default.MetaListMetaMedia)?.Data : null;
        return newest?.Where(one => one.Id is not null && one.At >= since
            && (post.IsStory || NetworkText.IsSame(one.Caption ?? one.Text, post.Text))).Take(2).ToArray() is [var only] ? only : null;
    }

    /// <summary>With what is prepared, if it can be used again.</summary>
    static NetworkAnswer Keep(NetworkAnswer answer, string? handle) =>
        answer.Verdict is NetworkVerdict.NotNow or NetworkVerdict.RateLimited ? answer with { Handle = handle } : answer;

    static TimeSpan Wait(Publication publication) => publication.Files.Any(file => file.Kind is MediaKind.video) ? Later : Soon;
}

/// <param name="Status">The state on Threads; words about it on Instagram.</param>
sealed record MetaContainer(string? Id, string? StatusCode, string? Status, string? ErrorMessage)
{
    public string? State => StatusCode ?? Status;

    public string? Reason => ErrorMessage ?? Status;
}

/// <param name="Timestamp">Such as 2026-11-02T08:00:00+0000, which is no ISO 8601 that a serializer reads.</param>
sealed record MetaMedia(string? Id, string? Caption, string? Text, string? Timestamp, string? Permalink)
{
    public DateTimeOffset? At => DateTimeOffset.TryParse(
        Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

/// <param name="Paging">Null after the last page.</param>
sealed record MetaList<T>(T[]? Data, MetaPaging? Paging);

sealed record MetaPaging(MetaCursors? Cursors, string? Next);

sealed record MetaCursors(string? After);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MetaContainer))]
[JsonSerializable(typeof(MetaMedia))]
[JsonSerializable(typeof(MetaList<MetaMedia>))]
sealed partial class MetaContainerJson : JsonSerializerContext;

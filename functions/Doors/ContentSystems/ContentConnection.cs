using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

/// <summary>Which date the drafts get: none, or the article's.</summary>
[JsonConverter(typeof(ArticleScheduleConverter))]
public enum ArticleSchedule
{
    none,
    article,
}

public sealed class ArticleScheduleConverter : NameConverter<ArticleSchedule>;

/// <param name="Page">The key of the page.</param>
/// <param name="Template">The template of its posts; null for the usual one.</param>
sealed record ConnectedPage(string Page, string? Template);

/// <summary>The API of a content system.</summary>
/// <param name="Type">The type of its entries; null for all.</param>
/// <param name="Key">The name of its key in the vault; null if it needs none.</param>
sealed record ConnectedApi(string Url, string? Type, string? Key);

/// <summary>The connection of a content system with a workspace, as stored.</summary>
sealed record ContentConnection
{
    /// <summary>The key of the workspace.</summary>
    public required string Workspace { get; init; }

    public required string Key { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required ContentProvider Provider { get; init; }

    public required string Name { get; init; }

    /// <summary>The key of the user who made it. It does what this user may do.</summary>
    public required string Creator { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The pages, each of which gets a post of an article.</summary>
    public required ConnectedPage[] Pages { get; init; }

    /// <summary>Where the parts of an article are, if not where they usually are.</summary>
    public ContentFields? Fields { get; init; }

    /// <summary>The address that relative addresses are relative to.</summary>
    public string? SiteUrl { get; init; }

    public ArticleSchedule Schedule { get; init; }

    /// <summary>Whether its calls have neither a signature nor the secret, but for that in their path.</summary>
    public bool IsUnsigned { get; init; }

    /// <summary>The name of its secret in the vault.</summary>
    public required string Secret { get; init; }

    /// <summary>The name of the secret before, which is valid until <see cref="PreviousUntil"/>.</summary>
    public string? PreviousSecret { get; init; }

    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>The content system's API; null if entries are read from calls alone.</summary>
    public ConnectedApi? Api { get; init; }

    /// <summary>All changes before this were fetched; null before the first time.</summary>
    public DateTimeOffset? FetchedUntil { get; init; }

    /// <summary>When changes were last looked for.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Why they could not be fetched; null if they were.</summary>
    public string? FetchFault { get; init; }

    [JsonIgnore]
    public Id Id => new(Workspace, Key);

    /// <summary>The names of all its secrets in the vault.</summary>
    [JsonIgnore]
    public IEnumerable<string> SecretNames => new[] { Secret, PreviousSecret, Api?.Key }.OfType<string>();

    /// <summary>Whether calls have a second secret, in their path.</summary>
    [JsonIgnore]
    public bool HasPathSecret => IsUnsigned || !Provider.Signs();

    [JsonIgnore]
    public string PublicId => IdKind.ContentConnection.Format(Workspace, Key);

    /// <summary>The names of the secrets that are valid at a time.</summary>
    public IEnumerable<string> Secrets(DateTimeOffset now) =>
        PreviousSecret is not null && now < PreviousUntil ? [Secret, PreviousSecret] : [Secret];

    /// <summary>The names of all that it has in the vault.</summary>
    [JsonIgnore]
    public IEnumerable<string> Vaulted => new[] { Secret, PreviousSecret, Api?.Key }.OfType<string>();

    /// <summary>Where the parts of an article are.</summary>
    [JsonIgnore]
    public ArticleFields ArticleFields => EventSources.Of(Provider).Fields is var usual && Fields is null ? usual : usual with
    {
        Title = Or(Fields.Title, usual.Title),
        Excerpt = Or(Fields.Excerpt, usual.Excerpt),
        Url = Or(Fields.Url, usual.Url),
        Image = Or(Fields.Image, usual.Image),
        Date = Or(Fields.Date, usual.Date),
    };

    static string[] Or(string? pointer, string[] usual) => pointer is null ? usual : [pointer];
}

/// <summary>
/// Connections of content systems. Table content, partition = workspace: rows <c>cms~</c>key, newest first. The rows of a connection's
/// deliveries and entries begin with <c>cms-delivery~</c> and <c>cms-entry~</c>, each followed by its key.
/// </summary>
sealed class ConnectionStore(Tables tables)
{
    const string Prefix = "cms~";

    public Task<List<ContentConnection>> ListAsync(string workspace, CancellationToken cancel) =>
        tables.Content.RangeAsync(workspace, Prefix, cancel: cancel)
            .Select(row => row.Read(ContentSystemStoredJson.Default.ContentConnection)).ToListAsync(cancel).AsTask();

    public async Task<ContentConnection?> FindAsync(Id id, CancellationToken cancel) => (await ReadAsync(id, cancel))?.Value;

    public async Task<Stored<ContentConnection>?> ReadAsync(Id id, CancellationToken cancel) =>
        (await tables.Content.FindAsync(id.Partition, Prefix + id.Key, cancel))
            ?.ReadStored(ContentSystemStoredJson.Default.ContentConnection);

    /// <summary>Changes a connection, unless it is gone.</summary>
    public Task ChangeAsync(Id id, Func<ContentConnection, ContentConnection> change, CancellationToken cancel) =>
        tables.Content.ChangeAsync(
            id.Partition, Prefix + id.Key, ContentSystemStoredJson.Default.ContentConnection,
            known => known is null ? null : change(known), cancel);

    public static TableEntity Row(ContentConnection connection) =>
        new TableEntity(connection.Workspace, Prefix + connection.Key)
            .With(connection, ContentSystemStoredJson.Default.ContentConnection);

    /// <summary>Deletes what a deleted connection leaves: its deliveries, and what it knows of entries. Its posts stay.</summary>
    public async Task RemoveRestAsync(Id id, CancellationToken cancel)
    {
        await tables.Content.DeleteAllAsync(id.Partition, ContentDeliveryStore.PrefixOf(id), cancel);
        await tables.Content.DeleteAllAsync(id.Partition, EntryStore.PrefixOf(id), cancel);
    }
}

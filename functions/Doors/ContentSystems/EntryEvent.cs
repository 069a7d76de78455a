using System.Globalization;
using System.Text.Json;

namespace Planable.Doors.ContentSystems;

/// <summary>What happened to an entry.</summary>
enum EntryChange
{
    /// <summary>Nothing that a post follows.</summary>
    None,

    Published,

    /// <summary>An entry that is published was changed.</summary>
    Changed,

    Unpublished,
}

/// <summary>The call of a content system, after it was verified.</summary>
/// <param name="Headers">Those of <see cref="EventSource.Headers"/> that it had, by their lowercase names.</param>
sealed record HookMessage(IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>What a call, or the content system's API, says of one entry.</summary>
/// <param name="Entry">The entry's id in its content system.</param>
/// <param name="Revision">The entry's revision, or when it was changed; null if that is not said.</param>
/// <param name="IsListed">Whether a list of changes has it. Such a list may be older than a call.</param>
sealed record EntryEvent(string Entry, EntryChange Change, string? Revision, Article Article, bool IsListed = false)
{
    /// <summary>A date is written in one way: a content system's calls and its API write it in two.</summary>
    public static string? Canonical(string? revision) =>
        revision is ['0' or '1' or '2', _, _, _, '-', ..] && DateTimeOffset.TryParse(
            revision, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date.ToString("O", CultureInfo.InvariantCulture) : revision;
}

/// <summary>How the calls of a content system are read. Pointers lead from an entry.</summary>
sealed record EventSource
{
    /// <summary>The headers that events are read from.</summary>
    public static readonly string[] Headers =
        ["x-contentful-topic", "sanity-operation", "sanity-document-id", "x-strapi-event", "webhook-id"];

    /// <summary>Where the entries are in the body, alone or in a list; the body itself is an entry by default.</summary>
    public string[] Entries { get; init; } = [""];

    /// <summary>The most characters of an id or a revision.</summary>
    const int Longest = 500;

    public required string[] Id { get; init; }

    /// <summary>The header that has the id of an entry that has none.</summary>
    public string? IdHeader { get; init; }

    public string[] Revision { get; init; } = [];

    /// <summary>What happened to an entry of a call.</summary>
    public required Func<HookMessage, JsonElement, EntryChange> Change { get; init; }

    public required ArticleFields Fields { get; init; }

    /// <summary>What a call says of its entries. One without an id is left out.</summary>
    /// <param name="fields">Where the parts of an article are, if not where they usually are.</param>
    /// <param name="site">The address that relative addresses are relative to.</param>
    public IEnumerable<EntryEvent> Read(HookMessage message, ArticleFields fields, Uri? site) =>
        from entry in All(message.Body)
        let id = entry.Text(Id) ?? (IdHeader is null ? null : message.Header(IdHeader))
        where id is { Length: <= Longest }
        let revision = entry.Text(Revision)
        select new EntryEvent(
            id!, Change(message, entry), EntryEvent.Canonical(revision is { Length: <= Longest } ? revision : null),
            fields.Read(entry, site));

    /// <summary>The entries in a body.</summary>
    public JsonElement[] All(JsonElement body) =>
        Entries.Select(pointer => body.Find(pointer)).FirstOrDefault(found => found is not null) is not { } found ? []
        : found.ValueKind is JsonValueKind.Array ? [.. found.EnumerateArray()] : [found];
}

using System.ComponentModel.DataAnnotations;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Doors.ContentSystems;

/// <summary>The API of a content system, from which published content is read.</summary>
public sealed record NewContentApi
{
    /// <summary>Its address. The guide to content systems says what it is for each of them.</summary>
    /// <example>https://example.ghost.io</example>
    [Required, WebAddress, Characters(2_048)]
    public string Url { get; init; } = null!;

    /// <summary>The type of the entries that become drafts, as the content system names it. All types by default.</summary>
    /// <example>article</example>
    [EntryType, Characters(100, Least = 1)]
    public string? Type { get; init; }

    /// <summary>A key that may read published content; absent if the content is public. It is kept secret and never returned.</summary>
    [Characters(2_000, Least = 8)]
    public string? Key { get; init; }

    /// <param name="key">The name of its key.</param>
    internal ConnectedApi Connected(string? key) => new(Url, Type, key);

    /// <summary>Why this cannot be the API of a content system; null if it can.</summary>
    internal Problem? Fault(ContentProvider provider, GuardedClient http)
    {
        var address = new Uri(Url);
        return ApiSources.Of(provider) is not { } source
            ? Problems.Invalid("api", "Changes cannot be fetched from this content system.")
            : source.NeedsType && Type is null ? Problems.Invalid("api.type", FieldWords.Missing)
            : http.Check(Url) is { } fault ? Problems.Invalid("api.url", fault)
            : address.Query.Length > 0 || address.Fragment.Length > 0 ? Problems.Invalid("api.url", "Must end with the path.")
            : Key is not null && address.Scheme is "http" && !address.IsLoopback
            ? Problems.Invalid("api.url", "Must be an https address, for the key is sent to it.")
            : null;
    }
}

/// <summary>Validates the name of a type of entries. It becomes part of a query.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class EntryTypeAttribute() : ValidationAttribute("Must have letters, digits, and . _ - alone.")
{
    public override bool IsValid(object? value) => value is not string type || ApiSource.IsPlain(type);
}

/// <summary>The API of a content system, without its key.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Type">The type of the entries that become drafts; absent for all.</param>
/// <param name="HasKey">Whether it has a key.</param>
/// <param name="FetchedAt">When changes were last looked for; absent before the first time.</param>
/// <param name="Fault">Why they could not be fetched; absent if they were.</param>
sealed record ContentApiResponse(string Url, string? Type, bool HasKey, DateTimeOffset? FetchedAt, string? Fault)
{
    public static ContentApiResponse? Of(ContentConnection connection) => connection.Api is not { } api ? null
        : new(api.Url, api.Type, api.Key is not null, connection.FetchedAt, connection.FetchFault);
}

using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.ContentSystems;

/// <summary>A connection with a content system to create.</summary>
public sealed record NewContentConnection : IValidatableObject
{
    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>The content system.</summary>
    [Required]
    public ContentProvider? Provider { get; init; }

    /// <summary>The name.</summary>
    /// <example>Our blog</example>
    [Required, Characters(80, Least = 1)]
    public string Name { get; init; } = null!;

    /// <summary>The pages, each of which gets a draft of an article.</summary>
    [Required, MinLength(1), MaxLength(20)]
    public IReadOnlyList<ContentConnectionPage> Pages { get; init; } = null!;

    /// <summary>Where the parts of an article are in a call, if not where the content system usually has them.</summary>
    public ContentFields? Fields { get; init; }

    /// <summary>The site's address, which relative addresses in calls are relative to.</summary>
    /// <example>https://example.com/blog/</example>
    [WebAddress, Characters(2_048)]
    public string? SiteUrl { get; init; }

    /// <summary>The date of the drafts: <c>none</c>, or the <c>article</c>'s. They are never scheduled. None by default.</summary>
    public ArticleSchedule? Schedule { get; init; }

    /// <summary>
    /// The secret that the content system signs with. Without it, one of 64 letters and digits is generated.
    /// </summary>
    [Characters(500, Least = 8)]
    public string? Secret { get; init; }

    /// <summary>
    /// True if the content system signs nothing. Calls then need only the secret in the path of their address. False by default.
    /// </summary>
    [JsonPropertyName("unsigned")]
    public bool? IsUnsigned { get; init; }

    /// <summary>
    /// The content system's API. With it, what calls leave out is fetched, and what changed is fetched each day, for calls may be lost.
    /// </summary>
    public NewContentApi? Api { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Secret is not null && Provider?.SecretFault(Secret) is { } fault)
        {
            yield return new(fault, [nameof(Secret)]);
        }
        foreach (var result in ContentConnectionPage.Validate(Pages))
        {
            yield return result;
        }
    }

    /// <param name="secret">The name of its secret.</param>
    /// <param name="key">The name of its API's key; null if it needs none.</param>
    internal ContentConnection ToConnection(Id id, string creator, string secret, string? key, DateTimeOffset now) => new()
    {
        Workspace = id.Partition,
        Key = id.Key,
        Provider = Provider!.Value,
        Name = Name,
        Creator = creator,
        CreatedAt = now,
        Pages = ContentConnectionPage.All(Pages),
        Fields = Fields,
        SiteUrl = SiteUrl,
        Schedule = Schedule ?? ArticleSchedule.none,
        IsUnsigned = IsUnsigned is true,
        Secret = secret,
        Api = Api?.Connected(key),
    };
}

/// <summary>A page that gets drafts of articles.</summary>
public sealed record ContentConnectionPage
{
    /// <summary>The page.</summary>
    /// <example>pg_wpdyety5tgkwd6ycz1z6gejp1zyzvf0</example>
    [Required, MinLength(1)]
    public string PageId { get; init; } = null!;

    /// <summary>
    /// The text of its posts, in which <c>{{title}}</c>, <c>{{excerpt}}</c> and <c>{{url}}</c> stand for parts of the article. A line whose
    /// parts are all missing is left out. All three by default.
    /// </summary>
    /// <example>New on the blog: {{title}} {{url}}</example>
    [Template, Characters(5_000, Least = 1)]
    public string? Template { get; init; }

    /// <summary>The pages as they are stored. A page that does not exist is refused before that.</summary>
    internal static ConnectedPage[] All(IEnumerable<ContentConnectionPage> pages) =>
        [.. pages.Select(page => new ConnectedPage(IdKind.Page.TryParse(page.PageId, out var id) ? id.Key : "", page.Template))];

    internal static IEnumerable<ValidationResult> Validate(IReadOnlyList<ContentConnectionPage>? pages)
    {
        if (pages is not null && pages.DistinctBy(page => page.PageId, StringComparer.Ordinal).Count() < pages.Count)
        {
            yield return new("Must not contain a page twice.", ["Pages"]);
        }
    }
}

/// <summary>Where the parts of an article are: JSON Pointers (RFC 6901) into an entry. Absent ones are as usual.</summary>
public sealed record ContentFields
{
    /// <summary>The title.</summary>
    /// <example>/fields/headline</example>
    [Pointer, Characters(500)]
    public string? Title { get; init; }

    /// <summary>The excerpt.</summary>
    [Pointer, Characters(500)]
    public string? Excerpt { get; init; }

    /// <summary>The address of the article's page.</summary>
    [Pointer, Characters(500)]
    public string? Url { get; init; }

    /// <summary>The address of the picture.</summary>
    [Pointer, Characters(500)]
    public string? Image { get; init; }

    /// <summary>The date of the article.</summary>
    [Pointer, Characters(500)]
    public string? Date { get; init; }
}

/// <summary>Changes to a connection. Absent fields stay as they are.</summary>
public sealed record ContentConnectionChange : IValidatableObject
{
    readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>The name.</summary>
    [Characters(80, Least = 1)]
    public string? Name { get; set => field = Given(value); }

    /// <summary>The pages, which replace the current ones.</summary>
    [MinLength(1), MaxLength(20)]
    public IReadOnlyList<ContentConnectionPage>? Pages { get; set => field = Given(value); }

    /// <summary>Where the parts of an article are; null for where the content system usually has them.</summary>
    [AcceptsNull]
    public ContentFields? Fields { get; set => field = Given(value); }

    /// <summary>The site's address; null for none.</summary>
    [WebAddress, Characters(2_048), AcceptsNull]
    public string? SiteUrl { get; set => field = Given(value); }

    /// <summary>The date of the drafts.</summary>
    public ArticleSchedule? Schedule { get; set => field = Given(value); }

    /// <summary>The content system's API, which replaces the current one and its key; null for none.</summary>
    [AcceptsNull]
    public NewContentApi? Api { get; set => field = Given(value); }

    /// <summary>Whether the API is to be replaced, or removed.</summary>
    internal bool ChangesApi => _given.Contains(nameof(Api));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (_given.Count == 0)
        {
            yield return new("Send at least one field.", ["body"]);
        }
        foreach (var result in ContentConnectionPage.Validate(Pages))
        {
            yield return result;
        }
    }

    /// <param name="key">The name of the new API's key; null if it needs none.</param>
    internal ContentConnection Of(ContentConnection connection, string? key) => connection with
    {
        Name = Name ?? connection.Name,
        Pages = Pages is null ? connection.Pages : ContentConnectionPage.All(Pages),
        Fields = _given.Contains(nameof(Fields)) ? Fields : connection.Fields,
        SiteUrl = _given.Contains(nameof(SiteUrl)) ? SiteUrl : connection.SiteUrl,
        Schedule = Schedule ?? connection.Schedule,
        Api = ChangesApi ? Api?.Connected(key) : connection.Api,
    };

    /// <summary>A setter runs only for a field in the request, even if its value is null, so this records which fields were sent.</summary>
    T Given<T>(T value, [CallerMemberName] string name = "")
    {
        _given.Add(name);
        return value;
    }
}

/// <summary>Another secret for a connection.</summary>
public sealed record NewContentSecret
{
    /// <summary>The secret that the content system signs with. Without it, one of 64 letters and digits is generated.</summary>
    [Characters(500, Least = 8)]
    public string? Secret { get; init; }
}

/// <summary>Since when changes are fetched.</summary>
public sealed record FetchedChanges
{
    /// <summary>The time since which something changed; the last success by default, or when the connection was made.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Validates a JSON Pointer.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class PointerAttribute() : ValidationAttribute("Must be a JSON Pointer, such as /fields/title.")
{
    public override bool IsValid(object? value) => value is not string pointer || JsonPointer.IsValid(pointer);
}

/// <summary>Validates a template of posts.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class TemplateAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string template && PostTemplate.Fault(template) is { } fault ? new(fault) : ValidationResult.Success;
}

using Microsoft.Net.Http.Headers;

namespace Planable.Platform.Http;

/// <summary>Which versions of a thing a write may change (RFC 9110, section 13.1.1); any, where the caller names none.</summary>
sealed class IfMatch(IList<EntityTagHeaderValue>? tags)
{
    public const string Header = "If-Match";

    public static IfMatch Any { get; } = new(null);

    public static ValueTask<IfMatch> BindAsync(HttpContext http)
    {
        var values = http.Request.Headers.IfMatch;
        if (values.Count == 0)
        {
            return ValueTask.FromResult(Any);
        }
        return EntityTagHeaderValue.TryParseStrictList(values!, out var tags)
            && (tags.Count == 1 || !tags.Contains(EntityTagHeaderValue.Any))
            ? ValueTask.FromResult(new IfMatch(tags))
            : throw new InvalidField(Header, "Must be ETags as they were answered, separated by commas, or an asterisk.");
    }

    /// <summary>A weak tag matches nothing: it does not name one version.</summary>
    public bool Allows(string etag) =>
        tags is null || tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag == etag));
}

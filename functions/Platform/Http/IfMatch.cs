using Microsoft.Net.Http.Headers;

namespace Planable.Platform.Http;

/// <summary>The versions that a write may change, from If-Match (RFC 9110, section 13.1.1); any version if the header is missing.</summary>
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
            : throw new InvalidField(Header, "Must be ETags from earlier responses, separated by commas, or an asterisk.");
    }

    /// <summary>
    /// Why the version with this ETag may not be changed; null if it may. A weak ETag matches nothing, because it does not identify one
    /// version.
    /// </summary>
    public Problem? Check(string etag) =>
        tags is null || tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag == etag)) ? null
        : tags.All(tag => tag.IsWeak) ? Problems.WeakMatch()
        : Problems.Changed();
}

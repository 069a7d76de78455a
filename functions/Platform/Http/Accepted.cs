namespace Planable.Platform.Http;

static class Accepted
{
    /// <summary>
    /// Whether the caller wants a media type that its <c>Accept</c> names, rather than JSON (RFC 9110, 12.5.1). A type that is named wins
    /// over JSON that only <c>*/*</c> allows.
    /// </summary>
    /// <param name="evenly">Whether it also wins if JSON is named and has the same weight.</param>
    public static bool Prefers(this HttpRequest request, string type, bool evenly = false)
    {
        var accept = request.GetTypedHeaders().Accept;
        return Weight(type) is > 0 and var wanted && (Weight("application/json") is { } json
            ? wanted > json || (evenly && wanted == json) : wanted >= (Weight("application/*") ?? Weight("*/*") ?? 0));

        double? Weight(string name) => accept.Where(one => one.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Max(one => (double?)(one.Quality ?? 1));
    }
}

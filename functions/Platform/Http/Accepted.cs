namespace Planable.Platform.Http;

static class Accepted
{
    /// <summary>How much the caller wants a media type that its Accept names: from 0 to 1. 0 also if it does not name it.</summary>
    public static double Weight(this HttpRequest request, string type) =>
        request.GetTypedHeaders().Accept.Where(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
            .Select(one => one.Quality ?? 1).DefaultIfEmpty().Max();
}

namespace Planable.Platform.Http;

static class PublicOrigin
{
    /// <summary>The origin for links to the app: <c>PublicBaseUrl</c> if set, otherwise the one that this call was sent to.</summary>
    public static string Origin(this HttpContext http) =>
        http.RequestServices.GetRequiredService<HttpSettings>().PublicBaseUrl?.ToString().TrimEnd('/')
        ?? $"{http.Request.Scheme}://{http.Request.Host}";
}

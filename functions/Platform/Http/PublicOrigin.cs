namespace Planable.Platform.Http;

static class PublicOrigin
{
    /// <summary>Where callers reach the app, for the links it gives: as <c>PublicBaseUrl</c> says, else where this call came to.</summary>
    public static string Origin(this HttpContext http) =>
        http.RequestServices.GetRequiredService<HttpSettings>().PublicBaseUrl?.ToString().TrimEnd('/')
        ?? $"{http.Request.Scheme}://{http.Request.Host}";
}

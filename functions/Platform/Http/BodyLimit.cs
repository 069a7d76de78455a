using Microsoft.AspNetCore.Http.Features;

namespace Planable.Platform.Http;

static class BodyLimit
{
    /// <summary>Refuses a body that is too large: before reading it if its length is known, otherwise while reading.</summary>
    public static IApplicationBuilder UseBodyLimit(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.ContentLength > Limits.Body)
        {
            return ProblemResponses.ForStatus(413).ExecuteAsync(http);
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = Limits.Body;
        }
        return next(http);
    });
}

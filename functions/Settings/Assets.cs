using System.Reflection;
using Microsoft.Net.Http.Headers;

namespace Planable.Settings;

/// <summary>Serves the style sheet, the script and the icon, which are embedded in the assembly.</summary>
static class Assets
{
    static readonly (string Name, string ContentType)[] All =
        [("settings.css", "text/css; charset=utf-8"), ("settings.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml")];

    public static void MapAssets(this IEndpointRouteBuilder settings)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var version = new EntityTagHeaderValue($"\"{assembly.ManifestModule.ModuleVersionId:N}\"");
        foreach (var (name, type) in All)
        {
            settings.MapGet("/" + name, http =>
            {
                http.Response.Headers.CacheControl = "max-age=300";
                return Results.Stream(assembly.GetManifestResourceStream(name)!, type, entityTag: version).ExecuteAsync(http);
            }).AllowAnonymous();
        }
    }
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Planable.Platform.Http;

/// <summary>Refuses addresses that lead to another operation than the caller means.</summary>
static class Addresses
{
    /// <summary>
    /// The server resolves <c>comments/..</c> before it routes, and so do most clients: an id of two dots would lead from a comment to its
    /// post. What is left of it is a slash after the id.
    /// </summary>
    public static IApplicationBuilder UseAddresses(this IApplicationBuilder app) => app.Use((http, next) =>
        HasDots(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) || EndsAfterId(http)
            ? ProblemResponses.ForStatus(StatusCodes.Status404NotFound).ExecuteAsync(http) : next(http));

    static bool HasDots(string target)
    {
        var path = target.AsSpan(0, target.IndexOf('?') is >= 0 and var query ? query : target.Length);
        foreach (var range in path.Split('/'))
        {
            if (path[range] is ['.' or '%', ..] segment
                && segment.ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
            {
                return true;
            }
        }
        return false;
    }

    static bool EndsAfterId(HttpContext http) =>
        http.Request.Path.Value is [.., '/']
        && http.GetEndpoint() is RouteEndpoint { RoutePattern.PathSegments: [.., { Parts: [RoutePatternParameterPart last] }] }
        && !last.IsCatchAll && http.Request.RouteValues.ContainsKey(last.Name);
}

/// <summary>
/// A word that a route spells out is never an id: <c>/posts/count</c> is no path of <c>/posts/{id}</c>, and has only its own methods.
/// </summary>
sealed class IdConstraint : IRouteConstraint, IParameterLiteralNodeMatchingPolicy
{
    static readonly IdConstraint Instance = new();

    /// <summary>Makes every parameter of a route an id.</summary>
    public static void Constrain(EndpointBuilder endpoint)
    {
        var route = (RouteEndpointBuilder)endpoint;
        var pattern = route.RoutePattern;
        route.RoutePattern = RoutePatternFactory.Pattern(
            pattern.RawText, new RouteValueDictionary(pattern.Defaults),
            new RouteValueDictionary(pattern.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, (object?)Instance))),
            pattern.PathSegments);
    }

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) => true;

    public bool MatchesLiteral(string parameterName, string literal) => false;
}

using System.Net;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Doors.Mcp;

/// <param name="Origins">Origins of web pages, besides the app's own, from which a browser may call.</param>
sealed record McpSettings(string[] Origins)
{
    public static McpSettings Read(IConfiguration configuration) => new(
        [.. (configuration["Mcp:Origins"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>
    /// Why a call is refused that a web page of another site makes a browser send; null if it may pass. The front end routes by host, so a
    /// call that comes through it has the right one. A call to a loopback address has not come through it: there a page can give its own
    /// host's name this machine's address, and only the name in <c>Host</c> tells.
    /// </summary>
    public Problem? Check(HttpContext http)
    {
        var own = http.Origin();
        if (http.Request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !origin.Equals(own, StringComparison.OrdinalIgnoreCase) && !Origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return Problems.Forbidden("Calls from that origin are not allowed.");
        }
        var isForeign = http.RequestServices.GetRequiredService<HttpSettings>().PublicBaseUrl is { } known
            ? !http.Request.Host.Host.Equals(known.Host, StringComparison.OrdinalIgnoreCase) && !IsLocal(http)
            : http.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address)
                && http.Connection.RemoteIpAddress is not null && !IsLoopback(http.Request.Host);
        return isForeign ? Problems.Forbidden("Calls to that host are not allowed.") : null;
    }

    static bool IsLocal(HttpContext http) => http.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
        && IsLoopback(http.Request.Host);

    static bool IsLoopback(HostString host) => host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

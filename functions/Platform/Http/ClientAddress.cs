using System.Net;

namespace Planable.Platform.Http;

static class ClientAddress
{
    /// <summary>
    /// The IP address that a call comes from: the last entry of the header that <c>ClientAddressHeader</c> names, which the front end
    /// wrote; without that setting, the connection's address. Null if that would be the Functions host's.
    /// </summary>
    public static IPAddress? ClientIp(this HttpContext http)
    {
        if (http.RequestServices.GetRequiredService<HttpSettings>().ClientAddressHeader is not { } header)
        {
            return http.Connection.RemoteIpAddress;
        }
        var last = http.Request.Headers[header].ToString().Split(',')[^1].Trim();
        return IPAddress.TryParse(last, out var address) ? address : IPEndPoint.TryParse(last, out var endpoint) ? endpoint.Address : null;
    }
}

using System.Net;

namespace Planable.Platform.Http;

static class ClientAddress
{
    /// <summary>
    /// The address a call comes from: as the header says that <c>ClientAddressHeader</c> names, its last entry, which the front end wrote;
    /// else as it reached us. Null where that would be the Functions host's.
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

namespace Planable.Networks;

/// <summary>Tells from an HTTP client's failure whether the request was sent.</summary>
static class NetworkErrors
{
    /// <summary>
    /// Whether certainly no byte of the request reached the network. A request with a body is sent once: the handler itself retries only
    /// requests that it had not begun to send.
    /// </summary>
    public static bool IsBeforeSending(HttpRequestException e) => e.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}

namespace Planable.Networks;

/// <summary>What an HTTP client's failures mean for whether a request was made.</summary>
static class NetworkErrors
{
    /// <summary>
    /// Whether no byte of the request can have reached the network. A request with a body is sent once: the handler repeats by itself only
    /// what it had not begun to send.
    /// </summary>
    public static bool IsBeforeSending(HttpRequestException e) => e.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}

using System.Net.Sockets;

namespace Planable.Platform.Http;

/// <summary>Fetching a URL failed.</summary>
/// <param name="reason">The reason, as a sentence that a user can act on. It contains no part of the URL.</param>
/// <param name="isTransient">Whether a later attempt may succeed.</param>
/// <param name="retryAfter">How long to wait before the next attempt, if the address says so.</param>
sealed class FetchFailure(string reason, bool isTransient = false, TimeSpan? retryAfter = null) : Exception(reason)
{
    public bool IsTransient { get; } = isTransient;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public static FetchFailure TooSlow() => new("The address answers too slowly.", isTransient: true);

    public static FetchFailure Status(HttpResponseMessage response, DateTimeOffset now) => new(
        $"The address answered {(int)response.StatusCode}.", (int)response.StatusCode is 408 or 425 or 429 or >= 500, After(response, now));

    /// <summary>How long the response asks to wait; null if it does not say.</summary>
    public static TimeSpan? After(HttpResponseMessage response, DateTimeOffset now) =>
        (response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - now : null) is { } after && after > TimeSpan.Zero
            ? after : null;

    /// <summary>The failure for a host name that cannot be resolved.</summary>
    public static FetchFailure Resolving(SocketException exception) =>
        exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData
        ? new("There is no host with that name.") : new("The host's name cannot be resolved.", isTransient: true);

    public static FetchFailure Of(Exception exception) => exception switch
    {
        FetchFailure known => known,
        { InnerException: FetchFailure known } => known,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: not IOException } =>
            new("The host has no trusted certificate."),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            new("The address did not answer with valid HTTP."),
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => new("The address did not answer with valid HTTP."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
            new("The host cannot be reached.", isTransient: true),
        _ => new("The connection broke before the whole response arrived.", isTransient: true),
    };
}

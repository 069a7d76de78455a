using System.Net.Sockets;

namespace Planable.Platform.Http;

/// <summary>An address gave nothing that we take.</summary>
/// <param name="reason">Why, as a sentence that a person can act on; it says nothing of what is in the URL.</param>
/// <param name="mayPass">Whether another try may do better.</param>
/// <param name="retryAfter">When the address asks to be tried again, where it says.</param>
sealed class FetchFailure(string reason, bool mayPass = false, TimeSpan? retryAfter = null) : Exception(reason)
{
    public bool MayPass { get; } = mayPass;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public static FetchFailure TooSlow() => new("The address answers too slowly.", mayPass: true);

    public static FetchFailure Status(HttpResponseMessage response, DateTimeOffset now)
    {
        var after = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - now : null;
        return new(
            $"The address answered {(int)response.StatusCode}.",
            (int)response.StatusCode is 408 or 425 or 429 or >= 500, after > TimeSpan.Zero ? after : null);
    }

    /// <summary>What becomes of a name that cannot be resolved.</summary>
    public static FetchFailure Resolving(SocketException exception) =>
        exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData
        ? new("There is no host of that name.") : new("The host's name cannot be resolved.", mayPass: true);

    public static FetchFailure Of(Exception exception) => exception switch
    {
        FetchFailure known => known,
        { InnerException: FetchFailure known } => known,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: not IOException } =>
            new("The host has no certificate that can be trusted."),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            new("What the address answers is not valid HTTP."),
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => new("What the address answers is not valid HTTP."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new("The host cannot be reached.", mayPass: true),
        _ => new("The connection broke before all of it had come.", mayPass: true),
    };
}

using System.Text.Json;
using Azure;
using Azure.Identity;
using Microsoft.AspNetCore.Diagnostics;

namespace Planable.Platform.Http;

/// <summary>A wrong value found while binding a parameter, where no problem can be returned.</summary>
sealed class InvalidField(string field, string message) : BadHttpRequestException(message)
{
    public string Field { get; } = field;
}

/// <summary>Turns an exception into a problem for the caller. The exception's own message never leaves the process.</summary>
sealed partial class ErrorHandling(ILogger<ErrorHandling> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancel)
    {
        var problem = exception switch
        {
            BadHttpRequestException bad => Explain(bad),
            _ => IsTransient(exception) ? Problems.Busy() : Problems.Internal(),
        };
        if (problem.Status() >= 500 && !http.RequestAborted.IsCancellationRequested)
        {
            LogFailed(exception, http.TraceIdentifier);
        }
        try
        {
            await problem.ExecuteAsync(http);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone away.
        }
        return true;
    }

    /// <summary>Whether the failure is temporary and not ours, so that the same call may succeed later.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is RequestFailedException { Status: 0 or 408 or 412 or 429 or >= 500 } or AuthenticationFailedException
        or AggregateException or OperationCanceledException;

    static Problem Explain(BadHttpRequestException bad) => bad switch
    {
        InvalidField invalid => Problems.Invalid(invalid.Field, invalid.Message),
        { InnerException: JsonException } => Problems.NoJson(),
        _ => ProblemResponses.ForStatus(bad.StatusCode),
    };

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed.")]
    partial void LogFailed(Exception exception, string requestId);
}

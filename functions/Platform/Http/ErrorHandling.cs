using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Azure;
using Azure.Identity;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;

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
            BadHttpRequestException bad => Explain(http, bad),
            _ => IsTransient(exception) ? Problems.Busy() : Problems.Internal(),
        };
        if (problem.Status() >= 500 && !http.RequestAborted.IsCancellationRequested)
        {
            LogFailed(exception, http.TraceIdentifier);
        }
        await problem.ExecuteAsync(http);
        return true;
    }

    /// <summary>Whether the failure is temporary and not ours, so that the same call may succeed later.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is RequestFailedException { Status: 0 or 408 or 412 or 429 or >= 500 } or AuthenticationFailedException
        or AggregateException or OperationCanceledException;

    static Problem Explain(HttpContext http, BadHttpRequestException bad) => bad switch
    {
        InvalidField invalid => Problems.Invalid(invalid.Field, invalid.Message),
        { StatusCode: 413 or 415 } => ProblemResponses.ForStatus(bad.StatusCode),
        { InnerException: JsonException json } => Explain(json),
        _ when Unbound(http) is { Count: > 0 } fields => Problems.Invalid(fields),
        _ => Problems.Malformed("Send a JSON object as the body."),
    };

    public static Problem Explain(JsonException json) => JsonNames.Of(json) is { } field
        ? Problems.Invalid(field, "Has the wrong type or is not a known value.")
        : Problems.Malformed("The body is not a valid JSON object.");

    /// <summary>The query values that are missing or have the wrong type.</summary>
    static List<FieldError> Unbound(HttpContext http) =>
    [
        .. from parameter in http.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<MethodInfo>()?.GetParameters()
            ?? []
           let type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType
           let name = parameter.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? parameter.Name!
           where (type == typeof(string) || IsParsed(type)) && !http.Request.RouteValues.ContainsKey(name)
           let value = http.Request.Query[name].ToString()
           let isThere = http.Request.Query.ContainsKey(name)
           where isThere ? !TypeDescriptor.GetConverter(type).IsValid(value) : !IsOptional(parameter)
           select new FieldError(name, isThere ? "Must be a whole number." : "Is required."),
    ];

    static bool IsParsed(Type type) => type.IsEnum
        || Array.Exists(type.GetInterfaces(), one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IParsable<>));

    static bool IsOptional(ParameterInfo parameter) =>
        parameter.HasDefaultValue || new NullabilityInfoContext().Create(parameter).WriteState is NullabilityState.Nullable;

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed.")]
    partial void LogFailed(Exception exception, string requestId);
}

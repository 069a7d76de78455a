using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Planable.Platform.Http;

/// <summary>The body of every error.</summary>
sealed record ErrorResponse
{
    /// <summary>The error.</summary>
    public required Error Error { get; init; }
}

/// <summary>What went wrong.</summary>
sealed record Error
{
    /// <summary>The kind of error.</summary>
    public required ErrorCode Code { get; init; }

    /// <summary>What is wrong, in words for a person.</summary>
    public required string Message { get; init; }

    /// <summary>Identifies this call. Quote it when you ask for help. Also in the <c>X-Request-Id</c> header.</summary>
    public required string RequestId { get; init; }

    /// <summary>The fields that are not valid, if the error is about fields.</summary>
    public IReadOnlyList<FieldError>? Details { get; init; }
}

/// <summary>The kind of an error, for programs. Several errors share a code; the status tells them apart.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorCode>))]
enum ErrorCode
{
    VALIDATION_ERROR,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    RATE_LIMITED,
    POST_ALREADY_PUBLISHED,
    PUBLISHING_IN_PROGRESS,
    WORKSPACE_LIMIT_REACHED,
    INTERNAL,
}

/// <summary>
/// Writes every problem, including the framework's own, as the API's error; or as RFC 9457 problem details if the caller asks for that.
/// </summary>
sealed class ProblemWriter : IProblemDetailsWriter
{
    const string ProblemJson = "application/problem+json";

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (http, problem) = (context.HttpContext, Begin(context));
        if (http.Request.Prefers(ProblemJson, evenly: true))
        {
            problem.Title = ReasonPhrases.GetReasonPhrase(http.Response.StatusCode);
            problem.Instance = http.Request.PathBase + http.Request.Path;
            problem.Extensions["requestId"] = http.TraceIdentifier;
            await http.Response.WriteAsJsonAsync(problem, ApiJson.Default.ProblemDetails, ProblemJson, http.RequestAborted);
            return;
        }
        await http.Response.WriteAsJsonAsync(
            new ErrorResponse { Error = ErrorOf(problem, http.TraceIdentifier) }, ApiJson.Default.ErrorResponse,
            "application/json; charset=utf-8", http.RequestAborted);
    }

    static Error ErrorOf(ProblemDetails problem, string requestId) => new()
    {
        Code = Enum.Parse<ErrorCode>((string)problem.Extensions["code"]!),
        Message = problem.Detail!,
        RequestId = requestId,
        Details = problem.Extensions.TryGetValue("details", out var details) ? (IReadOnlyList<FieldError>?)details : null,
    };

    /// <summary>Validation errors, with field names as callers know them.</summary>
    public static Problem Invalid(IEnumerable<KeyValuePair<string, string[]>> errors) => Problems.Invalid([.. errors.SelectMany(error =>
        error.Value.Select(message => new FieldError(JsonNames.Path(error.Key), message)))]);

    /// <summary>Translates the problem and sets the status and headers, whatever format the body has.</summary>
    public static ProblemDetails Begin(ProblemDetailsContext context)
    {
        var response = context.HttpContext.Response;
        var problem = Translate(context.ProblemDetails, response.StatusCode);
        response.StatusCode = problem.Status!.Value;
        if (problem.Status is 503)
        {
            response.Headers.RetryAfter = "2";
        }
        return problem;
    }

    /// <summary>
    /// Our own problems are complete. The framework's have only a status, or validation errors under the names of C# properties.
    /// </summary>
    static ProblemDetails Translate(ProblemDetails problem, int status) => problem switch
    {
        { Extensions: var extensions } when extensions.ContainsKey("code") => problem,
        HttpValidationProblemDetails { Errors: var errors } => Invalid(errors).ToResult().ProblemDetails,
        _ => ProblemResponses.ForStatus(problem.Status ?? status).ToResult().ProblemDetails,
    };
}

using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Planable.Platform.Http;

/// <summary>
/// Maps problems to responses. Clients know a fixed list of codes, so several kinds share one; the status, the message and the <c>type</c>
/// of problem+json tell them apart.
/// </summary>
static class ProblemResponses
{
    const string TypePrefix = "urn:planable:problem:";

    static readonly FrozenDictionary<ProblemKind, (int Status, string Type, ErrorCode Code)> Kinds =
        new Dictionary<ProblemKind, (int, string, ErrorCode)>
        {
            [ProblemKind.Validation] = (400, "validation", ErrorCode.VALIDATION_ERROR),
            [ProblemKind.Unauthorized] = (401, "unauthorized", ErrorCode.UNAUTHORIZED),
            [ProblemKind.Forbidden] = (403, "forbidden", ErrorCode.FORBIDDEN),
            [ProblemKind.WorkspaceLimitReached] = (403, "workspace-limit-reached", ErrorCode.WORKSPACE_LIMIT_REACHED),
            [ProblemKind.NotFound] = (404, "not-found", ErrorCode.NOT_FOUND),
            [ProblemKind.MethodNotAllowed] = (405, "method-not-allowed", ErrorCode.METHOD_NOT_ALLOWED),
            [ProblemKind.TooLarge] = (413, "too-large", ErrorCode.VALIDATION_ERROR),
            [ProblemKind.PostAlreadyPublished] = (400, "post-already-published", ErrorCode.POST_ALREADY_PUBLISHED),
            [ProblemKind.PublishingInProgress] = (400, "publishing-in-progress", ErrorCode.PUBLISHING_IN_PROGRESS),
            [ProblemKind.MediaInUse] = (409, "media-in-use", ErrorCode.VALIDATION_ERROR),
            [ProblemKind.ContentLocked] = (400, "content-locked", ErrorCode.VALIDATION_ERROR),
            [ProblemKind.Changed] = (412, "changed", ErrorCode.VALIDATION_ERROR),
            [ProblemKind.IdempotencyKeyReused] = (422, "idempotency-key-reused", ErrorCode.VALIDATION_ERROR),
            [ProblemKind.RateLimited] = (429, "rate-limited", ErrorCode.RATE_LIMITED),
            [ProblemKind.Internal] = (500, "internal", ErrorCode.INTERNAL),
            [ProblemKind.Busy] = (503, "busy", ErrorCode.INTERNAL),
        }.ToFrozenDictionary();

    public static int Status(this Problem problem) => Kinds[problem.Kind].Status;

    public static ErrorCode Code(this Problem problem) => Kinds[problem.Kind].Code;

    /// <summary>The problem as the API's error.</summary>
    public static Error ToError(this Problem problem, string requestId) =>
        new() { Code = problem.Code(), Message = problem.Message, RequestId = requestId, Details = problem.Details };

    public static ProblemHttpResult ToResult(this Problem problem)
    {
        var (status, type, code) = Kinds[problem.Kind];
        var extensions = new Dictionary<string, object?> { ["code"] = code.ToString() };
        if (problem.Details is not null)
        {
            extensions["details"] = problem.Details;
        }
        return TypedResults.Problem(problem.Message, statusCode: status, type: TypePrefix + type, extensions: extensions);
    }

    public static Task ExecuteAsync(this Problem problem, HttpContext http) => problem.ToResult().ExecuteAsync(http);

    /// <summary>The problem for a response that has only a status.</summary>
    public static Problem ForStatus(int status) => status switch
    {
        401 => Problems.Unauthorized("Send a valid API token: Authorization: Bearer pln_…"),
        403 => Problems.Forbidden("This token may not do that."),
        404 => Problems.NotFound("path"),
        405 => new(ProblemKind.MethodNotAllowed, "This path does not support this method."),
        413 => new(ProblemKind.TooLarge, "The request body must be at most 1 MiB."),
        415 => Problems.Malformed("Send the body as application/json."),
        503 or 504 => Problems.Busy(),
        >= 500 => Problems.Internal(),
        _ => Problems.Malformed("The request is not valid."),
    };
}

/// <summary>The result of an endpoint, or a problem. Both convert to this type.</summary>
readonly struct OrProblem<TResult> : IResult, IEndpointMetadataProvider where TResult : IResult, IEndpointMetadataProvider
{
    readonly IResult _result;

    OrProblem(IResult result) => _result = result;

    public static implicit operator OrProblem<TResult>(TResult result) => new(result);

    public static implicit operator OrProblem<TResult>(Problem problem) => new(problem.ToResult());

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => TResult.PopulateMetadata(method, builder);

    public Task ExecuteAsync(HttpContext httpContext) => _result.ExecuteAsync(httpContext);
}

/// <summary>The same for an endpoint that also answers in a second format, which the API reference describes separately.</summary>
readonly struct OrProblem<TResult, TOther> : IResult, IEndpointMetadataProvider
    where TResult : IResult, IEndpointMetadataProvider where TOther : IResult
{
    readonly IResult _result;

    OrProblem(IResult result) => _result = result;

    public static implicit operator OrProblem<TResult, TOther>(TResult result) => new(result);

    public static implicit operator OrProblem<TResult, TOther>(TOther result) => new(result);

    public static implicit operator OrProblem<TResult, TOther>(Problem problem) => new(problem.ToResult());

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => TResult.PopulateMetadata(method, builder);

    public Task ExecuteAsync(HttpContext httpContext) => _result.ExecuteAsync(httpContext);
}

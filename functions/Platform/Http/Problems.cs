using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.RateLimits;

namespace Planable.Platform.Http;

/// <summary>A field of the request, named as the caller wrote it, and what is wrong with it.</summary>
sealed record FieldError(string Field, string Message);

/// <summary>
/// The errors a caller can meet. Ten codes are all there are (a client's list is closed); the status, the message and problem+json's
/// <c>type</c> tell apart what shares one.
/// </summary>
static class Problems
{
    public static ProblemHttpResult Invalid(string field, string message) => Invalid([new(field, message)]);

    public static ProblemHttpResult Invalid(IReadOnlyList<FieldError> details) =>
        Of(400, "validation", details.Count == 1 ? $"{details[0].Field}: {details[0].Message}" : "Some fields are not valid.", "VALIDATION_ERROR", details);

    public static ProblemHttpResult Malformed(string message) => Of(400, "validation", message, "VALIDATION_ERROR");

    public static ProblemHttpResult Unauthorized(string message) => Of(401, "unauthorized", message, "UNAUTHORIZED");

    public static ProblemHttpResult Forbidden(string message) => Of(403, "forbidden", message, "FORBIDDEN");

    public static ProblemHttpResult WorkspaceLimitReached(int limit) =>
        Of(403, "workspace-limit-reached", $"This company may have {limit} workspaces and has them.", "WORKSPACE_LIMIT_REACHED");

    /// <param name="what">What was looked for: <c>post</c>, <c>workspace</c> …</param>
    /// <param name="field">Where the request named it, when not in the path.</param>
    public static ProblemHttpResult NotFound(string what, string? field = null) =>
        Of(404, "not-found", $"There is no such {what}.", "NOT_FOUND", field is null ? null : [new(field, $"There is no such {what}.")]);

    public static ProblemHttpResult NoMetricsYet() => Of(404, "not-found", "There are no metrics of this post yet.", "NOT_FOUND");

    public static ProblemHttpResult MethodNotAllowed() => Of(405, "method-not-allowed", "This path does not have this method.", "METHOD_NOT_ALLOWED");

    public static ProblemHttpResult TooLarge() => Of(413, "too-large", "A request's body may have 1 MiB.", "VALIDATION_ERROR");

    public static ProblemHttpResult AlreadyPublished() => Of(400, "post-already-published", "The post is published.", "POST_ALREADY_PUBLISHED");

    public static ProblemHttpResult PublishingInProgress() => Of(400, "publishing-in-progress", "The post is being published.", "PUBLISHING_IN_PROGRESS");

    public static ProblemHttpResult MediaInUse() => Of(409, "media-in-use", "A post shows this media; take it out of the post first.", "VALIDATION_ERROR");

    /// <param name="fields">What the request would change of it.</param>
    public static ProblemHttpResult ContentLocked(IEnumerable<string> fields) =>
        Of(400, "content-locked", "The content is approved and locked; withdraw the approval to change it.", "VALIDATION_ERROR",
            [.. fields.Select(field => new FieldError(field, "Is locked by approval."))]);

    public static ProblemHttpResult Changed() =>
        Of(412, "changed", "It was changed since the version that If-Match names.", "VALIDATION_ERROR", [new("If-Match", "Names another version.")]);

    public static ProblemHttpResult KeyReused() =>
        Of(422, "idempotency-key-reused", "This Idempotency-Key was used with another request.", "VALIDATION_ERROR",
            [new("Idempotency-Key", "Was used with another request.")]);

    public static ProblemHttpResult Internal() => Of(500, "internal", "Something went wrong on our side.", "INTERNAL");

    /// <summary>Sent with <c>Retry-After</c>. In problem+json it is what draft-ietf-httpapi-ratelimit-headers defines.</summary>
    public static ProblemHttpResult RateLimited(RateLimit limit)
    {
        var problem = Of(429, "rate-limited", limit.Policy switch
        {
            "read" => $"This token has {limit.Limit} reads a minute, and they are used.",
            "write" => $"This token has {limit.Limit} writes a minute, and they are used.",
            _ => $"An address has {limit.Limit} calls a minute without a valid token or link, and they are used.",
        }, "RATE_LIMITED");
        problem.ProblemDetails.Type = "https://iana.org/assignments/http-problem-types#quota-exceeded";
        problem.ProblemDetails.Extensions["violated-policies"] = new[] { limit.Policy };
        return problem;
    }

    /// <summary>Sent with <c>Retry-After</c>.</summary>
    public static ProblemHttpResult Busy() => Of(503, "busy", "The service is busy; try again shortly.", "INTERNAL");

    /// <summary>The problem that a bare status stands for.</summary>
    public static ProblemHttpResult ForStatus(int status) => status switch
    {
        401 => Unauthorized("Send a valid API token: Authorization: Bearer pln_…"),
        403 => Forbidden("This token may not do that."),
        404 => NotFound("path"),
        405 => MethodNotAllowed(),
        413 => TooLarge(),
        415 => Malformed("Send the body as application/json."),
        503 or 504 => Busy(),
        >= 500 => Internal(),
        _ => Malformed("The request is not valid."),
    };

    static ProblemHttpResult Of(int status, string type, string message, string code, IReadOnlyList<FieldError>? details = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        if (details is not null)
        {
            extensions["details"] = details;
        }
        return TypedResults.Problem(message, statusCode: status, type: "urn:planable:problem:" + type, extensions: extensions);
    }
}

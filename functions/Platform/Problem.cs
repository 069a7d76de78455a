namespace Planable.Platform;

/// <summary>A field of the request, by the name that the caller used, and what is wrong with it.</summary>
/// <param name="Field">The field, as you sent it.</param>
/// <param name="Message">What is wrong with it.</param>
sealed record FieldError(string Field, string Message);

/// <summary>Why a request is refused. Each kind has one HTTP status and one code, see <c>ProblemResponses</c>.</summary>
enum ProblemKind
{
    Validation,
    Unauthorized,
    Forbidden,
    WorkspaceLimitReached,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    PostAlreadyPublished,
    PublishingInProgress,
    MediaInUse,
    ContentLocked,
    Changed,
    IdempotencyKeyReused,
    RateLimited,
    Internal,
    Busy,
}

/// <summary>Why a request is refused, in words for the caller. Stores and use cases return it; endpoints turn it into a response.</summary>
/// <param name="Details">The fields that are not valid, if the problem is about fields.</param>
sealed record Problem(ProblemKind Kind, string Message, IReadOnlyList<FieldError>? Details = null);

/// <summary>The outcome of a request: a value, or the problem to answer with.</summary>
readonly record struct Outcome<T>(T? Value, Problem? Problem)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);
}

/// <summary>The problems that callers get, and their messages.</summary>
static class Problems
{
    public static Problem Invalid(string field, string message) => Invalid([new(field, message)]);

    public static Problem Invalid(IReadOnlyList<FieldError> details) => new(
        ProblemKind.Validation, details.Count == 1 ? $"{details[0].Field}: {details[0].Message}" : "Some fields are not valid.", details);

    public static Problem Malformed(string message) => new(ProblemKind.Validation, message);

    public static Problem NoJson() => Malformed("The body is not valid JSON.");

    public static Problem NoObject() => Malformed("Send a JSON object as the body.");

    public static Problem Unauthorized(string message) => new(ProblemKind.Unauthorized, message);

    public static Problem Forbidden(string message) => new(ProblemKind.Forbidden, message);

    public static Problem WorkspaceLimitReached(int limit) =>
        new(ProblemKind.WorkspaceLimitReached, $"This company has reached its limit of {limit} workspaces.");

    /// <param name="what">What was looked for: <c>post</c>, <c>workspace</c> …</param>
    /// <param name="field">The field that named it, if it is not in the path.</param>
    public static Problem NotFound(string what, string? field = null) =>
        new(ProblemKind.NotFound, $"There is no such {what}.", field is null ? null : [new(field, $"There is no such {what}.")]);

    public static Problem NoMetricsYet() => new(ProblemKind.NotFound, "There are no metrics of this post yet.");

    public static Problem AlreadyPublished() => new(ProblemKind.PostAlreadyPublished, "The post is already published.");

    public static Problem PublishingInProgress() => new(ProblemKind.PublishingInProgress, "The post is being published.");

    public static Problem MediaInUse() => new(ProblemKind.MediaInUse, "A post uses this media. Remove it from the post first.");

    /// <param name="fields">The fields that the request would change.</param>
    public static Problem ContentLocked(IEnumerable<string> fields) => new(
        ProblemKind.ContentLocked, "The content is approved and locked. Withdraw the approval to change it.",
        [.. fields.Select(field => new FieldError(field, "Is locked by approval."))]);

    public static Problem Changed() => new(
        ProblemKind.Changed, "It was changed after the version in If-Match. Read it again and send its current ETag.",
        [new("If-Match", "Does not match the current ETag.")]);

    public static Problem WeakMatch() => new(
        ProblemKind.Changed, "A weak ETag (W/…) never matches. Send the ETag without W/, as this API returned it.",
        [new("If-Match", "Must not be a weak ETag.")]);

    public static Problem KeyReused() => new(
        ProblemKind.IdempotencyKeyReused, "This Idempotency-Key was used with another request.",
        [new("Idempotency-Key", "Was used with another request.")]);

    public static Problem Internal() => new(ProblemKind.Internal, "Something went wrong on our side.");

    /// <summary>Sent with <c>Retry-After</c>.</summary>
    public static Problem Busy() => new(ProblemKind.Busy, "The service is busy; try again shortly.");
}

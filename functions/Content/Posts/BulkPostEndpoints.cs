using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

static class BulkPostEndpoints
{
    static readonly TimeSpan Reserve = TimeSpan.FromSeconds(3);

    public static void MapBulkPosts(this IEndpointRouteBuilder posts) => posts.MapPost("/bulk", CreatePosts).Fails(400);

    /// <summary>Create many posts</summary>
    /// <remarks>
    /// Takes up to 100 bodies of POST /posts. Each is created on its own: an error in one does not stop the others. They are created in
    /// order, so the last is the newest. The call counts as one write. Bodies that the call had no time for get status 503. With an
    /// <c>Idempotency-Key</c>, a retry creates only what the first call did not create, and returns the first answer for the rest. Without
    /// one, you cannot know what was created after a broken connection or a 503.
    /// </remarks>
    /// <response code="200">The result of each body, in order. Check <c>failed</c>.</response>
    internal static async Task<OrProblem<Ok<Data<BulkPosts>>>> CreatePosts(
        NewPosts body, HttpContext http, Caller caller, PostCreation creation, Outbox outbox, Tables tables, BodyValidation validation,
        IdempotencyKey operation, TimeProvider time, CancellationToken cancel)
    {
        // The key is recorded in the company's partition, so that its reuse with another body fails the whole call.
        if (operation.IsRepeatable && (await outbox.CommitAsync(
            tables.Companies, caller.CompanyKey, operation, ApiJson.Default.Done,
            () => Task.FromResult<Outcome<Commit<Done>>>(new Commit<Done>(new(), [])), cancel))
            .Problem is { } used)
        {
            return used;
        }
        // The answer must list what was created before the call's deadline.
        using var limit = new CancellationTokenSource(Limits.Deadline - Reserve, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        List<BulkPost> answers = [];
        foreach (var (index, post) in body.Posts.Index())
        {
            var (made, problem) = await CreateAsync(post, operation.Part(index));
            answers.Add(made is not null
                ? new(StatusCodes.Status201Created, made.Posts)
                : new(problem!.Status(), Error: problem!.ToError(http.TraceIdentifier)));
        }
        return TypedResults.Ok(new Data<BulkPosts>(
            new(answers.Count(answer => answer.Error is null), answers.Count(answer => answer.Error is not null), answers)));

        async Task<Outcome<CreatedPosts>> CreateAsync(JsonElement post, OperationId part)
        {
            try
            {
                var (wanted, problem) = await validation.ReadAsync<NewPost>(post, either.Token);
                return problem is not null ? problem : await creation.CreateAsync(wanted!, caller, part, either.Token);
            }
            catch (Exception e) when (ErrorHandling.IsTransient(e) && !cancel.IsCancellationRequested)
            {
                return Problems.Busy();
            }
        }
    }
}

/// <summary>Posts to create.</summary>
public sealed record NewPosts
{
    /// <summary>The posts, each a body of POST /posts.</summary>
    [Required, MinLength(1), MaxLength(100), ItemsOf(typeof(NewPost))]
    public JsonElement[] Posts { get; init; } = null!;
}

/// <summary>The results of creating many posts.</summary>
/// <param name="Created">How many bodies succeeded.</param>
/// <param name="Failed">How many bodies failed.</param>
/// <param name="Results">The result of each body, in order.</param>
sealed record BulkPosts(int Created, int Failed, IReadOnlyList<BulkPost> Results);

/// <summary>The result of one body.</summary>
/// <param name="Status">The status that POST /posts would have answered.</param>
/// <param name="Posts">The posts that were created.</param>
/// <param name="Error">Why none was created.</param>
sealed record BulkPost(int Status, PostResponse[]? Posts = null, Error? Error = null);

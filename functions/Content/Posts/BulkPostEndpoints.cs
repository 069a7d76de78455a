using System.ComponentModel.DataAnnotations;
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
    /// Up to 100 bodies of POST /posts, each on its own: one that is refused stops no other. They are made in their order, so the last is
    /// the newest; the call counts as one write. What the call has no time left for is answered with 503. With an <c>Idempotency-Key</c> a
    /// repeat makes what the first call did not come to, and answers the rest as it did; without one, what a broken connection or a 503
    /// left is unknown.
    /// </remarks>
    /// <response code="200">What became of each, in their order. Look at <c>failed</c>.</response>
    internal static async Task<OrProblem<Ok<Data<BulkPosts>>>> CreatePosts(
        NewPosts body, HttpContext http, Caller caller, PostCreation creation, Outbox outbox, Tables tables, BodyValidation validation,
        IdempotencyKey operation, TimeProvider time, CancellationToken cancel)
    {
        // The company keeps the key: with another body it is refused as a whole.
        if (operation.IsRepeatable && (await outbox.CommitAsync(
            tables.Companies, caller.CompanyKey, operation, ApiJson.Default.Done,
            () => Task.FromResult<Outcome<Commit<Done>>>(new Commit<Done>(new(), [])), cancel))
            .Problem is { } used)
        {
            return used;
        }
        // What was made must be told within the call's time.
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
                var (wanted, problem) = await validation.ReadAsync(post, PostApiJson.Default.NewPost, either.Token);
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
    /// <summary>The posts, each as POST /posts takes it.</summary>
    [Required, MinLength(1), MaxLength(100), ItemsOf(typeof(NewPost))]
    public JsonElement[] Posts { get; init; } = null!;
}

/// <summary>What became of many posts.</summary>
/// <param name="Created">How many bodies were made posts of.</param>
/// <param name="Failed">How many were refused.</param>
sealed record BulkPosts(int Created, int Failed, IReadOnlyList<BulkPost> Results);

/// <summary>What became of one body.</summary>
/// <param name="Status">The status that POST /posts would have answered.</param>
/// <param name="Posts">The posts it made.</param>
/// <param name="Error">Why it made none.</param>
sealed record BulkPost(int Status, PostResponse[]? Posts = null, Error? Error = null);

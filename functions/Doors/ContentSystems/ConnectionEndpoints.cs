using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

static class ConnectionEndpoints
{
    public static void MapContentConnections(this IEndpointRouteBuilder api)
    {
        var connections = api.MapGroup("/cms-connections").WithTags("Content systems");
        connections.MapGet("/", ListConnections).Fails(400, 404);
        connections.MapPost("/", CreateConnection).Fails(400, 404);
        connections.MapGet("/{id}", GetConnection).Prefetches(IdKind.ContentConnection.WorkspaceOf, Named).Fails(404);
        connections.MapPatch("/{id}", UpdateConnection).Fails(400, 404);
        connections.MapDelete("/{id}", DeleteConnection).Fails(404);
        connections.MapPost("/{id}/rotate-secret", RotateContentSecret).Fails(400, 404);
        connections.MapPost("/{id}/sync", FetchFromContentSystem).Fails(400, 404);
    }

    /// <summary>List connections</summary>
    /// <remarks>A workspace's connections with content systems, newest first.</remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <response code="200">The connections.</response>
    internal static async Task<OrProblem<Ok<Items<ContentConnectionResponse>>>> ListConnections(
        string workspaceId, Caller caller, ConnectionStore connections, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        return problem is not null ? problem : TypedResults.Ok(new Items<ContentConnectionResponse>(
            [.. (await connections.ListAsync(workspace!.Key, cancel)).Select(ContentConnectionResponse.Of)]));
    }

    /// <summary>Create a connection</summary>
    /// <remarks>
    /// What the content system publishes becomes a draft on each of the pages, with the permissions of the token's creator. Enter
    /// <c>hookUrl</c> and <c>secret</c> in the content system: only this call, and one that rotates the secret, return them.
    /// </remarks>
    /// <response code="201">The connection and its secret.</response>
    internal static async Task<OrProblem<Created<Data<ContentConnectionSecret>>>> CreateConnection(
        NewContentConnection body, Caller caller, ContentConnections connections, ConnectionSecrets secrets, IdempotencyKey operation,
        CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        if (problem is not null)
        {
            return problem;
        }
        var (answer, refused) = await ToldAsync(
            await connections.CreateAsync(workspace!, caller, body, operation, cancel), caller, secrets, cancel);
        return refused is not null ? refused : TypedResults.Created((string?)null, answer);
    }

    /// <summary>Get a connection</summary>
    /// <remarks>A connection without its secret.</remarks>
    /// <param name="id">The connection.</param>
    /// <response code="200">The connection.</response>
    internal static async Task<OrProblem<Ok<Data<ContentConnectionResponse>>>> GetConnection(
        string id, Caller caller, Prefetch<ContentConnection?> named, CancellationToken cancel)
    {
        var (_, problem) = await AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        return problem is not null ? problem
            : await named.Result is { } connection
            ? TypedResults.Ok(new Data<ContentConnectionResponse>(ContentConnectionResponse.Of(connection)))
            : Problems.NotFound("connection");
    }

    /// <summary>Update a connection</summary>
    /// <remarks>Changes the fields that you send, at least one. Drafts that were made before stay as they are.</remarks>
    /// <param name="id">The connection.</param>
    /// <response code="200">The connection.</response>
    internal static async Task<OrProblem<Ok<Data<ContentConnectionResponse>>>> UpdateConnection(
        string id, ContentConnectionChange body, Caller caller, ContentConnections connections, IdempotencyKey operation,
        CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var changed, problem) = await connections.UpdateAsync(parsed, body, operation, cancel);
        return problem is not null ? problem
            : TypedResults.Ok(new Data<ContentConnectionResponse>(ContentConnectionResponse.Of(changed!)));
    }

    /// <summary>Delete a connection</summary>
    /// <remarks>The posts that it made stay.</remarks>
    /// <param name="id">The connection.</param>
    /// <response code="204">Deleted.</response>
    internal static async Task<OrProblem<NoContent>> DeleteConnection(
        string id, Caller caller, ContentConnections connections, IdempotencyKey operation, CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        problem ??= (await connections.DeleteAsync(parsed, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    /// <summary>Rotate the secret</summary>
    /// <remarks>
    /// The secret before stays valid for a day, and with it the address that has it in its path. One that was rotated before ends at once.
    /// </remarks>
    /// <param name="id">The connection.</param>
    /// <response code="200">The connection and its new secret.</response>
    internal static async Task<OrProblem<Ok<Data<ContentConnectionSecret>>>> RotateContentSecret(
        string id, NewContentSecret? body, Caller caller, ContentConnections connections, ConnectionSecrets secrets,
        IdempotencyKey operation, CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        var (answer, refused) = await ToldAsync(
            await connections.RotateAsync(parsed, body?.Secret, operation, cancel), caller, secrets, cancel);
        return refused is not null ? refused : TypedResults.Ok(answer);
    }

    /// <summary>Fetch changes</summary>
    /// <remarks>
    /// Fetches from the content system's API what was published or changed since the last success, or since a time of yours, as happens
    /// each day anyway. What came by a call before is not taken twice. The deliveries say what became of it. Only a connection with
    /// <c>api</c> can do this.
    /// </remarks>
    /// <param name="id">The connection.</param>
    /// <response code="202">Changes will be fetched.</response>
    internal static async Task<OrProblem<Accepted<Data<ContentConnectionResponse>>>> FetchFromContentSystem(
        string id, FetchedChanges? body, Caller caller, ConnectionStore connections, JobQueue<ContentDeliveryJob> jobs,
        CancellationToken cancel)
    {
        var (parsed, problem) = await AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        if (await connections.FindAsync(parsed, cancel) is not { } connection)
        {
            return Problems.NotFound("connection");
        }
        if (connection.Api is null)
        {
            return Problems.Malformed("This connection has no api to fetch from. Add it first.");
        }
        await jobs.SendAsync(new(parsed.Partition, parsed.Key, null, body?.Since), cancel: cancel);
        return TypedResults.Accepted(
            (string?)null, new Data<ContentConnectionResponse>(ContentConnectionResponse.Of(connection)));
    }

    /// <summary>The parsed id of a connection, if the caller has <paramref name="permission"/> in its workspace.</summary>
    internal static async ValueTask<Outcome<Id>> AuthorizeAsync(
        string id, Caller caller, Permission permission, CancellationToken cancel) =>
        !IdKind.ContentConnection.TryParse(id, out var connection) ? Problems.NotFound("connection")
        : (await caller.AuthorizeAsync(connection, "connection", permission, cancel)).Problem is { } problem ? problem
        : connection;

    /// <summary>Tells the secret, which no stored answer has.</summary>
    static async Task<Outcome<Data<ContentConnectionSecret>>> ToldAsync(
        Outcome<ContentConnection> outcome, Caller caller, ConnectionSecrets secrets, CancellationToken cancel)
    {
        var (connection, problem) = outcome;
        return problem is not null ? problem
            : await secrets.ReadAsync(connection!.Secret, cancel) is not { } secret ? Problems.NotFound("connection")
            : new Data<ContentConnectionSecret>(new(
                ContentConnectionResponse.Of(connection), HookEndpoint.Url(caller.Origin, connection, secret), secret));
    }

    static Task<ContentConnection?> Named(HttpContext http) =>
        IdKind.ContentConnection.TryParse(http.GetRouteValue("id") as string, out var id)
            ? http.RequestServices.GetRequiredService<ConnectionStore>().FindAsync(id, http.RequestAborted)
            : Task.FromResult<ContentConnection?>(null);
}

/// <summary>A connection with a content system.</summary>
/// <param name="Id">The connection's id.</param>
/// <param name="WorkspaceId">The workspace it is in.</param>
/// <param name="Provider">The content system.</param>
/// <param name="Name">The name.</param>
/// <param name="Pages">The pages, each of which gets a draft of an article.</param>
/// <param name="Fields">Where the parts of an article are; absent if the content system usually has them there.</param>
/// <param name="SiteUrl">The site's address; absent if there is none.</param>
/// <param name="Schedule">The date of the drafts.</param>
/// <param name="Unsigned">Whether calls need only the secret in the path of their address.</param>
/// <param name="CreatedBy">The user with whose permissions drafts are made.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="PreviousSecretUntil">When the secret before ends, or ended; absent if there is none.</param>
/// <param name="Api">The content system's API; absent if the connection has none.</param>
sealed record ContentConnectionResponse(
    string Id, string WorkspaceId, ContentProvider Provider, string Name, ContentConnectionPage[] Pages, ContentFields? Fields,
    string? SiteUrl, ArticleSchedule Schedule, bool Unsigned, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset? PreviousSecretUntil, ContentApiResponse? Api)
{
    public static ContentConnectionResponse Of(ContentConnection connection) => new(
        connection.PublicId, IdKind.Workspace.Format(connection.Workspace), connection.Provider, connection.Name,
        Array.ConvertAll(connection.Pages, page => new ContentConnectionPage
        {
            PageId = IdKind.Page.Format(connection.Workspace, page.Page),
            Template = page.Template,
        }),
        connection.Fields, connection.SiteUrl, connection.Schedule, connection.IsUnsigned,
        IdKind.User.Format(connection.Workspace[..8], connection.Creator), connection.CreatedAt, connection.PreviousUntil,
        ContentApiResponse.Of(connection));
}

/// <summary>A connection, and what to enter in the content system.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="HookUrl">The address that the content system calls. Keep it secret too: it may have a secret in its path.</param>
/// <param name="Secret">The secret that the content system signs with.</param>
sealed record ContentConnectionSecret(ContentConnectionResponse Connection, string HookUrl, string Secret);

using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

static class DeliveryEndpoints
{
    public static void MapContentDeliveries(this IEndpointRouteBuilder api)
    {
        var deliveries = api.MapGroup("/cms-connections/{id}/deliveries").WithTags("Content systems");
        deliveries.MapGet("/", ListContentDeliveries).Fails(404);
        deliveries.MapPost("/{deliveryId}/replay", ReplayContentDelivery).Fails(404);
    }

    /// <summary>List deliveries</summary>
    /// <remarks>
    /// The last 50 calls of the content system, and changes that were fetched from its API, newest first, and what became of them. Calls
    /// without the connection's secret are not among them.
    /// </remarks>
    /// <param name="id">The connection.</param>
    /// <response code="200">The deliveries.</response>
    internal static async Task<OrProblem<Ok<Items<ContentDeliveryResponse>>>> ListContentDeliveries(
        string id, Caller caller, ConnectionStore connections, ContentDeliveryStore deliveries, CancellationToken cancel)
    {
        var (connection, problem) = await ConnectionEndpoints.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        if (problem is not null)
        {
            return problem;
        }
        var known = connections.FindAsync(connection, cancel);
        var found = await deliveries.ListAsync(connection, ContentDeliveryStore.Kept, cancel);
        return await known is null ? Problems.NotFound("connection") : TypedResults.Ok(new Items<ContentDeliveryResponse>(
            [.. found.Select(delivery => ContentDeliveryResponse.Of(delivery, connection))]));
    }

    /// <summary>Replay a delivery</summary>
    /// <remarks>Handles a call once more, as the connection is now. What it has done before is not done again.</remarks>
    /// <param name="id">The connection.</param>
    /// <param name="deliveryId">The delivery.</param>
    /// <response code="202">It will be handled.</response>
    internal static async Task<OrProblem<Accepted<Data<ContentDeliveryResponse>>>> ReplayContentDelivery(
        string id, string deliveryId, Caller caller, ContentDeliveryStore deliveries, JobQueue<ContentDeliveryJob> jobs,
        CancellationToken cancel)
    {
        var (connection, problem) = await ConnectionEndpoints.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (problem is not null)
        {
            return problem;
        }
        if (!IdKind.ContentDelivery.TryParse(deliveryId, out var delivery) || delivery.Partition != connection.Partition
            || await deliveries.FindAsync(connection, delivery.Key, cancel) is not var (found, _))
        {
            return Problems.NotFound("delivery");
        }
        await jobs.SendAsync(new(connection.Partition, connection.Key, delivery.Key), cancel: cancel);
        return TypedResults.Accepted(
            (string?)null, new Data<ContentDeliveryResponse>(ContentDeliveryResponse.Of(found with { Results = null }, connection)));
    }
}

/// <summary>A call of a content system.</summary>
/// <param name="Id">The delivery's id.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Fetched">Whether it is no call, but changes that were fetched from the content system's API.</param>
/// <param name="Results">What became of its entries; absent until it is handled.</param>
sealed record ContentDeliveryResponse(string Id, DateTimeOffset ReceivedAt, bool Fetched, EntryResult[]? Results)
{
    public static ContentDeliveryResponse Of(ContentDelivery delivery, Id connection) => new(
        IdKind.ContentDelivery.Format(connection.Partition, delivery.Key), delivery.ReceivedAt, delivery.IsFetched, delivery.Results);
}

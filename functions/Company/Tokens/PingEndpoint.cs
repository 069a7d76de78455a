using Microsoft.AspNetCore.Http.HttpResults;

namespace Planable.Company.Tokens;

static class PingEndpoint
{
    public static void MapPing(this IEndpointRouteBuilder api) => api.MapGet("/ping", Ping).WithTags("System");

    /// <summary>Check a token</summary>
    /// <remarks>Says whose token this is, when it is good.</remarks>
    /// <response code="200">It is good.</response>
    internal static Ok<PingResponse> Ping(Caller caller) => TypedResults.Ok(new PingResponse(true, caller.TokenId, caller.CompanyId));
}

/// <summary>A good token's ids.</summary>
/// <param name="Ok">Always true.</param>
sealed record PingResponse(bool Ok, string TokenId, string CompanyId);

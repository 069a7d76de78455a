using Microsoft.AspNetCore.Http.HttpResults;

namespace Planable.Company.Tokens;

static class PingEndpoint
{
    public static void MapPing(this IEndpointRouteBuilder api) => api.MapGet("/ping", Ping).WithTags("System");

    /// <summary>Check a token</summary>
    /// <remarks>Checks that the token is valid, and returns its id and its company's id.</remarks>
    /// <response code="200">The token is valid.</response>
    internal static Ok<PingResponse> Ping(Caller caller) => TypedResults.Ok(new PingResponse(true, caller.TokenId!, caller.CompanyId));
}

/// <summary>The ids of a valid token and its company.</summary>
/// <param name="Ok">Always true.</param>
/// <param name="TokenId">The token's id.</param>
/// <param name="CompanyId">The company it belongs to.</param>
sealed record PingResponse(bool Ok, string TokenId, string CompanyId);

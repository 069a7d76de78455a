using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Company.Usage;

static class UsageEndpoints
{
    /// <summary>The number of days before the last one, if the caller gives no first day.</summary>
    public const int Default = 30;

    public static IServiceCollection AddUsage(this IServiceCollection services) =>
        services.AddApiJson(UsageApiJson.Default).AddSingleton<UsageStore>().AddSingleton<UsageCounter>()
            .AddHostedService(provider => provider.GetRequiredService<UsageCounter>());

    public static void MapUsage(this IEndpointRouteBuilder api) =>
        api.MapGroup("/usage").WithTags("Usage").MapGet("/", ListUsage).Fails(400);

    /// <summary>List usage</summary>
    /// <remarks>
    /// The number of calls of each token on each day (UTC), newest day first, by group of operations and by outcome. It is about two
    /// minutes behind. A token that was created by an Owner or Administrator and has access to all workspaces sees all tokens of the
    /// company; any other token sees only its own calls. Days are kept for 400 days.
    /// </remarks>
    /// <param name="startDate">The first day, such as 2030-01-01. If left out, 30 days before the last day.</param>
    /// <param name="endDate">The last day. If left out, today.</param>
    /// <param name="offset">How many entries to skip.</param>
    /// <param name="limit">How many entries to return, at most 100.</param>
    /// <response code="200">The calls.</response>
    internal static async Task<OrProblem<Ok<PagedItems<UsageResponse>>>> ListUsage(
        Caller caller, UsageStore usage, TimeProvider time, CancellationToken cancel,
        [DataType(DataType.Date)] string? startDate = null, [DataType(DataType.Date)] string? endDate = null,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        if (!TryDay(endDate, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), out var end))
        {
            return Problems.Invalid(nameof(endDate), "Must be a date such as 2030-01-31.");
        }
        if (!TryDay(startDate, end.AddDays(-Math.Min(Default, end.DayNumber)), out var start) || start > end)
        {
            return Problems.Invalid(nameof(startDate), "Must be a date such as 2030-01-01, not after endDate.");
        }
        limit = Paging.Clamp(limit);
        var seesAll = caller.CheckAdministrator() is null;
        var days = await usage.ListAsync(caller.CompanyKey, start, end, cancel)
            .Where(day => seesAll || IdKind.Token.Format(caller.CompanyKey, day.Token) == caller.TokenId)
            .Skip(offset).Take(limit + 1).ToListAsync(cancel);
        return TypedResults.Ok(new PagedItems<UsageResponse>(
            [.. days.Take(limit).Select(day => UsageResponse.Of(day, caller.CompanyKey))], new(offset, limit, days.Count > limit)));
    }

    static bool TryDay(string? text, DateOnly otherwise, out DateOnly day)
    {
        day = otherwise;
        return text is null || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
    }
}

/// <summary>The calls of a token on a day.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="TokenId">The token.</param>
/// <param name="TokenName">The token's name; also of revoked tokens.</param>
/// <param name="Calls">The calls, by group of operations, sorted by name.</param>
sealed record UsageResponse([property: DataType(DataType.Date)] string Date, string TokenId, string TokenName, GroupUsage[] Calls)
{
    public static UsageResponse Of(DayOfUse day, string company) => new(
        day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), IdKind.Token.Format(company, day.Token), day.Name,
        [.. day.Calls.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
            new GroupUsage(group.Key, group.Value.Succeeded, group.Value.Refused, group.Value.Limited, group.Value.Failed))]);
}

/// <summary>Calls of one group of operations.</summary>
/// <param name="Group">The group's name in the API reference.</param>
/// <param name="Succeeded">Answered with 2xx or 3xx.</param>
/// <param name="Refused">Answered with 4xx, except 429.</param>
/// <param name="Limited">Answered with 429.</param>
/// <param name="Failed">Answered with 5xx.</param>
sealed record GroupUsage(string Group, int Succeeded, int Refused, int Limited, int Failed);

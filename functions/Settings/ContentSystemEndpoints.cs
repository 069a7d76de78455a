using System.Text.Json;
using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Doors.ContentSystems;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Settings;

/// <summary>The pages Company settings → Content systems.</summary>
static class ContentSystemEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/content-systems";

    public static void MapContentSystemPages(this IEndpointRouteBuilder managers)
    {
        var all = managers.MapGroup("/content-systems");
        all.MapGet("/", SettingsEndpoints.Page<ContentSystemPages>((pages, http) => pages.ListAsync(http)));
        all.MapGet("/{id}", SettingsEndpoints.Page<ContentSystemPages>((pages, http) => pages.ShowAsync(http)));
        all.MapPost("/{id}/replay", SettingsEndpoints.Page<ContentSystemPages>((pages, http) => pages.ReplayAsync(http)));
        all.MapPost("/{id}/fetch", SettingsEndpoints.Page<ContentSystemPages>((pages, http) => pages.FetchAsync(http)));
        all.MapPost("/{id}/rotate", SettingsEndpoints.Page<ContentSystemPages>((pages, http) => pages.RotateAsync(http)));
        all.MapPost("/{id}/delete", SettingsEndpoints.Page<ContentSystemPages>((pages, http) => pages.DeleteAsync(http)));
        all.MapGet("/new", SettingsEndpoints.Page<ConnectionFormPages>((pages, http) => pages.NewAsync(http)));
        all.MapPost("/new", SettingsEndpoints.Page<ConnectionFormPages>((pages, http) => pages.CreateAsync(http)));
        all.MapGet("/{id}/edit", SettingsEndpoints.Page<ConnectionFormPages>((pages, http) => pages.EditAsync(http)));
        all.MapPost("/{id}/edit", SettingsEndpoints.Page<ConnectionFormPages>((pages, http) => pages.ChangeAsync(http)));
    }
}

/// <summary>A connection, as a page shows it.</summary>
/// <param name="HookUrl">The address to enter in the content system; null if a secret in it is not shown.</param>
/// <param name="Last">The last delivery; null if there was none.</param>
public sealed record ShownConnection(
    string Id, string Name, string Provider, string Workspace, bool HasApi, DateTimeOffset? FetchedAt, string? FetchFault,
    string? HookUrl, ShownDelivery? Last);

/// <summary>A delivery, as a page shows it.</summary>
/// <param name="Key">Names it in the form that replays it.</param>
/// <param name="IsFetched">Whether it is no call, but changes that were fetched.</param>
/// <param name="Results">What became of its entries; empty until it is handled.</param>
public sealed record ShownDelivery(string Key, DateTimeOffset At, bool IsFetched, IReadOnlyList<ShownResult> Results);

public sealed record ShownResult(string? Entry, string Outcome, string? Reason);

sealed class ContentSystemPages(
    ConnectionStore connections, ContentDeliveryStore deliveries, CompanyStore companies, ContentConnections changes,
    ConnectionSecrets secrets, BodyValidation bodies, JobQueue<ContentDeliveryJob> jobs)
{
    public async Task<IResult> ListAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        var (_, workspaces) = await companies.ReadAsync(Person.Of(http).Company, cancel);
        var found = await workspaces.EachAsync(async (workspace, stop) =>
        {
            List<ShownConnection> shown = [];
            foreach (var connection in await connections.ListAsync(workspace.Key, stop))
            {
                shown.Add(Shown(connection, workspace.Name, "", await deliveries.ListAsync(connection.Id, 1, stop)));
            }
            return shown;
        }, cancel);
        return PageContext.Of(http).Page<ContentSystemsPage>(new()
        {
            [nameof(ContentSystemsPage.Connections)] = found.SelectMany(some => some).ToArray(),
            [nameof(ContentSystemsPage.Workspaces)] = workspaces.OrderBy(
                workspace => workspace.Name, StringComparer.OrdinalIgnoreCase).ToArray(),
            [nameof(ContentSystemsPage.WasDeleted)] = http.Request.Query.ContainsKey("deleted"),
        });
    }

    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var (connection, problem) = await connections.OfPersonAsync(http);
        return problem is not null ? problem.ToResult() : await PageAsync(http, connection!, null);
    }

    public async Task<IResult> ReplayAsync(HttpContext http)
    {
        var (connection, problem) = await connections.OfPersonAsync(http);
        if (problem is not null)
        {
            return problem.ToResult();
        }
        var key = (await http.Request.ReadFormAsync(http.RequestAborted))["delivery"].ToString();
        if (key.Length != Ids.KeyLength || key.AsSpan().ContainsAnyExcept(Base32.Characters)
            || await deliveries.FindAsync(connection!.Id, key, http.RequestAborted) is null)
        {
            return Problems.NotFound("delivery").ToResult();
        }
        await jobs.SendAsync(new(connection.Workspace, connection.Key, key), cancel: http.RequestAborted);
        return Results.LocalRedirect($"{ContentSystemEndpoints.Path}/{connection.PublicId}?done=replayed");
    }

    public async Task<IResult> FetchAsync(HttpContext http)
    {
        var (connection, problem) = await connections.OfPersonAsync(http);
        if (problem is not null)
        {
            return problem.ToResult();
        }
        await jobs.SendAsync(new(connection!.Workspace, connection.Key, null), cancel: http.RequestAborted);
        return Results.LocalRedirect($"{ContentSystemEndpoints.Path}/{connection.PublicId}?done=fetching");
    }

    public async Task<IResult> RotateAsync(HttpContext http)
    {
        var (connection, problem) = await connections.OfPersonAsync(http);
        if (problem is not null)
        {
            return problem.ToResult();
        }
        var given = (await http.Request.ReadFormAsync(http.RequestAborted))["secret"].ToString().Trim();
        var (body, invalid) = given.Length == 0 ? new NewContentSecret()
            : await bodies.ReadAsync<NewContentSecret>(
                JsonSerializer.SerializeToElement(new NewContentSecret { Secret = given }, ContentSystemApiJson.Default.NewContentSecret),
                http.RequestAborted);
        (connection, problem) = invalid is not null ? invalid
            : await changes.RotateAsync(connection!.Id, body!.Secret, OperationId.Once(), http.RequestAborted);
        return problem is not null ? problem.ToResult()
            : await PageAsync(http, connection!, await secrets.ReadAsync(connection!.Secret, http.RequestAborted));
    }

    public async Task<IResult> DeleteAsync(HttpContext http)
    {
        var (connection, problem) = await connections.OfPersonAsync(http);
        (_, problem) = problem is not null ? problem
            : await changes.DeleteAsync(connection!.Id, OperationId.Once(), http.RequestAborted);
        return problem is not null ? problem.ToResult() : Results.LocalRedirect(ContentSystemEndpoints.Path + "?deleted");
    }

    /// <param name="secret">The connection's secret, if it is new; null otherwise.</param>
    public async Task<IResult> PageAsync(HttpContext http, ContentConnection connection, string? secret)
    {
        var cancel = http.RequestAborted;
        var listed = deliveries.ListAsync(connection.Id, ContentDeliveryStore.Kept, cancel);
        var (_, workspaces) = await companies.ReadAsync(Person.Of(http).Company, cancel);
        var hook = secret is not null || !connection.HasPathSecret ? HookEndpoint.Url(http.Origin(), connection, secret ?? "") : null;
        return PageContext.Of(http).Page<ContentSystemPage>(new()
        {
            [nameof(ContentSystemPage.Connection)] = Shown(
                connection, workspaces.Find(workspace => workspace.Key == connection.Workspace)?.Name ?? "", hook, []),
            [nameof(ContentSystemPage.Deliveries)] = (await listed).ConvertAll(Shown),
            [nameof(ContentSystemPage.Done)] = http.Request.Query["done"].ToString(),
            [nameof(ContentSystemPage.Secret)] = secret,
        });
    }

    static ShownConnection Shown(ContentConnection connection, string workspace, string? hook, List<ContentDelivery> newest) => new(
        connection.PublicId, connection.Name, JsonNames.Of(connection.Provider), workspace, connection.Api is not null,
        connection.FetchedAt, connection.FetchFault, hook, newest is [var last, ..] ? Shown(last) : null);

    static ShownDelivery Shown(ContentDelivery delivery) => new(delivery.Key, delivery.ReceivedAt, delivery.IsFetched,
        [.. delivery.Results?.Select(result => new ShownResult(result.Entry, JsonNames.Of(result.Outcome), result.Reason)) ?? []]);
}

static class PersonsConnections
{
    /// <summary>The connection that the path names, if it is of the person's company.</summary>
    public static async Task<Outcome<ContentConnection>> OfPersonAsync(this ConnectionStore connections, HttpContext http) =>
        IdKind.ContentConnection.TryParse((string?)http.Request.RouteValues["id"], out var id) && id.Company == Person.Of(http).Company
        && await connections.FindAsync(id, http.RequestAborted) is { } connection ? connection : Problems.NotFound("connection");
}

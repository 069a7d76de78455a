using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Events;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Doors.Webhooks;

static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGroup("/events").WithTags("Webhooks").MapGet("/", ListEvents).Fails(400, 404);

    /// <summary>List events</summary>
    /// <remarks>
    /// The events of a workspace within 30 days, oldest first: the same that webhooks get. An event is listed about a minute after it
    /// happened, so that none is missed. To follow a workspace, send each <c>nextCursor</c> with the next call. Events that the token may
    /// not read are left out, so a page may have fewer than <c>limit</c>.
    /// </remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="since">Only events since this time.</param>
    /// <param name="cursor">The <c>nextCursor</c> of an earlier answer, in place of <c>since</c>.</param>
    /// <param name="limit">The maximum number of events to return, up to 100.</param>
    /// <response code="200">The events.</response>
    internal static async Task<OrProblem<Ok<EventPage>>> ListEvents(
        string workspaceId, [Rfc3339] string? since, string? cursor, Caller caller, EventLog events, EventViews views, TimeProvider time,
        CancellationToken cancel, [Range(1, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        var now = time.GetUtcNow();
        var place = cursor is null ? EventCursor.At(Rfc3339.Parse(since), now) : EventCursor.Parse(cursor);
        problem ??= place is null ? Problems.Invalid(nameof(cursor), "Must be the nextCursor of an earlier answer.") : null;
        if (problem is not null)
        {
            return problem;
        }
        limit = Paging.Clamp(limit);
        // The first may be the write that the cursor is behind.
        var writes = await events.ListAsync(
            workspace!.Key, place!.Write, EventLog.KeyAt(now - EventLog.Settled), limit + 2, cancel);
        var found = writes.SelectMany(all => all.Events.Index().Select(one => (Write: all, one.Index, Event: one.Item)))
            .SkipWhile(one => one.Write.Key == place.Write && one.Index < place.Index).ToArray();
        var shown = await found.Take(limit).EachAsync((one, stop) => views.OfAsync(
            caller, new(workspace.Key, EventLog.KeyOf(one.Write, one.Index)), one.Event, one.Write.At, one.Write.User, stop),
            cancel);
        var next = found.Take(limit).LastOrDefault() is { Write: { } write, Index: var last }
            ? new EventCursor(write.Key, last + 1) : place;
        return TypedResults.Ok(new EventPage([.. shown.OfType<EventResponse>()], next.ToString(), found.Length > limit));
    }
}

/// <summary>Where a list of events goes on: with this event of this write, or after the write if it has no such event.</summary>
/// <param name="Write">The key of a write's events, or the beginning of one.</param>
sealed record EventCursor(string Write, int Index)
{
    /// <param name="since">Null for the oldest that is kept.</param>
    public static EventCursor At(DateTimeOffset? since, DateTimeOffset now) => new(EventLog.KeyAt(
        since > now ? now : since > now - EventLog.Kept ? since.Value : now - EventLog.Kept), 0);

    public static EventCursor? Parse(string text) => text.Split('~') switch
    {
        [var at, var index] when IsNumber(at) && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            new(at, number),
        [var at, { Length: > 0 } write, var index] when IsNumber(at) && !write.AsSpan().ContainsAnyExcept(Base32.Characters)
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => new($"{at}~{write}", number),
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Write}~{Index}");

    static bool IsNumber(string text) => text.Length == EventLog.KeyAt(DateTimeOffset.UnixEpoch).Length && text.All(char.IsAsciiDigit);
}

/// <summary>Some events, oldest first.</summary>
/// <param name="Data">The events.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> to get what follows, now or later.</param>
/// <param name="HasMore">Whether there are more events already.</param>
sealed record EventPage(IReadOnlyList<EventResponse> Data, string NextCursor, bool HasMore);

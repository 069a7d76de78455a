using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Networks.Metrics;

/// <summary>The state of a page's or post's sync, as stored.</summary>
/// <param name="Run">The id of the running sync; null if none is running.</param>
/// <param name="Asked">Whether a caller requested it; otherwise it was planned.</param>
/// <param name="Until">When it no longer counts as running, unless its worker updates it before.</param>
/// <param name="HeldUntil">Until then a worker holds it, or it waits for its network: no other worker takes it.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="EndedAt">When the last sync ended, successful or not.</param>
/// <param name="SyncedAt">When the last successful sync ended.</param>
/// <param name="Message">Why the last sync failed, or why this one waits.</param>
sealed record SyncState(
    string? Run = null, bool Asked = false, DateTimeOffset Until = default, DateTimeOffset HeldUntil = default, int Tries = 0,
    DateTimeOffset? EndedAt = null, DateTimeOffset? SyncedAt = null, string? Message = null)
{
    /// <summary>The row's ETag; null if there is no row.</summary>
    [JsonIgnore]
    public ETag? Version { get; init; }

    public static SyncState Read(TableEntity? row) =>
        row is null ? new() : row.Read(MetricsStoredJson.Default.SyncState) with { Version = row.ETag };

    public bool IsUnderway(DateTimeOffset now) => Run is not null && Until > now;

    public SyncState Ask(string run, DateTimeOffset until) =>
        this with { Run = run, Asked = true, Until = until, HeldUntil = default, Tries = 0, Message = null };

    public SyncState End(DateTimeOffset now, string? message) => this with
    {
        Run = null,
        Asked = false,
        Until = default,
        HeldUntil = default,
        Tries = 0,
        EndedAt = now,
        SyncedAt = message is null ? now : SyncedAt,
        Message = message,
    };
}

using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Networks.Metrics;

/// <summary>How far the sync of a page or post is, as stored.</summary>
/// <param name="Run">Names the one that is underway; null where none is.</param>
/// <param name="Asked">Whether somebody asked for it; else it is the plan's.</param>
/// <param name="Until">When it counts as underway no longer, should nobody come back to say so.</param>
/// <param name="HeldUntil">Until then somebody is at work on it, or it waits for its network: nobody else takes it up.</param>
/// <param name="Tries">How often it was taken up.</param>
/// <param name="EndedAt">When the last one ended, well or not.</param>
/// <param name="SyncedAt">When the last one ended well.</param>
/// <param name="Message">Why the last one did not end well, or this one waits.</param>
sealed record SyncState(
    string? Run = null, bool Asked = false, DateTimeOffset Until = default, DateTimeOffset HeldUntil = default, int Tries = 0,
    DateTimeOffset? EndedAt = null, DateTimeOffset? SyncedAt = null, string? Message = null)
{
    /// <summary>As read; null where there is no row.</summary>
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

using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Company.Workspaces;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// Makes and changes connections. A secret, or a key of an API, is stored before the row that names it, and deleted when no row does: a
/// message that names it is sent before either.
/// </summary>
sealed class ContentConnections(
    Tables tables, Outbox outbox, ConnectionStore store, ConnectionSecrets secrets, PageStore pages, GuardedClient http,
    FetchChanges changes, DueIndex due, TimeProvider time)
    : IEventHandler, IWorkspaceData
{
    public const string SecretChanged = "cms-secret-changed", Deleted = "cms-connection-deleted";

    /// <summary>The most connections of a workspace.</summary>
    public const int Most = 20;

    /// <summary>How long the secret before is valid.</summary>
    static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    public async Task<Outcome<ContentConnection>> CreateAsync(
        Workspace workspace, Caller caller, NewContentConnection wanted, OperationId operation, CancellationToken cancel)
    {
        if (wanted.Api?.Fault(wanted.Provider!.Value, http) is { } fault)
        {
            return fault;
        }
        var id = new Id(workspace.Key, Ids.NewKey(time));
        var connection = wanted.ToConnection(
            id, caller.Creator.Key, ConnectionSecrets.NewName(id), KeyName(id, wanted.Api), time.GetUtcNow());
        var storing = Storing(connection.Secret, wanted.Secret ?? ConnectionSecrets.Generate(), connection, wanted.Api?.Key, cancel);
        return await outbox.CommitAsync(
            tables.Content, workspace.Key, operation, ContentSystemStoredJson.Default.ContentConnection, PrepareAsync, cancel,
            [.. connection.Vaulted.Select(name => Changed(id, name))]);

        async Task<Outcome<Commit<ContentConnection>>> PrepareAsync()
        {
            var missing = MissingAsync(workspace.Key, wanted.Pages, cancel);
            var others = await store.ListAsync(workspace.Key, cancel);
            return await missing is { } problem ? problem
                : others.Count >= Most
                ? Problems.Forbidden($"A workspace can have {Most} connections with content systems, and this one has them.")
                : new Commit<ContentConnection>(
                    connection, [new(TableTransactionActionType.Add, ConnectionStore.Row(connection))], storing);
        }
    }

    public async Task<Outcome<ContentConnection>> UpdateAsync(
        Id id, ContentConnectionChange wanted, OperationId operation, CancellationToken cancel)
    {
        var before = wanted.ChangesApi ? await store.FindAsync(id, cancel) : null;
        if (before is not null && wanted.Api?.Fault(before.Provider, http) is { } fault)
        {
            return fault;
        }
        var key = KeyName(id, wanted.Api);
        var storing = before is null ? null : Storing(null, "", wanted.Of(before, key), wanted.Api?.Key, cancel);
        return await outbox.CommitAsync(
            tables.Content, id.Partition, operation, ContentSystemStoredJson.Default.ContentConnection, PrepareAsync, cancel,
            [.. new[] { key, before?.Api?.Key }.OfType<string>().Select(name => Changed(id, name))]);

        async Task<Outcome<Commit<ContentConnection>>> PrepareAsync()
        {
            var missing = wanted.Pages is null ? null : MissingAsync(id.Partition, wanted.Pages, cancel);
            var known = await store.ReadAsync(id, cancel);
            return missing is not null && await missing is { } problem ? problem
                : known is null ? Problems.NotFound("connection")
                // The message names the keys that were read before it was sent.
                : wanted.ChangesApi && known.Value.Api?.Key != before?.Api?.Key ? Problems.Busy()
                : Replace(wanted.Of(known.Value, key), known.ETag) with { Before = storing };
        }
    }

    /// <summary>Gives a connection another secret. The one before stays valid for a day.</summary>
    /// <param name="given">The secret; null to generate one.</param>
    public async Task<Outcome<ContentConnection>> RotateAsync(Id id, string? given, OperationId operation, CancellationToken cancel)
    {
        var before = await store.FindAsync(id, cancel);
        if (given is not null && before?.Provider.SecretFault(given) is { } fault)
        {
            return Problems.Invalid("secret", fault);
        }
        var (name, until) = (ConnectionSecrets.NewName(id), time.GetUtcNow() + Overlap);
        var storing = Storing(name, given ?? ConnectionSecrets.Generate(), null, null, cancel);
        return await outbox.CommitAsync(
            tables.Content, id.Partition, operation, ContentSystemStoredJson.Default.ContentConnection, PrepareAsync, cancel,
            [Changed(id, name), .. before?.Vaulted.Select(old => Changed(id, old)) ?? []]);

        async Task<Outcome<Commit<ContentConnection>>> PrepareAsync() =>
            await store.ReadAsync(id, cancel) is not { } known ? Problems.NotFound("connection")
            // The message names the secrets that were read before it was sent.
            : known.Value.Secret != before?.Secret ? Problems.Busy()
            : Replace(known.Value with { Secret = name, PreviousSecret = known.Value.Secret, PreviousUntil = until }, known.ETag)
                with
            { Before = storing };
    }

    /// <summary>Deletes a connection. The posts that it made stay.</summary>
    public async Task<Outcome<Done>> DeleteAsync(Id id, OperationId operation, CancellationToken cancel)
    {
        var before = await store.FindAsync(id, cancel);
        return await outbox.CommitAsync(
            tables.Content, id.Partition, operation, ApiJson.Default.Done, PrepareAsync, cancel,
            [new(Deleted, id.Partition + id.Key), .. before?.Vaulted.Select(name => Changed(id, name)) ?? []]);

        async Task<Outcome<Commit<Done>>> PrepareAsync() => await store.ReadAsync(id, cancel) is not { } known
            ? Problems.NotFound("connection")
            : before is null || !known.Value.Vaulted.SequenceEqual(before.Vaulted) ? Problems.Busy()
            : new Commit<Done>(new(), [new(TableTransactionActionType.Delete, ConnectionStore.Row(known.Value), known.ETag)]);
    }

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (happened.Subject.Split('~') is [var subject, var secret])
        {
            return await SettleAsync(IdKind.ContentConnection.Split(subject), secret, cancel);
        }
        await store.RemoveRestAsync(IdKind.ContentConnection.Split(happened.Subject), cancel);
        return null;
    }

    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel) =>
        planned.Subject.Split('~') is [var subject, var secret]
            ? await SettleAsync(IdKind.ContentConnection.Split(subject), secret, cancel) : null;

    /// <summary>Deletes the secrets of all connections of a workspace.</summary>
    public async Task RemoveAsync(string workspace, CancellationToken cancel)
    {
        foreach (var name in (await store.ListAsync(workspace, cancel)).SelectMany(one => one.Vaulted))
        {
            await secrets.DeleteAsync(name, cancel);
        }
    }

    /// <summary>Deletes a secret unless its connection names it.</summary>
    /// <returns>How long it is still valid; null if it is the current one, or gone.</returns>
    async Task<TimeSpan?> SettleAsync(Id id, string name, CancellationToken cancel)
    {
        var connection = await store.FindAsync(id, cancel);
        if (connection?.Secret == name || connection?.Api?.Key == name)
        {
            return null;
        }
        if (connection?.PreviousSecret == name && connection.PreviousUntil - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
        {
            return left;
        }
        await secrets.DeleteAsync(name, cancel);
        return null;
    }

    /// <summary>Stores, once, a secret and what a connection with an API needs: the API's key, and when to fetch from it.</summary>
    /// <param name="name">The secret's name; null if there is no new one.</param>
    /// <param name="connection">The connection, if its API is new.</param>
    Func<Task> Storing(string? name, string secret, ContentConnection? connection, string? key, CancellationToken cancel)
    {
        var isStored = false;
        return async () =>
        {
            if (isStored)
            {
                return;
            }
            if (name is not null)
            {
                await secrets.SetAsync(name, secret, cancel);
            }
            if (connection?.Api is { } api)
            {
                if (api.Key is not null)
                {
                    await secrets.SetAsync(api.Key, key!, cancel);
                }
                await due.AddAsync([changes.NextAfter(time.GetUtcNow(), connection)], cancel);
            }
            isStored = true;
        };
    }

    /// <summary>A new name for an API's key; null if it has none.</summary>
    static string? KeyName(Id id, NewContentApi? api) => api?.Key is null ? null : ConnectionSecrets.NewName(id);

    /// <summary>Names the first page that the workspace does not have.</summary>
    async Task<Problem?> MissingAsync(string workspace, IEnumerable<ContentConnectionPage> wanted, CancellationToken cancel)
    {
        var all = await pages.ListAsync(workspace, cancel);
        return Array.FindIndex([.. wanted], one => !IdKind.Page.TryParse(one.PageId, out var page) || page.Partition != workspace
            || !all.Exists(known => known.Key == page.Key)) is >= 0 and var missing
            ? Problems.NotFound("page", $"pages[{missing}].pageId") : null;
    }

    static Commit<ContentConnection> Replace(ContentConnection connection, ETag version) =>
        new(connection, [new(TableTransactionActionType.UpdateReplace, ConnectionStore.Row(connection), version)]);

    static DomainEvent Changed(Id id, string secret) => new(SecretChanged, $"{id.Partition}{id.Key}~{secret}");
}

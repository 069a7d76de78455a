using Azure.Data.Tables;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.OAuth;

/// <summary>
/// Grants of people to apps. Table companies, partition = company: rows <c>grant~</c>key. A grant begins with a code, which the app must
/// exchange within a minute. To end one: mark its row, delete the rows of its access tokens, delete its row. A queue message is sent
/// before, so that <see cref="SettleAsync"/> finishes what was interrupted.
/// </summary>
sealed class Grants(Tables tables, Outbox outbox, GrantTexts texts, TokenStore tokens, TimeProvider time) : IEventHandler
{
    public const string Prefix = "grant~", Ended = "grant-ended";

    /// <summary>How long a code can be exchanged.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);

    /// <summary>A grant ends when its app has not renewed its tokens for so long.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromDays(90);

    /// <summary>The most grants of a company.</summary>
    const int Most = 500;

    /// <summary>Why a person may not connect apps; null if they may.</summary>
    public static Problem? Check(CompanyView view) =>
        !view.Company.Plan.Limits().NewTokens
            ? Problems.Forbidden("Apps can connect on the plans "
                + $"{string.Join(" and ", Plans.With(limits => limits.NewTokens))}; this company is on {view.Company.Plan}.")
        : view.User is not { } user || !(user.IsAdministrator || view.Company.MembersConnectApps)
            ? Problems.Forbidden("In this company, only Owners and Administrators connect apps.")
        : null;

    /// <summary>Stores what a person consented to. Returns the code for the app.</summary>
    public async Task<Outcome<string>> BeginAsync(
        string company, Consent consent, Actor by, OperationId operation, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (request, key) = (consent.Request, Ids.NewKey(time));
        var grant = new Grant
        {
            Key = key,
            Company = company,
            User = by.User,
            Client = request.Client.Id,
            Name = request.Client.Name,
            Redirect = request.Redirect,
            Challenge = request.Challenge,
            Resource = request.Resource,
            Scopes = consent.Scopes,
            Workspaces = consent.Workspaces,
            CreatedAt = now,
        };
        var others = await ListAsync(company, cancel);
        foreach (var past in others.Where(IsPast))
        {
            await EndAsync(past, null, "not used any more", cancel);
        }
        var (made, problem) = others.Count(one => !IsPast(one)) >= Most
            ? Problems.Forbidden($"A company connects at most {Most} apps. Revoke one that is no longer used.")
            : await outbox.CommitAsync(
                tables.Companies, company, operation, OAuthStoredJson.Default.Grant,
                () => Task.FromResult<Outcome<Commit<Grant>>>(new Commit<Grant>(
                    grant,
                    [new(TableTransactionActionType.Add, Row(grant)),
                        AuditLog.Add(company, Entry(AuditAction.AppConnected, grant, by, string.Join(", ", grant.Scopes)))])), cancel);
        return problem is not null ? problem : await texts.CodeOf(made!, cancel);
    }

    /// <summary>The grants of a company's people, newest first.</summary>
    public ValueTask<List<Grant>> ListAsync(string company, CancellationToken cancel) =>
        tables.Companies.RangeAsync(company, Prefix, cancel: cancel)
            .Select(row => row.Read(OAuthStoredJson.Default.Grant)).Where(grant => grant.EndedAt is null).ToListAsync(cancel);

    /// <summary>Whether a grant is of no use any more: its code was not exchanged in time, or its tokens were not renewed.</summary>
    public bool IsPast(Grant grant) => grant.IsRedeemed
        ? time.GetUtcNow() - grant.RenewedAt > IdleLifetime : time.GetUtcNow() - grant.CreatedAt > CodeLifetime;

    /// <summary>A grant that has not ended.</summary>
    public async Task<Stored<Grant>?> FindAsync(string company, string key, CancellationToken cancel) =>
        await ReadAsync(company, key, cancel) is { Value.EndedAt: null } found ? found : null;

    /// <summary>Stores a new generation, unless the grant has changed since it was read.</summary>
    public async Task<bool> TryRenewAsync(Stored<Grant> known, Grant renewed, CancellationToken cancel)
    {
        try
        {
            await tables.Companies.UpdateEntityAsync(Row(renewed), known.ETag, TableUpdateMode.Replace, cancel);
            return true;
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            // Perhaps the answer was lost, or the SDK sent the request again after that.
            return await FindAsync(known.Value.Company, known.Value.Key, cancel) is { Value: var stored }
                && (stored.Generation, stored.RenewedAt) == (renewed.Generation, renewed.RenewedAt);
        }
    }

    /// <summary>Ends a grant: its tokens fail from the next call on, on every instance.</summary>
    /// <param name="by">Null if the app did it itself.</param>
    /// <param name="why">For the audit log.</param>
    public async Task<Problem?> EndAsync(Grant grant, Actor? by, string? why, CancellationToken cancel)
    {
        var entry = Entry(AuditAction.AppRevoked, grant, by, why);
        var (ended, problem) = await outbox.CommitAsync(
            tables.Companies, grant.Company, OperationId.Once(), OAuthStoredJson.Default.Grant, PrepareAsync, cancel,
            new DomainEvent(Ended, grant.Company + grant.Key));
        if (ended is not null)
        {
            await SettleAsync(grant.Company, grant.Key, cancel);
        }
        return problem;

        async Task<Outcome<Commit<Grant>>> PrepareAsync()
        {
            if (await ReadAsync(grant.Company, grant.Key, cancel) is not { Value.EndedAt: null } known)
            {
                return Problems.NotFound("app");
            }
            var marked = known.Value with { EndedAt = time.GetUtcNow() };
            // Nobody was told of a code that was never exchanged.
            return new Commit<Grant>(marked,
            [
                new(TableTransactionActionType.UpdateReplace, Row(marked), known.ETag),
                .. marked.IsRedeemed ? [AuditLog.Add(grant.Company, entry)] : Array.Empty<TableTransactionAction>(),
            ]);
        }
    }

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        await SettleAsync(happened.Subject[..8], happened.Subject[8..], cancel);
        return null;
    }

    /// <summary>Removes what is left of a grant that has ended. Its current and its previous access token may still be valid.</summary>
    async Task SettleAsync(string company, string key, CancellationToken cancel)
    {
        if (await ReadAsync(company, key, cancel) is not { Value: { EndedAt: not null } grant } known)
        {
            return;
        }
        for (var generation = grant.Generation; generation > Math.Max(0, grant.Generation - 2); generation--)
        {
            await tokens.DeleteAsync(await texts.HashOf(grant, generation, cancel), cancel);
        }
        await tables.Companies.DeleteEntityAsync(company, Prefix + key, known.ETag, cancel);
    }

    async Task<Stored<Grant>?> ReadAsync(string company, string key, CancellationToken cancel) =>
        (await tables.Companies.FindAsync(company, Prefix + key, cancel))?.ReadStored(OAuthStoredJson.Default.Grant);

    static TableEntity Row(Grant grant) =>
        new TableEntity(grant.Company, Prefix + grant.Key).With(grant, OAuthStoredJson.Default.Grant);

    AuditEntry Entry(AuditAction action, Grant grant, Actor? by, string? detail) => new(
        Ids.NewKey(time), time.GetUtcNow(), action, IdKind.Grant.Format(grant.Company, grant.Key), grant.Name, by?.User, by?.Address,
        detail);
}

using Azure;
using Azure.Data.Tables;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Tokens;

/// <param name="Workspaces">The keys of the workspaces that the token may access; null means all.</param>
sealed record NewToken(string Name, Scope Scope, string[]? Workspaces, DateTimeOffset? ExpiresAt);

/// <summary>
/// The tokens of a company. Table companies, partition = company: row <c>tokens</c> lists them; a token works only while it is listed. To
/// create one: store the secret, add the hash row, list it, activate the hash row. To revoke one: delete the hash row, take it off the
/// list, delete the secret. A queue message is sent before either, so that <see cref="SettleAsync"/> finishes what was interrupted.
/// </summary>
sealed partial class CompanyTokens(
    Tables tables, Outbox outbox, TokenStore store, SecretStore secrets, CompanyStore companies, AuditLog audit, TimeProvider time,
    ILogger<CompanyTokens> log) : IEventHandler
{
    public const string Changed = "token-changed";

    /// <summary>The most tokens of a company that have not expired.</summary>
    public const int MostActive = 10;

    /// <summary>The most tokens including expired ones, which stay listed until somebody removes them.</summary>
    public const int MostListed = 100;

    public const string ListRow = "tokens", SecretPrefix = "token-";

    /// <summary>
    /// How long to wait after the vault failed to delete a secret. It may be unavailable for longer than a message has attempts.
    /// </summary>
    static readonly TimeSpan VaultPause = TimeSpan.FromMinutes(10);

    public async Task<Token[]> ListAsync(string company, CancellationToken cancel) => (await ReadAsync(company, cancel)).Tokens;

    /// <summary>Creates a token. <see cref="TextAsync"/> returns its text.</summary>
    public async Task<Outcome<Token>> CreateAsync(
        string company, NewToken wanted, Actor by, OperationId operation, CancellationToken cancel)
    {
        var (text, now, isStored) = (TokenText.New(), time.GetUtcNow(), false);
        var token = new Token(
            Ids.NewKey(time), company, by.User, wanted.Name, wanted.Scope, wanted.Workspaces, now, wanted.ExpiresAt,
            TokenText.Hash(text));
        var entry = Entry(AuditAction.TokenCreated, token, by);
        var (made, problem) = await outbox.CommitAsync(
            tables.Companies, company, operation, TokenStoredJson.Default.Token, PrepareAsync, cancel,
            new DomainEvent(Changed, company + token.Hash));
        // If the outcome is unknown (Busy), the outbox message finds out later.
        if (isStored && made?.Hash != token.Hash && problem?.Kind is not ProblemKind.Busy)
        {
            await SettleAsync(company, token.Hash, cancel);
        }
        if (made is not null)
        {
            await SettleAsync(company, made.Hash, cancel);
        }
        return problem is not null ? problem : made!;

        async Task<Outcome<Commit<Token>>> PrepareAsync()
        {
            var list = ReadAsync(company, cancel);
            var profile = await companies.ReadProfileAsync(company, cancel);
            var tokens = (await list).Tokens;
            return CheckNewToken(profile!.Value.Plan, tokens) is { } none ? none
                : new Commit<Token>(
                    token, [Write(company, (await list).Row, [token, .. tokens]), AuditLog.Add(company, entry)], StoreAsync);
        }

        async Task StoreAsync()
        {
            if (!isStored)
            {
                isStored = true;
                await secrets.SetAsync(SecretName(token.Hash), text, cancel);
                await store.AddAsync(token, cancel);
            }
        }
    }

    /// <summary>Why the company can create no further token; null if it can.</summary>
    public Problem? CheckNewToken(Plan plan, Token[] tokens) =>
        !plan.Limits().NewTokens
            ? Problems.Forbidden(
                $"New API tokens need the plan {string.Join(" or ", Plans.With(limits => limits.NewTokens))}; this company is on {plan}.")
        : tokens.Count(token => !token.IsExpired(time.GetUtcNow())) >= MostActive
            ? Problems.Forbidden($"A company has at most {MostActive} active tokens. Revoke one that is no longer needed.")
        : tokens.Length >= MostListed ? Problems.Forbidden($"A company lists at most {MostListed} tokens. Remove some that have expired.")
        : null;

    /// <summary>The text of a token, for an Owner or Administrator. Showing it is recorded in the audit log first.</summary>
    public async Task<Outcome<string>> RevealAsync(Token token, Actor by, CancellationToken cancel)
    {
        await audit.AddAsync(token.Company, Entry(AuditAction.TokenRevealed, token, by), cancel);
        return await TextAsync(token, cancel) is { } text ? text : Problems.NotFound("token");
    }

    /// <summary>The text of a token; null if the vault no longer has it.</summary>
    public Task<string?> TextAsync(Token token, CancellationToken cancel) => secrets.GetAsync(SecretName(token.Hash), cancel);

    /// <summary>Revokes a token for good: it fails from the next call on, on every instance.</summary>
    public async Task<Outcome<Token>> RevokeAsync(Token token, Actor by, CancellationToken cancel)
    {
        var entry = Entry(AuditAction.TokenRevoked, token, by);
        return await outbox.CommitAsync(
            tables.Companies, token.Company, OperationId.Once(), TokenStoredJson.Default.Token, PrepareAsync, cancel,
            new DomainEvent(Changed, token.Company + token.Hash));

        async Task<Outcome<Commit<Token>>> PrepareAsync()
        {
            var (row, tokens) = await ReadAsync(token.Company, cancel);
            return !tokens.Contains(token, ByHash) ? Problems.NotFound("token") : new Commit<Token>(
                token, [Write(token.Company, row, tokens.Except([token], ByHash)), AuditLog.Add(token.Company, entry)],
                () => store.DeleteAsync(token.Hash, cancel));
        }
    }

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel) =>
        await SettleAsync(happened.Subject[..8], happened.Subject[8..], cancel) ? null : VaultPause;

    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel) =>
        await SettleAsync(planned.Subject[..8], planned.Subject[8..], cancel, isAbandoned: true) ? null : VaultPause;

    /// <summary>Makes list, hash row and vault consistent: a listed token is activated, an unlisted one is removed everywhere.</summary>
    /// <param name="isAbandoned">Whether the call that was working on the token has given up.</param>
    /// <returns>Whether all is done. If false, the vault still has a secret, which is useless.</returns>
    public async Task<bool> SettleAsync(string company, string hash, CancellationToken cancel, bool isAbandoned = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var row = await store.RowAsync(hash, cancel);
                var (list, tokens) = await ReadAsync(company, cancel);
                var listed = Array.Find(tokens, token => token.Hash == hash);
                if (listed is not null && row is not null)
                {
                    if (row.GetBoolean("Active") is not true)
                    {
                        await store.ActivateAsync(row, cancel);
                    }
                    return true;
                }
                if (listed is not null)
                {
                    // The hash row is added before the token is listed, so a missing one was deleted in order to revoke the token.
                    if (!isAbandoned)
                    {
                        return true;
                    }
                    var entry = Entry(AuditAction.TokenRevoked, listed, null);
                    await tables.Companies.SubmitTransactionAsync(
                        [Write(company, list, tokens.Except([listed], ByHash)), AuditLog.Add(company, entry)], cancel);
                }
                await store.DeleteAsync(hash, cancel);
                return await ForgetAsync(hash, cancel);
            }
            catch (RequestFailedException e)
                when (e.Status is StatusCodes.Status404NotFound or StatusCodes.Status412PreconditionFailed && attempt < 10)
            {
                // Another write came between: read again.
                await Backoff.Contention.WaitAsync(attempt, time, cancel);
            }
        }
    }

    async Task<bool> ForgetAsync(string hash, CancellationToken cancel)
    {
        try
        {
            await secrets.DeleteAsync(SecretName(hash), cancel);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogKept(e, hash);
            return false;
        }
    }

    async Task<(TableEntity? Row, Token[] Tokens)> ReadAsync(string company, CancellationToken cancel)
    {
        var row = await tables.Companies.FindAsync(company, ListRow, cancel);
        return (row, row?.Read(TokenStoredJson.Default.TokenArray) ?? []);
    }

    static TableTransactionAction Write(string company, TableEntity? known, IEnumerable<Token> tokens)
    {
        var row = new TableEntity(company, ListRow).With(tokens.ToArray(), TokenStoredJson.Default.TokenArray);
        return known is null ? new(TableTransactionActionType.Add, row) : new(TableTransactionActionType.UpdateReplace, row, known.ETag);
    }

    AuditEntry Entry(AuditAction action, Token token, Actor? by) =>
        new(Ids.NewKey(time), time.GetUtcNow(), action, token.PublicId, token.Name, by?.User, by?.Address);

    static string SecretName(string hash) => SecretPrefix + hash;

    static readonly IEqualityComparer<Token> ByHash = EqualityComparer<Token>.Create(
        (one, other) => one?.Hash == other?.Hash, token => token.Hash.GetHashCode(StringComparison.Ordinal));

    [LoggerMessage(LogLevel.Warning, "The vault did not delete the secret of the token with hash {Hash}; trying again later")]
    partial void LogKept(Exception e, string hash);
}

static class TokenServices
{
    public static IServiceCollection AddTokens(this IServiceCollection services) => services.AddApiJson(TokenApiJson.Default)
        .AddSingleton<TokenStore>().AddSingleton<CompanyTokens>().AddEventHandler<CompanyTokens>(CompanyTokens.Changed);
}

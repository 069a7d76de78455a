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

/// <param name="Workspaces">The keys of the workspaces it is to open; null means all there are.</param>
sealed record NewToken(string Name, Scope Scope, string[]? Workspaces, DateTimeOffset? ExpiresAt);

/// <summary>Who does something to tokens, and from where.</summary>
sealed record Actor(string User, string? Address);

/// <summary>
/// The tokens of a company. Table companies, partition = company: row <c>tokens</c> lists them, and a token works only while it is listed.
/// Made: vault, hash row, list, hash row active. Revoked: hash row, list, vault. A message goes before either, and
/// <see cref="SettleAsync"/> finishes what was killed half-way.
/// </summary>
sealed partial class CompanyTokens(
    Tables tables, Outbox outbox, TokenStore store, SecretStore secrets, CompanyStore companies, AuditLog audit, TimeProvider time,
    ILogger<CompanyTokens> log) : IEventHandler
{
    public const string Changed = "token-changed";

    /// <summary>Tokens that have not expired, a company.</summary>
    public const int MostActive = 10;

    /// <summary>Expired ones with them: they are shown until somebody removes them.</summary>
    public const int MostListed = 100;

    public const string ListRow = "tokens", SecretPrefix = "token-";

    /// <summary>Until a vault that did not delete a secret is asked again: it may be away for longer than a message has attempts.</summary>
    static readonly TimeSpan VaultPause = TimeSpan.FromMinutes(10);

    public async Task<Token[]> ListAsync(string company, CancellationToken cancel) => (await ReadAsync(company, cancel)).Tokens;

    /// <summary>Makes a token; its text is <see cref="TextAsync"/>'s to give.</summary>
    public async Task<Outcome<Token>> CreateAsync(
        string company, NewToken wanted, Actor by, OperationId operation, CancellationToken cancel)
    {
        var (text, now, isLaid) = (TokenText.New(), time.GetUtcNow(), false);
        var token = new Token(
            Ids.NewKey(time), company, by.User, wanted.Name, wanted.Scope, wanted.Workspaces, now, wanted.ExpiresAt,
            TokenText.Hash(text));
        var entry = Entry(AuditAction.TokenCreated, token, by);
        var (made, problem) = await outbox.CommitAsync(
            tables.Companies, company, operation, TokenStoredJson.Default.Token, PrepareAsync, cancel,
            new DomainEvent(Changed, company + token.Hash));
        // Where it is not known what became of it, that is for what follows it up to find out.
        if (isLaid && made?.Hash != token.Hash && problem?.Kind is not ProblemKind.Busy)
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
            var (row, _) = await companies.ReadAsync(company, cancel);
            var tokens = (await list).Tokens;
            return CheckNewToken(row!.Read(CompanyStoredJson.Default.CompanyProfile).Plan, tokens) is { } none ? none
                : new Commit<Token>(token, [Write(company, (await list).Row, [token, .. tokens]), AuditLog.Add(company, entry)], LayAsync);
        }

        async Task LayAsync()
        {
            if (!isLaid)
            {
                isLaid = true;
                await secrets.SetAsync(SecretName(token.Hash), text, cancel);
                await store.AddAsync(token, cancel);
            }
        }
    }

    /// <summary>Why a company on this plan can make no token beside those it has; null where it can.</summary>
    public Problem? CheckNewToken(Plan plan, Token[] tokens) =>
        !plan.Limits().NewTokens
            ? Problems.Forbidden(
                $"New API tokens need the plan {string.Join(" or ", Plans.With(limits => limits.NewTokens))}; this company is on {plan}.")
        : tokens.Count(token => !token.IsExpired(time.GetUtcNow())) >= MostActive
            ? Problems.Forbidden($"A company has at most {MostActive} active tokens. Revoke one that is no longer needed.")
        : tokens.Length >= MostListed ? Problems.Forbidden($"A company lists at most {MostListed} tokens. Remove some that have expired.")
        : null;

    /// <summary>The text of a token, for an Owner's or Administrator's second look, which is put on record first.</summary>
    public async Task<Outcome<string>> RevealAsync(Token token, Actor by, CancellationToken cancel)
    {
        await audit.AddAsync(token.Company, Entry(AuditAction.TokenRevealed, token, by), cancel);
        return await TextAsync(token, cancel) is { } text ? text : Problems.NotFound("token");
    }

    /// <summary>The text of a token; null where the vault has it no more.</summary>
    public Task<string?> TextAsync(Token token, CancellationToken cancel) => secrets.GetAsync(SecretName(token.Hash), cancel);

    /// <summary>Revokes a token: it fails on the next call, everywhere, and there is no way back.</summary>
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

    /// <summary>Brings list, hash row and vault together: what is listed works, what is not listed is nowhere.</summary>
    /// <param name="isAbandoned">Whether nobody is at work on the token any more who would revoke it by name.</param>
    /// <returns>Whether all is done; the vault may have kept a secret that is good for nothing.</returns>
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
                    // A hash row comes before its token is listed, so this one's was taken away to revoke it.
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
                    // Somebody else changes it: look again.
                    await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(10 * attempt)), time, cancel);
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

    [LoggerMessage(LogLevel.Warning, "The vault did not delete the secret of the token with hash {Hash}; asking again later")]
    partial void LogKept(Exception e, string hash);
}

static class TokenServices
{
    public static IServiceCollection AddTokens(this IServiceCollection services) => services.AddApiJson(TokenApiJson.Default)
        .AddSingleton<TokenStore>().AddSingleton<CompanyTokens>().AddEventHandler<CompanyTokens>(CompanyTokens.Changed);
}

using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Company.Audit;

public enum AuditAction
{
    TokenCreated,
    TokenRevealed,
    TokenRevoked,
    PersonInvited,
    PersonRoleChanged,
    PersonPermissionsChanged,
    PersonRemoved,
    PageConnected,
    PageDisconnected,
    AppConnected,
    AppRevoked,
}

/// <param name="Key">The row key's end: newer entries sort first.</param>
/// <param name="Subject">The id of what the action was done to.</param>
/// <param name="Name">The subject's name at the time.</param>
/// <param name="By">The user's key; null if an operator did it, or the app itself finished what a call had begun.</param>
/// <param name="From">The IP address of the call.</param>
/// <param name="Detail">What it is now, such as a person's new role.</param>
public sealed record AuditEntry(
    [property: JsonPropertyName("own")] string Key, DateTimeOffset At, AuditAction Action,
    string Subject, string Name, string? By, string? From, string? Detail = null);

/// <summary>Who does what is logged, and the IP address of the call.</summary>
/// <param name="User">The user's key.</param>
sealed record Actor(string User, string? Address);

/// <summary>Actions that the company's Owners can look up. Table companies, partition = company: rows <c>audit~</c>key.</summary>
sealed class AuditLog(Tables tables)
{
    public const string Prefix = "audit~";

    public static TableTransactionAction Add(string company, AuditEntry entry) => new(TableTransactionActionType.Add, Row(company, entry));

    public Task AddAsync(string company, AuditEntry entry, CancellationToken cancel) =>
        tables.Companies.UpsertEntityAsync(Row(company, entry), TableUpdateMode.Replace, cancel);

    /// <summary>Newest first; only entries older than <paramref name="after"/>, if it is given.</summary>
    public async Task<AuditEntry[]> ListAsync(string company, string? after, int take, CancellationToken cancel) =>
        await tables.Companies.RangeAsync(company, Prefix, after is null ? null : Prefix + after, take, cancel: cancel)
            .Select(row => row.Read(AuditStoredJson.Default.AuditEntry)).ToArrayAsync(cancel);

    static TableEntity Row(string company, AuditEntry entry) =>
        new TableEntity(company, Prefix + entry.Key).With(entry, AuditStoredJson.Default.AuditEntry);
}

static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>();
}

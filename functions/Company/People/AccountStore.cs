using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Company.People;

/// <summary>Somebody's account with an identity provider. An e-mail address is not part of it: addresses change hands.</summary>
sealed record Account(string Issuer, string Tenant, string ObjectId)
{
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Issuer}\n{Tenant}\n{ObjectId}")));
}

/// <summary>Which user of which company an account is.</summary>
sealed record Binding(string Company, string User);

/// <summary>
/// Whose account is whose, bound by accepting an invitation. Table companies, partition <c>people</c>: a row an account. The invitation is
/// in the user's row, and is used up by the write that binds. Who is in a company, and as what, is <see cref="Membership"/>'s to change.
/// </summary>
sealed class AccountStore(Tables tables, TimeProvider time)
{
    public const string Partition = "people";
    const int SecretLength = 32;
    public static readonly TimeSpan InvitationLasts = TimeSpan.FromDays(7);

    /// <summary>The user that an account is bound to; null where there is none, or the user is bound to another by now.</summary>
    public async Task<Binding?> UserOfAsync(Account account, CancellationToken cancel) =>
        (await tables.Companies.FindAsync(Partition, account.Key, cancel))?.Read(AccountStoredJson.Default.Binding) is { } binding
        && await UserAsync(binding.Company, binding.User, cancel) is var (_, user) && user.Account == account.Key ? binding : null;

    /// <summary>Makes an invitation; an earlier one of the same person is no longer good. Null where there is no such person.</summary>
    /// <returns>The code to send to that person and nobody else: whoever has it becomes that user. Good for 7 days.</returns>
    public async Task<string?> InviteAsync(string company, string user, CancellationToken cancel)
    {
        if (await UserAsync(company, user, cancel) is not var (row, known))
        {
            return null;
        }
        var secret = RandomNumberGenerator.GetHexString(SecretLength, lowercase: true);
        await UpdateAsync(row, known with { Invitation = new(Hash(secret), time.GetUtcNow() + InvitationLasts) }, cancel);
        return company + user + secret;
    }

    /// <summary>Binds an account to the user whom the code invites. An account is one user's at a time.</summary>
    public async Task<Outcome<Binding>> AcceptAsync(Account account, string code, CancellationToken cancel)
    {
        const int UserEnd = 8 + Ids.KeyLength;
        if (code.Length != UserEnd + SecretLength || code.AsSpan().ContainsAnyExcept(Base32.Characters)
            || await UserAsync(code[..8], code[8..UserEnd], cancel) is not var (row, user))
        {
            return Problems.NotFound("invitation");
        }
        var binding = new Binding(code[..8], user.Key);
        var bound = await UserOfAsync(account, cancel);
        if (bound == binding)
        {
            return binding;
        }
        if (user.Invitation is not { } invitation || invitation.ExpiresAt <= time.GetUtcNow()
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(invitation.Hash), Encoding.UTF8.GetBytes(Hash(code[UserEnd..]))))
        {
            return Problems.NotFound("invitation");
        }
        if (bound is not null)
        {
            return Problems.Forbidden("This account is somebody else's here already.");
        }
        try
        {
            // Both rows must name each other, so a write between the two, or none, binds nobody.
            var known = await tables.Companies.FindAsync(Partition, account.Key, cancel);
            var pointer = new TableEntity(Partition, account.Key).With(binding, AccountStoredJson.Default.Binding);
            await (known is null ? tables.Companies.AddEntityAsync(pointer, cancel)
                : tables.Companies.UpdateEntityAsync(pointer, known.ETag, TableUpdateMode.Replace, cancel));
            await UpdateAsync(row, user with { Invitation = null, Account = account.Key }, cancel);
            return binding;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed)
        {
            return Problems.Busy();
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            // Removed meanwhile, and the invitation with them.
            return Problems.NotFound("invitation");
        }
    }

    /// <summary>Forgets the account of somebody who has left, unless it is another user's by now.</summary>
    public async Task ForgetAsync(Binding left, string account, CancellationToken cancel)
    {
        if (await tables.Companies.FindAsync(Partition, account, cancel) is { } row && row.Read(AccountStoredJson.Default.Binding) == left)
        {
            await UnbindAsync(row, cancel);
        }
    }

    /// <summary>Takes away an account's row, unless it has changed since it was read.</summary>
    public async Task<bool> UnbindAsync(TableEntity row, CancellationToken cancel)
    {
        try
        {
            await tables.Companies.DeleteEntityAsync(Partition, row.RowKey, row.ETag, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status412PreconditionFailed)
        {
            return false;
        }
    }

    async Task<(TableEntity Row, User User)?> UserAsync(string company, string user, CancellationToken cancel) =>
        await tables.Companies.FindAsync(company, CompanyStore.UserPrefix + user, cancel) is { } row
            ? (row, row.Read(CompanyStoredJson.Default.User)) : null;

    Task<Response> UpdateAsync(TableEntity row, User user, CancellationToken cancel) => tables.Companies.UpdateEntityAsync(
        new TableEntity(row.PartitionKey, row.RowKey).With(user, CompanyStoredJson.Default.User), row.ETag,
        TableUpdateMode.Replace, cancel);

    static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

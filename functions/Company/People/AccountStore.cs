using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Company.People;

/// <summary>
/// A person's account with an identity provider. The e-mail address is not part of it, because addresses can pass to other people.
/// </summary>
sealed record Account(string Issuer, string Tenant, string ObjectId)
{
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Issuer}\n{Tenant}\n{ObjectId}")));
}

/// <summary>The user that an account belongs to.</summary>
sealed record Binding(string Company, string User);

/// <summary>
/// Which account belongs to which user. Accepting an invitation binds them. Table companies, partition <c>people</c>: one row for each
/// account. The invitation is in the user's row; the write that binds the account removes it. <see cref="Membership"/> changes who is in a
/// company, and in which role.
/// </summary>
sealed class AccountStore(Tables tables, CompanyStore companies, TimeProvider time)
{
    public const string Partition = "people";
    const int SecretLength = 32;
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>
    /// The user that an account is bound to; null if there is none, or if that user has since been bound to another account.
    /// </summary>
    public async Task<Binding?> UserOfAsync(Account account, CancellationToken cancel) =>
        (await tables.Companies.FindAsync(Partition, account.Key, cancel))?.Read(AccountStoredJson.Default.Binding) is { } binding
        && await companies.ReadUserAsync(binding.Company, binding.User, cancel) is { } user
        && user.Value.Account == account.Key ? binding : null;

    /// <summary>An invitation to store in the user's row, where it replaces an earlier one, and its code, which is not stored.</summary>
    public (Invitation Invitation, string Code) NewInvitation(string company, string user)
    {
        var secret = RandomNumberGenerator.GetHexString(SecretLength, lowercase: true);
        return (new(Hash(secret), time.GetUtcNow() + InvitationLifetime), company + user + secret);
    }

    /// <summary>Binds an account to the user whom the code invites. An account belongs to one user at a time.</summary>
    public async Task<Outcome<Binding>> AcceptAsync(Account account, string code, CancellationToken cancel)
    {
        const int UserEnd = 8 + Ids.KeyLength;
        if (code.Length != UserEnd + SecretLength || code.AsSpan().ContainsAnyExcept(Base32.Characters)
            || await companies.ReadUserAsync(code[..8], code[8..UserEnd], cancel) is not { Value: var user } known)
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
            return Problems.Forbidden("This account already belongs to another user.");
        }
        try
        {
            // The binding counts only if both rows name each other, so a failure between the two writes binds nobody.
            var row = await tables.Companies.FindAsync(Partition, account.Key, cancel);
            var pointer = new TableEntity(Partition, account.Key).With(binding, AccountStoredJson.Default.Binding);
            await (row is null ? tables.Companies.AddEntityAsync(pointer, cancel)
                : tables.Companies.UpdateEntityAsync(pointer, row.ETag, TableUpdateMode.Replace, cancel));
            await companies.UpdateAsync(binding.Company, known, user with { Invitation = null, Account = account.Key }, cancel);
            return binding;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed)
        {
            return Problems.Busy();
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            // The user was removed meanwhile, together with the invitation.
            return Problems.NotFound("invitation");
        }
    }

    /// <summary>Unbinds the account of a user who was removed, unless it has since been bound to another user.</summary>
    public async Task ForgetAsync(Binding left, string account, CancellationToken cancel)
    {
        if (await tables.Companies.FindAsync(Partition, account, cancel) is { } row && row.Read(AccountStoredJson.Default.Binding) == left)
        {
            await UnbindAsync(row, cancel);
        }
    }

    /// <summary>Deletes an account's row, unless it has changed since it was read.</summary>
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

    static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Planable.Storage;

namespace Planable.Networks.Connecting;

/// <summary>
/// A sign-in at a network that has begun: for whom, for which workspace and network, and for a page that is connected again.
/// </summary>
/// <param name="User">The key of the person who began it.</param>
/// <param name="Page">The key of the page to connect again; null for a new page.</param>
/// <param name="Secret">
/// Until the network sends the browser back, the verifier of PKCE; then the name of the person's grant in the vault.
/// </param>
sealed record SignInTicket(string User, string Workspace, string Network, string? Page, string Secret)
{
    public Id? PageId => Page is null ? null : new(Workspace, Page);

    public override string ToString() => $"sign-in at {Network}";
}

/// <summary>
/// Protects tickets while they go through the browser and the network: nobody can read or make one, and each ends. Networks limit the
/// state that they send back to 500 characters, so a ticket is short.
/// </summary>
sealed class SignInTickets(IDataProtectionProvider protection)
{
    /// <summary>How long a person has to sign in, and then to choose a page.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    const char Separator = '|';

    readonly Lazy<ITimeLimitedDataProtector> _protector = new(
        () => protection.CreateProtector("sign-in at networks").ToTimeLimitedDataProtector());

    public string Protect(SignInTicket ticket) => _protector.Value.Protect(
        string.Join(Separator, ticket.User, ticket.Workspace, ticket.Network, ticket.Page, ticket.Secret), Lifetime);

    /// <summary>Null if it is none of ours or has ended.</summary>
    public SignInTicket? Read(string text)
    {
        try
        {
            return _protector.Value.Unprotect(text).Split(Separator) is [var user, var workspace, var network, var page, var secret]
                ? new(user, workspace, network, page.Length == 0 ? null : page, secret) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

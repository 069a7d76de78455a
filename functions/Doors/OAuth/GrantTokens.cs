using System.Security.Cryptography;
using System.Text;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;

namespace Planable.Doors.OAuth;

/// <summary>Exchanges codes and refresh tokens for access tokens, which are rows in the table of tokens.</summary>
sealed class GrantTokens(Grants grants, GrantTexts texts, TokenStore tokens, CompanyDirectory directory, TimeProvider time)
{
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// How long the previous refresh token gets the same answer again: for a lost answer, and for calls of one app at the same time. After
    /// it, a used refresh token is taken for a stolen one.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    static OAuthRefusal NotGood(string description) => new(OAuthErrors.InvalidGrant, description);

    /// <summary>Exchanges a code. A code that does not fit is not used up.</summary>
    public async Task<TokenOutcome> RedeemAsync(
        string code, string client, string redirect, string verifier, string? resource, CancellationToken cancel)
    {
        if (await texts.ReadAsync(GrantTexts.Code, code, cancel) is not { } named)
        {
            return NotGood("The code is not valid.");
        }
        while (await grants.FindAsync(named.Company, named.Key, cancel) is { Value: var grant } known)
        {
            if ((CheckClient(grant, client, resource)
                ?? (grant.Redirect != redirect ? NotGood("redirect_uri is not the one that the code was sent to.")
                : !Fits(verifier, grant.Challenge) ? NotGood("code_verifier does not fit code_challenge.") : null)) is { } refusal)
            {
                return refusal;
            }
            if (grant.IsRedeemed)
            {
                await grants.EndAsync(grant, null, "its code was used twice", cancel);
                return NotGood("The code was used before. The access is revoked.");
            }
            if (grants.IsPast(grant))
            {
                return NotGood("The code has expired.");
            }
            if (await CheckPersonAsync(grant, cancel) is { } gone)
            {
                return gone;
            }
            var first = grant with { Generation = 1, RenewedAt = time.GetUtcNow() };
            if (await grants.TryRenewAsync(known, first, cancel))
            {
                return await IssueAsync(first, cancel);
            }
        }
        return NotGood("The code is not valid.");
    }

    /// <summary>Exchanges a refresh token, which is then replaced.</summary>
    /// <param name="scope">The scopes that are asked for; null for all that were granted.</param>
    public async Task<TokenOutcome> RefreshAsync(string refresh, string client, string? resource, string? scope, CancellationToken cancel)
    {
        if (await texts.ReadAsync(GrantTexts.Refresh, refresh, cancel) is not { } named)
        {
            return NotGood("The refresh token is not valid.");
        }
        while (await grants.FindAsync(named.Company, named.Key, cancel) is { Value: var grant } known)
        {
            if ((CheckClient(grant, client, resource) ?? CheckScope(grant, scope) ?? await CheckPersonAsync(grant, cancel)) is { } refusal)
            {
                return refusal;
            }
            var since = time.GetUtcNow() - grant.RenewedAt;
            if (named.Generation == grant.Generation - 1 && since <= Grace)
            {
                return await IssueAsync(grant, cancel);
            }
            if (named.Generation != grant.Generation || grants.IsPast(grant))
            {
                var isUsed = named.Generation != grant.Generation;
                await grants.EndAsync(grant, null, isUsed ? "a used refresh token came again" : "not used any more", cancel);
                return NotGood(isUsed ? "The refresh token was used before. The access is revoked." : "The refresh token has expired.");
            }
            var next = grant with { Generation = grant.Generation + 1, RenewedAt = time.GetUtcNow() };
            if (await grants.TryRenewAsync(known, next, cancel))
            {
                return await IssueAsync(next, cancel);
            }
        }
        return NotGood("The refresh token is not valid any more.");
    }

    /// <summary>Takes back a token: a refresh token ends the grant, an access token only itself (RFC 7009).</summary>
    public async Task RevokeAsync(string token, string? client, CancellationToken cancel)
    {
        if (await texts.ReadAsync(GrantTexts.Refresh, token, cancel) is { } named)
        {
            if (await grants.FindAsync(named.Company, named.Key, cancel) is { Value: var grant }
                && (client is null || client == grant.Client))
            {
                await grants.EndAsync(grant, null, "the app gave it back", cancel);
            }
        }
        else if (TokenText.IsWellFormed(token) && await tokens.FindAsync(TokenText.Hash(token), cancel) is { Token.App: not null } known)
        {
            await tokens.DeleteAsync(known.Token.Hash, cancel);
        }
    }

    async Task<TokenOutcome> IssueAsync(Grant grant, CancellationToken cancel)
    {
        var access = await texts.AccessOf(grant, grant.Generation, cancel);
        var (hash, endsAt) = (TokenText.Hash(access), grant.RenewedAt + AccessLifetime);
        var replaced = grant.Generation > 1 ? await texts.HashOf(grant, grant.Generation - 1, cancel) : null;
        await tokens.AddActiveAsync(
            new Token(grant.Key, grant.Company, grant.User, grant.Name,
                grant.Scopes is [AppScopes.Read] ? Scope.Read : Scope.Write, grant.Workspaces, grant.RenewedAt, endsAt, hash)
            {
                App = new(grant.Key, grant.Resource, grant.Scopes),
            }, replaced, cancel);
        // A grant that ended before this read may have been settled before the token was added.
        if (await grants.FindAsync(grant.Company, grant.Key, cancel) is null)
        {
            await tokens.DeleteAsync(hash, cancel);
            return NotGood("The access was revoked.");
        }
        if (grant.Generation > 2)
        {
            await tokens.DeleteAsync(await texts.HashOf(grant, grant.Generation - 2, cancel), cancel);
        }
        return new IssuedTokens(
            access, "Bearer", Math.Max(1, (int)(endsAt - time.GetUtcNow()).TotalSeconds), await texts.RefreshOf(grant, cancel),
            string.Join(' ', grant.Scopes));
    }

    static OAuthRefusal? CheckClient(Grant grant, string client, string? resource) =>
        grant.Client != client ? NotGood("It was issued to another client.")
        : resource is not null && resource != grant.Resource
            ? new(OAuthErrors.InvalidTarget, "resource is not the one that was granted.")
        : null;

    static OAuthRefusal? CheckScope(Grant grant, string? scope) =>
        scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except([.. grant.Scopes, AuthorizationRequest.OfflineAccess]).Any() is true
            ? new(OAuthErrors.InvalidScope, "scope has more than was granted.") : null;

    async Task<OAuthRefusal?> CheckPersonAsync(Grant grant, CancellationToken cancel) =>
        (await directory.FindAsync(grant.Company, grant.User, cancel))?.User is null
            ? NotGood("The person who granted the access is no longer in the company.") : null;

    static bool Fits(string verifier, string challenge) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Pkce.Challenge(verifier)), Encoding.ASCII.GetBytes(challenge));
}

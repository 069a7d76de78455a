using Planable.Platform;

namespace Planable.Networks;

/// <summary>A request to sign in at a network in the browser.</summary>
/// <param name="Redirect">Where the network sends the browser afterwards; registered with the app there.</param>
/// <param name="State">Comes back with the browser.</param>
/// <param name="Verifier">The secret of PKCE, 43 to 128 characters. Source: RFC 7636.</param>
sealed record SignInRequest(Uri Redirect, string State, string Verifier)
{
    /// <summary>The verifier's S256 challenge.</summary>
    public string Challenge => Pkce.Challenge(Verifier);

    public override string ToString() => $"sign-in to {Redirect}";
}

/// <summary>A page, channel or profile that the person who signed in can connect.</summary>
/// <param name="Link">Its address on the network; null if unknown.</param>
/// <param name="Grant">The access to it.</param>
sealed record OfferedAccount(string Name, string? Link, NetworkGrant Grant);

/// <summary>Signs people in at a network and renews grants; registered under the name in Page.Network.</summary>
interface INetworkSignIn
{
    /// <summary>The address at which the person signs in and consents.</summary>
    Uri Address(NetworkApp app, SignInRequest request);

    /// <summary>Exchanges the code that came back for a grant, which is of the person and not yet of a page.</summary>
    Task<NetworkResult<NetworkGrant>> ExchangeAsync(NetworkApp app, SignInRequest request, string code, CancellationToken cancel);

    /// <summary>The pages, channels or profiles of the person.</summary>
    Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel);

    /// <summary>
    /// Gets a new access token. <see cref="NetworkVerdict.GrantExpired"/> means that a person must connect the page again. Some networks
    /// also replace the refresh token: the old grant is then useless.
    /// </summary>
    Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel);
}

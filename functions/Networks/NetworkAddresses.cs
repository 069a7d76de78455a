using Planable.Platform.Hosting;

namespace Planable.Networks;

/// <summary>
/// A network's hosts. A setting <c>Networks__</c>network<c>__</c>name replaces the address of each, for a network's sandbox or a test.
/// </summary>
/// <param name="known">Domains, also with their subdomains, to which the network may refer in its answers.</param>
sealed class NetworkAddresses(IConfiguration configuration, string network, params string[] known)
{
    /// <summary>The address with this name, without a slash at its end.</summary>
    public string Of(string name, string otherwise) =>
        (configuration.Address($"Networks:{network}:{name}")?.AbsoluteUri ?? otherwise).TrimEnd('/');

    /// <summary>A value that is no address, such as a version.</summary>
    public string Text(string name, string otherwise) =>
        configuration[$"Networks:{network}:{name}"] is { Length: > 0 } text ? text : otherwise;

    /// <summary>
    /// The address that an answer of the network names, such as that of an upload; null if it is not on one of the network's hosts. A
    /// request there carries our bytes or tokens.
    /// </summary>
    public Uri? Allowed(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && (IsKnown(url) || IsReplaced(url)) ? url : null;

    bool IsKnown(Uri url) => url.Scheme is "https" && url.IsDefaultPort && url.UserInfo.Length == 0
        && Array.Exists(known, domain => url.Host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || url.Host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase));

    bool IsReplaced(Uri url) => configuration.GetSection($"Networks:{network}").GetChildren()
        .Any(setting => Uri.TryCreate(setting.Value, UriKind.Absolute, out var other)
            && other.Scheme is "http" or "https" && other.GetLeftPart(UriPartial.Authority) == url.GetLeftPart(UriPartial.Authority));
}

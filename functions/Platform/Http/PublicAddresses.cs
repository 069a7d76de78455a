using System.Net;
using System.Net.Sockets;

namespace Planable.Platform.Http;

/// <summary>
/// The addresses of the public internet, after IANA's registries of special ones: not ours, not the platform's, and no other way of writing
/// either, as mapped, translated and tunnelled addresses are.
/// </summary>
static class PublicAddresses
{
    /// <summary>All that is given out of IPv6; translated, local and multicast addresses are outside of it.</summary>
    static readonly IPNetwork Given = IPNetwork.Parse("2000::/3");

    static readonly IPNetwork[] Special =
    [
        .. from network in new[]
           {
               "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
               "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
               // Azure's own, inside of it.
               "168.63.129.16/32",
               // For protocols, Teredo among them; documentation, twice; 6to4.
               "2001::/23", "2001:db8::/32", "3fff::/20", "2002::/16",
           }
           select IPNetwork.Parse(network),
    ];

    /// <remarks>A mapped address is asked about first: a network would look for the IPv4 address in it.</remarks>
    public static bool Contain(IPAddress address) =>
        !address.IsIPv4MappedToIPv6 && (address.AddressFamily is AddressFamily.InterNetwork || Given.Contains(address))
        && !Array.Exists(Special, network => network.Contains(address));
}

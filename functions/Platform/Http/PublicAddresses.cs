using System.Net;
using System.Net.Sockets;

namespace Planable.Platform.Http;

/// <summary>
/// The addresses of the public internet, from IANA's special-purpose address registries. It excludes private addresses, the platform's own,
/// and addresses that embed others: mapped, translated and tunnelled ones.
/// </summary>
static class PublicAddresses
{
    /// <summary>Global unicast IPv6. Translated, local and multicast addresses are outside of it.</summary>
    static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    static readonly IPNetwork[] Special =
    [
        .. from network in new[]
           {
               "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
               "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
               // Azure's virtual public IP, reachable only inside Azure.
               "168.63.129.16/32",
               // Protocol assignments, Teredo among them; documentation (two ranges); 6to4.
               "2001::/23", "2001:db8::/32", "3fff::/20", "2002::/16",
           }
           select IPNetwork.Parse(network),
    ];

    /// <remarks>Mapped addresses are checked first, because IPNetwork would look at the IPv4 address in them.</remarks>
    public static bool Contain(IPAddress address) =>
        !address.IsIPv4MappedToIPv6 && (address.AddressFamily is AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
        && !Array.Exists(Special, network => network.Contains(address));
}

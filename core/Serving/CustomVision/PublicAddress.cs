using System.Net;
using System.Net.Sockets;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>Tells addresses of the internet from those of this machine, its network and its cloud.</summary>
/// <remarks>
/// After the special-purpose registries of IANA (RFC 6890): what is not globally reachable, or wraps another address, is not public.
/// </remarks>
internal static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Of IPv6 only this part is given out to the internet.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>168.63.129.16 is Azure's own address inside of every virtual network.</summary>
    private static readonly IPAddress AzureHost = new([168, 63, 129, 16]);

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return Is(address.MapToIPv4());
        }

        return !address.Equals(AzureHost)
            && (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
            && !NotPublic.Any(network => network.Contains(address));
    }
}

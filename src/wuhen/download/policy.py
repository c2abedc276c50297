"""What may be fetched: decided on numeric addresses, for names prove nothing."""

import ipaddress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

__all__ = ["DownloadPolicy"]

# What `ipaddress` calls global although it is none, leads elsewhere, or is not to be had from the internet:
# 6to4 relays, Teredo, 6to4, documentation.
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("192.88.99.0/24", "2001::/32", "2002::/16", "3fff::/20")))
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Where clouds tell a machine its secrets: common link-local, Tencent, Alibaba, AWS on IPv6, Azure. A network
# that an operator allows may contain one of them (100.64.0.0/10 does), so they are never allowed.
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "169.254.0.23", "100.100.100.200", "fd00:ec2::254", "168.63.129.16"),
    )
)


@dataclass(frozen=True, slots=True)
class DownloadPolicy:
    """What may be fetched, and how much patience there is.

    Attributes
    ----------
    allow_private
        Networks to fetch from although they are not public, for picture servers of one's own. The metadata
        services of clouds stay out of reach even inside them.
    allowed_ports
        Ports to connect to.
    timeout
        Seconds for the whole download, redirects included.
    connect_timeout
        Seconds for one connection, TLS included.
    redirects
        How many redirects to follow.
    """

    allow_private: tuple[IPv4Network | IPv6Network, ...] = ()
    allowed_ports: frozenset[int] = frozenset({80, 443})
    timeout: float = 20.0
    connect_timeout: float = 5.0
    redirects: int = 3

    def permits(self, address: str) -> bool:
        """Say whether a connection to this numeric address is allowed; to anything else it is not."""
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        if ip in _METADATA:
            return False
        return _is_public(ip) or any(ip in network for network in self.allow_private)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    if any(ip in network for network in _NOT_PUBLIC):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved

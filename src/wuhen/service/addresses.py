"""IP addresses as text: what they are, and what counts as one."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

__all__ = ["find_own_address", "is_loopback", "neighbourhood", "parse_address"]

_IPV6_SITE = 64
"""Bits of an IPv6 address that name a site; the rest is the site's to choose, for every connection anew."""


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address without its zone, or None where there is none.

    An IPv4 address that an IPv6 socket shows in its own way is one of IPv4.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


def neighbourhood(host: str) -> str:
    """Return what counts as one address: of IPv4 the address itself, of IPv6 the network of its site."""
    address = parse_address(host)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_SITE), strict=False))
    return host if address is None else str(address)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    address = parse_address(host)
    return host == "localhost" if address is None else address.is_loopback


def find_own_address(host: str) -> str:
    """Return an address at which others reach a service that listens on `host`: of all addresses, one.

    Of the machine's addresses it is the one that faces other networks; where it is connected to none, the
    loopback.
    """
    address = parse_address(host)
    if address is None or not address.is_unspecified:
        return host
    for family, elsewhere in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        if isinstance(address, IPv4Address) and family == socket.AF_INET6:
            continue
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                # Nothing is sent: it is only asked which way it would go.
                probe.connect((elsewhere, 9))
            except OSError:
                continue
            return str(probe.getsockname()[0])
    return "127.0.0.1" if isinstance(address, IPv4Address) else "::1"

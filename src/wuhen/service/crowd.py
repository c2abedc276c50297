"""Connections that wait for their clients, and which of them makes room for another."""

import ipaddress
from collections.abc import Callable
from typing import Protocol

__all__ = ["Crowd", "Guest", "neighbourhood"]

_IPV6_SITE = 64
"""Bits of an IPv6 address that name a site; the rest is the site's to choose, for every connection anew."""


class Guest(Protocol):
    """Whatever can be sent away."""

    def give_up(self) -> None:
        """End now, without another word."""
        ...


class Crowd:
    """Guests by the address they came from, the oldest first.

    One too many makes the address that has the most lose its oldest, so that many from one address keep
    nobody out who comes from another.

    Parameters
    ----------
    most : int
        How many there may be.
    spared : callable
        Tells of an address whether it loses a guest only where no other has any: a proxy's, behind which
        there are many.
    """

    def __init__(self, most: int, spared: Callable[[str], bool] = lambda _: False) -> None:
        self.most = most
        self._spared = spared
        self._homes: dict[Guest, str] = {}
        self._groups: dict[str, dict[Guest, None]] = {}

    def __len__(self) -> int:
        return len(self._homes)

    def __contains__(self, guest: Guest) -> bool:
        return guest in self._homes

    def join(self, guest: Guest, address: str) -> None:
        """Take in a guest, who is the youngest from then on; another may have to go."""
        self.leave(guest)
        if len(self._homes) >= self.most:
            self.shed()
        self._homes[guest] = address
        self._groups.setdefault(address, {})[guest] = None

    def leave(self, guest: Guest) -> None:
        """Forget a guest, if he is there."""
        if (address := self._homes.pop(guest, None)) is None:
            return
        group = self._groups[address]
        del group[guest]
        if not group:
            del self._groups[address]

    def shed(self) -> bool:
        """Send one guest away; tell whether there was any."""
        if not self._groups:
            return False
        address = max(self._groups, key=lambda one: (not self._spared(one), len(self._groups[one])))
        guest = next(iter(self._groups[address]))
        self.leave(guest)
        guest.give_up()
        return True


def neighbourhood(host: str) -> str:
    """Return what counts as one address: of IPv4 the address itself, of IPv6 the network of its site."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if (mapped := address.ipv4_mapped) is not None:
            return str(mapped)
        return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))
    return str(address)

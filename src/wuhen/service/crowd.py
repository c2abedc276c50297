"""Connections that wait for their clients, and which of them makes room for another."""

from collections.abc import Callable
from typing import Protocol

__all__ = ["Crowd", "Guest"]


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
        """Take in a guest, which is the youngest from then on; another may have to go."""
        self.leave(guest)
        if len(self._homes) >= self.most:
            self.shed()
        self._homes[guest] = address
        self._groups.setdefault(address, {})[guest] = None

    def leave(self, guest: Guest) -> None:
        """Forget a guest, if it is there."""
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

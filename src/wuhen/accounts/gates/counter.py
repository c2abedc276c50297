"""What is asked of the server that counts the slots of several service processes."""

from collections.abc import Mapping
from dataclasses import dataclass

from wuhen.accounts.gates.link import Answer, Link, Script

__all__ = ["LEASE", "SETTLE", "SlotCounter", "Standing"]

LEASE = 5.0
"""Seconds after which the slot of a process that is not heard of any more is another's."""
SETTLE = 2.0
"""Seconds for which a server that has just begun to count grants no slot: twice what it takes to tell it."""

_SLOTS = Script.read("slots.lua")
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How a call stands.

    Attributes
    ----------
    word
        `held`, `queued`, `full`, or `unsettled` where no slot is granted yet; empty where none was asked for.
    rest
        Seconds until it is worth asking again.
    granted
        The tokens of calls, of any process, that were granted a slot on the occasion.
    came
        When the call came, by the server's clock; empty where that does not matter.
    """

    word: str
    rest: float
    granted: tuple[str, ...]
    came: str

    @classmethod
    def read(cls, answer: Answer) -> "Standing":
        """Read what the script returns."""
        word, rest, granted, *came = answer
        return cls(str(word), int(rest) / _MICRO, tuple(granted), str(came[0]) if came else "")


class SlotCounter:
    """The slots of accounts at the server. Each method is one step there; to repeat it does no harm.

    Parameters
    ----------
    link
        The way to the server.
    kind
        What is counted, where several gates share a server.
    """

    def __init__(self, link: Link, kind: str) -> None:
        self._link = link
        self._kind = kind

    async def enter(self, account: str, token: str, limit: int, longest: int, came: str) -> Standing:
        """Take a slot, or a place in the line of `longest` calls; where it has been, `came` says since when.

        Raises
        ------
        GatesAway
            The server cannot be reached, though it may have done it.
        """
        return await self._run(account, "enter", token, limit, longest, came)

    async def leave(self, account: str, token: str) -> Standing:
        """Give back a slot or a place in the line.

        Raises
        ------
        GatesAway
            The server cannot be reached, though it may have done it.
        """
        return await self._run(account, "leave", token)

    async def look(self, account: str, limit: int) -> Standing:
        """Tell whether all slots are held.

        Raises
        ------
        GatesAway
            The server cannot be reached.
        """
        return await self._run(account, "look", limit)

    async def take_back(self, account: str, *tokens: str) -> Standing:
        """Do what `leave` does, whatever is known of the server.

        Raises
        ------
        RedisError, OSError
            It cannot be reached.
        """
        return await self._attempt(account, "leave", *tokens)

    async def renew(self, account: str, limit: int, calls: Mapping[str, str]) -> Standing:
        """Say of calls, by their tokens, that they hold slots (empty) or since when they are in the line.

        Raises
        ------
        RedisError, OSError
            The server cannot be reached.
        """
        return await self._attempt(
            account, "renew", limit, *(part for call in calls.items() for part in call)
        )

    async def begin(self) -> Standing:
        """Have the server begin to count, if it has not yet.

        Raises
        ------
        RedisError, OSError
            It cannot be reached.
        """
        return await self._attempt("", "begin")

    async def _run(self, account: str, *args: str | int) -> Standing:
        return Standing.read(await self._link.run(_SLOTS, self._keys(account), *self._given(*args)))

    async def _attempt(self, account: str, *args: str | int) -> Standing:
        return Standing.read(await self._link.attempt(_SLOTS, self._keys(account), *self._given(*args)))

    def _keys(self, account: str) -> list[str]:
        own = [self._link.key(self._kind, name, account) for name in ("held", "line", "seen", "bound")]
        return [self._link.key("era"), *own]

    def _given(self, verb: str | int, *args: str | int) -> tuple[str | int, ...]:
        return verb, round(LEASE * _MICRO), round(SETTLE * _MICRO), self._link.channel, *args

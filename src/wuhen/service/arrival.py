"""The body of a request on its way in, and how long a client may take over it."""

import asyncio
from typing import Self

from starlette.types import Message, Receive

from wuhen.action import BODY_TOO_SLOW

__all__ = ["PATIENCE", "Arrival"]

GRACE_SECONDS = 5.0
"""For a body to begin to come, and for pauses on the way."""
LEAST_RATE = 16 * 1024
"""Bytes a second that come on average, but for those seconds: 130 kbit/s."""
LEAST_SHARE = 0.5
"""And of the rate that the whole body would need to be there at the deadline."""
PRESSED_RATE = 100 * 1024
"""Bytes a second below which a body may have to make room for others."""
PRESSED_SECONDS = 30.0
"""And, of a large one, the time in which it would be whole."""
PATIENCE = 2.0
"""Seconds that nobody has to make room in."""


class Arrival:
    """One body, from its first byte to its last.

    Only time counts that is spent waiting for the client, none in which the service does not take anything.

    Parameters
    ----------
    receive : Receive
        Where the body comes from (ASGI).
    size : int
        How long it is said to be; 0 if nothing is said.
    deadline : float
        Seconds in which it must have come at the latest.

    Attributes
    ----------
    received : int
        Bytes that have come.
    """

    def __init__(self, receive: Receive, size: int, deadline: float) -> None:
        self._receive = receive
        self._least = max(LEAST_RATE, LEAST_SHARE * size / deadline)
        self._pressed = max(PRESSED_RATE, size / PRESSED_SECONDS)
        self.received = 0
        self._waited = 0.0
        self._since: float | None = None
        self._limit: asyncio.Timeout | None = None
        self._whole = self._given_up = False

    @classmethod
    def ended(cls, receive: Receive) -> Self:
        """Return one that is whole, after which only the news comes that nobody waits any more."""
        arrival = cls(receive, 0, 1.0)
        arrival._whole = True
        return arrival

    async def receive(self) -> Message:
        """Return what comes next; once the body is whole, the news that the client hung up.

        Raises
        ------
        ApiError
            It comes too slowly, or another body needs its place.
        """
        if self._whole:
            return await self._receive()
        loop = asyncio.get_running_loop()
        allowed = 0.0 if self._given_up else GRACE_SECONDS + self.received / self._least - self._waited
        self._since = loop.time()
        try:
            async with asyncio.timeout(max(allowed, 0.0)) as self._limit:
                message = await self._receive()
        except TimeoutError:
            raise BODY_TOO_SLOW() from None
        finally:
            self._waited += loop.time() - self._since
            self._since = self._limit = None
        self.received += len(message.get("body", b""))
        self._whole = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    def give_up(self) -> None:
        """Let another have the place of this body, if it is not whole yet."""
        self._given_up = True
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())

    @property
    def is_slow(self) -> bool:
        """Whether it has been waited for, and comes at a rate at which it may have to make room."""
        waited = self._seconds
        return waited >= PATIENCE and self.received < self._pressed * waited

    @property
    def rate(self) -> float:
        """Bytes a second that come on average."""
        return self.received / max(self._seconds, 0.001)

    @property
    def _seconds(self) -> float:
        waiting = 0.0 if self._since is None else asyncio.get_running_loop().time() - self._since
        return self._waited + waiting

"""Where the service counts slots and calls: in its own memory, or with others in a Redis that they share."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wuhen.accounts import (
    ConcurrencyGate,
    GatesAway,
    InvalidSetting,
    MemoryConcurrencyGate,
    MemoryRateGate,
    RateGate,
)
from wuhen.service.addresses import is_loopback
from wuhen.service.health import Check
from wuhen.service.logs import log
from wuhen.settings import Settings

if TYPE_CHECKING:
    from wuhen.accounts.gates.link import Link

__all__ = ["Gates", "find_risks"]


@dataclass(frozen=True, slots=True)
class Gates:
    """All gates, and the way to them.

    Attributes
    ----------
    slots : ConcurrencyGate
        Of erasures.
    looks : ConcurrencyGate
        Of the actions that look at a picture beside them.
    rate : RateGate
        Of calls.
    alone : bool
        Whether the service counts by itself while what it shares with others is away.
    link : Link or None
        The way to what is shared.
    """

    slots: ConcurrencyGate
    looks: ConcurrencyGate
    rate: RateGate
    alone: bool = True
    link: "Link | None" = None

    @classmethod
    def open(cls, settings: Settings) -> "Gates":
        """Return the gates that are set; nothing is reached for yet.

        Raises
        ------
        wuhen.accounts.InvalidSetting
            The server's URL is malformed.
        """
        if settings.gates_url is None:
            return cls(MemoryConcurrencyGate(), MemoryConcurrencyGate(), MemoryRateGate())
        from wuhen.accounts.gates.calls import SharedRateGate  # noqa: PLC0415 - an extra
        from wuhen.accounts.gates.slots import SharedConcurrencyGate  # noqa: PLC0415

        link = _link(settings, settings.gates_url)
        alone = settings.gates_away == "local"
        return cls(
            SharedConcurrencyGate(link, "slots", alone=alone),
            SharedConcurrencyGate(link, "looks", alone=alone),
            SharedRateGate(link, alone=alone),
            alone,
            link,
        )

    @property
    def is_away(self) -> bool:
        """Whether what is shared with others cannot be reached now."""
        return self.link is not None and self.link.away is not None

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep what calls hold, while the context lasts."""
        if self.link is None:
            yield
        else:
            async with self.link.kept():
                yield

    def checks(self) -> dict[str, Check]:
        """Return what of them a call needs, by the name that `/readyz` calls it."""

        async def reach() -> None:
            if self.link is not None and self.link.away is not None:
                raise GatesAway(self.link.away)

        return {} if self.link is None or self.alone else {"gates": reach}

    def impaired(self) -> list[str]:
        """Return the name of what is not as it should be, though calls succeed."""
        return ["gates"] if self.alone and self.is_away else []


def find_risks(settings: Settings) -> Iterator[str]:
    """Yield what should not be left so with what is shared, if anything is."""
    if settings.gates_url is None:
        return
    url = urlsplit(settings.gates_url)
    if url.scheme == "redis" and not is_loopback(url.hostname or ""):
        yield f"gates_url: its password crosses the network to {url.hostname} in clear text; use rediss://"
    try:
        link = _link(settings, settings.gates_url)
    except InvalidSetting:  # a fault, which is told as such
        return
    if fault := asyncio.run(link.examine()):
        yield f"gates_url: the server {fault}"


def _link(settings: Settings, url: str) -> "Link":
    # Only then are the packages needed that it takes.
    from wuhen.accounts.gates.link import Link  # noqa: PLC0415 - an extra

    return Link(
        url, password_file=settings.gates_password_file, prefix=settings.gates_prefix, on_change=_tell
    )


def _tell(reason: str | None) -> None:
    if reason is None:
        log.info("gates are back")
    else:
        log.error("gates away", reason=reason)

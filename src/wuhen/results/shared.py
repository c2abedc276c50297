"""Results in an object store, which hands them out itself."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Protocol

from wuhen.results.objects import Listed, ObjectMissing
from wuhen.results.pictures import name_picture
from wuhen.results.store import LIFETIME, SWEEP_GRACE, ResultStoreError

__all__ = ["SharedResults"]

SPAN = 600
"""Seconds: results that end within the same ten minutes lie in one folder."""
PAUSE_SECONDS = 1.5
"""Between two looks at a store that failed; half as many more or less."""
BATCH = 1000
"""Names that are deleted at a time; as many as one request takes."""
_FORM = "until-%Y%m%dT%H%MZ"
_FOLDER = re.compile(r"until-[0-9]{8}T[0-9]{4}Z")


class _Bucket(Protocol):
    """What of an object store is needed here; see `Objects`."""

    async def put(self, name: str, data: bytes, media_type: str) -> None: ...

    async def delete(self, *names: str) -> None: ...

    def list(self, prefix: str = "") -> AsyncIterator[Listed]: ...

    async def list_folders(self, prefix: str = "") -> tuple[str, ...]: ...

    async def url(self, name: str, *, base_url: str, seconds: int) -> str: ...

    async def check(self) -> None: ...


class SharedResults:
    """Results of all services that share a bucket and a prefix; implements `ResultStore`.

    A result's folder says when its life is over. So a sweep looks at the folders alone, and needs no clock
    but its own; it may be made by any number of processes at a time.

    Parameters
    ----------
    objects
        The object store.
    lifetime
        Seconds for which a URL is valid.
    """

    sweep_seconds = 300.0

    def __init__(self, objects: _Bucket, *, lifetime: int = LIFETIME) -> None:
        self._objects = objects
        self._lifetime = lifetime
        self._fault: ResultStoreError | None = None
        self._waiting: asyncio.Task[None] | None = None

    def expect(self) -> None:
        """Refuse after a failure, until the store was seen to work; see `ResultStore.expect`."""
        if self._fault is not None and self._waiting is not None and not self._waiting.done():
            raise ResultStoreError(str(self._fault))

    async def put(self, data: bytes, *, media_type: str, base_url: str, now: float) -> str:
        """Store a result; see `ResultStore.put`."""
        end = now + self._lifetime + SWEEP_GRACE
        name = f"{_folder(end)}/{name_picture(media_type)}"
        with self._watched():
            await self._objects.put(name, data, media_type)
        return await self._objects.url(name, base_url=base_url, seconds=self._lifetime)

    async def check(self) -> None:
        """Make sure that a result could be stored now; see `ResultStore.check`."""
        with self._watched():
            await self._objects.check()

    async def sweep(self, now: float) -> int:
        """Delete the folders whose time is over; see `ResultStore.sweep`."""
        swept = 0
        for folder in await self._objects.list_folders():
            if not _FOLDER.fullmatch(folder) or _end(folder) > now:
                continue
            batch: list[str] = []
            async for one in self._objects.list(folder):
                batch.append(one.name)
                if len(batch) == BATCH:
                    swept += await self._delete(batch)
            swept += await self._delete(batch)
        return swept

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Remember whether it went well."""
        try:
            yield
        except ResultStoreError as error:
            self._fault = error
            if self._waiting is None or self._waiting.done():
                self._waiting = asyncio.create_task(self._wait_until_well())
            raise
        self._fault = None

    async def _wait_until_well(self) -> None:
        """Look at the store now and then, so that no caller has to find out whether it works again."""
        while self._fault is not None:
            await asyncio.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5))
            with suppress(ResultStoreError):
                await self._objects.check()
                self._fault = None

    async def _delete(self, batch: list[str]) -> int:
        """Delete and forget these; another process may have done so before."""
        names = [*batch]
        batch.clear()
        if names:
            with suppress(ObjectMissing):
                await self._objects.delete(*names)
        return len(names)


def _folder(end: float) -> str:
    """Return the folder of what ends then. Its name is the time at which all in it has ended."""
    return datetime.fromtimestamp(-(-end // SPAN) * SPAN, UTC).strftime(_FORM)


def _end(folder: str) -> float:
    try:
        return datetime.strptime(folder, _FORM).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return float("inf")

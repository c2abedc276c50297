"""Who tells of jobs' ends: the URLs that were given with them, again and again until they answer."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Self

import structlog

from wuhen.accounts import KeyStore, StoreUnavailable
from wuhen.download import DownloadError, UrlRefused
from wuhen.download.client import Downloader
from wuhen.jobs import GIVE_UP_SECONDS, Callback, Outbox, next_pause, secret_of, sign
from wuhen.service.access import StoreAccess
from wuhen.service.logs import log

__all__ = ["Messenger"]

AT_A_TIME = 16
SHARE = 4
"""Of these, those of one account: one whose receivers take long, or for ever, holds up nobody else's."""
LOOK_SECONDS = 2.0
ANSWER_SECONDS = 10.0
"""For one attempt, connecting included."""


class Messenger:
    """Delivers notices. Use as an async context manager.

    Parameters
    ----------
    outbox : Outbox
        Where they are.
    keys : KeyStore
        By whose keys they are signed.
    access : StoreAccess
        The way to both.
    downloader : Downloader
        What goes to callers' URLs, and not to those that it may not.
    """

    def __init__(self, outbox: Outbox, keys: KeyStore, access: StoreAccess, downloader: Downloader) -> None:
        self._outbox, self._keys, self._access = outbox, keys, access
        self._downloader = downloader
        self._news = asyncio.Event()
        # Whose it is, too.
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._go_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Break off; what is not delivered is tried again by somebody else."""
        tasks = [*self._under_way, *([self._task] if self._task is not None else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self) -> None:
        """Tell that there may be a notice."""
        self._news.set()

    async def _go_on(self) -> None:
        while True:
            self._news.clear()
            try:
                found = await self._find()
            except StoreUnavailable:
                found = []
            except Exception:
                log.exception("unforeseen")
                found = []
            for callback in found:
                task = asyncio.create_task(self._tell(callback))
                self._under_way[task] = callback.account
                task.add_done_callback(self._note_done)
            if not found:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._news.wait()

    async def _find(self) -> list[Callback]:
        free = AT_A_TIME - len(self._under_way)
        if free <= 0:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return await self._find()
        if not await self._access.do(self._outbox.any_waiting):
            return []
        counts = Counter(self._under_way.values())
        busy = [account for account, count in counts.items() if count >= SHARE]
        return await self._access.do(partial(self._outbox.take, free, share=SHARE, busy=busy))

    def _note_done(self, task: "asyncio.Task[None]") -> None:
        del self._under_way[task]
        # There is room for another, perhaps of the same account.
        self.wake()

    async def _tell(self, callback: Callback) -> None:
        with structlog.contextvars.bound_contextvars(JobId=callback.job):
            try:
                await self._try(callback)
            except StoreUnavailable:
                # Nobody knows that it was delivered: it is, once more.
                return
            except Exception:
                log.exception("unforeseen")

    async def _try(self, callback: Callback) -> None:
        key = await self._access.do(partial(self._keys.find, callback.secret_id))
        if key is None:
            await self._close(callback, "the key that submitted the job is no longer in force")
            return
        headers = sign(
            secret_of(key.secret_key), identity=callback.job, timestamp=int(time.time()), body=callback.body
        ) | {"Content-Type": "application/json"}
        try:
            status = await self._downloader.post(
                callback.url, callback.body.encode(), headers, seconds=ANSWER_SECONDS
            )
        except UrlRefused as error:
            await self._close(callback, str(error))
            return
        except DownloadError as error:
            reason = str(error)
        else:
            if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                await self._access.do(partial(self._outbox.close_notice, callback, delivered=True))
                return
            reason = f"HTTP status {status}"
            if status == HTTPStatus.GONE:  # it wants to hear no more
                await self._close(callback, reason)
                return
        await self._put_off(callback, reason)

    async def _put_off(self, callback: Callback, reason: str) -> None:
        pause = next_pause(callback.attempts)
        if callback.since + pause > GIVE_UP_SECONDS:
            await self._close(callback, reason)
            return
        log.info("callback not delivered yet", reason=reason, attempts=callback.attempts)
        await self._access.do(partial(self._outbox.put_off, callback, pause))

    async def _close(self, callback: Callback, reason: str) -> None:
        log.warning("callback given up", reason=reason, attempts=callback.attempts)
        await self._access.do(partial(self._outbox.close_notice, callback, delivered=False))

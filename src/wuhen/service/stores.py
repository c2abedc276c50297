"""What the service keeps on disk: opened, swept while it runs, watched, and closed."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from wuhen.accounts import (
    AuditLog,
    CallLog,
    Database,
    KeyStore,
    OneTimeCodes,
    StoreUnavailable,
    open_database,
)
from wuhen.disk import check_writing
from wuhen.jobs import JobStore, Limits
from wuhen.service.access import PAUSE_SECONDS, SHORT_PAUSE_SECONDS, StoreAccess
from wuhen.service.audit import Audit
from wuhen.service.health import Check
from wuhen.service.logs import log
from wuhen.service.result_home import ResultHome, open_result_home, sweep_results
from wuhen.settings import Settings

__all__ = ["Stores"]

FORGET_SECONDS = 3600.0
RECORD_SECONDS = 8.0
"""For which a result that needs a record waits for a shared database: some are restarted within that."""


@dataclass(frozen=True, slots=True)
class Stores:
    """All that is kept, and the ways to it.

    Attributes
    ----------
    data_dir : Path
        Where the database is, if it is embedded.
    database : Database
        Holds all but the results.
    keys : KeyStore
        Who may call.
    access : StoreAccess
        The way to them from the event loop.
    audit : Audit
        Keeps the record of results.
    calls : CallLog
        The call log; none is added to it where `call_log_days` is 0.
    codes : OneTimeCodes
        They open the studio.
    home : ResultHome
        Results that wait to be fetched, and what else is kept beside them.
    jobs : JobStore
        Jobs.
    job_access : StoreAccess
        The way to them from the event loop.
    audit_days, call_log_days : int
        For how long records and calls are kept; 0 keeps none.
    """

    data_dir: Path
    database: Database
    keys: KeyStore
    access: StoreAccess
    audit: Audit
    calls: CallLog
    codes: OneTimeCodes
    home: ResultHome
    jobs: JobStore
    job_access: StoreAccess
    audit_days: int
    call_log_days: int

    @classmethod
    def open(cls, settings: Settings) -> "Stores":
        """Open them all, making what is missing.

        Raises
        ------
        wuhen.accounts.StoreUnavailable, wuhen.results.ResultStoreError
            The database or the data directory cannot be used.
        """
        folder = settings.data_dir
        database = open_database(*settings.database)
        return cls(
            data_dir=folder,
            database=database,
            keys=KeyStore(database),
            access=StoreAccess(
                "keys cannot be read", pause=SHORT_PAUSE_SECONDS if database.shared else PAUSE_SECONDS
            ),
            audit=Audit(
                AuditLog(database) if settings.audit_days else None,
                RECORD_SECONDS if database.shared else 0.0,
            ),
            calls=CallLog(database),
            codes=OneTimeCodes(database),
            home=open_result_home(settings),
            jobs=JobStore(database, limits=Limits(*settings.job_limits), keep=settings.job_seconds_kept),
            job_access=StoreAccess("jobs cannot be reached"),
            audit_days=settings.audit_days,
            call_log_days=settings.call_log_days,
        )

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Delete what is old while the context lasts, and close all at its end."""
        async with AsyncExitStack() as stack:
            for part in (self.database, self.access, self.job_access, self.audit):
                stack.callback(part.close)
            if (records := self.audit.records) is not None:
                _along(stack, _forget("audit records", records, self.audit_days))
            # One that is turned off deletes what was kept before.
            _along(stack, _forget("calls", self.calls, self.call_log_days))
            _along(stack, sweep_results(self.home.results))
            yield

    @property
    def shared(self) -> frozenset[str]:
        """The names of those checks that look at what other services use as well."""
        database = {"keys", "records"} if self.database.shared else set()
        return frozenset(database | ({"results"} if self.home.local is None else set()))

    def checks(self) -> dict[str, Check]:
        """Return what of them a call needs, by the name that `/readyz` calls it."""

        async def read_keys() -> None:
            await self.access.do(self.keys.check)

        async def keep_records() -> None:
            await self.audit.check()
            if not self.database.shared:
                await asyncio.to_thread(check_writing, self.data_dir)

        checks: dict[str, Check] = {"keys": read_keys, "results": self.home.results.check}
        return checks | ({"records": keep_records} if self.audit_days else {})


def _along(stack: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    """Do something beside, until the stack is unwound."""

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    task = asyncio.create_task(work)
    stack.push_async_callback(end)


async def _forget(what: str, records: AuditLog | CallLog, days: int) -> None:
    """Delete records that are old enough, again and again, until cancelled."""
    while True:
        try:
            if forgotten := await asyncio.to_thread(records.sweep, time.time(), days):
                log.info(f"{what} deleted", count=forgotten)
        except StoreUnavailable:
            log.exception(f"{what} cannot be deleted")
        await asyncio.sleep(FORGET_SECONDS)

"""All that is done with jobs behind the calls, put together."""

from contextlib import AsyncExitStack
from functools import partial
from types import TracebackType
from typing import Self

from wuhen.action import JOB_DIED, PictureLimits
from wuhen.download.client import Downloader
from wuhen.jobs import Failed, Leases, Outbox
from wuhen.service.admission import Admission
from wuhen.service.jobs.bench import Bench, Work
from wuhen.service.jobs.hands import Hands
from wuhen.service.jobs.keeper import Keeper
from wuhen.service.jobs.messenger import Messenger
from wuhen.service.marking import Marking
from wuhen.service.metrics import Metrics
from wuhen.service.settling import settle
from wuhen.service.stores import Stores
from wuhen.settings import Settings
from wuhen.workers import Workers

__all__ = ["Backroom"]


class Backroom:
    """Works on jobs, tells of their ends and deletes what is old. Use as an async context manager.

    Parameters
    ----------
    stores : Stores
        Where all is kept.
    settings : Settings
        The operator's choices.
    marking : Marking
        How results are marked.
    admission : Admission
        Who has places at the workers.
    workers : Workers
        Who does the work.
    downloader : Downloader
        What goes to callers' URLs; in use as long as this is.
    metrics : Metrics
        Count what is done.
    limits : PictureLimits
        What pictures of our own actions may be.
    """

    def __init__(
        self,
        stores: Stores,
        settings: Settings,
        marking: Marking,
        admission: Admission,
        workers: Workers,
        downloader: Downloader,
        metrics: Metrics,
        limits: PictureLimits,
    ) -> None:
        died = JOB_DIED()
        leases = Leases(
            stores.database,
            seconds=settings.job_lease,
            keep=settings.job_seconds_kept,
            lost=Failed(died.code, died.text),
        )
        access = stores.job_access
        self._metrics = metrics
        self._messenger = Messenger(Outbox(stores.database), stores.keys, access, downloader)
        self._hands = Hands(
            leases,
            access,
            Bench(
                stores.home.objects,
                workers,
                partial(settle, settings=settings, marking=marking, own=True),
                limits,
                settings.job_seconds,
                audited=settings.audit_days > 0,
            ),
            admission,
            workers,
            count=settings.job_hands,
            lease=settings.job_lease,
            on_end=self._note,
        )
        self._keeper = Keeper(
            stores.jobs,
            leases,
            access,
            stores.home.objects,
            lease=settings.job_lease,
            on_freed=self._hands.wake,
        )
        self._stack = AsyncExitStack()
        _watch(metrics, self._keeper)

    async def __aenter__(self) -> Self:
        """Begin."""
        for part in (self._keeper, self._messenger, self._hands):
            await self._stack.enter_async_context(part)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give back what is under way."""
        await self._stack.aclose()

    def note_submitted(self) -> None:
        """Tell that a job was submitted."""
        self._hands.wake()

    def note_ended(self) -> None:
        """Tell that a job was ended here otherwise than by work."""
        self._messenger.wake()

    def _note(self, work: Work) -> None:
        self._metrics.count_job(work.came, work.facts)
        self._messenger.wake()


def _watch(metrics: Metrics, keeper: Keeper) -> None:
    """Show how many jobs there are; the same from every process that shares the database."""
    metrics.watch(
        "wuhen_submitted_waiting",
        "Jobs that were submitted and wait to be taken.",
        lambda: keeper.standing.waiting,
    )
    metrics.watch("wuhen_submitted_running", "Jobs that are worked on.", lambda: keeper.standing.running)
    metrics.watch(
        "wuhen_submitted_oldest_seconds",
        "How long the oldest that waits has waited.",
        lambda: keeper.standing.oldest,
    )
    metrics.watch(
        "wuhen_callbacks_waiting",
        "Notices of jobs' ends that are not delivered yet.",
        lambda: keeper.standing.callbacks,
    )

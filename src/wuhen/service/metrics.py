"""What operators watch: counters, gauges and histograms in the Prometheus text format.

The service is one process, and what happens in a worker is told by what the worker sends back; so there is
one registry, and no files that processes would have to share. No label holds anything that a caller chose:
neither account nor key, nor a name that is not ours. So their number is bounded, and nothing in them is
secret.
"""

import asyncio
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from wuhen._version import __version__
from wuhen.action import ACTIONS
from wuhen.jobs import Done, Failed
from wuhen.service.admission import Reason
from wuhen.service.context import CallContext
from wuhen.service.handling import ErasureFacts
from wuhen.service.health import Health
from wuhen.service.laps import Lap
from wuhen.workers import Loss

__all__ = ["CLIENT_GONE", "OTHER", "Metrics", "name_action"]

DISK_SECONDS = 5.0
CLIENT_GONE = "ClientGone"
"""In the place of a code: the caller hung up before there was one."""
OTHER = "other"
"""In the place of a name that is none of ours."""
_WORD = re.compile(r"[a-z][a-z0-9 _-]{0,31}")
_MOST_WORDS = 64
"""Names of engines, stages and finders. Workers tell them, which strangers' pictures may have taken over."""

_ACTIONS = frozenset(action.name for action in ACTIONS)
_OUR_FAILURES = (
    "FailedOperation.InnerError",
    "FailedOperation.RequestTimeout",
    "FailedOperation.ServerError",
    "InternalError",
    "ResourceUnavailable",
    "ServiceUnavailable",
)
"""The codes that are no fault of the caller."""
_CALL_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0)
_STAGE_SECONDS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0)
_REFUSALS = ("concurrency", "rate", *Reason)


class Metrics:
    """Counts what happens, and asks for what is the case when it is read. Belongs to one event loop.

    Attributes
    ----------
    registry : CollectorRegistry
        Where everything is registered.
    """

    def __init__(self) -> None:
        # Another series for each, with the time that it began at, which nobody reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.watch(
            "wuhen_build_info",
            "Always 1; the label says which version runs.",
            lambda: 1.0,
            version=__version__,
        )
        self._calls = self._counter(
            "wuhen_calls", "Calls, by action and by the code of the answer; OK is success.", "action", "code"
        )
        self._by_door = self._counter(
            "wuhen_door_calls", "Of these, calls that came by a door.", "door", "code"
        )
        self._call_seconds = self._histogram(
            "wuhen_call_seconds", "From a call's head to its answer.", _CALL_SECONDS, "action"
        )
        self._step_seconds = self._histogram(
            "wuhen_step_seconds",
            "What each step of a call took, and parts of it.",
            _STAGE_SECONDS,
            "step",
        )
        self._stage_seconds = self._histogram(
            "wuhen_stage_seconds", "What each stage of an erasure took in a worker.", _STAGE_SECONDS, "stage"
        )
        self._wait_seconds = self._histogram(
            "wuhen_queue_wait_seconds", "How long jobs waited for a worker.", _CALL_SECONDS
        )
        self._refusals = self._counter(
            "wuhen_refusals", "Calls refused for want of room, by what was short.", "reason"
        )
        self._losses = self._counter("wuhen_worker_losses", "Worker processes that ended, by cause.", "cause")
        self._erasures = self._counter("wuhen_erasures", "Erasures done, by engine.", "engine")
        self._searches = self._counter(
            "wuhen_searches",
            "Photos looked over, by what for and whether it was found.",
            "what",
            "found",
        )
        self._places = self._counter("wuhen_found_places", "Places found, by what they are.", "what")
        self._ended = self._counter(
            "wuhen_submitted_ended", "Jobs that were worked on here to their end, by code.", "code"
        )
        self._hole = self._counter("wuhen_filled_pixels", "Pixels erased and filled.")
        self._photo = self._counter("wuhen_photo_pixels", "Pixels of the photos that they were erased from.")
        self._received = self._counter("wuhen_received_bytes", "Bytes of calls' bodies.")
        self._answered = self._counter("wuhen_answered_bytes", "Bytes of calls' answers.")
        self._standing: _Standing | None = None
        self._words = set[str]()
        self._begin()

    def count_call(self, context: CallContext) -> None:
        """Count a call that is over."""
        action = name_action(context)
        self._calls.labels(action, context.code or CLIENT_GONE).inc()
        if context.door:
            self._by_door.labels(context.door, context.code or CLIENT_GONE).inc()
        self._call_seconds.labels(action).observe(context.seconds)
        self._count_laps(context.laps)
        self._received.inc(context.body_size)
        self._answered.inc(context.answer_size)
        if context.handled is not None:
            self._count_found(context.handled.found)
            if context.handled.facts is not None:
                self._count_erasure(context.handled.facts)

    def count_job(self, came: Done | Failed, facts: ErasureFacts | None) -> None:
        """Count a job that was submitted and has come to its end."""
        self._ended.labels(came.code if isinstance(came, Failed) else "OK").inc()
        if facts is not None:
            self._count_found(facts.found)
            self._count_erasure(facts)

    def count_unread(self, code: str) -> None:
        """Count a call that was refused as it cannot be read."""
        self._calls.labels(OTHER, code).inc()

    def count_refusal(self, reason: str) -> None:
        """Count a call that was refused for want of room; `reason` is one of a few words of ours."""
        self._refusals.labels(reason).inc()

    def count_loss(self, cause: str) -> None:
        """Count a worker process that ended; `cause` is one of a few words of ours."""
        self._losses.labels(cause).inc()

    def observe_wait(self, seconds: float) -> None:
        """Note how long a job waited for a worker."""
        self._wait_seconds.observe(seconds)

    def watch(self, name: str, text: str, read: Callable[[], float], **labels: str) -> None:
        """Have `read` asked for a gauge's value whenever the page is read: on the event loop, so at once."""
        gauge = Gauge(name, text, tuple(labels), registry=self.registry)
        (gauge.labels(**labels) if labels else gauge).set_function(read)

    def watch_standing(self, health: Health, places: Mapping[str, Path]) -> None:
        """Have what calls lack and the room on disks asked for whenever the page is read."""
        self._standing = _Standing(self.registry, health, places)

    async def refresh(self) -> None:
        """Ask for what cannot be told at once; called before the page is rendered."""
        if self._standing is not None:
            await self._standing.refresh()

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its media type, in the format that the `Accept` header asks for."""
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type

    def _count_erasure(self, facts: ErasureFacts) -> None:
        self._erasures.labels(self._word(facts.engine)).inc()
        self._hole.inc(facts.hole)
        self._photo.inc(facts.width * facts.height)

    def _count_found(self, found: Mapping[str, int]) -> None:
        for name, count in found.items():
            word = self._word(name)
            self._searches.labels(word, "yes" if count else "no").inc()
            self._places.labels(word).inc(count)

    def _count_laps(self, laps: Sequence[Lap]) -> None:
        for lap in laps:
            if lap.in_worker:
                self._stage_seconds.labels(self._word(lap.name)).observe(lap.seconds)
            else:
                self._step_seconds.labels(lap.name).observe(lap.seconds)
            self._count_laps(lap.inner)

    def _word(self, name: str) -> str:
        """Return a worker's name for something, unless it is none, or there are too many of them."""
        if name not in self._words and len(self._words) < _MOST_WORDS and _WORD.fullmatch(name):
            self._words.add(name)
        return name if name in self._words else OTHER

    def _begin(self) -> None:
        """Begin at zero what is alerted on: the first of a kind would otherwise be no increase."""
        for action in (*sorted(_ACTIONS), OTHER):
            for code in ("OK", *_OUR_FAILURES):
                self._calls.labels(action, code)
        for reason in _REFUSALS:
            self._refusals.labels(reason)
        for cause in Loss:
            self._losses.labels(cause)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)


class _Standing:
    """What the service lacks, and the room on its disks."""

    def __init__(self, registry: CollectorRegistry, health: Health, places: Mapping[str, Path]) -> None:
        self._health, self._places = health, places
        self._ready = Gauge(
            "wuhen_ready", "1 while a call would succeed, as /readyz says.", registry=registry
        )
        self._missing = Gauge(
            "wuhen_missing", "1 for what a call needs and the service lacks.", ("part",), registry=registry
        )
        self._free = Gauge("wuhen_free_bytes", "Room on the disk.", ("place",), registry=registry)
        self._look: asyncio.Future[None] | None = None

    async def refresh(self) -> None:
        """Look at both. A disk that does not answer keeps the value that it had."""
        missing = await self._health.find_missing()
        self._ready.set(not missing)
        for part in self._health.parts:
            self._missing.labels(part).set(part in missing)
        # One at a time: on a disk that does not answer, each would keep a thread.
        if self._look is None or self._look.done():
            self._look = asyncio.ensure_future(asyncio.to_thread(self._measure))
        await asyncio.wait({self._look}, timeout=DISK_SECONDS)

    def _measure(self) -> None:
        for place, path in self._places.items():
            with suppress(OSError):
                self._free.labels(place).set(shutil.disk_usage(path).free)


def name_action(context: CallContext) -> str:
    """Return what a call asked for, if it is an action of ours."""
    named = context.said.action if context.said is not None else ""
    return named if named in _ACTIONS else OTHER

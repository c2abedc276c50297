"""The endpoint: what lies around the steps of a call, whichever of them it fails in.

The steps themselves are listed in `wuhen.service.pipeline`.
"""

import asyncio
import copy
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol, Self

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from wuhen import wire
from wuhen.accounts import GatesAway, JobNumExceeded, RateExceeded
from wuhen.action import DEADLINE, JOB_LOST
from wuhen.service.addresses import neighbourhood
from wuhen.service.admission import Busy
from wuhen.service.arrival import Arrival
from wuhen.service.body import ClientGoneError, declared_size, read_head
from wuhen.service.context import CallContext, require
from wuhen.service.events import Events, wants_events
from wuhen.service.laps import lap, lapping
from wuhen.service.logs import log
from wuhen.service.manners import Envelopes, Manner, trace_header
from wuhen.service.metrics import Metrics
from wuhen.service.pipeline import Step
from wuhen.service.recording import Recorder, summarise_call

__all__ = ["Endpoint"]


class Steps(Protocol):
    """The steps of a call: those that are taken while it may still come, and those after them."""

    @property
    def arriving(self) -> tuple[Step, ...]:
        """The first."""

    @property
    def working(self) -> tuple[Step, ...]:
        """The others, which end when the client hangs up."""


class Endpoint:
    """An ASGI application that answers calls: on `/`, or at a door.

    Parameters
    ----------
    path : Steps
        What answers a call.
    recorder : Recorder
        Keeps the call log.
    metrics : Metrics
        Counts calls.
    deadline : float
        Seconds that the steps may take together.
    trace : callable, optional
        Told of each call that is over, to show it elsewhere.
    manner : Manner, optional
        How it is answered; the vendor's by default.
    """

    def __init__(
        self,
        path: Steps,
        recorder: Recorder,
        metrics: Metrics,
        deadline: float,
        trace: Callable[[CallContext], None] | None = None,
        manner: Manner | None = None,
    ) -> None:
        self._path = path
        self._recorder = recorder
        self._metrics = metrics
        self._deadline = deadline
        self._trace = trace
        self._manner = manner or Envelopes()
        self._calls = set[asyncio.Task[Any] | None]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and hand it to the recorder."""
        context = self.begin(scope, receive)
        scope["request_id"] = context.request_id
        if wants_events(context.request) and not context.door:
            context.events = Events(send, trace_header(context.request))
        async with self._under_way(context):
            try:
                response = await self._respond(context)
                if response is not None and context.events is not None and context.events.begun:
                    await context.events.end(bytes(response.body))
                elif response is not None:
                    await response(scope, receive, send)
            finally:
                if context.events is not None:
                    await context.events.close()

    def begin(self, scope: Scope, receive: Receive) -> CallContext:
        """Return what is known of a call when its head is there."""
        head = read_head(scope)
        arrival = Arrival(receive, declared_size(head), self._deadline)
        address = neighbourhood(scope["client"][0]) if scope.get("client") else ""
        prefix = scope.get("root_path", "")
        language = self._manner.language(head)
        context = CallContext(scope["scheme"], prefix, address, arrival, head, language)
        context.ends, context.door = context.started + self._deadline, self._manner.door
        return context

    async def carry_out(self, context: CallContext) -> None:
        """Take the steps of a call that is a part of a request; its reply or error is in the context then.

        Raises
        ------
        ClientGoneError
            Nobody waits for it any more, as its arrival has told.
        """
        async with self._under_way(context):
            try:
                await self._answer(context)
            except ClientGoneError:
                log.warning("client gone", **context.log_fields())
                raise
            if context.error is not None:
                _forget_frames(context.error)
            context.ended = time.perf_counter()
            log.info("call", **context.log_fields())

    def note(self, context: CallContext) -> None:
        """Tell all who keep count of a call that is over."""
        if (call := summarise_call(context)) is not None:
            self._recorder.note(call)
        self._metrics.count_call(context)
        if self._trace is not None:
            self._trace(context)

    @asynccontextmanager
    async def _under_way(self, context: CallContext) -> AsyncIterator[None]:
        task = asyncio.current_task()
        self._calls.add(task)
        try:
            with structlog.contextvars.bound_contextvars(RequestId=context.request_id), lapping(context.laps):
                yield
        finally:
            self.note(context)
            self._calls.discard(task)

    def beside(self, path: Steps, manner: Manner) -> Self:
        """Return an endpoint of other steps and another manner, which shares what else lies around calls."""
        other = copy.copy(self)
        other._path, other._manner = path, manner  # noqa: SLF001 - of its own class
        return other

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return len(self._calls)

    async def finish_cancelled(self, seconds: float) -> None:
        """Let calls that were just cancelled send their answers; wait no longer than `seconds`."""
        if calls := [call for call in self._calls if call is not None]:
            await asyncio.wait(calls, timeout=seconds)

    async def _respond(self, context: CallContext) -> Response | None:
        """Return the answer, and log the call; None if there is nobody left to answer."""
        try:
            await self._answer(context)
        except ClientGoneError:
            log.warning("client gone", **context.log_fields())
            return None
        if context.error is not None:
            _forget_frames(context.error)
        answer = self._manner.write(context)
        context.ended, context.answer_size = time.perf_counter(), len(answer.body)
        log.info("call", **context.log_fields(), answer_bytes=context.answer_size)
        return answer

    async def _answer(self, context: CallContext) -> None:
        """Set the context's reply or, whatever fails in the steps, the error that the caller is told."""
        try:
            await self._walk(context)
        except wire.ApiError as error:
            context.error = error
        except RateExceeded as error:
            self._metrics.count_refusal("rate")
            context.retry_after = 1
            context.error = wire.failures.RATE_LIMIT(times=error.count, limit=error.limit)
        except JobNumExceeded:
            self._metrics.count_refusal("concurrency")
            # Nobody knows when a slot will be free; to ask after a second costs neither side much.
            context.retry_after = 1
            context.error = wire.failures.JOB_LIMIT()
        except GatesAway:
            context.error = wire.failures.GATES_AWAY()
        except Busy as error:
            self._metrics.count_refusal(error.reason)
            context.retry_after = max(1, round(error.wait))
            context.error = wire.failures.BUSY(seconds=context.retry_after)
        except ClientGoneError:
            raise
        except asyncio.CancelledError:
            # The service is told to stop and has waited for as long as it may.
            log.warning("given up in order to stop")
            context.error = JOB_LOST()
        except Exception:
            log.exception("unforeseen")
            context.error = wire.failures.INNER_FAULT()
        else:
            context.reply = require(context.handled).reply

    async def _walk(self, context: CallContext) -> None:
        """Take the steps within the deadline, the later ones for as long as the client waits."""
        try:
            async with asyncio.timeout(self._deadline) as deadline, context.body_slot, context.room:
                await _take(self._path.arriving, context)
                await _stop_if_gone(context.receive, _take(self._path.working, context))
        except TimeoutError:
            if not deadline.expired():
                raise
            raise DEADLINE(seconds=f"{self._deadline:g}") from None


def _forget_frames(error: BaseException) -> None:
    """Let go of what was held where an error passed: its call, which holds the error, and the call's body.

    Such a ring would stay in memory until Python looks for rings, which it does by number and not by size.
    """
    passed: BaseException | None = error
    while passed is not None:
        passed.__traceback__ = None
        passed = passed.__cause__ or passed.__context__


async def _take(steps: tuple[Step, ...], context: CallContext) -> None:
    for step in steps:
        with lap(step.__name__):
            await step(context)


async def _stop_if_gone(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Do `work`; stop it when the client hangs up.

    Raises
    ------
    ClientGoneError
        The client hung up first.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_await_disconnect(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGoneError
        task.result()
    finally:
        await _cancel(task)
        await _cancel(gone)


async def _await_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(task: "asyncio.Future[Any]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

"""The endpoint: what lies around the steps of a call, whichever of them it fails in.

The steps themselves are listed in `wuhen.service.pipeline`.
"""

import asyncio
import re
import time
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

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
from wuhen.service.laps import lap, lapping
from wuhen.service.logs import log
from wuhen.service.metrics import Metrics
from wuhen.service.pipeline import CallPath, Step
from wuhen.service.recording import Recorder, summarise_call

__all__ = ["Endpoint"]

_TRACE_ID = re.compile(r"[!-~]{1,128}")
"""SDKs send a UUID; no more comes back than a header may have."""


class Endpoint:
    """The ASGI application on `/`.

    Parameters
    ----------
    path : CallPath
        The steps that answer a call.
    recorder : Recorder
        Keeps the call log.
    metrics : Metrics
        Counts calls.
    deadline : float
        Seconds that the steps may take together.
    trace : callable, optional
        Told of each call that is over, to show it elsewhere.
    """

    def __init__(
        self,
        path: CallPath,
        recorder: Recorder,
        metrics: Metrics,
        deadline: float,
        trace: Callable[[CallContext], None] | None = None,
    ) -> None:
        self._path = path
        self._recorder = recorder
        self._metrics = metrics
        self._deadline = deadline
        self._trace = trace
        self._calls = set[asyncio.Task[Any] | None]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and hand it to the recorder.

        Every answer is HTTP 200 with an envelope; the SDKs lose the code of any other.
        """
        task = asyncio.current_task()
        self._calls.add(task)
        head = read_head(scope)
        arrival = Arrival(receive, declared_size(head), self._deadline)
        address = neighbourhood(scope["client"][0]) if scope.get("client") else ""
        prefix = scope.get("root_path", "")
        language = wire.read_language(head)
        context = CallContext(scope["scheme"], prefix, address, arrival, head, language)
        context.ends = context.started + self._deadline
        try:
            scope["request_id"] = context.request_id
            with structlog.contextvars.bound_contextvars(RequestId=context.request_id), lapping(context.laps):
                response = await self._respond(context)
                if response is not None:
                    await response(scope, receive, send)
        finally:
            if (call := summarise_call(context)) is not None:
                self._recorder.note(call)
            self._metrics.count_call(context)
            if self._trace is not None:
                self._trace(context)
            self._calls.discard(task)

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
            payload = wire.render_failure(context.error, context.request_id, context.language)
        else:
            payload = wire.render_success(require(context.reply), context.request_id)
        context.ended, context.answer_size = time.perf_counter(), len(payload)
        log.info("call", **context.log_fields(), answer_bytes=context.answer_size)
        # A bare media type: with a charset behind it the Python SDK would not see an error as one.
        # To CONNECT, 200 would mean that a tunnel is open.
        status = HTTPStatus.METHOD_NOT_ALLOWED if context.request.method == "CONNECT" else wire.STATUS
        return Response(
            payload, status, {"content-type": wire.CONTENT_TYPE, **_trace_header(context.request)}
        )

    async def _answer(self, context: CallContext) -> None:
        """Set the context's reply or, whatever fails in the steps, the error that the caller is told."""
        try:
            await self._walk(context)
        except wire.ApiError as error:
            context.error = error
        except RateExceeded as error:
            self._metrics.count_refusal("rate")
            context.error = wire.failures.RATE_LIMIT(times=error.count, limit=error.limit)
        except JobNumExceeded:
            self._metrics.count_refusal("concurrency")
            context.error = wire.failures.JOB_LIMIT()
        except GatesAway:
            context.error = wire.failures.GATES_AWAY()
        except Busy as error:
            self._metrics.count_refusal(error.reason)
            context.error = wire.failures.BUSY(seconds=max(1, round(error.wait)))
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


def _trace_header(request: wire.HttpRequest) -> dict[str, str]:
    """Return the header by which some SDKs find their call again, as the request has it."""
    values = request.values("X-TC-TraceId")
    return {"X-TC-TraceId": values[0]} if len(values) == 1 and _TRACE_ID.fullmatch(values[0]) else {}


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

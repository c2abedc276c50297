"""The endpoint: one call from its first byte to its answer, in the order in which it is checked."""

import asyncio
import base64
import time
import uuid
from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from wuhen import wire
from wuhen.accounts import ConcurrencyGate, Credential, JobNumExceeded, KeyStore, RateExceeded, RateGate
from wuhen.action import ACTIONS, DEADLINE, JOB_LOST, EraseRequest, Fetch, Job, Outcome
from wuhen.results import ResultStore
from wuhen.service.body import ClientGoneError, head_of, read_request
from wuhen.service.logs import log
from wuhen.service.workers import WorkerFailedError, Workers
from wuhen.settings import Settings

__all__ = ["Api", "Parts"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the endpoint works with; each has a home in this process and may have one elsewhere."""

    keys: KeyStore
    concurrency: ConcurrencyGate
    rate: RateGate
    workers: Workers
    results: ResultStore
    fetch: Fetch


@dataclass(slots=True)
class _Facts:
    """What the log line of a call will say, and its caller's language; noted as they become known."""

    language: wire.Language
    started: float = field(default_factory=time.perf_counter)
    noted: dict[str, Any] = field(default_factory=dict)

    def note(self, **facts: Any) -> None:
        self.noted |= facts

    def line(self) -> dict[str, Any]:
        return self.noted | {"seconds": round(time.perf_counter() - self.started, 3)}


class Api:
    """The ASGI application on `/`.

    Parameters
    ----------
    parts : Parts
        What it works with.
    settings : Settings
        The operator's choices.
    """

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self._parts = parts
        self._settings = settings
        self._limits = wire.Limits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Every answer is HTTP 200 with an envelope; the SDKs lose the code of any other.
        """
        request_id = str(uuid.uuid4())
        facts = _Facts(wire.language_of(head_of(scope)))
        with structlog.contextvars.bound_contextvars(RequestId=request_id):
            try:
                payload = await self._envelope(scope, receive, request_id, facts)
            except ClientGoneError:
                log.warning("client gone", **facts.line())
                return
            facts.note(answer_bytes=len(payload))
            log.info("call", **facts.line())
            # A bare media type: with a charset behind it the Python SDK would not see an error as one.
            response = Response(payload, headers={"content-type": wire.CONTENT_TYPE})
            await response(scope, receive, send)

    async def _envelope(self, scope: Scope, receive: Receive, request_id: str, facts: _Facts) -> bytes:
        try:
            fields = await self._answer(scope, receive, facts)
        except wire.ApiError as error:
            facts.note(code=error.code, message=error.message(wire.Language.ENGLISH))
            return wire.failure(error, request_id, facts.language)
        except ClientGoneError:
            raise
        except Exception:
            facts.note(code="InternalError")
            log.exception("unforeseen")
            return wire.failure(wire.failures.INTERNAL_ERROR(), request_id, facts.language)
        facts.note(code="OK")
        return wire.success(fields, request_id)

    async def _answer(self, scope: Scope, receive: Receive, facts: _Facts) -> Mapping[str, str]:
        settings, now = self._settings, time.time()
        request = await read_request(scope, receive, self._limits, settings.deadline)
        facts.language = wire.language_of(request)
        facts.note(request_bytes=len(request.body))
        # Megabytes are parsed and hashed here: not on the event loop.
        claim = await asyncio.to_thread(wire.read, request, now=now, limits=self._limits)
        facts.note(action=claim.action, form=claim.form, secret_id=claim.secret_id)
        credential = await asyncio.to_thread(self._parts.keys.find, claim.secret_id, now)
        await asyncio.to_thread(wire.verify, claim, credential)
        assert credential is not None  # noqa: S101 - an unknown key was refused
        facts.note(account=credential.account)
        call = await asyncio.to_thread(wire.route, claim, ACTIONS, settings.regions)
        work = self._admitted(call, credential, self._base_url(scope, request), facts)
        return await _unless_gone(receive, work)

    async def _admitted(
        self, call: wire.Call, credential: Credential, base_url: str, facts: _Facts
    ) -> Mapping[str, str]:
        account = credential.account
        try:
            await self._parts.rate.check(account, call.action.name, credential.rate)
            async with self._slot(account, credential.concurrency):
                return await self._erase(call, base_url, facts)
        except RateExceeded as error:
            raise wire.failures.RATE_LIMIT(times=error.count, limit=error.limit) from error
        except JobNumExceeded as error:
            raise wire.failures.JOB_LIMIT() from error

    def _slot(self, account: str, limit: int) -> AbstractAsyncContextManager[None]:
        return self._parts.concurrency.slot(account, limit, wait=self._settings.queue_seconds)

    async def _erase(self, call: wire.Call, base_url: str, facts: _Facts) -> Mapping[str, str]:
        request = EraseRequest.parse(call.parameters)
        seconds = self._settings.deadline
        try:
            async with asyncio.timeout(seconds):
                outcome = await self._run(await request.collect(self._parts.fetch))
        except TimeoutError:
            raise DEADLINE(seconds=f"{seconds:g}") from None
        except WorkerFailedError as error:
            log.error("worker failed", reason=str(error))
            raise JOB_LOST() from error
        facts.note(width=outcome.width, height=outcome.height, hole=outcome.hole, steps=outcome.seconds)
        return {"ResultImage": await self._result(outcome, request, base_url)}

    async def _run(self, job: Job) -> Outcome:
        settings = self._settings
        output_format = None if settings.output_format == "auto" else settings.output_format.upper()
        job = replace(job, engine=settings.engine, output_format=output_format, quality=settings.jpeg_quality)
        return await self._parts.workers.run(job)

    async def _result(self, outcome: Outcome, request: EraseRequest, base_url: str) -> str:
        if request.answer == "base64":
            return base64.b64encode(outcome.data).decode("ascii")
        put = self._parts.results.put
        return await asyncio.to_thread(
            put, outcome.data, media_type=outcome.media_type, base_url=base_url, now=time.time()
        )

    def _base_url(self, scope: Scope, request: wire.HttpRequest) -> str:
        if self._settings.public_url:
            return self._settings.public_url
        # tccli sends its endpoint as Host, scheme and all.
        host = (request.header("Host") or "").rpartition("://")[2]
        return f"{scope['scheme']}://{host}"


async def _unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns; stop it when the client hangs up.

    Raises
    ------
    ClientGoneError
        The client hung up first.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientGoneError
    finally:
        await _cancelled(task)
        await _cancelled(gone)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancelled(task: "asyncio.Future[Any]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

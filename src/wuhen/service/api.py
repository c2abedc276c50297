"""The endpoint: one call from its first byte to its answer, in the order in which it is checked."""

import asyncio
import re
import time
import uuid
from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from wuhen import wire
from wuhen.accounts import (
    Credential,
    JobNumExceeded,
    KeyStore,
    MemoryConcurrencyGate,
    RateExceeded,
    RateGate,
)
from wuhen.action import ACTIONS, DEADLINE, JOB_LOST, LOG_KEYS
from wuhen.service.body import ClientGoneError, discard_body, head_of, read_body
from wuhen.service.handling import Asked, Handlers
from wuhen.service.logs import log
from wuhen.service.recording import Answered, Recorder, known_of
from wuhen.settings import Settings

__all__ = ["Api"]

SPARE_BODIES = 16
"""Bodies of one key that are read at a time, beyond the calls that its account may run.

The signature cannot be checked before the body is whole, so this bounds what somebody who knows no more than
a SecretId can make the service hold."""
UNNAMED_BODIES = 128
"""Bodies that are read at a time where the key is named in the body itself: signature v1, up to 1 MB each."""

_HOST = re.compile(r"(?:[0-9A-Za-z._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

T = TypeVar("T")


@dataclass(slots=True)
class _Facts:
    """What the log line of a call will say, its caller's language and more; noted as they become known."""

    request_id: str
    language: wire.Language
    at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.perf_counter)
    ended: float | None = None
    noted: dict[str, Any] = field(default_factory=dict)
    claim: wire.Claim | None = None
    """Of a known key."""
    proven: bool = False
    call: wire.Call | None = None
    members: Mapping[str, object] | None = None
    error: wire.ApiError | None = None

    def note(self, **facts: Any) -> None:
        self.noted |= facts

    def line(self) -> dict[str, Any]:
        return self.noted | {"seconds": round(time.perf_counter() - self.started, 3)}

    def answered(self) -> Answered | None:
        """Return the call for the call log, if it is one that belongs there."""
        if self.claim is None or (self.claim.version, self.claim.action) in LOG_KEYS:
            return None
        sent: Mapping[str, object] | wire.Claim | None = self.claim if self.proven else None
        return Answered(
            known_of(
                self.claim,
                at=self.at,
                seconds=(self.ended or time.perf_counter()) - self.started,
                request_id=self.request_id,
                proven=self.proven,
                call=self.call,
                code="OK" if self.members is not None else self.noted.get("code", ""),
                message=self.error.message(self.language) if self.error else "",
                facts=self.noted,
            ),
            self.call.parameters if self.call else sent,
            self.members,
        )


class Api:
    """The ASGI application on `/`.

    Parameters
    ----------
    keys : KeyStore
        Who may call.
    rate : RateGate
        How often.
    handlers : Handlers
        One for each of `ACTIONS`.
    recorder : Recorder
        Keeps the call log.
    settings : Settings
        The operator's choices.
    """

    def __init__(
        self, keys: KeyStore, rate: RateGate, handlers: Handlers, recorder: Recorder, settings: Settings
    ) -> None:
        self._keys = keys
        self._rate = rate
        self._handlers = handlers
        self._recorder = recorder
        self._settings = settings
        self._limits = wire.Limits()
        self._bodies = MemoryConcurrencyGate(queue=1024)
        self._calls = set[asyncio.Task[Any] | None]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Every answer is HTTP 200 with an envelope; the SDKs lose the code of any other.
        """
        call = asyncio.current_task()
        self._calls.add(call)
        try:
            await self._call(scope, receive, send)
        finally:
            self._calls.discard(call)

    async def settle(self, seconds: float) -> None:
        """Let calls that were just cancelled send their answers; wait no longer than `seconds`."""
        if calls := [call for call in self._calls if call is not None]:
            await asyncio.wait(calls, timeout=seconds)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4())
        head = head_of(scope)
        facts = _Facts(request_id, wire.language_of(head))
        try:
            await self._exchange(scope, head, receive, send, facts)
        finally:
            if (answered := facts.answered()) is not None:
                self._recorder.note(answered)

    async def _exchange(
        self, scope: Scope, head: wire.HttpRequest, receive: Receive, send: Send, facts: _Facts
    ) -> None:
        with structlog.contextvars.bound_contextvars(RequestId=facts.request_id):
            try:
                payload = await self._envelope(scope["scheme"], head, receive, facts)
            except ClientGoneError:
                log.warning("client gone", **facts.line())
                return
            facts.ended = time.perf_counter()
            facts.note(answer_bytes=len(payload))
            log.info("call", **facts.line())
            # A bare media type: with a charset behind it the Python SDK would not see an error as one.
            # To CONNECT, 200 would mean that a tunnel is open.
            status = HTTPStatus.METHOD_NOT_ALLOWED if head.method == "CONNECT" else wire.STATUS
            response = Response(payload, status, {"content-type": wire.CONTENT_TYPE})
            await response(scope, receive, send)

    async def _envelope(self, scheme: str, head: wire.HttpRequest, receive: Receive, facts: _Facts) -> bytes:
        try:
            fields = await self._answer(scheme, head, receive, facts)
        except wire.ApiError as failed:
            error = failed
        except ClientGoneError:
            raise
        except asyncio.CancelledError:
            # The service is told to stop and has waited for as long as it may.
            log.warning("given up in order to stop")
            error = JOB_LOST()
        except Exception:
            log.exception("unforeseen")
            error = wire.failures.INTERNAL_ERROR()
        else:
            facts.note(code="OK")
            facts.members = fields
            return wire.success(fields, facts.request_id)
        facts.error = error
        facts.note(code=error.code, message=error.message(wire.Language.ENGLISH))
        return wire.failure(error, facts.request_id, facts.language)

    async def _answer(
        self, scheme: str, head: wire.HttpRequest, receive: Receive, facts: _Facts
    ) -> Mapping[str, object]:
        seconds = self._settings.deadline
        try:
            async with asyncio.timeout(seconds) as deadline:
                claim, credential = await self._proven(head, receive, facts)
                call = await asyncio.to_thread(wire.route, claim, ACTIONS, self._settings.regions)
                facts.call = call
                base_url = self._base_url(scheme, head)
                asked = Asked(call, credential, facts.request_id, base_url, facts.note)
                return await _unless_gone(receive, self._admitted(asked))
        except TimeoutError:
            if not deadline.expired():
                raise
            raise DEADLINE(seconds=f"{seconds:g}") from None
        except RateExceeded as error:
            raise wire.failures.RATE_LIMIT(times=error.count, limit=error.limit) from error
        except JobNumExceeded as error:
            raise wire.failures.JOB_LIMIT() from error

    async def _proven(
        self, head: wire.HttpRequest, receive: Receive, facts: _Facts
    ) -> tuple[wire.Claim, Credential]:
        """Read the whole request and prove who sent it. Of a stranger's request no body is kept."""
        allowed = wire.allowance(head, self._limits)
        if head.header("Authorization") is None and head.method == "POST":
            async with self._reading("", UNNAMED_BODIES):
                request = replace(head, body=await read_body(receive, head, allowed))
                facts.language = wire.language_of(request)
                claim, credential = await self._identified(request, facts)
                return await self._verified(claim, credential, facts)
        try:
            claim, credential = await self._identified(head, facts)
        except wire.ApiError:
            await discard_body(receive, head, allowed)
            raise
        async with self._reading(credential.secret_id, credential.concurrency + SPARE_BODIES):
            request = replace(head, body=await read_body(receive, head, allowed))
            return await self._verified(replace(claim, request=request), credential, facts)

    def _reading(self, whose: str, limit: int) -> AbstractAsyncContextManager[None]:
        return self._bodies.slot(whose, limit, wait=self._settings.deadline)

    async def _identified(self, request: wire.HttpRequest, facts: _Facts) -> tuple[wire.Claim, Credential]:
        """Return what the request, or the head of one, claims, and the key that it names."""
        now = time.time()
        # Up to a megabyte is parsed here: not on the event loop.
        claim = await asyncio.to_thread(wire.read, request, now=now, limits=self._limits)
        facts.note(action=claim.action, form=claim.form, secret_id=claim.secret_id)
        credential = await asyncio.to_thread(self._keys.find, claim.secret_id, now)
        if credential is None:
            raise wire.failures.SECRET_ID_NOT_FOUND()
        facts.claim = claim
        return claim, credential

    async def _verified(
        self, claim: wire.Claim, credential: Credential, facts: _Facts
    ) -> tuple[wire.Claim, Credential]:
        """Return the claim and the key if the one was signed with the other."""
        facts.note(request_bytes=len(claim.request.body))
        # Megabytes are hashed here.
        await asyncio.to_thread(wire.verify, claim, credential)
        facts.claim, facts.proven = claim, True
        facts.note(account=credential.account)
        return claim, credential

    async def _admitted(self, asked: Asked) -> Mapping[str, object]:
        action, credential = asked.call.action, asked.credential
        await self._rate.check(credential.account, action.name, credential.rate)
        return await self._handlers[action.key](asked)

    def _base_url(self, scheme: str, head: wire.HttpRequest) -> str | None:
        """Return what a result's URL begins with; None when the caller named no host that could."""
        if self._settings.public_url:
            return self._settings.public_url
        # tccli sends its endpoint as Host, scheme and all.
        host = (head.header("Host") or "").rpartition("://")[2]
        return f"{scheme}://{host}" if _HOST.fullmatch(host) else None


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

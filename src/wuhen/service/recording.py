"""Keeping the call log, beside the calls: none of them waits for it, and none fails for it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from wuhen import wire
from wuhen.accounts import CallLog, CallRecord, StoreUnavailable
from wuhen.service.logs import log
from wuhen.service.redaction import kept_headers, kept_members, kept_text

__all__ = ["Answered", "Recorder", "known_of"]

MOST_WAITING = 512
"""Calls that wait to be written; one more is not kept."""
MOST_UNPROVEN = 32
"""Of those, calls that named a key without being signed with it."""
MOST_HELD = 32 * 1024 * 1024
"""Bytes of pictures that wait to be hashed; further ones are counted at once, and not hashed."""
BATCH = 64
FLUSH_SECONDS = 5.0
"""For what waits when the service stops."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that was answered, or given up by its caller.

    Attributes
    ----------
    known : CallRecord
        What is known without a look at its pictures.
    sent : mapping, wuhen.wire.Claim or None
        Its parameters, or in what they were sent; None if they are not to be looked at.
    members : mapping or None
        Of the answer, if it was no error.
    """

    known: CallRecord
    sent: Mapping[str, object] | wire.Claim | None = field(repr=False)
    members: Mapping[str, object] | None = field(repr=False)

    @property
    def weight(self) -> int:
        """About how many bytes it holds."""
        sent = len(self.sent.request.body) if isinstance(self.sent, wire.Claim) else _weight(self.sent)
        return sent + _weight(self.members)

    def light(self) -> "Answered":
        """Return the same without its pictures, quickly."""
        sent = None if isinstance(self.sent, wire.Claim) else self.sent
        return Answered(self._with(sent, hashed=False), None, None)

    def record(self) -> CallRecord:
        """Return what is kept of it; takes as long as hashing its pictures does."""
        sent = self.sent
        if isinstance(sent, wire.Claim):
            try:
                sent = wire.sent_parameters(sent)
            except wire.ApiError:
                sent = None
        return self._with(sent, hashed=True)

    def _with(self, sent: Mapping[str, object] | None, *, hashed: bool) -> CallRecord:
        known = self.known
        if sent is not None:
            known = replace(known, parameters=kept_members(sent, hashed=hashed))
        if self.members is not None:
            members = {**self.members, "RequestId": known.request_id}
            known = replace(known, response=kept_members(members, hashed=hashed))
        return known


def known_of(
    claim: wire.Claim,
    *,
    at: float,
    seconds: float,
    request_id: str,
    proven: bool,
    call: wire.Call | None,
    code: str,
    message: str,
    facts: Mapping[str, Any],
) -> CallRecord:
    """Return what is known of a call without a look at its pictures.

    Parameters
    ----------
    claim
        What it said of itself.
    at, seconds
        When it came, in Unix seconds, and how long it took.
    request_id, proven, code, message
        See `CallSummary`.
    call
        What it asked for, if it got that far.
    facts
        What was noted on the way.
    """
    message = kept_text(message)
    response = None
    if message:
        response = {"Error": {"Code": code, "Message": message}, "RequestId": request_id}
    return CallRecord(
        at=int(at * 1000),
        request_id=request_id,
        proven=proven,
        service=call.action.service if call else "",
        action=kept_text(wire.shown(claim.action)),
        version=kept_text(wire.shown(claim.version)),
        region=kept_text(wire.shown(claim.region or "")),
        form=claim.form,
        code=code,
        message=message,
        milliseconds=round(seconds * 1000),
        secret_id=claim.secret_id,
        headers=kept_headers(claim.request),
        response=response,
        width=facts.get("width"),
        height=facts.get("height"),
        engine=facts.get("engine"),
    )


class Recorder:
    """Writes calls as they come, in a task of its own. Use as an async context manager.

    Attributes
    ----------
    calls : CallLog or None
        Where; None keeps none.
    """

    def __init__(self, calls: CallLog | None) -> None:
        self.calls = calls
        self._waiting = asyncio.Queue[Answered](MOST_WAITING)
        self._held = 0
        self._unproven = 0
        self._dropped = 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to write."""
        if self.calls is not None:
            self._task = asyncio.create_task(self._write_all(self.calls))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what waits, for a while, and stop."""
        if self._task is None:
            return
        await self.settle(FLUSH_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if left := self._waiting.qsize():
            log.warning("calls not kept", count=left, reason="the service stops")

    def note(self, answered: Answered) -> None:
        """Have a call written, if there is room for it. Never waits, never raises."""
        if self._task is None:
            return
        if self._waiting.full() or (not answered.known.proven and self._unproven >= MOST_UNPROVEN):
            self._drop()
            return
        weight = answered.weight
        if self._held + weight > MOST_HELD:
            answered = answered.light()
            weight = answered.weight
        self._held += weight
        self._unproven += not answered.known.proven
        self._waiting.put_nowait(answered)

    async def settle(self, seconds: float) -> None:
        """Wait until everything that was noted is written; no longer than `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._waiting.join()

    async def _write_all(self, calls: CallLog) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await asyncio.to_thread(_write, calls, batch)
            except StoreUnavailable as error:
                log.error("calls not kept", count=len(batch), reason=str(error))
            except Exception:
                log.exception("calls not kept", count=len(batch))
            finally:
                self._let_go(batch)

    def _let_go(self, batch: list[Answered]) -> None:
        for answered in batch:
            self._held -= answered.weight
            self._unproven -= not answered.known.proven
            self._waiting.task_done()
        if self._dropped:
            log.warning("calls not kept", count=self._dropped, reason="more came than could be written")
            self._dropped = 0

    def _drop(self) -> None:
        if not self._dropped:
            log.warning("calls are not kept for now", reason="more come than can be written")
        self._dropped += 1


def _write(calls: CallLog, batch: list[Answered]) -> None:
    calls.add([answered.record() for answered in batch])


def _weight(value: object) -> int:
    match value:
        case str() | bytes():
            return len(value)
        case Mapping():
            return sum(map(_weight, value.values()))
        case list():
            return sum(map(_weight, value))
        case _:
            return 8

"""Keeping the call log, beside the calls: none of them waits for it, and none fails for it."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from wuhen import wire
from wuhen.accounts import CallLog, CallRecord, StoreUnavailable
from wuhen.action import UNRECORDED, Digest
from wuhen.service.context import CallContext, Said
from wuhen.service.logs import log
from wuhen.service.redaction import redact_headers, redact_parameters, redact_reply, redact_text

__all__ = ["AnsweredCall", "Recorder", "summarise_call"]

MAX_WAITING = 512
"""Calls that wait to be written; one more is not kept."""
MAX_UNPROVEN = 32
"""Of those, calls that named a key without being signed with it."""
MAX_REFUSED = 16
"""Calls a second that were refused for being too many. To write more of them would cost as much as refusing
them does, and push all others out of the log."""
_REFUSED = "RequestLimitExceeded"
MAX_HELD_BYTES = 32 * 1024 * 1024
"""Bytes of pictures that wait to be hashed; further ones are counted at once, and not hashed."""
BATCH = 64
FLUSH_SECONDS = 5.0
"""For what waits when the service stops."""


@dataclass(frozen=True, slots=True)
class AnsweredCall:
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

    def light(self) -> "AnsweredCall":
        """Return the same without its pictures, quickly."""
        sent = None if isinstance(self.sent, wire.Claim) else self.sent
        return AnsweredCall(self._with(sent, hashed=False), None, None)

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
            known = replace(known, parameters=redact_parameters(sent, hashed=hashed))
        if self.members is not None:
            members = {**self.members, "RequestId": known.request_id}
            known = replace(known, response=redact_reply(members, hashed=hashed))
        return known


def summarise_call(context: CallContext) -> AnsweredCall | None:
    """Return what the call log is given of a call that is over; None for one that it does not hold.

    It holds calls that name a known key, but for those of the actions in `UNRECORDED`.
    """
    said = context.said
    if said is None or context.credential is None or (said.version, said.action) in UNRECORDED:
        return None
    digests = context.handled.digests if context.handled else {}
    reply = None if context.reply is None else _with_digests(context.reply, digests)
    if context.call is not None:
        return AnsweredCall(
            _record_known(context, said), _with_digests(context.call.parameters, digests), reply
        )
    return AnsweredCall(_record_known(context, said), context.claim if context.proven else None, reply)


def _with_digests(
    members: Mapping[str, object], digests: Mapping[str, Digest], path: str = ""
) -> dict[str, object]:
    """Put those pictures' digests that are known in the place of the pictures, which can be let go."""
    return {name: _digested(member, digests, path + name) for name, member in members.items()}


def _digested(member: object, digests: Mapping[str, Digest], path: str) -> object:
    match member:
        case Mapping():
            # Members of a structure that is not in a list have names of their own.
            return _with_digests(member, digests)
        case list():
            return [
                _with_digests(one, digests, f"{path}.{index}.") if isinstance(one, Mapping) else one
                for index, one in enumerate(member)
            ]
        case _:
            return digests.get(path, member)


def _record_known(context: CallContext, said: Said) -> CallRecord:
    """Return what is known of a call without a look at its pictures."""
    message = redact_text(context.error.message(context.language)) if context.error else ""
    response = None
    if message:
        error = {"Code": context.code, "Message": message}
        response = {"Error": error, "RequestId": context.request_id}
    facts = context.handled.facts if context.handled else None
    return CallRecord(
        at=int(context.arrived * 1000),
        request_id=context.request_id,
        proven=context.proven,
        service=context.call.action.service if context.call else "",
        action=redact_text(wire.make_printable(said.action)),
        version=redact_text(wire.make_printable(said.version)),
        region=redact_text(wire.make_printable(said.region or "")),
        form=said.form,
        code=context.code,
        message=message,
        milliseconds=round(context.seconds * 1000),
        secret_id=said.secret_id,
        headers=redact_headers(context.request),
        response=response,
        width=facts.width if facts else None,
        height=facts.height if facts else None,
        engine=facts.engine if facts else None,
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
        self._waiting = asyncio.Queue[AnsweredCall](MAX_WAITING)
        self._held = 0
        self._unproven = 0
        self._second = self._refused = 0
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
        await self.flush(FLUSH_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if left := self._waiting.qsize():
            log.warning("calls not kept", count=left, reason="the service stops")

    def note(self, call: AnsweredCall) -> None:
        """Have a call written, if there is room for it. Never waits, never raises."""
        if self._task is None:
            return
        too_many = not call.known.proven and self._unproven >= MAX_UNPROVEN
        if self._waiting.full() or too_many or self._is_flood(call.known.code):
            self._drop()
            return
        weight = call.weight
        if self._held + weight > MAX_HELD_BYTES:
            call = call.light()
            weight = call.weight
        self._held += weight
        self._unproven += not call.known.proven
        self._waiting.put_nowait(call)

    def _is_flood(self, code: str) -> bool:
        """Tell whether a call is one of too many that were refused within a second for being too many."""
        if not code.startswith(_REFUSED):
            return False
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._refused = second, 0
        self._refused += 1
        return self._refused > MAX_REFUSED

    async def flush(self, seconds: float) -> None:
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

    def _let_go(self, batch: list[AnsweredCall]) -> None:
        for call in batch:
            self._held -= call.weight
            self._unproven -= not call.known.proven
            self._waiting.task_done()
        if self._dropped:
            log.warning("calls not kept", count=self._dropped, reason="more came than are written")
            self._dropped = 0

    def _drop(self) -> None:
        if not self._dropped:
            log.warning("calls are not kept for now", reason="more come than can be written")
        self._dropped += 1


def _write(calls: CallLog, batch: list[AnsweredCall]) -> None:
    calls.add([call.record() for call in batch])


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

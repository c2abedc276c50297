"""Keeping the call log, beside the calls: none of them waits for it, and none fails for it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from wuhen import wire
from wuhen.accounts import CallLog, CallRecord, StoreUnavailable
from wuhen.action import LOG_KEYS, Digest
from wuhen.service.context import CallContext
from wuhen.service.logs import log
from wuhen.service.redaction import kept_headers, kept_members, kept_text

__all__ = ["Answered", "Recorder", "answered"]

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


def answered(context: CallContext) -> Answered | None:
    """Return what the call log is given of a call that is over; None for one that it does not hold.

    It holds calls that name a known key, but for those that look at the call log itself.
    """
    claim = context.claim
    if claim is None or context.credential is None or (claim.version, claim.action) in LOG_KEYS:
        return None
    digests = context.handled.digests if context.handled else {}
    reply = None if context.reply is None else _with_digests(context.reply, digests)
    if context.call is not None:
        return Answered(_known(context, claim), _with_digests(context.call.parameters, digests), reply)
    return Answered(_known(context, claim), claim if context.proven else None, reply)


def _with_digests(members: Mapping[str, object], digests: Mapping[str, Digest]) -> dict[str, object]:
    """Put those pictures' digests that are known in the place of the pictures, which can be let go."""
    return {
        name: _with_digests(member, digests) if isinstance(member, Mapping) else digests.get(name, member)
        for name, member in members.items()
    }


def _known(context: CallContext, claim: wire.Claim) -> CallRecord:
    """Return what is known of a call without a look at its pictures."""
    message = kept_text(context.error.message(context.language)) if context.error else ""
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
        action=kept_text(wire.shown(claim.action)),
        version=kept_text(wire.shown(claim.version)),
        region=kept_text(wire.shown(claim.region or "")),
        form=claim.form,
        code=context.code,
        message=message,
        milliseconds=round(context.seconds * 1000),
        secret_id=claim.secret_id,
        headers=kept_headers(claim.request),
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

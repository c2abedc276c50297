"""DescribeCalls and its like: a key looks at its own calls, or where it may, at those of its account."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from wuhen.accounts import MAX_CALLS, CallFilter, CallRecord, CallSummary, Outcome, StoreUnavailable
from wuhen.action import (
    BAD_VALUE,
    CALL_UNKNOWN,
    DELETE_CALLS,
    DESCRIBE_CALL,
    DESCRIBE_CALL_STATISTICS,
    DESCRIBE_CALLS,
    LISTED,
    LOG_UNAVAILABLE,
    OFFSET,
    SCOPE_REFUSED,
    SCOPES,
    SEARCHED,
    TIME,
    USUALLY_LISTED,
)
from wuhen.service.handlers.statistics import count_over_time
from wuhen.service.handling import AdmittedCall, Handled, Handlers
from wuhen.service.logs import log
from wuhen.service.recording import Recorder
from wuhen.wire import Integer, Message, String

__all__ = ["Calls"]

MOST_COUNTED = 20_000
"""Calls that statistics are made of, the newest."""
SETTLE_SECONDS = 2.0
"""For calls that are answered but not written yet when they are to be deleted."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Calls:
    """The handlers of the four.

    Attributes
    ----------
    recorder : Recorder
        What writes the record, if one is kept.
    days : int
        For how long calls are kept.
    """

    recorder: Recorder
    days: int

    def handlers(self) -> Handlers:
        """Return them by the action's key."""
        return {
            DESCRIBE_CALLS.key: self.describe_all,
            DESCRIBE_CALL.key: self.describe,
            DESCRIBE_CALL_STATISTICS.key: self.count,
            DELETE_CALLS.key: self.delete,
        }

    async def describe_all(self, call: AdmittedCall) -> Handled:
        """List calls."""
        given: Mapping[str, Any] = call.parameters
        account, wanted = _scope(call), _wanted(given)
        limit = _number(given, "Limit", LISTED) or USUALLY_LISTED
        offset = _number(given, "Offset", OFFSET) or 0
        total, found = 0, list[CallSummary]()
        if (calls := self.recorder.calls) is not None:
            key = call.credential.secret_id
            total, found = await _reach(
                lambda: calls.find(key, wanted, limit=limit, offset=offset, account=account)
            )
        return Handled(
            {
                "TotalCount": total,
                "RetentionDays": self.days,
                "MostCalls": MAX_CALLS,
                "Calls": [_summary(one) for one in found],
            }
        )

    async def describe(self, call: AdmittedCall) -> Handled:
        """Show one call."""
        account = _scope(call)
        request_id = str(call.parameters.get("RequestId", ""))
        found = None
        if (calls := self.recorder.calls) is not None:
            found = await _reach(lambda: calls.get(call.credential.secret_id, request_id, account=account))
        if found is None:
            raise CALL_UNKNOWN(request_id=request_id)
        return Handled({"Call": _summary(found) | _details(found)})

    async def count(self, call: AdmittedCall) -> Handled:
        """Tell how many calls there were over time, and how they went."""
        account, wanted = _scope(call), _wanted(call.parameters)
        found = list[Outcome]()
        if (calls := self.recorder.calls) is not None:
            key = call.credential.secret_id
            found = await _reach(lambda: calls.outcomes(key, wanted, limit=MOST_COUNTED, account=account))
        step, points = count_over_time(found, since=wanted.since, until=wanted.until)
        return Handled({"Step": step, "Points": points})

    async def delete(self, call: AdmittedCall) -> Handled:
        """Delete the key's calls, those too that are not written yet."""
        deleted = 0
        if (calls := self.recorder.calls) is not None:
            await self.recorder.flush(SETTLE_SECONDS)
            deleted = await _reach(lambda: calls.clear(call.credential.secret_id))
        return Handled({"Deleted": deleted})


def _scope(call: AdmittedCall) -> str | None:
    """Return the account whose calls are asked for; None for those of the key alone."""
    scope = call.parameters.get("Scope") or SCOPES[0]
    if scope not in SCOPES:
        right = Message(f"{SCOPES[0]} or {SCOPES[1]}", f"{SCOPES[0]} 或 {SCOPES[1]}")
        raise BAD_VALUE(name="Scope", given=scope, right=right)
    if scope == SCOPES[0]:
        return None
    if not call.credential.sees_account:
        raise SCOPE_REFUSED()
    return call.credential.account


def _wanted(given: Mapping[str, Any]) -> CallFilter:
    return CallFilter(
        action=given.get("ActionName", ""),
        code=given.get("Code", ""),
        since=_number(given, "Since", TIME),
        until=_number(given, "Until", TIME),
        text=_text(given, "Text", SEARCHED),
        secret_id=given.get("SecretId", ""),
    )


async def _reach(work: Callable[[], T]) -> T:
    """Do something with the store, beside the event loop."""
    try:
        return await asyncio.to_thread(work)
    except StoreUnavailable as error:
        log.error("call log not reached", reason=str(error))
        raise LOG_UNAVAILABLE() from error


def _text(given: Mapping[str, Any], name: str, kind: String) -> str:
    value: str = given.get(name, "")
    if kind.max_length is not None and len(value) > kind.max_length:
        right = Message(f"at most {kind.max_length} characters", f"{kind.max_length} 个字符以内的文本")
        raise BAD_VALUE(name=name, given=value, right=right)
    return value


def _number(given: Mapping[str, Any], name: str, kind: Integer) -> int | None:
    value: int | None = given.get(name)
    if value is not None and not kind.allows(value):
        right = Message(f"between {kind.minimum} and {kind.maximum}", f"{kind.range.zh} 之间的整数")
        raise BAD_VALUE(name=name, given=value, right=right)
    return value


def _summary(call: CallSummary) -> dict[str, object]:
    time = datetime.fromtimestamp(call.at / 1000, UTC).isoformat(timespec="milliseconds")
    return {
        "RequestId": call.request_id,
        "Time": time.replace("+00:00", "Z"),
        "SecretId": call.secret_id,
        "Verified": call.proven,
        "Service": call.service,
        "Action": call.action,
        "Version": call.version,
        "Region": call.region,
        "Form": call.form,
        "Code": call.code,
        "Message": call.message,
        "Duration": call.milliseconds,
    }


def _details(call: CallRecord) -> dict[str, object]:
    result = None
    if call.width is not None:
        result = {"Width": call.width, "Height": call.height, "Engine": call.engine}
    return {
        "Parameters": call.parameters,
        "Headers": call.headers,
        "Response": call.response,
        "Result": result,
    }

"""The call log: what was asked for with each key and answered, without pictures."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, false, func, insert, or_, select, true, union_all

from wuhen.accounts import schema
from wuhen.accounts.sessions import Store, is_text

__all__ = ["MAX_CALLS", "MAX_UNPROVEN", "CallFilter", "CallLog", "CallRecord", "CallSummary", "Outcome"]

MAX_CALLS = 1000
"""Calls of a key that are kept; an older one makes room for each further one."""
MAX_UNPROVEN = 20
"""Calls kept that named a key without being signed with it; they make room for each other only."""

_DAY_MS = 24 * 3600 * 1000
_TEXTS = ("parameters", "headers", "response")
_KEYS = (schema.keys, schema.bearers)


@dataclass(frozen=True, slots=True)
class CallSummary:
    """What a list shows of a call.

    Attributes
    ----------
    at
        Unix time in milliseconds.
    request_id
        Its number.
    secret_id
        The key that it named.
    proven
        Whether it was signed with that key.
    service, action, version, region, form
        What was asked for, where and how; the service is empty where there is no such action.
    code, message
        ``"OK"``, or an error's code and text; both empty when the caller hung up before the answer.
    milliseconds
        From its first byte to its answer.
    """

    at: int
    request_id: str
    secret_id: str
    proven: bool
    service: str
    action: str
    version: str
    region: str
    form: str
    code: str
    message: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class CallRecord(CallSummary):
    """All that is kept of a call.

    Attributes
    ----------
    parameters, headers, response
        What was sent and answered, without pictures and secrets; None where it is not known.
    width, height, engine
        Of a result: its size in pixels, and what filled.
    """

    parameters: dict[str, Any] | None = None
    headers: dict[str, str] | None = None
    response: dict[str, Any] | None = None
    width: int | None = None
    height: int | None = None
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are wanted; None or empty for any.

    Attributes
    ----------
    action
        Its name.
    code
        A code, or what codes begin with before a dot.
    since, until
        Unix times in seconds, the one inclusive, the other not.
    text
        Found in number, action, code, message or parameters, in any case.
    secret_id
        The key that was named.
    """

    action: str = ""
    code: str = ""
    since: int | None = None
    until: int | None = None
    text: str = ""
    secret_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """When a call came, and what came of it; the attributes are those of `CallSummary`."""

    at: int
    code: str
    milliseconds: int


class CallLog(Store):
    """Calls, kept in the account store. The methods block.

    Those that look take a key, and optionally an account: then they look at the calls of all its keys.
    Whether whoever asks may see those, is for the caller to say.
    """

    def add(self, calls: Sequence[CallRecord]) -> None:
        """Keep calls, in their order, and let go of those that are too many.

        Raises
        ------
        StoreUnavailable
            They cannot be kept.
        """
        with self._writing() as connection:
            connection.execute(insert(schema.calls), [_values(call) for call in calls])
            # In one order, or two services that let go of the same would wait for each other.
            for secret_id, proven in sorted({(call.secret_id, call.proven) for call in calls}):
                _trim(connection, secret_id, proven=proven)

    def find(
        self,
        secret_id: str,
        wanted: CallFilter,
        *,
        limit: int,
        offset: int = 0,
        account: str | None = None,
    ) -> tuple[int, list[CallSummary]]:
        """Return how many calls are wanted, and `limit` of them, the newest first."""
        table = schema.calls
        where = _conditions(_whose(secret_id, account), wanted)
        columns = [table.c[field.name] for field in fields(CallSummary)]
        page = select(*columns).where(*where).order_by(table.c.number.desc()).limit(limit).offset(offset)
        with self._reading() as connection:
            total = connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
            return total, [CallSummary(**row) for row in connection.execute(page).mappings()]

    def outcomes(
        self, secret_id: str, wanted: CallFilter, *, limit: int, account: str | None = None
    ) -> list[Outcome]:
        """Return what came of the calls that are wanted, of the newest `limit`, the newest first."""
        table = schema.calls
        columns = [table.c[field.name] for field in fields(Outcome)]
        where = _conditions(_whose(secret_id, account), wanted)
        newest = select(*columns).where(*where).order_by(table.c.number.desc()).limit(limit)
        with self._reading() as connection:
            return [Outcome(*row) for row in connection.execute(newest)]

    def get(self, secret_id: str, request_id: str, *, account: str | None = None) -> CallRecord | None:
        """Return a call; None when there is none of that number."""
        if not is_text(request_id):
            return None
        table = schema.calls
        where = (_whose(secret_id, account), table.c.request_id == request_id)
        with self._reading() as connection:
            row = connection.execute(select(table).where(*where).limit(1)).mappings().one_or_none()
        if row is None:
            return None
        values = {name: value for name, value in row.items() if name != "number"}
        read = {name: values[name] and json.loads(values[name]) for name in _TEXTS}
        return CallRecord(**(values | read))

    def clear(self, secret_id: str) -> int:
        """Delete the calls of a key, and say how many they were."""
        table = schema.calls
        with self._writing() as connection:
            return connection.execute(delete(table).where(table.c.secret_id == secret_id)).rowcount

    def sweep(self, now: float, days: int) -> int:
        """Delete the calls that are older than so many days, all for 0, and say how many they were."""
        table = schema.calls
        old = table.c.at < int(now * 1000) - days * _DAY_MS
        return self._delete(table, old if days else true())


def _values(call: CallRecord) -> dict[str, Any]:
    values = asdict(call)
    for name in _TEXTS:
        if values[name] is not None:
            values[name] = json.dumps(values[name], ensure_ascii=False)
    return values


def _trim(connection: Connection, secret_id: str, *, proven: bool) -> None:
    table = schema.calls
    same = (table.c.secret_id == secret_id, table.c.proven == proven)
    most = MAX_CALLS if proven else MAX_UNPROVEN
    newest = select(table.c.number).where(*same).order_by(table.c.number.desc())
    last = connection.execute(newest.offset(most).limit(1)).scalar_one_or_none()
    if last is not None:
        connection.execute(delete(table).where(*same, table.c.number <= last))


def _whose(secret_id: str, account: str | None) -> ColumnElement[bool]:
    """Return what is true of the calls of a key, or of all keys of an account."""
    named = schema.calls.c.secret_id
    if account is None:
        return named == secret_id
    keys = (select(table.c.secret_id).where(table.c.account == account) for table in _KEYS)
    return named.in_(union_all(*keys))


def _conditions(whose: ColumnElement[bool], wanted: CallFilter) -> list[ColumnElement[bool]]:
    table = schema.calls
    if not all(map(is_text, (wanted.action, wanted.code, wanted.text, wanted.secret_id))):
        return [false()]
    conditions = [whose]
    if wanted.secret_id:
        conditions.append(table.c.secret_id == wanted.secret_id)
    if wanted.action:
        conditions.append(table.c.action == wanted.action)
    if wanted.code:
        below = table.c.code.startswith(f"{wanted.code}.", autoescape=True)
        conditions.append(or_(table.c.code == wanted.code, below))
    if wanted.since is not None:
        conditions.append(table.c.at >= wanted.since * 1000)
    if wanted.until is not None:
        conditions.append(table.c.at < wanted.until * 1000)
    if wanted.text:
        places = (table.c.request_id, table.c.action, table.c.code, table.c.message, table.c.parameters)
        conditions.append(or_(*(place.icontains(wanted.text, autoescape=True) for place in places)))
    return conditions

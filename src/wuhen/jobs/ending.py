"""What is common to all ways in which a job ends, within the transaction that ends it."""

import json
import time
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Row, cast, func, insert, select, update

from wuhen.accounts import schema
from wuhen.jobs.records import Done, Failed, Status
from wuhen.jobs.webhook import Notice
from wuhen.wire import Message

__all__ = ["end_job", "now_of", "read_end"]

_OK: Final = "OK"


def now_of(connection: Connection) -> int:
    """Return the time in milliseconds, by the clock that all processes share: the database server's."""
    if connection.dialect.name == "sqlite":
        return int(time.time() * 1000)
    epoch = func.extract("epoch", func.clock_timestamp())
    return int(connection.execute(select(cast(epoch * 1000, BigInteger))).scalar_one())


def end_job(
    connection: Connection,
    job: Row[*tuple[Any, ...]],
    status: Status,
    came: Done | Failed | None,
    *,
    now: int,
    keep: int,
) -> None:
    """End a job whose row is locked, and have that told where somebody wants to know.

    Parameters
    ----------
    connection
        In a transaction that writes.
    job
        The job's row, or at least `id`, `secret_id` and `callback_url` of it.
    status, came
        How it ends, and what came of it.
    now
        The time, in milliseconds.
    keep
        For how long it is kept, in milliseconds.
    """
    ended = {"status": status, "ended_at": now, "expires_at": now + keep, "lease": None, "lease_until": None}
    connection.execute(update(schema.jobs).where(schema.jobs.c.id == job.id).values(ended | _values(came)))
    if job.callback_url is None:
        return
    match came:
        case Failed(code=code, text=text):
            notice = Notice(job.id, status, code, text.en, now)
        case Done():
            notice = Notice(job.id, status, _OK, "", now)
        case None:
            notice = Notice(job.id, status, "", "", now)
    told = {"job": job.id, "secret_id": job.secret_id, "url": job.callback_url, "body": notice.body()}
    connection.execute(
        insert(schema.callbacks).values(told | {"attempts": 0, "ended_at": now, "due_at": now})
    )


def read_end(job: Row[*tuple[Any, ...]]) -> Done | Failed | None:
    """Return what came of a job, as `end_job` has written it."""
    if job.result is not None:
        remarks = tuple(Message(*texts) for texts in json.loads(job.remarks))
        # Those that an older release has done have neither.
        found, others = json.loads(job.found or "{}"), tuple(json.loads(job.others or "[]"))
        return Done(job.result, job.media_type, job.width, job.height, remarks, found, others)
    if job.code is not None:
        return Failed(job.code, Message(job.message_en, job.message_zh))
    return None


def _values(came: Done | Failed | None) -> dict[str, Any]:
    match came:
        case Done():
            remarks = json.dumps([[text.en, text.zh] for text in came.remarks], ensure_ascii=False)
            return {
                "code": _OK,
                "result": came.result,
                "media_type": came.media_type,
                "width": came.width,
                "height": came.height,
                "remarks": remarks,
                "found": json.dumps(dict(came.found)) if came.found else None,
                "others": json.dumps(came.others) if came.others else None,
            }
        case Failed():
            return {"code": came.code, "message_en": came.text.en, "message_zh": came.text.zh}
        case None:
            return {}

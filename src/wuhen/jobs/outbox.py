"""What is to be told of jobs' ends, in the database from the transaction on that ends them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from wuhen.accounts import schema
from wuhen.accounts.sessions import Store
from wuhen.jobs.ending import now_of
from wuhen.jobs.records import Callback

__all__ = ["Outbox"]

HELD_MS = 60_000
"""For which nobody else tries to deliver what somebody is about to; longer than any attempt takes."""


class Outbox(Store):
    """Hands out notices to whoever delivers them. The methods block, and raise `StoreUnavailable`.

    A notice whose deliverer dies is handed out anew, so that each is delivered at least once.
    """

    def any_waiting(self) -> bool:
        """Tell whether a notice is not delivered yet, due or not."""
        table = schema.callbacks
        with self._looking() as connection:
            found = connection.execute(select(table.c.number).where(table.c.due_at.is_not(None)).limit(1))
            return found.first() is not None

    def take(self, most: int, *, share: int | None = None, busy: Collection[str] = ()) -> list[Callback]:
        """Return some that are due, in turns by accounts; of each, those come first that were not tried yet.

        Parameters
        ----------
        most
            How many at most.
        share
            How many of one account at most; `most` by default.
        busy
            Accounts of which none are wanted.
        """
        table, jobs = schema.callbacks, schema.jobs
        with self._writing() as connection:
            now = now_of(connection)
            first = _in_turn(now, busy, most if share is None else share).limit(most)
            due = (
                select(*table.c, jobs.c.account)
                .join(jobs, jobs.c.id == table.c.job)
                # Somebody else may have taken it since it was looked for.
                .where(table.c.number.in_(first), table.c.due_at <= now)
                .order_by(table.c.attempts, table.c.due_at)
                .with_for_update(of=table, skip_locked=True)
            )
            found = connection.execute(due).all()
            for row in found:
                held = {"attempts": row.attempts + 1, "due_at": now + HELD_MS}
                connection.execute(update(table).where(table.c.number == row.number).values(held))
            return [_callback(row, now) for row in found]

    def close_notice(self, callback: Callback, *, delivered: bool) -> None:
        """Note that a notice was delivered, or that nobody will try any more.

        This and `put_off` leave one alone that somebody else has tried since.
        """
        with self._writing() as connection:
            _set(connection, callback, {"due_at": None, "delivered": delivered})

    def put_off(self, callback: Callback, seconds: float) -> None:
        """Have a notice tried again after so many seconds."""
        with self._writing() as connection:
            _set(connection, callback, {"due_at": now_of(connection) + int(seconds * 1000)})


def _set(connection: Connection, callback: Callback, values: dict[str, Any]) -> None:
    table = schema.callbacks
    held = update(table).where(table.c.job == callback.job, table.c.attempts == callback.attempts)
    connection.execute(held.values(values))


def _in_turn(now: int, busy: Collection[str], share: int) -> Select[tuple[int]]:
    """Return the numbers of notices that are due, of each account the first, then of each the second."""
    table, jobs = schema.callbacks, schema.jobs
    order = table.c.attempts, table.c.due_at
    place = func.row_number().over(partition_by=jobs.c.account, order_by=order).label("place")
    due = (
        select(table.c.number, *order, place)
        .join(jobs, jobs.c.id == table.c.job)
        .where(table.c.due_at <= now, jobs.c.account.not_in(busy))
        .subquery()
    )
    return (
        select(due.c.number).where(due.c.place <= share).order_by(due.c.place, due.c.attempts, due.c.due_at)
    )


def _callback(row: Row[*tuple[Any, ...]], now: int) -> Callback:
    return Callback(
        job=row.job,
        account=row.account,
        secret_id=row.secret_id,
        url=row.url,
        body=row.body,
        attempts=row.attempts + 1,
        since=(now - row.ended_at) / 1000,
    )

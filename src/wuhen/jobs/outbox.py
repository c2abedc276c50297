"""What is to be told of jobs' ends, in the database from the transaction on that ends them."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

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

    def take(self, most: int) -> list[Callback]:
        """Return up to so many that are due; those that were not tried yet come first."""
        table = schema.callbacks
        with self._writing() as connection:
            now = now_of(connection)
            due = (
                select(table)
                .where(table.c.due_at <= now)
                .order_by(table.c.attempts, table.c.due_at)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            found = connection.execute(due).all()
            for row in found:
                held = {"attempts": row.attempts + 1, "due_at": now + HELD_MS}
                connection.execute(update(table).where(table.c.number == row.number).values(held))
            return [_callback(row, now) for row in found]

    def close_notice(self, callback: Callback, *, delivered: bool) -> None:
        """Note that a notice was delivered, or that nobody will try any more."""
        with self._writing() as connection:
            _set(connection, callback, {"due_at": None, "delivered": delivered})

    def put_off(self, callback: Callback, seconds: float) -> None:
        """Have a notice tried again after so many seconds."""
        with self._writing() as connection:
            _set(connection, callback, {"due_at": now_of(connection) + int(seconds * 1000)})


def _set(connection: Connection, callback: Callback, values: dict[str, Any]) -> None:
    table = schema.callbacks
    connection.execute(update(table).where(table.c.job == callback.job).values(values))


def _callback(row: Row[*tuple[Any, ...]], now: int) -> Callback:
    return Callback(
        job=row.job,
        secret_id=row.secret_id,
        url=row.url,
        body=row.body,
        attempts=row.attempts + 1,
        since=(now - row.ended_at) / 1000,
    )

"""A connection to PostgreSQL that does not wait for ever: loaded only where the driver is there."""

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

__all__ = ["ANSWER_SECONDS", "HurriedConnection"]

ANSWER_SECONDS = 6.0
"""For an answer. The server gives up a statement after five; one that does not is out of order itself."""

T = TypeVar("T")


class HurriedConnection(psycopg.Connection[Any]):
    """Closes itself when the server does not answer in time, as one whose disk or machine hangs.

    Nothing else would: the server's own limits are its own to keep, and its kernel goes on taking bytes.

    Attributes
    ----------
    answer_seconds : float
        For which an answer is waited for.
    """

    answer_seconds = ANSWER_SECONDS

    def wait(self, gen: PQGen[T], *args: Any, **options: Any) -> T:
        """Have the driver do what `gen` does with the connection, for no longer than that."""
        late = psycopg.OperationalError(f"the server has not answered for {self.answer_seconds:g} s")
        try:
            return super().wait(_limited(gen, self.answer_seconds, late), *args, **options)
        except psycopg.OperationalError as error:
            if error is late:
                self.close()
            raise


def _limited(gen: PQGen[T], seconds: float, late: Exception) -> Generator[Any, Any, T]:
    """Go on with `gen` as the driver does: when it can read or write, and now and then when it cannot."""
    end = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() >= end:
                raise late
            wanted = gen.send(ready)
    except StopIteration as done:
        result: T = done.value
        return result

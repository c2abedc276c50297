"""The base of what keeps something in the database."""

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import ColumnElement, Table, delete, select

from wuhen.accounts.database import Database, open_database

__all__ = ["Store", "is_text"]

PIECE = 5000
"""Rows that are deleted at a time: others that write wait for no more than that."""


class Store:
    """Some of the tables of an open database. Safe to use from several threads.

    Parameters
    ----------
    database : Database
        Its tables are those of this release. Several stores may share it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looking = database.looking
        self._reading = database.reading
        self._writing = database.writing

    @classmethod
    def in_directory(cls, data_dir: Path) -> Self:
        """Open ``accounts.sqlite3`` in a data directory, making both when they are missing."""
        return cls(open_database(data_dir))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _delete(self, table: Table, old: ColumnElement[bool]) -> int:
        """Delete rows of a table that counts them, by pieces, and say how many they were."""
        some = select(table.c.number).where(old).limit(PIECE)
        total = 0
        while True:
            with self._writing() as connection:
                gone = connection.execute(delete(table).where(table.c.number.in_(some))).rowcount
            total += gone
            if gone < PIECE:
                return total


def is_text(value: str) -> bool:
    """Tell whether a database could hold `value`; at a NUL, PostgreSQL fails as if it were out of order."""
    return "\0" not in value

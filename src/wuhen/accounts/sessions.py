"""Transactions on the account store, with its errors turned into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from wuhen.accounts import database, schema
from wuhen.accounts.errors import StoreUnavailable

__all__ = ["Store"]


class Store:
    """An open account store: the base of what keeps something in it. Safe to use from several threads.

    Parameters
    ----------
    engine
        The database.

    Raises
    ------
    StoreUnavailable
        It does not work, or was written by a newer release.
    """

    def __init__(self, engine: Engine) -> None:
        self._readers = engine
        self._writers = engine.execution_options(**{database.WRITES: True})
        with self._writing() as connection:
            schema.prepare(connection)

    @classmethod
    def in_directory(cls, data_dir: Path) -> Self:
        """Open ``accounts.sqlite3`` in a data directory, making both when they are missing."""
        return cls(database.open_directory(data_dir))

    @classmethod
    def at_url(cls, url: str | URL) -> Self:
        """Open the store at a SQLAlchemy URL."""
        return cls(database.open_url(url))

    def close(self) -> None:
        """Close every connection."""
        self._readers.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._translate_errors(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._translate_errors(), self._writers.begin() as connection:
            yield connection

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn the database's errors into ours, without statement or parameters."""
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or type(error).__name__
            where = database.describe(self._readers.url)
            raise StoreUnavailable(f"the account store {where} cannot be used: {cause}") from error

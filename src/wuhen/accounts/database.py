"""The door to the database, embedded or shared: everything that is kept in tables is reached through it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from wuhen.accounts import postgresql, sqlite, versions
from wuhen.accounts.errors import StoreUnavailable

__all__ = ["Database", "open_database", "open_unprepared"]

_LOCKS = 0x777568656E00
"""Advisory locks of PostgreSQL are numbers; ours begin here."""
UPGRADING_SECONDS = 60
"""For which one that upgrades waits for another that does."""
LOCKING_SECONDS = 5
"""For which an upgrade waits for a table: behind it, all calls would wait as well."""


class Database:
    """An open database. Safe to use from several threads, and by several processes.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        Its connections.
    where : str
        What people call it; holds no secret.
    shared : bool
        Whether other services may use it too, on other machines.
    """

    def __init__(self, engine: Engine, where: str, *, shared: bool) -> None:
        self.where = where
        self.shared = shared
        self._readers = engine
        self._writers = engine.execution_options(**{sqlite.WRITES: True})
        # One statement is a transaction by itself; to begin and end it would be two more ways to the server.
        self._lookups = engine.execution_options(isolation_level="AUTOCOMMIT") if shared else engine

    def close(self) -> None:
        """Close every connection."""
        self._readers.dispose()

    def look_up(self, wanted: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
        """Return the one row that is wanted; None if there is none.

        It is asked for once more where the connection broke, as when the server is replaced.

        Raises
        ------
        StoreUnavailable
            The database cannot be used. It names the cause, and nothing of what was read or written.
        """
        with self._translate_errors():
            try:
                return self._look_up(wanted)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._look_up(wanted)

    def _look_up(self, wanted: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
        with self._lookups.connect() as connection:
            return connection.execute(wanted).one_or_none()

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Connect for one statement that reads. Raises as `look_up`."""
        with self._translate_errors(), self._lookups.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Connect to read, in one transaction. Raises as `look_up`."""
        with self._translate_errors(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Connect to write, in one transaction, which ends with the context. Raises as `look_up`.

        With SQLite, only one transaction at a time writes; with PostgreSQL, rows and `alone` keep them apart.
        """
        with self._translate_errors(), self._writers.begin() as connection:
            yield connection

    def alone(self, connection: Connection, what: int) -> None:
        """Wait until no other transaction, of whatever process, does `what`; until its end none will."""
        if self.shared:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCKS + what)))

    def upgrade(self) -> tuple[int | None, int]:
        """Bring the tables up to date, or make them, and return which version they had and have.

        Several processes may try at once: one does it, the others find it done. It is done as a whole or not
        at all.

        Raises
        ------
        StoreUnavailable
            The database cannot be used, or a newer release wrote it.
        """
        with ExitStack() as stack:
            connection = stack.enter_context(self.writing())
            if self.shared:
                with postgresql.unhurried(connection, UPGRADING_SECONDS):
                    self.alone(connection, versions.UPGRADING)
                stack.enter_context(postgresql.unhurried(connection, LOCKING_SECONDS))
            found = versions.check(connection)
            versions.upgrade(connection, found)
            return found, versions.VERSION

    def find_version(self) -> int | None:
        """Return the version of the tables; None if there are none yet.

        Raises
        ------
        StoreUnavailable
            The database cannot be used, or a newer release wrote it.
        """
        with self.reading() as connection:
            return versions.check(connection)

    def check_version(self) -> None:
        """Make sure that the tables are those of this release.

        Raises
        ------
        StoreUnavailable
            They are older or newer, or there are none, or the database cannot be used.
        """
        found = self.find_version()
        if found is None:
            raise StoreUnavailable(f"the database {self.where} is empty: run `wuhen db upgrade` first")
        if found < versions.VERSION:
            raise StoreUnavailable(
                f"the database {self.where} has schema version {found}, and this Wuhen needs "
                f"{versions.VERSION}: run `wuhen db upgrade`"
            )

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn the database's errors into ours, without statement or parameters."""
        try:
            yield
        except SQLAlchemyError as error:
            text = f"the account store {self.where} cannot be used: {_cause(error)}"
            # PostgreSQL's own text of a failed row quotes the row.
            raise StoreUnavailable(text) from (None if self.shared else error)


def _cause(error: SQLAlchemyError) -> str:
    """Return what went wrong, in a line that quotes no row."""
    origin = getattr(error, "orig", None)
    if origin is None:
        return type(error).__name__
    said = getattr(getattr(origin, "diag", None), "message_primary", None) or str(origin)
    return " ".join(said.split())[:300]


def open_unprepared(data_dir: Path, url: str | None = None, password_file: Path | None = None) -> Database:
    """Open the database as it is, with whatever tables there are. Parameters and errors: `open_database`."""
    if url is None:
        return Database(
            sqlite.open_directory(data_dir), str(data_dir.absolute() / sqlite.FILE_NAME), shared=False
        )
    engine, where = postgresql.open_url(url, password_file)
    return Database(engine, where, shared=True)


def open_database(data_dir: Path, url: str | None = None, password_file: Path | None = None) -> Database:
    """Open the database of an installation, whose tables are then those of this release.

    A SQLite file is made if it is missing, and brought up to date: nobody but this machine uses it. A shared
    database is changed by `wuhen db upgrade` alone, at a moment that its operator chooses.

    Parameters
    ----------
    data_dir : Path
        Where the SQLite file is, if there is no `url`.
    url : str or None
        Of a PostgreSQL database.
    password_file : Path or None
        Holds its password.

    Raises
    ------
    InvalidSetting
        The URL is malformed, or its driver is not installed.
    StoreUnavailable
        The database cannot be used, or its tables are not those of this release.
    """
    database = open_unprepared(data_dir, url, password_file)
    try:
        if database.shared:
            database.check_version()
        else:
            database.upgrade()
    except BaseException:
        database.close()
        raise
    return database

"""The embedded home of what is kept: a SQLite file that only its owner can read."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from wuhen.accounts.errors import StoreUnavailable

__all__ = ["FILE_NAME", "READING_SECONDS", "WRITES", "WRITING_SECONDS", "open_directory", "open_file"]

FILE_NAME = "accounts.sqlite3"
WRITES = "wuhen_writes"
"""Execution option of a connection whose transactions write."""

WRITING_SECONDS = 5
"""For a transaction that writes: others that write are waited for."""
READING_SECONDS = 2
"""For one that reads: with the write-ahead log nobody keeps it waiting, unless something holds all of it."""


def open_directory(data_dir: Path) -> Engine:
    """Open the SQLite store of a data directory, making directory and file if they are missing.

    The directory is made with mode 0700; one that exists is left as it is. The file has mode 0600 before
    the first secret is written, and SQLite gives its journal files the mode of the file they belong to.

    Raises
    ------
    StoreUnavailable
        If directory or file cannot be made or written.
    """
    path = data_dir / FILE_NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        path.chmod(0o600)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(
                None, "SQLite keeps its journal beside the file, but nothing can be created"
            )
    except OSError as error:
        raise StoreUnavailable(
            f"cannot keep keys in {data_dir}: {error.strerror}; name a writable data directory"
        ) from error
    # Never made by connecting: a file that was deleted under a running service would come back empty.
    engine = open_file(path, "rw")
    _follow(engine, path)
    return engine


def _follow(engine: Engine, path: Path) -> None:
    """Give up connections to a file that is no longer the one of its name, as when a backup took its place.

    They would go on reading what was deleted: a key that is disabled from then on would still be let in.
    """

    def remember(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identify(path)

    def check(
        _connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        if entry.info["file"] != _identify(path):
            raise DisconnectionError(f"{path} was replaced or deleted")

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", check)


def _identify(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _make(path: Path) -> None:
    """Make the file with its mode, if it is missing.

    A file that is there is not opened: closing it again would drop the locks that SQLite has on it in this
    process (fcntl's are the process's, not the descriptor's), and another process, then taking itself for the
    only one, would delete the write-ahead log that this one goes on reading.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if not path.is_file():
            raise


def open_file(path: Path, mode: Literal["ro", "rw"]) -> Engine:
    """Open a file that is there, to read it only or to write it too."""
    query = {"mode": mode, "uri": "true"}
    url = URL.create("sqlite", database=f"file:{quote(str(path.absolute()))}", query=query)
    # Without `hide_parameters` an error's text would carry the secrets of the failing statement.
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": READING_SECONDS})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Set up one SQLite connection.

    The write-ahead log lets the service read while a command writes. Where it cannot be had (some network
    file systems, or while another process switches it on) the rollback journal does the same job slower.
    """
    # The driver's own implicit BEGIN is deferred and comes too late; `_begin` issues the right one.
    connection.isolation_level = None
    cursor: Any = connection.cursor()
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin a transaction; a writing one takes the lock first, so that what it has read stays true."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql(
        f"PRAGMA busy_timeout = {1000 * (WRITING_SECONDS if writes else READING_SECONDS)}"
    )
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""A look at the database that changes nothing, for whoever asks before a start."""

import os
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from wuhen.accounts import sqlite, versions
from wuhen.accounts.database import open_unprepared
from wuhen.accounts.errors import StoreUnavailable

__all__ = ["examine_database"]

_WHOLE = ["ok"]


def examine_database(data_dir: Path, url: str | None = None, password_file: Path | None = None) -> None:
    """Make sure that the database could be used and is not damaged; a SQLite file need not be there yet.

    Parameters are those of `open_database`.

    Raises
    ------
    InvalidSetting
        The URL is malformed, or its driver is not installed.
    StoreUnavailable
        It is damaged, somebody else's or of a newer release, or it is shared and not up to date.
    """
    if url is None:
        _examine_file(data_dir / sqlite.FILE_NAME)
        return
    database = open_unprepared(data_dir, url, password_file)
    try:
        database.check_version()
    finally:
        database.close()


def _examine_file(path: Path) -> None:
    if not path.exists():
        return
    if os.geteuid() not in {0, path.stat().st_uid}:
        raise StoreUnavailable(f"{path} belongs to another user; run the service as its owner, or chown it")
    if not os.access(path, os.R_OK | os.W_OK):
        raise StoreUnavailable(f"{path} cannot be read and written; chmod 600 {path}")
    engine = sqlite.open_file(path, "ro")
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalars().all()
            if found == _WHOLE:
                versions.check(connection)
    except SQLAlchemyError as error:
        found = [str(getattr(error, "orig", None) or type(error).__name__)]
    finally:
        engine.dispose()
    if found != _WHOLE:
        raise StoreUnavailable(f"{path} is damaged ({found[0]}); put a backup in its place")

"""A look at a data directory's store that changes nothing, for whoever asks before a start."""

import os
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from wuhen.accounts import database, schema
from wuhen.accounts.errors import StoreUnavailable

__all__ = ["examine_directory"]

_WHOLE = ["ok"]


def examine_directory(data_dir: Path) -> None:
    """Make sure that the store in a directory, if there is one, could be used and is not damaged.

    Raises
    ------
    StoreUnavailable
        It is damaged, somebody else's, or of a newer release.
    """
    path = data_dir / database.FILE_NAME
    if not path.exists():
        return
    if os.geteuid() not in {0, path.stat().st_uid}:
        raise StoreUnavailable(f"{path} belongs to another user; run the service as its owner, or chown it")
    if not os.access(path, os.R_OK | os.W_OK):
        raise StoreUnavailable(f"{path} cannot be read and written; chmod 600 {path}")
    engine = database.open_file(path, "ro")
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalars().all()
            if found == _WHOLE:
                schema.check(connection)
    except SQLAlchemyError as error:
        found = [str(getattr(error, "orig", None) or type(error).__name__)]
    finally:
        engine.dispose()
    if found != _WHOLE:
        raise StoreUnavailable(f"{path} is damaged ({found[0]}); put a backup in its place")

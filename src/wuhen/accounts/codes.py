"""One-time codes: each opens one session for an account, once, within a day."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from sqlalchemy import delete, insert, select

from wuhen.accounts import schema
from wuhen.accounts.credential import STUDIO
from wuhen.accounts.database import Database, open_database
from wuhen.accounts.sessions import Store

__all__ = ["OneTimeCodes"]

LIFETIME = 24 * 3600
_CODE = re.compile(r"[0-9A-Za-z_-]{43}")


class OneTimeCodes(Store):
    """Codes that were given out and not used yet, kept as hashes.

    Whoever deletes the row has used the code, so that of two who try at once one succeeds, in however many
    processes.

    Parameters
    ----------
    database : Database
        Where they are.
    clock : callable, optional
        Tells Unix time in seconds.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(database)
        self._clock = clock

    @classmethod
    def in_directory(cls, data_dir: Path, *, clock: Callable[[], float] = time.time) -> Self:
        """Open ``accounts.sqlite3`` in a data directory, making both when they are missing."""
        return cls(open_database(data_dir), clock=clock)

    def issue(self, account: str = STUDIO) -> str:
        """Give out a code that opens a session for an account: 256 random bits, safe in a URL.

        Raises
        ------
        StoreUnavailable
            It cannot be kept.
        """
        code = secrets.token_urlsafe(32)
        now = int(self._clock())
        with self._writing() as connection:
            connection.execute(delete(schema.codes).where(schema.codes.c.made_at < now - LIFETIME))
            connection.execute(insert(schema.codes).values(hash=_hash(code), made_at=now, account=account))
        return code

    def redeem(self, code: str) -> str | None:
        """Use a code up, and return the account that it opens a session for.

        None if there is no such code, it was used before, or it is too old.

        Raises
        ------
        StoreUnavailable
            Nobody can tell.
        """
        if not _CODE.fullmatch(code):
            return None
        table = schema.codes
        valid = (table.c.hash == _hash(code), table.c.made_at >= int(self._clock()) - LIFETIME)
        # Strangers may try codes: only one that is there is worth a transaction that writes.
        found = self._database.look_up(select(table.c.account).where(*valid))
        if found is None:
            return None
        with self._writing() as connection:
            used = connection.execute(delete(table).where(*valid)).rowcount == 1
        return (found.account or STUDIO) if used else None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("ascii")).hexdigest()

"""Where keys live: who may call, with which secret and under which limits."""

import hmac
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Row, Table, insert, or_, select, union, update

from wuhen.accounts import schema
from wuhen.accounts.credential import (
    STUDIO,
    AccountKey,
    BearerKey,
    KeyRecord,
    hash_bearer,
    new_account,
    new_bearer,
    new_secret_id,
    new_secret_key,
    new_token,
    split_bearer,
)
from wuhen.accounts.database import Database, open_database
from wuhen.accounts.errors import (
    InactiveKey,
    InvalidSetting,
    UnknownAccount,
    UnknownKey,
)
from wuhen.accounts.rows import (
    credential_of,
    has_none,
    record_of,
    select_bearer,
    select_from,
    select_key,
    table_of,
)
from wuhen.accounts.sessions import Store, is_text

MAX_LIMIT = 1_000_000
"""Largest concurrency and rate that can be set."""

MAX_SECONDS = 10 * 366 * 24 * 3600
"""Longest lifetime of a temporary key and longest grace of a rotated one."""

_MAX_NAME = 64
_MAKING = 1
"""What `Database.alone` is told by whoever makes a key: whether it is the first, and of a new account."""


class KeyStore(Store):
    """The keys and accounts of one installation.

    Nothing is cached: what one process changes, every other process sees with its next `find`. The methods
    block, `find` for a fraction of a millisecond with SQLite. Safe to use from several threads.

    Parameters
    ----------
    database
        Where they are.
    clock
        Tells Unix time in seconds.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(database)
        self._clock = clock

    @classmethod
    def in_directory(cls, data_dir: Path, *, clock: Callable[[], float] = time.time) -> Self:
        """Open ``accounts.sqlite3`` in a data directory, making both when they are missing."""
        return cls(open_database(data_dir), clock=clock)

    def find(self, secret_id: str, now: float | None = None) -> AccountKey | None:
        """Return the key in force at `now`; None if it is unknown, disabled or expired."""
        now = self._clock() if now is None else now
        row = self._database.look_up(select_key(secret_id)) if is_text(secret_id) else None
        if row is None or record_of(row).state(now) != "active":
            return None
        return credential_of(row)

    def find_bearer(self, text: str, now: float | None = None) -> AccountKey | None:
        """Return the bearer key that `text` is, if it is in force at `now`; otherwise None."""
        now = self._clock() if now is None else now
        name = split_bearer(text)
        row = None if name is None else self._database.look_up(select_bearer(name))
        if row is None or not hmac.compare_digest(row.hash, hash_bearer(text)):
            return None
        if record_of(row).state(now) != "active":
            return None
        return AccountKey(row.secret_id, "", None, row.account, row.concurrency, row.rate, row.expires_at)

    def check(self) -> None:
        """Look a key up as for a call, for nobody.

        Raises
        ------
        StoreUnavailable
            Keys cannot be read.
        """
        self._database.look_up(select_key(""))

    def list(self) -> tuple[KeyRecord, ...]:
        """Return every key, oldest first, without its secrets."""
        with self._reading() as connection:
            found = [record_of(row) for row in connection.execute(select_from(schema.keys))]
            found += [record_of(row) for row in connection.execute(select_from(schema.bearers))]
        return tuple(sorted(found, key=lambda record: (record.created_at, record.secret_id)))

    def is_empty(self) -> bool:
        """Say whether no key was ever made here."""
        with self._reading() as connection:
            return has_none(connection)

    def create(
        self,
        account: str | None = None,
        *,
        concurrency: int | None = None,
        rate: int | None = None,
        lifetime: int | None = None,
    ) -> AccountKey:
        """Make a key.

        Parameters
        ----------
        account
            The account to make it for. A name that does not exist yet makes the account; None makes one of
            its own with a generated name, so that the key shares its limits with no other.
        concurrency, rate
            The account's limits, at least 1. Those left out stay as they are; a new account starts with one
            job at a time and no limit of the rate.
        lifetime
            Seconds until the key expires. Makes it temporary: it comes with a token that every call must
            carry. None for a permanent key.

        Raises
        ------
        InvalidSetting
            If the name, a limit or the lifetime is impossible.
        """
        _check_new_key(account, concurrency, rate, lifetime)
        with self._writing() as connection:
            return self._create(connection, account, concurrency, rate, lifetime)

    def create_bearer(
        self,
        account: str | None = None,
        *,
        concurrency: int | None = None,
        rate: int | None = None,
        lifetime: int | None = None,
    ) -> BearerKey:
        """Make a bearer key: one that is sent as it is, for doors and scripts. Only its hash is kept.

        Parameters and errors are those of `create`, but that one with a lifetime has no token.
        """
        _check_new_key(account, concurrency, rate, lifetime)
        with self._writing() as connection:
            account = self._settle_account(connection, account, concurrency, rate)
            expires_at = None if lifetime is None else int(self._clock()) + lifetime
            return self._insert_bearer(connection, account, expires_at)

    def create_by_link(self, account: str, *, concurrency: int, lifetime: int) -> AccountKey:
        """Make the temporary key that a link to the studio opens for an account.

        Parameters
        ----------
        account
            The account; one that does not exist is made.
        concurrency
            How many calls may come at a time of all that is done in the studio: it counts there, not in the
            account's limits, which stay as they are.
        lifetime
            Seconds until the key expires.

        Raises
        ------
        InvalidSetting
            As `create`.
        """
        _check_new_key(account, concurrency, None, lifetime)
        with self._writing() as connection:
            self._settle_account(connection, STUDIO, concurrency, None)
            self._settle_account(connection, account, None, None)
            expires_at = int(self._clock()) + lifetime
            return self._insert_key(connection, account, temporary=True, expires_at=expires_at, by_link=True)

    def has_account(self, account: str) -> bool:
        """Say whether there is an account of that name."""
        return is_text(account) and (
            self._database.look_up(select(schema.accounts.c.name).where(schema.accounts.c.name == account))
            is not None
        )

    def find_sole_account(self) -> str | None:
        """Return the account of all lasting keys that are in force; None where there are several, or none."""
        now = self._clock()
        of_tables = [
            select(table.c.account).where(
                table.c.disabled_at.is_(None), or_(table.c.expires_at.is_(None), table.c.expires_at > now)
            )
            for table in (schema.keys, schema.bearers)
        ]
        of_tables[0] = of_tables[0].where(schema.keys.c.token.is_(None))
        accounts = union(*of_tables).subquery()
        with self._reading() as connection:
            found = connection.execute(select(accounts).limit(2)).scalars().all()
        return found[0] if len(found) == 1 else None

    def create_if_empty(
        self, account: str | None = None, *, concurrency: int | None = None
    ) -> AccountKey | None:
        """Make the first key of a new installation; None if there is a key already.

        Two services that start on one empty directory make one key between them.
        """
        _check_new_key(account, concurrency, None, None)
        with self._writing() as connection:
            self._database.alone(connection, _MAKING)
            if not has_none(connection):
                return None
            return self._create(connection, account, concurrency, None, None)

    def set_limits(self, account: str, *, concurrency: int, rate: int | None) -> None:
        """Set both limits of an account; a `rate` of None lifts that limit.

        Raises
        ------
        UnknownAccount
            If there is no such account.
        InvalidSetting
            If a limit is impossible.
        """
        _check_limit("concurrency", concurrency)
        if rate is not None:
            _check_limit("rate", rate)
        change = update(schema.accounts).where(schema.accounts.c.name == account)
        with self._writing() as connection:
            if not connection.execute(change.values(concurrency=concurrency, rate=rate)).rowcount:
                raise UnknownAccount(account)

    def disable(self, secret_id: str) -> None:
        """Refuse a key from now on; a key already disabled stays so. Raises `UnknownKey`."""
        self._set_disabled(secret_id, int(self._clock()))

    def enable(self, secret_id: str) -> None:
        """Accept a disabled key again, unless it has expired or been rotated away. Raises `UnknownKey`."""
        self._set_disabled(secret_id, None)

    def rotate(self, secret_id: str, *, grace: int = 0) -> AccountKey:
        """Replace a key that signs by a new one on the same account.

        The successor of a temporary key is temporary too, with a token of its own and the same end.

        Parameters
        ----------
        secret_id
            The key to replace. It expires for good when the grace is over.
        grace
            Seconds for which the old key still works; 0 stops it at once.

        Raises
        ------
        UnknownKey
            If there is no such key.
        InactiveKey
            If it is disabled or has expired.
        InvalidSetting
            If the grace is negative or absurdly long.
        """
        with self._writing() as connection:
            row = self._end(connection, schema.keys, secret_id, grace)
            temporary = row.token is not None
            return self._insert_key(
                connection,
                row.account,
                temporary=temporary,
                expires_at=row.expires_at if temporary else None,
                by_link=bool(row.by_link),
            )

    def rotate_bearer(self, secret_id: str, *, grace: int = 0) -> BearerKey:
        """Replace a bearer key by a new one on the same account, with the same end; otherwise as `rotate`."""
        with self._writing() as connection:
            row = self._end(connection, schema.bearers, secret_id, grace)
            return self._insert_bearer(connection, row.account, row.expires_at)

    def _end(self, connection: Connection, table: Table, secret_id: str, grace: int) -> Row[*tuple[Any, ...]]:
        """Have a key expire when the grace is over; return what it was."""
        if not 0 <= grace <= MAX_SECONDS:
            raise InvalidSetting(f"the grace must be 0 to {MAX_SECONDS} seconds, not {grace}")
        now = self._clock()
        named = table.c.secret_id == secret_id
        row = connection.execute(select_from(table).where(named).with_for_update()).one_or_none()
        if row is None:
            raise UnknownKey(secret_id)
        state = record_of(row).state(now)
        if state != "active":
            raise InactiveKey(secret_id, state)
        end = int(now) + grace
        ends = end if row.expires_at is None else min(end, row.expires_at)
        connection.execute(update(table).where(named).values(expires_at=ends))
        return row

    def _create(
        self,
        connection: Connection,
        account: str | None,
        concurrency: int | None,
        rate: int | None,
        lifetime: int | None,
    ) -> AccountKey:
        account = self._settle_account(connection, account, concurrency, rate)
        expires_at = None if lifetime is None else int(self._clock()) + lifetime
        return self._insert_key(connection, account, temporary=lifetime is not None, expires_at=expires_at)

    def _settle_account(
        self, connection: Connection, account: str | None, concurrency: int | None, rate: int | None
    ) -> str:
        """Set the limits of the account that a key is made for, or make it; return its name."""
        self._database.alone(connection, _MAKING)
        account = new_account() if account is None else account
        given = {"concurrency": concurrency, "rate": rate}
        limits = {name: limit for name, limit in given.items() if limit is not None}
        change = update(schema.accounts).where(schema.accounts.c.name == account)
        if not connection.execute(change.values(limits or {"name": account})).rowcount:
            fresh = {"name": account, "concurrency": 1, "rate": None, "created_at": int(self._clock())}
            connection.execute(insert(schema.accounts).values(fresh | limits))
        return account

    def _insert_bearer(self, connection: Connection, account: str, expires_at: int | None) -> BearerKey:
        name, text = new_bearer()
        connection.execute(
            insert(schema.bearers).values(
                secret_id=name,
                hash=hash_bearer(text),
                account=account,
                created_at=int(self._clock()),
                expires_at=expires_at,
            )
        )
        return BearerKey(name, text, account, expires_at)

    def _insert_key(
        self,
        connection: Connection,
        account: str,
        *,
        temporary: bool,
        expires_at: int | None,
        by_link: bool = False,
    ) -> AccountKey:
        secret_id = new_secret_id()
        connection.execute(
            insert(schema.keys).values(
                secret_id=secret_id,
                secret_key=new_secret_key(),
                token=new_token() if temporary else None,
                account=account,
                created_at=int(self._clock()),
                expires_at=expires_at,
                by_link=by_link,
            )
        )
        return credential_of(connection.execute(select_key(secret_id)).one())

    def _set_disabled(self, secret_id: str, disabled_at: int | None) -> None:
        table = table_of(secret_id)
        change = update(table).where(table.c.secret_id == secret_id)
        with self._writing() as connection:
            if not connection.execute(change.values(disabled_at=disabled_at)).rowcount:
                raise UnknownKey(secret_id)


def _check_new_key(
    account: str | None, concurrency: int | None, rate: int | None, lifetime: int | None
) -> None:
    if account is not None and not (
        1 <= len(account) <= _MAX_NAME and account.isprintable() and account == account.strip()
    ):
        raise InvalidSetting(
            f"the account's name must be 1 to {_MAX_NAME} printable characters without spaces around them, "
            f"not {account!r}"
        )
    if concurrency is not None:
        _check_limit("concurrency", concurrency)
    if rate is not None:
        _check_limit("rate", rate)
    if lifetime is not None and not 1 <= lifetime <= MAX_SECONDS:
        raise InvalidSetting(f"the lifetime must be 1 to {MAX_SECONDS} seconds, not {lifetime}")


def _check_limit(name: str, limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidSetting(f"the {name} must be 1 to {MAX_LIMIT}, not {limit}")

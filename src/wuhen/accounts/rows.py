"""How keys are read: from which table, together with which limits, and what a row of them means."""

from typing import Any

from sqlalchemy import Connection, Row, Select, Table, case, exists, select

from wuhen.accounts import schema
from wuhen.accounts.credential import BEARER_PREFIX, STUDIO, AccountKey, KeyRecord


def table_of(secret_id: str) -> Table:
    """Return the table that has a key of such a name."""
    return schema.bearers if secret_id.startswith(BEARER_PREFIX) else schema.keys


def select_from(table: Table) -> Select[*tuple[Any, ...]]:
    """Select keys of a table, with the limits in which their calls count."""
    accounts = schema.accounts
    limits = select(*table.c, accounts.c.concurrency, accounts.c.rate)
    if table is schema.bearers:
        return limits.join_from(table, accounts)
    counted = case((table.c.by_link, STUDIO), else_=table.c.account)
    return limits.join_from(table, accounts, accounts.c.name == counted)


_FROM_KEYS = select_from(schema.keys)
_FROM_BEARERS = select_from(schema.bearers)
"""Made once: strangers have keys looked up."""


def select_key(secret_id: str) -> Select[*tuple[Any, ...]]:
    """Select a key that signs."""
    return _FROM_KEYS.where(schema.keys.c.secret_id == secret_id)


def select_bearer(name: str) -> Select[*tuple[Any, ...]]:
    """Select a bearer key, by its name."""
    return _FROM_BEARERS.where(schema.bearers.c.secret_id == name)


def has_none(connection: Connection) -> bool:
    """Say whether there is no key at all."""
    return not any(
        connection.execute(select(exists(select(table.c.secret_id)))).scalar_one()
        for table in (schema.keys, schema.bearers)
    )


def credential_of(row: Row[*tuple[Any, ...]]) -> AccountKey:
    """Return what a call is checked with."""
    return AccountKey(
        secret_id=row.secret_id,
        secret_key=row.secret_key,
        token=row.token,
        account=row.account,
        concurrency=row.concurrency,
        rate=row.rate,
        expires_at=row.expires_at,
        by_link=bool(row.by_link),
    )


def record_of(row: Row[*tuple[Any, ...]]) -> KeyRecord:
    """Return what the operator sees of a key: all but its secret."""
    return KeyRecord(
        secret_id=row.secret_id,
        account=row.account,
        concurrency=row.concurrency,
        rate=row.rate,
        temporary=getattr(row, "token", None) is not None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        disabled_at=row.disabled_at,
        bearer=row.secret_id.startswith(BEARER_PREFIX),
    )

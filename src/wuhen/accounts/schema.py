"""Tables of the account store, and how a store written by an older release becomes one of today.

A new store gets today's tables at once; an older one is led through `_STEPS`. To change the tables,
change the definitions below and append the step that does the same to the data of the release before.
"""

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from wuhen.accounts.errors import StoreUnavailable

_METADATA = MetaData()

accounts = Table(
    "accounts",
    _METADATA,
    Column("name", String(64), primary_key=True),
    Column("concurrency", Integer, nullable=False),
    Column("rate", Integer),
    Column("created_at", BigInteger, nullable=False),
)

keys = Table(
    "keys",
    _METADATA,
    Column("secret_id", String(64), primary_key=True),
    Column("secret_key", String(64), nullable=False),
    Column("token", String(128)),
    Column("account", String(64), ForeignKey("accounts.name"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("disabled_at", BigInteger),
)

deliveries = Table(
    "deliveries",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("request_id", String(64), nullable=False, index=True),
    # No foreign keys: a record outlives the key and the account that it names.
    Column("account", String(64), nullable=False),
    Column("secret_id", String(64), nullable=False),
    Column("marked", Boolean, nullable=False),
    Column("labelled", Boolean, nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("labels_found", Text, nullable=False),
    Column("engine", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("hole", Integer, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)

calls = Table(
    "calls",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("request_id", String(64), nullable=False, index=True),
    # No foreign key: a call may outlive its key, until it is swept.
    Column("secret_id", String(64), nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("service", String(64), nullable=False),
    Column("action", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("form", String(64), nullable=False),
    Column("code", String(128), nullable=False),
    Column("message", Text, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("parameters", Text),
    Column("headers", Text),
    Column("response", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("engine", String(64)),
    Index("ix_calls_of_key", "secret_id", "proven", "number"),
)

_version = Table("schema_version", _METADATA, Column("version", Integer, nullable=False))


def _add_deliveries(connection: Connection) -> None:
    deliveries.create(connection)


def _add_calls(connection: Connection) -> None:
    calls.create(connection)


_STEPS: tuple[Callable[[Connection], None], ...] = (_add_deliveries, _add_calls)
"""Step *i* leads a store from version *i* + 1 to version *i* + 2."""

VERSION = len(_STEPS) + 1


def prepare(connection: Connection) -> None:
    """Create the tables, or bring those of an older release up to date, within the caller's transaction.

    Raises
    ------
    StoreUnavailable
        If a newer release wrote the store.
    """
    found = check(connection)
    if found is None:
        _METADATA.create_all(connection)
        connection.execute(insert(_version).values(version=VERSION))
        return
    for step in _STEPS[found - 1 :]:
        step(connection)
    if found < VERSION:
        connection.execute(update(_version).values(version=VERSION))


def check(connection: Connection) -> int | None:
    """Return the version of a store; None if it has no tables yet.

    Raises
    ------
    StoreUnavailable
        If a newer release wrote it.
    """
    if not inspect(connection).has_table(_version.name):
        return None
    found: int = connection.execute(select(_version.c.version)).scalar_one()
    if found > VERSION:
        raise StoreUnavailable(
            f"the account store has schema version {found}, written by a newer Wuhen; "
            f"this one knows versions up to {VERSION}: upgrade it"
        )
    return found

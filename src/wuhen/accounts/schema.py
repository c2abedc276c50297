"""Tables of the account store, as they are today.

How a store that an older release wrote comes to have them, is `versions`'s and `migrations/`'s business.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "METADATA",
    "REFUSED_BY_OLD",
    "accounts",
    "bearers",
    "calls",
    "codes",
    "deliveries",
    "keys",
    "old_version",
    "revision",
]

METADATA = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Counts rows. SQLite counts by itself only what it calls INTEGER, which is as large there."""

accounts = Table(
    "accounts",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("concurrency", Integer, nullable=False),
    Column("rate", Integer),
    Column("created_at", BigInteger, nullable=False),
)

keys = Table(
    "keys",
    METADATA,
    Column("secret_id", String(64), primary_key=True),
    Column("secret_key", String(64), nullable=False),
    Column("token", String(128)),
    Column("account", String(64), ForeignKey("accounts.name"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("disabled_at", BigInteger),
    # Null is no.
    Column("by_link", Boolean),
)

bearers = Table(
    "bearers",
    METADATA,
    # Apart from the keys that sign: what is here can be no SecretKey, whatever looks a key up.
    Column("secret_id", String(64), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("account", String(64), ForeignKey("accounts.name"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("disabled_at", BigInteger),
)

deliveries = Table(
    "deliveries",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
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
    Column("found", Text),
)

calls = Table(
    "calls",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
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

codes = Table(
    "codes",
    METADATA,
    # A hash: whoever reads the table can use none.
    Column("hash", String(64), primary_key=True),
    Column("made_at", BigInteger, nullable=False, index=True),
    # Whom it opens a session for; null of one of an older release.
    Column("account", String(64)),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    # No foreign keys: a job may outlive its key, until it is swept.
    Column("account", String(64), nullable=False),
    Column("secret_id", String(64), nullable=False),
    Column("client_token", String(64)),
    Column("digest", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("submitted_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("expires_at", BigInteger, index=True),
    Column("attempts", Integer, nullable=False),
    Column("lease", String(64)),
    Column("lease_until", BigInteger),
    Column("size", BigInteger, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("callback_url", Text),
    Column("code", String(128)),
    Column("message_en", Text),
    Column("message_zh", Text),
    Column("result", String(255)),
    Column("media_type", String(64)),
    Column("width", Integer),
    Column("height", Integer),
    Column("remarks", Text),
    Column("found", Text),
    Column("others", Text),
    UniqueConstraint("account", "client_token", name="uq_jobs_token"),
    Index("ix_jobs_in_turn", "status", "number"),
    Index("ix_jobs_of_account", "account", "status"),
    Index("ix_jobs_started", "account", "started_at"),
)

callbacks = Table(
    "callbacks",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("job", String(64), nullable=False, unique=True),
    Column("secret_id", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    # Null of one that nobody will try any more.
    Column("due_at", BigInteger, index=True),
    Column("delivered", Boolean),
)

revision = Table(
    "alembic_version",
    METADATA,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

old_version = Table("schema_version", METADATA, Column("version", Integer, nullable=False))
"""Where releases before alembic's revisions look."""

REFUSED_BY_OLD = 4
"""Stands there for good, so that those releases refuse a store that they would not understand."""

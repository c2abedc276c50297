"""One-time codes, and more rows than 32 bits can count."""

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Make the table of codes; widen PostgreSQL's numbers; have releases before alembic refuse the store."""
    op.create_table(
        "codes",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("made_at", sa.BigInteger, nullable=False, index=True),
    )
    # SQLite's are as wide from the start.
    if op.get_context().dialect.name == "postgresql":
        for table in ("deliveries", "calls"):
            op.alter_column(table, "number", type_=sa.BigInteger)
            op.execute(f"ALTER SEQUENCE {table}_number_seq AS bigint")
    op.execute("UPDATE schema_version SET version = 4")

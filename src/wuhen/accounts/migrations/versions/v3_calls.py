"""The call log."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        "calls",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("request_id", sa.String(64), nullable=False, index=True),
        sa.Column("secret_id", sa.String(64), nullable=False),
        sa.Column("proven", sa.Boolean, nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("code", sa.String(128), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
        sa.Column("parameters", sa.Text),
        sa.Column("headers", sa.Text),
        sa.Column("response", sa.Text),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("engine", sa.String(64)),
        sa.Index("ix_calls_of_key", "secret_id", "proven", "number"),
    )

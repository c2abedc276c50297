"""Jobs that are submitted, and what is to be told of their ends."""

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Make their tables."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "jobs",
        sa.Column("number", number, primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("secret_id", sa.String(64), nullable=False),
        sa.Column("client_token", sa.String(64)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("submitted_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("expires_at", sa.BigInteger, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease", sa.String(64)),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("callback_url", sa.Text),
        sa.Column("code", sa.String(128)),
        sa.Column("message_en", sa.Text),
        sa.Column("message_zh", sa.Text),
        sa.Column("result", sa.String(255)),
        sa.Column("media_type", sa.String(64)),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("remarks", sa.Text),
        sa.UniqueConstraint("account", "client_token", name="uq_jobs_token"),
        sa.Index("ix_jobs_in_turn", "status", "number"),
        sa.Index("ix_jobs_of_account", "account", "status"),
        sa.Index("ix_jobs_started", "account", "started_at"),
    )
    op.create_table(
        "callbacks",
        sa.Column("number", number, primary_key=True),
        sa.Column("job", sa.String(64), nullable=False, unique=True),
        sa.Column("secret_id", sa.String(64), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, index=True),
        sa.Column("delivered", sa.Boolean),
    )

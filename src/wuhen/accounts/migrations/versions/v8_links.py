"""Whose account a link opens the studio for, and which keys were made by one."""

import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = "7"


def upgrade() -> None:
    """Make room for both."""
    op.add_column("keys", sa.Column("by_link", sa.Boolean))
    op.add_column("codes", sa.Column("account", sa.String(64)))

"""What was found in photos, and further results of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """Make room for them."""
    op.add_column("deliveries", sa.Column("found", sa.Text))
    op.add_column("jobs", sa.Column("found", sa.Text))
    op.add_column("jobs", sa.Column("others", sa.Text))

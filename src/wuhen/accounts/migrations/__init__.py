"""What alembic runs to lead a store of an older release to the tables of today."""

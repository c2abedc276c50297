"""Which version a store's tables have, and how those of an older release become today's.

The versions are the numbers of alembic's revisions in `migrations/versions/`. To change the tables, change
`schema`, append a revision that does the same to the data of the release before, and count `VERSION` up.
"""

from sqlalchemy import Connection, insert, inspect, select

from wuhen.accounts import schema
from wuhen.accounts.errors import StoreUnavailable

__all__ = ["UPGRADING", "VERSION", "check", "upgrade"]

VERSION = 8
"""Of the tables in `schema`."""
UPGRADING = 0
"""What `Database.alone` is told by whoever upgrades."""

_LAST_BEFORE_ALEMBIC = 3


def check(connection: Connection) -> int | None:
    """Return the version of a store; None if it has no tables yet.

    Raises
    ------
    StoreUnavailable
        If a newer release wrote it, or some other program.
    """
    found = _find(connection)
    if found is not None and found > VERSION:
        raise StoreUnavailable(
            f"the account store has schema version {found}, written by a newer Wuhen; "
            f"this one knows versions up to {VERSION}: upgrade it"
        )
    return found


def _find(connection: Connection) -> int | None:
    tables = inspect(connection)
    if tables.has_table(schema.revision.name):
        written = connection.execute(select(schema.revision.c.version_num)).scalar_one_or_none()
        if written is not None and not written.isdecimal():
            raise StoreUnavailable(
                f"the database is another program's, of revision {written!r}: name one that is Wuhen's alone"
            )
        if written is not None:
            return int(written)
    if not tables.has_table(schema.old_version.name):
        return None
    found: int = connection.execute(select(schema.old_version.c.version)).scalar_one()
    # A number of today's, without alembic's beside it, is no store of an older release.
    return found if found <= _LAST_BEFORE_ALEMBIC else max(found, VERSION + 1)


def upgrade(connection: Connection, found: int | None) -> None:
    """Make the tables, or bring those of version `found` up to date, within the caller's transaction."""
    if found is None:
        # What the revisions would come to, without the time that it takes to load alembic.
        schema.METADATA.create_all(connection)
        connection.execute(insert(schema.revision).values(version_num=str(VERSION)))
        connection.execute(insert(schema.old_version).values(version=schema.REFUSED_BY_OLD))
    elif found < VERSION:
        from wuhen.accounts.migrating import migrate  # noqa: PLC0415 - slow to load

        migrate(connection, found)

"""Keys and records taken from a file to a shared database, when an installation outgrows its machine."""

from sqlalchemy import Connection, Table, exists, func, insert, select

from wuhen.accounts import schema
from wuhen.accounts.database import Database
from wuhen.accounts.errors import InvalidSetting

__all__ = ["copy_all"]

COPIED = (schema.accounts, schema.keys, schema.bearers, schema.deliveries, schema.calls)
"""Not what lives for a day: one-time codes, and jobs, whose pictures are elsewhere."""
ROWS = 1000
"""That are sent at a time."""


def copy_all(source: Database, target: Database) -> dict[str, int]:
    """Copy accounts, keys, audit record and call log, as a whole or not at all; return how many rows of each.

    Both have the tables of this release.

    Raises
    ------
    InvalidSetting
        There is something in the target already.
    StoreUnavailable
        One of them cannot be used.
    """
    with source.reading() as reader, target.writing() as writer:
        for table in COPIED:
            if writer.execute(select(exists(select(table)))).scalar_one():
                raise InvalidSetting(f"{target.where} holds {table.name} already: name one that is empty")
        return {table.name: _copy(reader, writer, table) for table in COPIED}


def _copy(reader: Connection, writer: Connection, table: Table) -> int:
    count = 0
    rows = reader.execution_options(yield_per=ROWS).execute(select(table).order_by(*table.primary_key))
    for some in rows.mappings().partitions(ROWS):
        writer.execute(insert(table), [dict(row) for row in some])
        count += len(some)
    if count and "number" in table.c and writer.dialect.name == "postgresql":
        # Numbers were given, not counted: the next is counted from here.
        sequence = func.pg_get_serial_sequence(table.name, "number")
        writer.execute(select(func.setval(sequence, select(func.max(table.c.number)).scalar_subquery())))
    return count

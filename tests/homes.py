"""Where services under test keep what they keep: the parameter by which one suite holds for every home.

The environment variable ``WUHEN_TEST_HOME`` names it:

``local``
    What a service does of itself: SQLite, memory, directories, processes of its own. The default.
``shared``
    Real servers beside it: a database of PostgreSQL, Redis and an object store, each service with an own part
    of them. They are started with the first service that needs them, and end with the tests.
``cluster``
    The same, and pictures are worked on by Ray Serve.

Tests know nothing of it. Those that look into a file or break it, which only the embedded homes have, are
marked ``embedded`` with the reason, and skipped elsewhere.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, MetaData, NullPool, create_engine, select

if TYPE_CHECKING:
    from servers.shared import SharedServers

__all__ = ["HOME", "Home", "adopt", "close", "database", "dump", "environment"]


class Home(StrEnum):
    """Where services under test keep what they keep."""

    LOCAL = "local"
    SHARED = "shared"
    CLUSTER = "cluster"


HOME: Final = Home(os.environ.get("WUHEN_TEST_HOME", Home.LOCAL))

_environments: dict[Path, dict[str, str]] = {}
_stack = ExitStack()


def environment(data_dir: Path) -> dict[str, str]:
    """Return the settings, as environment variables, of the service whose data directory this is.

    Commands that are to reach its keys and records need the same.
    """
    if data_dir not in _environments:
        _environments[data_dir] = _make()
    return _environments[data_dir]


@contextmanager
def database(data_dir: Path) -> Iterator[Connection]:
    """Open the database of that service beside it; what is done there holds when the context ends."""
    url = environment(data_dir).get("WUHEN_DATABASE_URL", f"sqlite:///{data_dir}/accounts.sqlite3")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def dump(data_dir: Path, *tables: str, but: str = "") -> str:
    """Return all that the database holds in some tables, or in all but one, as text."""
    with database(data_dir) as connection:
        known = MetaData()
        known.reflect(connection)
        rows = [
            (table.name, *row)
            for table in known.sorted_tables
            if table.name != but and (not tables or table.name in tables)
            for row in connection.execute(select(table))
        ]
    return "\n".join(" ".join(map(str, row)) for row in rows)


def adopt(given: dict[str, str], *data_dirs: Path) -> None:
    """Have the services on these data directories keep their state together, whatever the home."""
    _environments.update(dict.fromkeys(data_dirs, given))


def close() -> None:
    """End the servers that were started."""
    _environments.clear()
    _stack.close()
    _servers.cache_clear()


@cache
def _servers() -> "SharedServers":
    from servers.shared import sharing  # noqa: PLC0415 - only then are they needed

    return _stack.enter_context(sharing())


def _make() -> dict[str, str]:
    if HOME is Home.LOCAL:
        return {}
    clustered = {"WUHEN_CLUSTER": "local"} if HOME is Home.CLUSTER else {}
    return _servers().part().environment | clustered

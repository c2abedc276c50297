"""Where services under test keep what they keep: the parameter by which one suite holds for every home.

The environment variable ``WUHEN_TEST_HOME`` names it:

``local``
    What a service does of itself: SQLite, memory, directories, processes of its own. The default.
``shared``
    Real servers beside it: a database of PostgreSQL, Redis and an object store, each service with an own part
    of them. They are started with the first service that needs them, and end with the tests.
``cluster``
    The same, and pictures are worked on by Ray Serve: each service has replicas of its own in one cluster.

Tests know nothing of it. Those that ask for what only the embedded homes have are marked ``embedded`` with
one of the reasons in `EMBEDDED`, and skipped elsewhere.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
from sqlalchemy import Connection, MetaData, NullPool, create_engine, select

if TYPE_CHECKING:
    from servers.cluster import RayCluster
    from servers.shared import SharedServers

__all__ = [
    "EMBEDDED",
    "HOME",
    "PATIENCE",
    "TEST_SECONDS",
    "Home",
    "adopt",
    "application",
    "close",
    "database",
    "dump",
    "environment",
    "replicas",
]


class Home(StrEnum):
    """Where services under test keep what they keep."""

    LOCAL = "local"
    SHARED = "shared"
    CLUSTER = "cluster"


HOME: Final = Home(os.environ.get("WUHEN_TEST_HOME", Home.LOCAL))

PATIENCE: Final = {Home.LOCAL: 100.0, Home.SHARED: 150.0, Home.CLUSTER: 200.0}[HOME]
"""Seconds until a service that listens must be able to work, on a machine that has much else to do."""
TEST_SECONDS: Final = PATIENCE + 200.0
"""That a test may take: the first has servers start. The embedded homes go by pytest's own."""

EMBEDDED: Final = {
    "files": "it looks into or harms files of the service; servers that fail have tests of their own",
    "results": "the store hands out results, past the service and what is before it",
    "words": "a store of its own signs and refuses in its own form and words",
    "rclone": "S3 signs a URL for one method, and rclone tells parts of files as wholes",
    "network": "it has a network of its own, in which there are no servers",
    "unasked": "it asks for none of the packages that a cluster loads",
}
"""Why a test is of the embedded homes alone."""

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
def application() -> Iterator[dict[str, str]]:
    """Yield the settings, as environment variables, of who works for a service that starts now."""
    if HOME is not Home.CLUSTER:
        yield {}
        return
    with _cluster().application() as name:
        yield _cluster().environment | {"WUHEN_CLUSTER_APP": name}


def replicas(working: dict[str, str]) -> list[psutil.Process]:
    """Return the processes in the cluster that work for the service with these settings."""
    return _cluster().workers(working["WUHEN_CLUSTER_APP"]) if working else []


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
    _cluster.cache_clear()


@cache
def _servers() -> "SharedServers":
    from servers.shared import sharing  # noqa: PLC0415 - only then are they needed

    return _stack.enter_context(sharing())


@cache
def _cluster() -> "RayCluster":
    from servers.cluster import clustering  # noqa: PLC0415 - only then is it needed

    return _stack.enter_context(clustering())


def _make() -> dict[str, str]:
    return {} if HOME is Home.LOCAL else _servers().part().environment

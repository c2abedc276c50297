"""Both homes of what is kept: the tests of this folder hold for either."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from accounts.home import Home
from servers.postgresql import Postgres
from servers.redis import RedisServer, serving
from wuhen.accounts import Database, open_unprepared


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A new database of each kind."""
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.make_schema()
        with closing(open_unprepared(Path(), url)) as database:
            database.upgrade()
    return Home(tmp_path / "data", url)


@pytest.fixture
def database(home: Home) -> Iterator[Database]:
    """The same, open."""
    with closing(home.open()) as opened:
        yield opened


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A server that gates share, for all tests that do not stop it."""
    with serving() as server:
        yield server

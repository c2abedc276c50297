"""Stores of older releases: recognised and led on as a whole; those of others left alone."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import update

from accounts import old_stores
from accounts.home import Home
from servers.postgresql import Postgres
from wuhen.accounts import (
    AuditLog,
    CallFilter,
    CallLog,
    Database,
    KeyStore,
    OneTimeCodes,
    StoreUnavailable,
    open_unprepared,
    schema,
)
from wuhen.accounts.migrating import configuration
from wuhen.accounts.versions import VERSION


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def server(request: pytest.FixtureRequest) -> Postgres | None:
    """Where stores are made; None for files."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture(params=old_stores.VERSIONS)
def version(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture
def old(version: int, tmp_path: Path, server: Postgres | None) -> Home:
    """A store of an older release."""
    return old_stores.make(version, tmp_path, server)


@contextmanager
def unprepared(home: Home) -> Iterator[Database]:
    with closing(open_unprepared(home.data_dir, home.url)) as database:
        yield database


def differences(database: Database) -> list[object]:
    """Return how a database's tables differ from those that they should be."""
    with database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), schema.METADATA))


def test_an_old_store_is_led_on_and_holds_what_it_held(old: Home, version: int) -> None:
    with unprepared(old) as database:
        assert database.upgrade() == (version, VERSION)
        assert database.upgrade() == (VERSION, VERSION)
        assert differences(database) == []
    with closing(old.open()) as database:
        keys, records, calls = KeyStore(database), AuditLog(database), CallLog(database)
        for key in (old_stores.PERMANENT, old_stores.TEMPORARY):
            assert keys.find(key.secret_id) == key
        assert [one.state(1_795_000_000) for one in keys.list()] == [
            "active",
            "disabled",
            "active",
            "expired",
        ]
        assert list(records.read()) == [old_stores.DELIVERY] * (version > 1)
        assert calls.get(old_stores.CALL.secret_id, old_stores.CALL.request_id) == (
            old_stores.CALL if version > 2 else None
        )
        # And what is written to it from now on finds its place.
        later = replace(old_stores.DELIVERY, at=old_stores.DELIVERY.at + 1)
        records.add(later)
        assert list(records.read())[-1] == later
        calls.add([replace(old_stores.CALL, request_id="later")])
        assert calls.find(old_stores.CALL.secret_id, CallFilter(), limit=1)[1][0].request_id == "later"
        assert keys.find(keys.rotate(old_stores.PERMANENT.secret_id).secret_id) is not None
        codes = OneTimeCodes(database)
        assert codes.redeem(codes.issue())


def test_a_new_store_has_the_tables_that_the_revisions_lead_to(
    tmp_path: Path, server: Postgres | None
) -> None:
    url = server.make_schema() if server else None
    with unprepared(Home(tmp_path, url)) as database:
        assert database.find_version() is None
        with database.writing() as connection:
            command.upgrade(configuration(connection), "head")
        assert differences(database) == []
        assert database.upgrade() == (VERSION, VERSION)
        with database.reading() as connection:
            assert ScriptDirectory.from_config(configuration(connection)).get_heads() == [str(VERSION)]


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(tmp_path: Path, server: Postgres | None) -> None:
    old = old_stores.make(1, tmp_path, server)
    with unprepared(old) as database:
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE codes (something INTEGER)")
        with pytest.raises(StoreUnavailable, match="already exists"):
            database.upgrade()
        assert database.find_version() == 1
        with database.writing() as connection:
            connection.exec_driver_sql("DROP TABLE codes")
        assert database.upgrade() == (1, VERSION)


def test_of_those_who_upgrade_at_once_one_does_it(tmp_path: Path, server: Postgres | None) -> None:
    old = old_stores.make(1, tmp_path, server)

    def upgrade(_: int) -> int | None:
        with unprepared(old) as database:
            return database.upgrade()[0]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(upgrade, range(4)))
    assert sorted(found, key=str) == [1, VERSION, VERSION, VERSION]


def test_a_file_is_brought_up_to_date_by_opening_it_and_a_shared_database_by_its_operator(
    old: Home, version: int
) -> None:
    if old.url is None:
        with closing(old.open()) as database:
            assert database.find_version() == VERSION
        return
    with pytest.raises(
        StoreUnavailable, match=f"version {version}.* needs {VERSION}.*run `wuhen db upgrade`"
    ):
        old.open()
    with unprepared(old) as database:
        assert database.find_version() == version


@pytest.mark.service
def test_an_empty_shared_database_may_be_the_wrong_one(tmp_path: Path, postgres: Postgres) -> None:
    empty = Home(tmp_path, postgres.make_schema())
    with pytest.raises(StoreUnavailable, match="is empty: run `wuhen db upgrade`"):
        empty.open()


@pytest.mark.parametrize(("found", "said"), [("99", "newer Wuhen"), ("ae1027a6acf", "another program's")])
def test_a_store_that_another_wrote_is_left_alone(home: Home, found: str, said: str) -> None:
    with closing(home.open()) as database, database.writing() as connection:
        connection.execute(update(schema.revision).values(version_num=found))
    with pytest.raises(StoreUnavailable, match=said):
        home.open()
    with unprepared(home) as database, pytest.raises(StoreUnavailable, match=said):
        database.upgrade()


def test_a_store_of_a_newer_release_without_revisions_is_refused(
    tmp_path: Path, server: Postgres | None
) -> None:
    old = old_stores.make(3, tmp_path, server)
    with unprepared(old) as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE schema_version SET version = 4")
    with pytest.raises(StoreUnavailable, match="newer Wuhen"):
        old.open()


def test_releases_before_the_revisions_refuse_what_they_do_not_know(database: Database) -> None:
    """They look at this table, and knew versions up to 3."""
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT version FROM schema_version").scalars().all() == [4]


@pytest.mark.slow
def test_nobody_waits_for_alembic_but_who_upgrades(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from wuhen.accounts import open_database\n"
        "for _ in range(2): open_database(Path(sys.argv[1])).close()\n"
        "print(sorted({'alembic', 'psycopg'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=True)
    assert ran.stdout.strip() == b"[]"

"""PostgreSQL as the home of keys: how it is reached, how it fails, and that it comes back."""

import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from servers.ports import free_port
from servers.postgresql import Postgres
from wuhen.accounts import (
    AuditLog,
    Database,
    InvalidSetting,
    KeyStore,
    OneTimeCodes,
    StoreUnavailable,
    find_open_hosts,
    open_database,
    open_unprepared,
)
from wuhen.accounts.hurried import HurriedConnection

pytestmark = pytest.mark.service

SECRET = "s3cr3t"


def prepare(url: str) -> None:
    with closing(open_unprepared(Path(), url)) as database:
        database.upgrade()


@pytest.fixture
def url(postgres: Postgres) -> str:
    made = postgres.make_schema()
    prepare(made)
    return made


@pytest.fixture
def role(postgres: Postgres) -> Iterator[str]:
    """A user who may do nothing to begin with."""
    with postgres.connect(postgres.reach("postgres")) as connection:
        connection.execute("CREATE ROLE poor LOGIN")
        yield "poor"
        connection.execute("DROP OWNED BY poor; DROP ROLE poor")


@pytest.mark.parametrize(
    "wrong",
    [
        f"postgresql://wuhen:{SECRET}@host:port/db",
        f"postgresql://wuhen:a/{SECRET}@h:1x/db",
        f"postgresql://wuhen:a@{SECRET}@h/db",
        "nonsense",
    ],
)
def test_an_unusable_url_is_refused_and_not_repeated(wrong: str) -> None:
    with pytest.raises(InvalidSetting, match="is malformed; give postgresql") as caught:
        open_database(Path(), wrong)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_is_not_there_is_an_error_that_tells_no_password() -> None:
    port = free_port()
    url = f"postgresql://wuhen:{SECRET}@127.0.0.1:{port}/keys?application_name={SECRET}"
    with pytest.raises(StoreUnavailable) as caught:
        open_database(Path(), url)
    assert f"postgresql://wuhen@127.0.0.1:{port}/keys cannot be used: " in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_the_password_is_read_from_its_file_for_each_connection(url: str, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("of no account here\n")
    with closing(open_database(Path(), url, file)) as database:
        store = KeyStore(database)
        made = store.create()
        file.unlink()
        assert store.find(made.secret_id) == made  # the connection that there is
        database.close()
        with pytest.raises(StoreUnavailable, match=r"password cannot be read: .*No such file"):
            store.find(made.secret_id)
        file.write_text("again")
        assert store.find(made.secret_id) == made


def test_a_lock_is_waited_for_as_long_as_with_sqlite_unless_the_url_says_otherwise(
    url: str, postgres: Postgres
) -> None:
    def limits(database: Database) -> list[str]:
        with database.reading() as connection:
            return [
                str(connection.exec_driver_sql(f"SHOW {name}_timeout").scalar_one())
                for name in ("lock", "statement")
            ]

    with closing(open_database(Path(), url)) as database:
        assert limits(database) == ["2s", "5s"]
    quick = f"{url}%20-clock_timeout%3D50ms"
    with closing(open_database(Path(), quick)) as database, postgres.connect(url) as other:
        assert limits(database) == ["50ms", "5s"]
        store = KeyStore(database)
        with other.transaction():
            other.execute("LOCK TABLE keys")
            with pytest.raises(StoreUnavailable, match="lock timeout"):
                store.find("AKIDanybody")
        assert store.find("AKIDanybody") is None


def test_a_database_that_takes_no_writes_is_told_before_a_record_is_lost(url: str) -> None:
    with closing(open_database(Path(), url)) as database:
        records = AuditLog(database)
        records.check()
    standby = url.replace("options=", "options=-cdefault_transaction_read_only%3Don%20")
    with closing(open_database(Path(), standby)) as database:
        KeyStore(database).check()
        with pytest.raises(StoreUnavailable, match="read-only transaction"):
            AuditLog(database).check()


def test_a_role_that_may_not_look_is_told_so(url: str, role: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"permission denied|is empty"):
        open_database(Path(), url.replace("wuhen@", f"{role}@"))


def test_no_more_connections_are_kept_than_are_needed(url: str, postgres: Postgres) -> None:
    with closing(open_database(Path(), f"{url}&application_name=counted")) as database:
        store = KeyStore(database)
        made = store.create()
        with postgres.connect(url) as other:
            for _ in range(20):
                assert store.find(made.secret_id) == made
                OneTimeCodes(database).issue()
            counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'counted'"
            assert other.execute(counted).fetchone() == (1,)


def test_all_goes_on_when_the_server_is_back(url: str, postgres: Postgres) -> None:
    with closing(open_database(Path(), url)) as database:
        store, codes = KeyStore(database), OneTimeCodes(database)
        made, code = store.create(), codes.issue()
        postgres.stop()
        try:
            for act in (
                lambda: store.find(made.secret_id),
                store.check,
                codes.issue,
                lambda: codes.redeem(code),
            ):
                with pytest.raises(StoreUnavailable, match="cannot be used: "):
                    act()
        finally:
            postgres.start()
        assert store.find(made.secret_id) == made
        assert codes.redeem(code)


def test_a_key_is_found_by_another_connection_where_one_broke(url: str, postgres: Postgres) -> None:
    with closing(open_database(Path(), url)) as database, postgres.connect(url) as other:
        store = KeyStore(database)
        made = store.create()
        broken: list[object] = []

        def end_it(connection: Connection, *_: object) -> None:
            if not broken:  # behind the ping that comes before
                driver: Any = connection.connection.driver_connection
                ended = other.execute("SELECT pg_terminate_backend(%s)", [driver.info.backend_pid])
                broken.append(ended.fetchone())

        event.listen(database._lookups, "before_cursor_execute", end_it)
        assert store.find(made.secret_id) == made
        assert broken == [(True,)]


def test_a_server_that_hangs_is_waited_for_within_limits(
    url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HurriedConnection, "answer_seconds", 0.3)
    with closing(open_database(Path(), url)) as database:
        store = KeyStore(database)
        made = store.create()

        def ask_in_the_middle() -> None:
            with database.writing() as connection:
                database.alone(connection, 7)
                with postgres.frozen():
                    database.alone(connection, 8)

        with pytest.raises(StoreUnavailable, match=r"not answered for 0\.3 s"):
            ask_in_the_middle()
        began = time.monotonic()
        with postgres.frozen(), pytest.raises(StoreUnavailable, match="timeout expired"):
            store.find(made.secret_id)
        assert time.monotonic() - began < 5
        assert store.find(made.secret_id) == made


@pytest.mark.parametrize(
    ("where", "hosts"),
    [
        ("wuhen@db/keys", ("db",)),
        ("wuhen@db,[fd00::1]:5433/keys?sslmode=prefer", ("db", "fd00::1")),
        ("wuhen@/keys?host=/run/postgresql", ()),
        ("wuhen@db/keys?sslmode=verify-full", ()),
        ("/keys", ()),
    ],
)
def test_hosts_to_which_secrets_may_go_in_clear(
    where: str, hosts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGSSLMODE", "PGHOST"):
        monkeypatch.delenv(name, raising=False)
    assert find_open_hosts(f"postgresql://{where}") == hosts

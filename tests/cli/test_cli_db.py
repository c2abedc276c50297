"""`wuhen db`, and `--database-url` wherever keys and records are looked for."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accounts import old_stores
from servers.ports import free_port
from servers.postgresql import Postgres
from wuhen.accounts import AuditLog, CallLog, KeyStore, StoreUnavailable, copying, open_database
from wuhen.accounts.versions import VERSION
from wuhen.cli import main
from wuhen.service import server
from wuhen.service.checks import find_faults
from wuhen.settings import load

SECRET = "s3cr3t"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "PASSWORD_FILE"):
        monkeypatch.delenv(f"WUHEN_DATABASE_{name}", raising=False)
    monkeypatch.setenv("WUHEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def said(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.output


def failed(*arguments: str) -> str:
    done = run(*arguments)
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    return done.output


def test_a_file_is_looked_at_and_upgraded(tmp_path: Path) -> None:
    old_stores.make(1, tmp_path / "data")
    file = str(tmp_path / "data" / "accounts.sqlite3")
    assert said("db", "current") == f"{file} has schema version 1; this release needs {VERSION}.\n"
    assert said("db", "upgrade") == f"{file} had schema version 1, and has version {VERSION} now.\n"
    assert said("db", "upgrade") == f"{file} has schema version {VERSION} already.\n"
    assert said("db", "check") == "The database can be used.\n"
    Path(file).write_bytes(b"no database" * 1000)
    assert "not a database" in failed("db", "check")


@pytest.mark.service
def test_a_shared_database_is_ready_for_a_service_once_it_is_upgraded(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.make_schema()
    monkeypatch.setenv("WUHEN_DATABASE_URL", url)
    refused = [("db", "check"), ("keys", "list"), ("audit",), ("studio",)]
    for command in refused:
        assert "is empty: run `wuhen db upgrade` first" in failed(*command)
    assert "is empty; this release needs" in said("db", "current")
    assert f"was empty, and has version {VERSION} now." in said("db", "upgrade")
    assert said("db", "check") == "The database can be used.\n"

    monkeypatch.delenv("WUHEN_DATABASE_URL")
    made = json.loads(said("keys", "create", "--json", "--database-url", url))
    assert made["SecretId"] in said("keys", "list", "--database-url", url)
    assert made["SecretId"] not in said("keys", "list")
    assert said("audit", "--database-url", url) == ""
    assert "#code=" in said("studio", "--database-url", url)


@pytest.mark.service
def test_no_service_starts_on_an_older_or_newer_schema(tmp_path: Path, postgres: Postgres) -> None:
    url = old_stores.make(3, tmp_path, postgres).url
    assert url is not None
    older = f"has schema version 3, and this Wuhen needs {VERSION}: run `wuhen db upgrade`"
    (fault,) = find_faults(load(port=0, database_url=url))
    assert older in fault
    with pytest.raises(StoreUnavailable, match=older):
        server._first_key(load(port=0, database_url=url))

    said("db", "upgrade", "--database-url", url)
    assert find_faults(load(port=0, database_url=url)) == []
    with postgres.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '99'")
    (fault,) = find_faults(load(port=0, database_url=url))
    assert "has schema version 99, written by a newer Wuhen" in fault


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (f"mysql://wuhen:{SECRET}@host/keys", "give postgresql://user@host/database"),
        (f"postgresql://wuhen:{SECRET}@host:port/keys", "is malformed"),
        (f"postgresql://wuhen:{SECRET}@127.0.0.1:{{}}/keys", "cannot be used: connection failed"),
    ],
)
@pytest.mark.service
def test_a_url_that_leads_nowhere_is_a_line_without_its_password(url: str, text: str) -> None:
    for command in (("keys", "list"), ("db", "check"), ("db", "upgrade")):
        told = failed(*command, "--database-url", url.format(free_port()))
        assert text in told
        assert SECRET not in told


def test_a_password_file_without_a_database_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUHEN_DATABASE_PASSWORD_FILE", "password")
    assert "database_password_file is for a database_url" in failed("keys", "list")


@pytest.mark.service
def test_an_installation_moves_to_a_shared_database_with_its_keys_and_records(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROWS", 2)
    data, url = tmp_path / "data", postgres.make_schema()
    assert "name the database" in failed("db", "copy")
    monkeypatch.setenv("WUHEN_DATABASE_URL", url)
    assert "there is nothing to copy" in failed("db", "copy")
    old_stores.make(3, data)
    assert "run `wuhen db upgrade` first" in failed("db", "copy")
    said("db", "upgrade")
    assert "now: 2 accounts, 4 keys, 0 bearers, 1 deliveries, 1 calls." in said("db", "copy")
    assert "holds accounts already: name one that is empty" in failed("db", "copy")
    with closing(open_database(data, url)) as database:
        keys, records, calls = KeyStore(database), AuditLog(database), CallLog(database)
        for key in (old_stores.PERMANENT, old_stores.TEMPORARY):
            assert keys.find(key.secret_id) == key
        calls.add([replace(old_stores.CALL, request_id="later")])
        records.add(replace(old_stores.DELIVERY, at=old_stores.DELIVERY.at + 1))
        assert list(records.read(until=old_stores.DELIVERY.at + 1)) == [old_stores.DELIVERY]
        assert calls.get(old_stores.CALL.secret_id, old_stores.CALL.request_id) == old_stores.CALL
        assert calls.get(old_stores.CALL.secret_id, "later") is not None

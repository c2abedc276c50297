"""The store's files: nobody but their owner reads them, from the first moment on."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from wuhen.accounts import KeyStore, StoreUnavailable


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    mask: int = request.param
    before = os.umask(mask)
    yield mask
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_directory_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "made" / "data"
    with KeyStore.in_directory(data) as store:
        store.create()
        found = {path.name: mode(path) for path in data.iterdir()}
        assert found.pop("accounts.sqlite3") == 0o600
        assert set(found) >= {"accounts.sqlite3-wal", "accounts.sqlite3-shm"}
        assert set(found.values()) == {0o600}
    assert mode(data) == 0o700


@pytest.mark.usefixtures("umask")
def test_the_rollback_journal_is_the_owners_alone_too(tmp_path: Path) -> None:
    KeyStore.in_directory(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "accounts.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()
        connection.execute("BEGIN IMMEDIATE").close()
        connection.execute("UPDATE schema_version SET version = 1").close()
        modes = {path.name: mode(path) for path in tmp_path.iterdir()}
    assert modes == {"accounts.sqlite3": 0o600, "accounts.sqlite3-journal": 0o600}


def test_the_file_is_private_from_the_moment_it_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What opening does afterwards, for files of another origin, finds nothing to mend."""
    made: list[int] = []
    monkeypatch.setattr(Path, "chmod", lambda path, _: made.append(path.stat().st_mode))
    before = os.umask(0)
    try:
        KeyStore.in_directory(tmp_path).close()
    finally:
        os.umask(before)
    assert [stat.S_IMODE(found) for found in made] == [0o600]


def test_an_existing_directory_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    KeyStore.in_directory(tmp_path).close()
    assert mode(tmp_path) == 0o755
    assert mode(tmp_path / "accounts.sqlite3") == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    KeyStore.in_directory(tmp_path).close()
    (tmp_path / "accounts.sqlite3").chmod(0o644)
    KeyStore.in_directory(tmp_path).close()
    assert mode(tmp_path / "accounts.sqlite3") == 0o600


def test_a_directory_that_cannot_be_made_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="name a writable data directory"):
        KeyStore.in_directory(tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_directory_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    KeyStore.in_directory(tmp_path).close()
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreUnavailable, match="name a writable data directory"):
            KeyStore.in_directory(tmp_path)
    finally:
        tmp_path.chmod(0o700)

"""`wuhen serve --check`: what would keep the service from starting, and what it should not be left with."""

import logging
import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from certificates import issue
from harness import create_key
from wuhen.accounts import KeyStore
from wuhen.cli import main
from wuhen.results import load_signing_key
from wuhen.service.checks import find_faults
from wuhen.service.expiry import read_end
from wuhen.service.risks import find_risks
from wuhen.settings import load

pytestmark = pytest.mark.service

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what the command sets up for the whole process, as tests after these have it."""
    root, hooks = logging.getLogger(), (threading.excepthook, sys.unraisablehook)
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


in_files = pytest.mark.embedded("files")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    create_key(folder)
    return folder


def faults(**given: object) -> str:
    return "\n".join(find_faults(load(port=0, **given)))


def risks(**given: object) -> str:
    return "\n".join(find_risks(load(**given)))


def certificate(folder: Path, end: datetime) -> dict[str, Path]:
    made = issue(folder, end)
    return {"tls_cert": made.chain, "tls_key": made.key}


def test_where_nothing_is_wrong_nothing_is_said_and_nothing_made(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["serve", "--check", "--port", "0", "--data-dir", "new/data"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "The service can start.")
    assert "error" not in done.output
    assert list(tmp_path.iterdir()) == []


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no certificate")
    wrong = ["--engine", "lama", "--tls-cert", "text", "--tls-key", "text", "--host", "192.0.2.1"]
    done = CliRunner().invoke(main, ["serve", "--check", "--data-dir", "data", *wrong])
    assert done.exit_code == 2
    assert [line.split(":")[0] for line in done.output.splitlines()[:3]] == ["error"] * 3
    for said in ("wuhen models pull lama", "not a PEM certificate", "cannot listen on 192.0.2.1"):
        assert said in done.output
    assert "can start" not in done.output


@pytest.mark.parametrize("option", ["foo=1", "socket_timeout=abc"])
def test_gates_that_no_client_can_be_made_for_are_told_without_their_password(option: str) -> None:
    given = ["--data-dir", "data", "--port", "0", "--gates-url", f"redis://:sesame@127.0.0.1:1/0?{option}"]
    for check in (["--check"], []):
        done = CliRunner().invoke(main, ["serve", *given, *check])
        assert done.exit_code == 2
        assert "gates_url has options that are not known" in done.output
        assert "sesame" not in done.output


def _damage(store: Path) -> None:
    with store.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8 * 4096))


def _renew(store: Path) -> None:
    with closing(sqlite3.connect(store)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = 99")
        opened.commit()


@in_files
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_damage, "is damaged"),
        (_renew, "written by a newer Wuhen"),
        (lambda store: store.write_bytes(b"no database" * 1000), "not a database"),
        (
            lambda store: (store.parent / "result-key.json").write_text("{}"),
            "delete it to have a new one made",
        ),
        (lambda store: (store.parent / "results").write_text("no folder"), "result_dir"),
    ],
)
def test_a_store_that_cannot_be_used_is_told(data: Path, harm: Callable[[Path], object], said: str) -> None:
    assert faults(data_dir=data) == ""
    harm(data / "accounts.sqlite3")
    assert said in faults(data_dir=data)


def test_a_check_changes_nothing_and_hides_no_risk_from_itself(data: Path) -> None:
    key = data / "result-key.json"
    load_signing_key(key)
    data.chmod(0o755)
    key.chmod(0o644)
    done = CliRunner().invoke(main, ["serve", "--check", "--port", "0", "--data-dir", str(data)])
    assert f"others could read {key} until now" in done.output
    assert stat.S_IMODE(key.stat().st_mode) == 0o644


@in_files
def test_a_store_in_use_is_looked_at_without_harm(data: Path) -> None:
    with KeyStore.in_directory(data) as store:
        before = sorted(data.iterdir())
        assert faults(data_dir=data) == ""
        assert sorted(data.iterdir()) == before
        key = create_key(data)
        assert store.find(key.secret_id) is not None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, False),
        ({"host": "::1"}, False),
        ({"host": "0.0.0.0"}, True),  # noqa: S104 - the very thing to be warned of
        ({"host": "::", "public_url": "http://photos.example.com"}, True),
        ({"host": "::", "public_url": "https://photos.example.com"}, False),
    ],
)
def test_clear_text_is_told(given: dict[str, str], *, told: bool) -> None:
    said = risks(data_dir="data", doors="plain", **given)
    assert ("in clear text" in said) is ("the keys that doors take" in said) is told


@in_files
def test_what_others_can_read_is_told(data: Path) -> None:
    assert "others" not in risks(data_dir=data)
    (data / "first-key.json").touch(0o644)
    assert "others" not in risks(data_dir=data), "nobody else gets as far as to the file"
    data.chmod(0o755)
    said = risks(data_dir=data)
    assert f"chmod 700 {data}" in said
    assert "first-key.json until now" in said
    assert "accounts.sqlite3 until now" not in said


@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, False), (0o640, False), (0o644, True), (0o660, True), (0o604, True)]
)
def test_an_open_tls_key_is_told(tmp_path: Path, mode: int, *, told: bool) -> None:
    names = certificate(tmp_path, NOW + timedelta(days=100))
    names["tls_key"].chmod(mode)
    assert ("tls_key: others" in risks(data_dir="data", **names)) is told


@pytest.mark.parametrize(("days", "said"), [(-1, "has ended on"), (3, "ends in 2 days"), (30, "")])
def test_a_certificate_that_ends_is_told(tmp_path: Path, days: int, said: str) -> None:
    found = risks(data_dir="data", **certificate(tmp_path, NOW + timedelta(days=days)))
    assert ("tls_cert" in found) is bool(said)
    assert said in found


@pytest.mark.parametrize("year", [2049, 2050])
def test_the_end_of_a_certificate_is_read_in_both_forms(tmp_path: Path, year: int) -> None:
    end = datetime(year, 6, 1, 12, 30, 5, tzinfo=UTC)
    assert read_end(certificate(tmp_path, end)["tls_cert"]) == end


@pytest.mark.parametrize(
    "text", ["", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "x" * 99]
)
def test_what_is_no_certificate_has_no_end(tmp_path: Path, text: str) -> None:
    (tmp_path / "cert.pem").write_text(text)
    assert read_end(tmp_path / "cert.pem") is None


def test_more_than_the_machine_has_is_told() -> None:
    assert "set fewer workers" in risks(data_dir="data", workers=256, worker_memory=1024 * 1024)
    assert "set fewer workers" not in risks(data_dir="data", workers=1, worker_memory=256)


def test_a_deadline_that_the_sdks_do_not_wait_for_is_told() -> None:
    assert "the SDKs hang up" in risks(data_dir="data", deadline=60)


def test_gates_that_are_shared_where_the_rest_is_not_are_told() -> None:
    shared = {"database_url": "postgresql://db/wuhen", "results_url": "s3://photos/results"}
    told = [
        risk
        for risk in risks(data_dir="data", gates_url="unix:///none").splitlines()
        if "several services" in risk
    ]
    assert len(told) == len(shared)
    for name in shared:
        assert any(f"set {name}" in risk for risk in told)
    assert "gates_url" not in risks(data_dir="data", **shared)


def test_code_that_is_still_to_be_compiled_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wuhen.compute.store._SYSTEM", tmp_path / "none")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert "wuhen warmup" in risks(data_dir="data")
    (tmp_path / "cache" / "wuhen").mkdir(parents=True)
    (tmp_path / "cache" / "wuhen" / "kernel-0.code").touch()
    assert "wuhen warmup" not in risks(data_dir="data")


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("https://s3.invalid", False),
        ("http://127.0.0.1:9", False),
        ("http://s3.invalid:9000", True),
        ("http://{bucket}.s3.invalid:9000", True),
    ],
)
def test_a_store_that_is_reached_in_clear_is_a_risk(data: Path, endpoint: str, *, told: bool) -> None:
    found = risks(data_dir=data, results_url="s3://photos/results", results_endpoint=endpoint)
    assert ("results cross the network to" in found) is told


def test_a_database_that_is_reached_in_clear_is_a_risk(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    for url, said in (
        ("postgresql://wuhen:s3cr3t@db.internal/keys", True),
        ("postgresql://wuhen:s3cr3t@db.internal/keys?sslmode=verify-full", False),
        ("postgresql://wuhen:s3cr3t@127.0.0.1,localhost/keys", False),
        ("postgresql://wuhen:s3cr3t@db.internal:port/keys", False),  # a fault, not a risk
    ):
        told = risks(data_dir=data, database_url=url)
        assert ("SecretKeys may cross the network to db.internal" in told) is said
        assert "s3cr3t" not in told

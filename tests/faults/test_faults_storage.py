"""Storage that fails under a running service: nobody is called away, nobody let in, and health says so."""

import fcntl
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tencentcloud.aiart.v20221229.aiart_client import AiartClient
from tencentcloud.common.exception import TencentCloudSDKException

from clients.python_sdk import credential_of, profile, request_of
from clients.raw import call
from harness import Key, Service, create_key, eventually, running, wuhen
from scenes import Scene
from wuhen.accounts.sqlite import WRITING_SECONDS

pytestmark = pytest.mark.embedded("files")

WRITER = 120
"""Where the lock of whoever writes lies in the file beside SQLite's write-ahead log."""


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory that can be filled: a file system of its own, where one can be mounted."""
    folder = tmp_path_factory.mktemp("disk") / "data"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    yield folder
    if mounted.returncode == 0:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def frail(disk: Path) -> Iterator[Service]:
    """A service whose storage is to suffer."""
    with running(disk, "--workers", "1", "--threads", "1") as started:
        yield started


@pytest.fixture(autouse=True)
def _afterwards_all_is_well(frail: Service, scene: Scene) -> Iterator[None]:
    """Whatever happened, the service goes on without a restart, and never sent anybody away."""
    yield
    eventually(lambda: call(frail, scene.parameters()).code == "OK", seconds=60)
    eventually(lambda: readiness(frail) == (200, []), seconds=60)
    assert "unforeseen" not in {line["event"] for line in frail.log_lines()}


def readiness(service: Service) -> tuple[int, list[str]]:
    """Return what `/readyz` says: its status, and what is missing."""
    try:
        with urllib.request.urlopen(service.url + "/readyz", timeout=10) as answer:
            return answer.status, json.load(answer).get("missing", [])
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)["missing"]


def store(service: Service) -> Path:
    return service.data_dir / "accounts.sqlite3"


@contextmanager
def put_aside(service: Service) -> Iterator[Path]:
    """Take the store away while the context lasts, as a copy that holds all of it; and then put it back."""
    copy = service.data_dir.parent / "copy.sqlite3"
    with closing(sqlite3.connect(store(service))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    forget(service)
    try:
        yield copy
    finally:
        put(service, copy)


def forget(service: Service) -> None:
    for name in ("accounts.sqlite3-wal", "accounts.sqlite3-shm", "accounts.sqlite3"):
        (service.data_dir / name).unlink(missing_ok=True)


def put(service: Service, file: Path) -> None:
    """Have `file` take the store's place."""
    forget(service)
    shutil.copy(file, store(service))


@contextmanager
def locked(service: Service) -> Iterator[None]:
    """Hold the store's lock for writing, as another process that hangs."""
    with Path(f"{store(service)}-shm").open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX, 1, WRITER)
        yield


def test_a_damaged_store_sends_nobody_to_the_public_cloud(frail: Service, scene: Scene) -> None:
    with put_aside(frail):
        store(frail).write_bytes(os.urandom(64 * 1024))
        answers = [call(frail, scene.parameters()) for _ in range(5)]
        stranger = call(frail, scene.parameters(), key=Key("AKIDnobody", "secret"))
        eventually(lambda: readiness(frail) == (503, ["keys", "records"]))
    assert [(answer.status, answer.code) for answer in answers] == [(200, "ServiceUnavailable")] * 5
    assert (stranger.status, stranger.code) == (200, "ServiceUnavailable")
    assert str(store(frail)) not in answers[0].message


@pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")
def test_the_official_sdks_region_breaker_does_not_call_the_public_cloud(
    frail: Service, scene: Scene
) -> None:
    how = profile(frail, disable_region_breaker=False)
    client = AiartClient(credential_of(frail.key), "ap-guangzhou", how)
    request = request_of(scene.parameters())
    with put_aside(frail):
        # It opens at five failures in a row.
        for _ in range(8):
            with pytest.raises(TencentCloudSDKException) as caught:
                client.ImageInpaintingRemoval(request)
            assert caught.value.get_code() == "ServiceUnavailable"
    eventually(lambda: call(frail, scene.parameters()).code == "OK")
    try:
        assert client.ImageInpaintingRemoval(request).ResultImage
    finally:
        client.request.conn._session.close()


def test_a_fault_is_logged_when_it_comes_and_when_it_goes_and_not_with_each_call(
    frail: Service, scene: Scene
) -> None:
    def told(event: str) -> int:
        return sum(line["event"] == event for line in frail.log_lines())

    before = told("keys cannot be read")
    with put_aside(frail):
        for _ in range(20):
            call(frail, scene.parameters())
    assert told("keys cannot be read") == before + 1
    eventually(lambda: call(frail, scene.parameters()).code == "OK")
    assert told("no longer so: keys cannot be read") == before + 1


def test_a_deleted_store_is_no_empty_one(frail: Service, scene: Scene) -> None:
    with put_aside(frail):
        assert call(frail, scene.parameters()).code == "ServiceUnavailable"
        assert not store(frail).exists()


def test_a_backup_that_takes_the_stores_place_holds_at_once(frail: Service, scene: Scene) -> None:
    key = create_key(frail.data_dir)
    assert call(frail, scene.parameters(), key=key).code == "OK"
    with put_aside(frail) as copy:
        put(frail, copy)
        wuhen("keys", "disable", "--data-dir", str(frail.data_dir), key.secret_id)
        assert call(frail, scene.parameters(), key=key).code == "AuthFailure.SecretIdNotFound"
        wuhen("keys", "enable", "--data-dir", str(frail.data_dir), key.secret_id)
        assert call(frail, scene.parameters(), key=key).code == "OK"


def test_where_no_record_can_be_kept_results_with_a_mark_are_given_all_the_same(
    frail: Service, scene: Scene
) -> None:
    with locked(frail):
        codes = [call(frail, scene.parameters(LogoAdd=1)).code for _ in range(4)]
        # The store was waited for once, not by each call.
        waits = [line["seconds"] > WRITING_SECONDS for line in frail.log_lines() if line["event"] == "call"][
            -4:
        ]
        assert sum(waits) <= 1
        assert call(frail, scene.parameters(LogoAdd=0)).code == "FailedOperation.InnerError"
        eventually(lambda: "records" in readiness(frail)[1])
    assert codes == ["OK"] * 4


def test_a_full_disk_is_told_and_its_end_too(frail: Service, scene: Scene, disk: Path) -> None:
    if not disk.is_mount():
        pytest.skip("no file system can be mounted to be filled")
    filling = disk / "filling"
    with pytest.raises(OSError, match="No space left"), filling.open("wb", buffering=0) as file:
        file.writelines(itertools.repeat(b"\0" * 65536))
    try:
        eventually(lambda: readiness(frail) == (503, ["results", "records"]))
        assert call(frail, scene.parameters(LogoAdd=1)).code == "OK"
        answer = call(frail, scene.parameters(LogoAdd=1, RspImgType="url"))
        assert answer.code == "FailedOperation.InnerError"
        assert list((frail.data_dir / "results").iterdir()) == []
    finally:
        filling.unlink()


def test_results_that_cannot_be_kept_are_told(frail: Service, scene: Scene) -> None:
    url = call(frail, scene.parameters(RspImgType="url")).image
    results, aside = frail.data_dir / "results", frail.data_dir / "aside"
    results.rename(aside)
    try:
        results.write_text("no folder")
        eventually(lambda: readiness(frail) == (503, ["results"]))
        assert call(frail, scene.parameters()).code == "OK"
        answer = call(frail, scene.parameters(RspImgType="url"))
        # To an SDK this is no outage.
        assert answer.code == "FailedOperation.InnerError"
        line = next(line for line in frail.log_lines() if line.get("RequestId") == answer.request_id)
        assert line["event"] == "result not stored"
        assert str(results) not in answer.message
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url)
        with caught.value as refused:
            # Not 404: a client would take its result for gone.
            assert refused.status == 503
            assert b"<Code>ServiceUnavailable</Code>" in refused.read()
        results.unlink()
        assert call(frail, scene.parameters(RspImgType="url")).code == "OK"
    finally:
        if results.is_dir():
            shutil.rmtree(results)
        else:
            results.unlink(missing_ok=True)
        aside.rename(results)
    with urllib.request.urlopen(url) as answered:
        assert answered.read(4) == b"\x89PNG"


def test_where_no_worker_lives_that_is_told_until_another_does(frail: Service) -> None:
    for worker in frail.workers():
        os.kill(worker.pid, signal.SIGKILL)
    eventually(lambda: readiness(frail) == (503, ["workers"]))

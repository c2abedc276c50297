"""The service as a process: starting, limits that hold, stopping."""

import base64
import json
import os
import pty
import signal
import socket
import stat
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest

import homes
from clients.raw import Answer, call
from harness import WUHEN, Key, Service, clean_environment, eventually, running
from picture_server import PictureServer
from pictures import base64_of, encoded
from scenes import Scene, assert_erased

pytestmark = pytest.mark.service

# One worker is enough for one call at a time, and starts sooner.
LEAN = ("--workers", "1", "--threads", "1")


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory, picture_server: PictureServer) -> Iterator[Service]:
    """A service with much of what an operator may set; the last test with it stops it."""
    options = (
        *(*LEAN, "--worker-memory", "280", "--queue-seconds", "20", "--shutdown-seconds", "1"),
        *("--public-url", "https://photos.example.com/erase"),
        *("--output-format", "jpeg", "--jpeg-quality", "60", "--studio", "false"),
        *(*allow(picture_server), "--download-timeout", "30", "--deadline", "70"),
    )
    data_dir = tmp_path_factory.mktemp("configured") / "data"
    data_dir.mkdir(mode=0o755)
    with running(data_dir, *options) as started:
        yield started


def allow(server: PictureServer) -> tuple[str, ...]:
    return ("--download-allow", "127.0.0.1", "--download-ports", str(server.port))


@contextmanager
def held_call(service: Service, server: PictureServer) -> Iterator[Future[Answer]]:
    """Call, and have the call wait for its photo until the server lets go of it; yield the answer to come."""
    with ThreadPoolExecutor(1) as pool, server.holding() as held:
        parameters = {"InputUrl": held, "MaskUrl": server.url("/mask.png"), "LogoAdd": 0}
        answer = pool.submit(call, service, parameters)
        server.until_asked()
        yield answer


def test_a_first_start_makes_a_key_that_works_and_a_second_hands_out_its_results(
    data_dir: Path, scene: Scene
) -> None:
    log = data_dir.parent / "log"
    command = [*WUHEN, "serve", "--port", "0", "--data-dir", str(data_dir), "--log-format", "json", *LEAN]
    environment = clean_environment() | homes.environment(data_dir)
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment)
        try:
            service = Service(process, "", data_dir, log, Key("", ""))
            made = eventually(lambda: _event(service, "first key made"), seconds=30)
            service.url = eventually(lambda: _event(service, "listening"), seconds=30)["url"]
            eventually(lambda: _accepts(service.port))
            file = Path(made["key_file"])
            pair = json.loads(file.read_text())
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert pair["SecretKey"] not in log.read_text()
            key = Key(pair["SecretId"], pair["SecretKey"])
            url = call(service, scene.parameters(RspImgType="url"), key=key).image
        finally:
            process.terminate()
            assert process.wait(30) == -signal.SIGTERM

    # A URL outlives a restart, and nothing outlives a service that is killed.
    with running(data_dir, *LEAN, stop=signal.SIGKILL) as restarted:
        signed = {"Host": urlsplit(url).netloc}
        request = urllib.request.Request(url.replace(service.endpoint, restarted.endpoint), headers=signed)
        with urllib.request.urlopen(request) as answer:
            assert answer.read(4) == b"\x89PNG"
        workers = restarted.workers()
        assert workers
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []


def test_a_terminal_is_shown_the_first_key(data_dir: Path) -> None:
    leader, follower = pty.openpty()
    command = [*WUHEN, "serve", "--port", "0", "--data-dir", str(data_dir), "--log-format", "json"]
    process = subprocess.Popen(command, stdout=follower, stderr=subprocess.DEVNULL, env=clean_environment())
    os.close(follower)
    try:
        shown = ""
        while "wuhen call" not in shown:
            shown += os.read(leader, 4096).decode()
        assert "export TENCENTCLOUD_SECRET_KEY=" in shown
        assert not (data_dir / "first-key.json").exists()
    finally:
        process.terminate()
        process.wait(30)
        os.close(leader)


def test_health_answers_at_once_and_readiness_when_workers_are_warm(service: Service) -> None:
    for page, status in (("/healthz", "ok"), ("/readyz", "ready")):
        with urllib.request.urlopen(service.url + page) as answer:
            assert json.load(answer) == {"status": status}


def test_a_taken_port_is_one_line(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*WUHEN, "serve", "--port", port, "--data-dir", str(data_dir)],
            capture_output=True,
            text=True,
            check=False,
            env=clean_environment(),
        )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_call_that_takes_too_long_is_given_up_and_one_that_runs_finishes_before_the_stop(
    data_dir: Path, picture_server: PictureServer, scene: Scene
) -> None:
    options = (*LEAN, *allow(picture_server), "--deadline", "4", "--download-timeout", "30")
    with running(data_dir, *options) as service:
        with picture_server.holding() as held:
            late = call(service, {"InputUrl": held, "MaskUrl": held})
            assert late.code == "FailedOperation.RequestTimeout"
            assert "4 s" in late.message
            assert call(service, scene.parameters()).code == "OK"

        with held_call(service, picture_server) as answer:
            service.process.send_signal(signal.SIGTERM)
            eventually(lambda: not _accepts(service.port))
            picture_server.release.set()
            assert_erased(answer.result(30).image, scene)
            assert service.process.wait(30) == -signal.SIGTERM


def test_a_job_that_needs_too_much_memory_fails_alone(configured: Service, scene: Scene) -> None:
    # So large that it cannot even be decoded; what can be is refused by an estimate.
    photo = encoded(np.full((4990, 4990, 3), 90, np.uint8), "JPEG")
    hole = np.zeros((4990, 4990), np.bool_)
    hole[2300:2600, 2300:2600] = True
    big = {"InputImage": base64_of(photo), "Mask": base64_of(encoded(hole))}
    assert call(configured, big).code == "FailedOperation.ServerError"
    assert call(configured, scene.parameters()).code == "OK"


def test_a_call_may_queue_where_it_is_allowed_to(
    configured: Service, scene: Scene, picture_server: PictureServer
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with held_call(configured, picture_server) as first:
            second = pool.submit(call, configured, scene.parameters())
            time.sleep(0.3)
            assert not second.done()
        assert [answer.result().code for answer in (first, second)] == ["OK", "OK"]


def test_the_start_warns_of_risks(configured: Service) -> None:
    told = [line["reason"] for line in configured.log_lines() if line["event"] == "at risk"]
    assert any("chmod 700" in reason for reason in told)
    assert any("the SDKs hang up" in reason for reason in told)
    assert json.dumps(told).count("secret_key") == 0


@pytest.mark.embedded("results")
def test_result_urls_begin_as_the_operator_says(configured: Service, scene: Scene) -> None:
    url = call(configured, scene.parameters(RspImgType="url")).image
    assert url.startswith("https://photos.example.com/erase/results/")
    # Behind a proxy that replaces Host, the URL works all the same, whether the path is taken out or not.
    for base in ("https://photos.example.com", "https://photos.example.com/erase"):
        with urllib.request.urlopen(url.replace(base, configured.url)) as answer:
            assert answer.headers["content-type"] == "image/jpeg"
            assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_the_operators_format_and_quality_hold(configured: Service, scene: Scene) -> None:
    result = base64.b64decode(call(configured, scene.parameters()).image)
    assert result.startswith(b"\xff\xd8")


def test_the_studio_can_be_switched_off(configured: Service) -> None:
    with urllib.request.urlopen(f"{configured.url}/studio/", timeout=10) as answer:
        assert json.load(answer)["Response"]["Error"]["Code"] == "UnsupportedProtocol"


def test_unused_paths_are_told_in_the_protocol(service: Service) -> None:
    with urllib.request.urlopen(service.url + "/elsewhere") as answer:
        assert json.load(answer)["Response"]["Error"]["Code"] == "UnsupportedProtocol"


@pytest.mark.embedded("results")
def test_an_unsigned_result_is_refused_in_the_stores_words(service: Service) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(service.url + "/results/x.png")
    with caught.value as refused:
        assert refused.status == 403
        assert b"<Code>AccessDenied</Code>" in refused.read()


def test_a_call_that_holds_up_the_stop_is_told_so(configured: Service, picture_server: PictureServer) -> None:
    with held_call(configured, picture_server) as answer:
        configured.process.send_signal(signal.SIGTERM)
        assert answer.result(20).code == "FailedOperation.InnerError"
        assert configured.process.wait(20) == -signal.SIGTERM


def _event(service: Service, name: str) -> dict[str, Any] | None:
    assert service.process.poll() is None, service.log.read_text()
    return next((line for line in service.log_lines() if line.get("event") == name), None)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

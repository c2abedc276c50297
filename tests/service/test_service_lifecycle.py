"""The service as a process: starting, limits that hold, stopping."""

import json
import os
import pty
import signal
import socket
import stat
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from harness import WUHEN, Key, Service, clean_environment, eventually, running
from picture_server import PictureServer
from pictures import encoded
from scenes import Scene, assert_erased, red_square

pytestmark = pytest.mark.service

# One worker is enough for one call at a time, and starts sooner.
LEAN = ("--workers", "1")


def call(service: Service, *options: str, key: Key | None = None, **parameters: Any) -> dict[str, Any]:
    """Call the service with `wuhen call` and return the response."""
    pair = key or service.key
    environment = clean_environment() | {
        "TENCENTCLOUD_SECRET_ID": pair.secret_id,
        "TENCENTCLOUD_SECRET_KEY": pair.secret_key,
    }
    given = [f"--param={name}={value}" for name, value in parameters.items()]
    done = subprocess.run(
        [*WUHEN, "call", "--endpoint", service.url, *options, *given],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode in {0, 1}, done.stderr
    response: dict[str, Any] = json.loads(done.stdout)["Response"]
    return response


def code(response: dict[str, Any]) -> str:
    return str(response.get("Error", {}).get("Code", "OK"))


@pytest.fixture
def files(tmp_path: Path, scene: Scene) -> tuple[str, ...]:
    (tmp_path / "photo.png").write_bytes(scene.photo)
    (tmp_path / "mask.png").write_bytes(scene.mask)
    return ("--photo", str(tmp_path / "photo.png"), "--mask", str(tmp_path / "mask.png"))


def allow(server: PictureServer) -> tuple[str, ...]:
    return ("--download-allow", "127.0.0.1", "--download-ports", str(server.port))


def test_the_first_start_makes_a_key_that_works(data_dir: Path, files: tuple[str, ...]) -> None:
    log = data_dir.parent / "log"
    command = [*WUHEN, "serve", "--port", "0", "--data-dir", str(data_dir), "--log-format", "json"]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=clean_environment())
        try:
            service = Service(process, "", data_dir, log, Key("", ""))
            made = eventually(lambda: _event(service, "first key made"), seconds=30)
            service.url = eventually(lambda: _event(service, "listening"), seconds=30)["url"]
            file = Path(made["key_file"])
            pair = json.loads(file.read_text())
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert pair["SecretKey"] not in log.read_text()
            assert code(call(service, *files, key=Key(pair["SecretId"], pair["SecretKey"]))) == "OK"
        finally:
            process.terminate()
            assert process.wait(30) == -signal.SIGTERM


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


def test_running_calls_finish_before_the_service_stops(
    data_dir: Path, picture_server: PictureServer, scene: Scene, tmp_path: Path
) -> None:
    answers: list[dict[str, Any]] = []
    out = tmp_path / "out.png"
    with running(data_dir, *LEAN, *allow(picture_server)) as service, picture_server.holding() as held:
        url = picture_server.url("/mask.png")

        def erase() -> None:
            answers.append(call(service, "-o", str(out), InputUrl=held, MaskUrl=url, LogoAdd=0))

        caller = threading.Thread(target=erase)
        caller.start()
        picture_server.until_asked()
        service.process.send_signal(signal.SIGTERM)
        eventually(lambda: not _accepts(service.port))
        picture_server.release.set()
        caller.join(30)
        assert service.process.wait(30) == -signal.SIGTERM
    assert [code(answer) for answer in answers] == ["OK"]
    assert_erased(out.read_bytes(), scene)


def test_nothing_is_left_running_when_the_service_is_killed(data_dir: Path) -> None:
    with running(data_dir, *LEAN, stop=signal.SIGKILL) as service:
        workers = service.workers()
        assert workers
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []


def test_a_call_that_takes_too_long_is_given_up(
    data_dir: Path, picture_server: PictureServer, files: tuple[str, ...]
) -> None:
    with (
        running(
            data_dir, *LEAN, *allow(picture_server), *("--deadline", "2", "--download-timeout", "30")
        ) as service,
        picture_server.holding() as held,
    ):
        response = call(service, InputUrl=held, MaskUrl=held)
        assert code(response) == "FailedOperation.RequestTimeout"
        assert "2 s" in response["Error"]["Message"]
        assert code(call(service, *files)) == "OK"


def test_a_job_that_needs_too_much_memory_fails_alone(
    data_dir: Path, tmp_path: Path, files: tuple[str, ...]
) -> None:
    # So large that it cannot even be decoded; what can be is refused by an estimate.
    big = red_square(4990, 4990, side=300)
    (tmp_path / "big.jpg").write_bytes(encoded(big.pixels, "JPEG"))
    (tmp_path / "big_mask.png").write_bytes(big.mask)
    with running(data_dir, *LEAN, "--worker-memory", "340") as service:
        big_files = ("--photo", str(tmp_path / "big.jpg"), "--mask", str(tmp_path / "big_mask.png"))
        assert code(call(service, *big_files)) == "FailedOperation.ServerError"
        assert code(call(service, *files)) == "OK"


def test_a_short_queue_takes_what_the_concurrency_would_refuse(
    data_dir: Path, picture_server: PictureServer
) -> None:
    answers: list[str] = []
    with (
        running(data_dir, *LEAN, *allow(picture_server), "--queue-seconds", "20") as service,
        picture_server.holding() as held,
    ):
        url = picture_server.url("/mask.png")
        callers = [
            threading.Thread(target=lambda: answers.append(code(call(service, InputUrl=held, MaskUrl=url))))
            for _ in range(2)
        ]
        for caller in callers:
            caller.start()
        picture_server.until_asked()
        picture_server.release.set()
        for caller in callers:
            caller.join(60)
    assert answers == ["OK", "OK"]


@pytest.mark.embedded("results")
def test_result_urls_begin_as_the_operator_says(data_dir: Path, files: tuple[str, ...]) -> None:
    with running(data_dir, *LEAN, "--public-url", "https://photos.example.com/erase") as service:
        url = call(service, *files, RspImgType="url")["ResultImage"]
        assert url.startswith("https://photos.example.com/erase/results/")
        # Behind a proxy that replaces Host, the URL works all the same, whether the path is taken out or not.
        for base in ("https://photos.example.com", "https://photos.example.com/erase"):
            with urllib.request.urlopen(url.replace(base, service.url)) as answer:
                assert answer.headers["content-type"] == "image/png"
                assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_a_url_outlives_a_restart(data_dir: Path, files: tuple[str, ...]) -> None:
    with running(data_dir, *LEAN) as service:
        url = call(service, *files, RspImgType="url")["ResultImage"]
        old = service.endpoint
    with running(data_dir, *LEAN) as service:
        signed = {"Host": urlsplit(url).netloc}
        request = urllib.request.Request(url.replace(old, service.endpoint), headers=signed)
        with urllib.request.urlopen(request) as answer:
            assert answer.read(4) == b"\x89PNG"


def test_the_operators_format_and_quality_hold(
    data_dir: Path, files: tuple[str, ...], tmp_path: Path
) -> None:
    with running(data_dir, *LEAN, "--output-format", "jpeg", "--jpeg-quality", "60") as service:
        call(service, *files, "-o", str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes().startswith(b"\xff\xd8")


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


def _event(service: Service, name: str) -> dict[str, Any] | None:
    assert service.process.poll() is None, service.log.read_text()
    return next((line for line in service.log_lines() if line.get("event") == name), None)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

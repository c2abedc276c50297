"""Operators' slips and bad luck: a line that says what is wrong, and nothing half done."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from harness import WUHEN, clean_environment, create_key, eventually, invoke
from scenes import Scene
from wuhen.accounts import KeyStore


@pytest.mark.parametrize(
    ("options", "env", "said"),
    [
        (("--tls-cert", "none.pem", "--tls-key", "none.pem"), {}, "none.pem: No such file"),
        (("--tls-cert", "text", "--tls-key", "text"), {}, "not a PEM certificate"),
        (("--engine", "magic"), {}, "engine 'magic' is not known"),
        (("--public-url", "https://user:pass@host"), {}, "public_url: give scheme, host"),
        (("--download-ports", "80,99999"), {}, "download_ports: Input should be less than or equal to 65535"),
        ((), {"WUHEN_CONFIG": "none.toml"}, "none.toml: No such file"),
    ],
)
def test_a_slip_in_the_settings_is_a_line_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], env: dict[str, str], said: str
) -> None:
    (tmp_path / "text").write_text("not a certificate")
    monkeypatch.chdir(tmp_path)
    done = invoke("serve", "--port", "0", "--data-dir", "data", *options, env=env)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_a_slip_in_the_settings_is_a_line_for_keys_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wuhen.toml").write_text('port = "eighty"\n')
    monkeypatch.chdir(tmp_path)
    done = invoke("keys", "list", "--data-dir", "data")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith("Error: port:")


def test_output_that_cannot_be_written_is_a_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*WUHEN, "keys", "create", "--json", "--data-dir", str(tmp_path / "data")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=clean_environment(),
        )
    assert (done.returncode, done.stderr) == (2, "Error: output: No space left on device\n")


def test_closed_standard_streams_do_not_become_the_store(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shell = f"{' '.join(WUHEN)} keys create --data-dir {data} <&- >&- 2>&-"
    done = subprocess.run(["/bin/sh", "-c", shell], check=False, env=clean_environment())
    assert done.returncode == 0
    with KeyStore.in_directory(data) as store:
        assert len(store.list()) == 1


@pytest.mark.embedded("files")
def test_opening_the_store_again_leaves_its_locks_alone(tmp_path: Path) -> None:
    """Else the next command to end deletes the log that a service reads, which then sees no new key."""
    create_key(tmp_path)
    with KeyStore.in_directory(tmp_path) as service:
        KeyStore.in_directory(tmp_path).close()
        for _ in range(2):
            key = create_key(tmp_path)
            assert service.find(key.secret_id) is not None


@pytest.fixture
def photos(tmp_path: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three photos, beside a mask for them; commands are given in the folder around it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "photos"
    folder.mkdir()
    (tmp_path / "mask.png").write_bytes(scene.mask)
    for number in range(3):
        (folder / f"{number}.png").write_bytes(scene.photo)
    return folder


@pytest.mark.usefixtures("own_process")
def test_names_that_are_no_text_and_files_that_are_no_photos(photos: Path, scene: Scene) -> None:
    Path(os.fsdecode(os.fsencode(photos) + b"/bad\xff.png")).write_bytes(scene.photo)
    (photos / "._0.png").write_bytes(b"what macOS leaves behind")
    (photos / "folder.png").mkdir()
    (photos / "loop").symlink_to(photos)
    (photos / "nowhere.png").symlink_to("gone.png")
    os.mkfifo(photos / "pipe.png")
    done = invoke("erase", "photos", "mask.png", "-o", "out")
    assert done.exit_code == 0, done.stderr
    report = json.loads((photos.parent / "out" / "report.json").read_text())
    done_with = [item for item in report if item["status"] == "done"]
    left = [item for item in report if item["status"] == "skipped"]
    assert len(done_with) == 4
    assert len(done_with) + len(left) == len(report)
    assert {Path(item["photo"]).name for item in left} >= {"._0.png", "nowhere.png", "pipe.png"}
    assert all(item["message"] for item in left)
    assert any("bad\ufffd.png" in item["photo"] for item in report)


@pytest.mark.usefixtures("photos")
def test_results_do_not_go_among_the_photos() -> None:
    done = invoke("erase", "photos", "mask.png", "-o", "photos")
    assert done.exit_code == 2
    assert "is the photos' folder" in done.stderr


@pytest.mark.usefixtures("photos")
def test_a_file_without_end_is_no_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wuhen.cli.files.MAX_FILE_BYTES", 2**20)
    done = invoke("erase", "/dev/zero", "mask.png", "-o", "out.png")
    assert done.exit_code == 2
    assert done.stderr.endswith("/dev/zero: more than 1 MB: this is no photo\n")


@pytest.mark.usefixtures("photos")
def test_an_error_names_the_file_that_was_asked_for() -> None:
    done = invoke("erase", "photos/0.png", "mask.png", "-o", "none/out.png")
    assert (done.exit_code, done.stderr) == (2, "Error: none/out.png: No such file or directory\n")


def test_ctrl_c_leaves_a_report_and_nothing_half_done(photos: Path, scene: Scene) -> None:
    for number in range(400):
        (photos / f"more{number}.png").write_bytes(scene.photo)
    out = photos.parent / "out"
    process = subprocess.Popen(
        [*WUHEN, "erase", "photos", "mask.png", "-o", "out", "-j", "1"],
        cwd=photos.parent,
        env=clean_environment(),
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    eventually(lambda: len(list(out.glob("*.png"))) > 2, seconds=60)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in said
    report = json.loads((out / "report.json").read_text())
    done = {Path(item["output"]).name for item in report if item["status"] == "done"}
    assert 0 < len(done) < len(report) == 403
    assert {file.name for file in out.iterdir()} - {"report.json"} >= done
    assert [file for file in out.iterdir() if file.name.endswith(".part")] == []

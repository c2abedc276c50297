"""`wuhen erase` from standard input, and onto what is no file: pipes, devices, links."""

import os
import socket
import stat
import subprocess
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness import WUHEN, clean_environment
from pictures import encoded, scene, with_object
from wuhen.cli import main

CHANGED, MASK = with_object(scene())
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "photo.jpg").write_bytes(encoded(CHANGED, "JPEG"))
    (tmp_path / "mask.png").write_bytes(encoded(MASK))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["erase", *arguments], input=stdin)


def test_from_standard_input_to_standard_output(folder: Path) -> None:
    run("photo.jpg", "mask.png", "-o", "out.jpg")
    for photo, mask in (("-", "mask.png"), ("photo.jpg", "-")):
        given = folder / ("photo.jpg" if photo == "-" else "mask.png")
        result = run(photo, mask, "-o", "-", stdin=given.read_bytes())
        assert result.exit_code == 0, result.stderr
        assert len(result.stdout_bytes) == len((folder / "out.jpg").read_bytes())
        assert result.stdout_bytes.startswith(JPEG)
    assert not (folder / "-").exists()


@pytest.mark.usefixtures("folder")
def test_standard_output_takes_the_format_that_is_asked_for() -> None:
    assert run("photo.jpg", "mask.png", "-o", "-", "--format", "png").stdout_bytes.startswith(PNG)


@pytest.mark.usefixtures("folder")
def test_standard_input_is_one_picture() -> None:
    result = run("-", "-", "-o", "out.png", stdin=encoded(CHANGED))
    assert result.exit_code == 2
    assert "holds one picture" in result.output


@pytest.mark.usefixtures("folder")
def test_a_folder_does_not_go_to_standard_output() -> None:
    result = run(".", "mask.png", "-o", "-")
    assert result.exit_code == 2
    assert "one photo" in result.output


@pytest.mark.slow
def test_what_a_redirected_file_holds_is_kept(folder: Path) -> None:
    log = folder / "log"
    log.write_bytes(b"before")
    with log.open("ab") as file:
        subprocess.run(
            [*WUHEN, "erase", "photo.jpg", "mask.png", "-o", "/dev/stdout"],
            stdout=file,
            env=clean_environment(),
            check=True,
        )
    assert log.read_bytes().startswith(b"before" + JPEG)


@pytest.mark.usefixtures("folder")
def test_a_device_is_written_to_and_stays() -> None:
    result = run("photo.jpg", "mask.png", "-o", "/dev/null")
    assert result.exit_code == 0, result.output
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    result = run("photo.jpg", "mask.png", "-o", "/dev/full")
    assert result.exit_code == 2
    assert "/dev/full: No space left" in result.output


def test_a_pipe_is_written_to_and_stays(folder: Path) -> None:
    pipe = folder / "pipe.png"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    result = run("photo.jpg", "mask.png", "-o", "pipe.png")
    reader.join(60)
    assert result.exit_code == 0, result.output
    assert read[0].startswith(PNG)
    assert pipe.is_fifo()


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_file_is_written(folder: Path, *, there: bool) -> None:
    (folder / "elsewhere").mkdir()
    target, link = folder / "elsewhere" / "target.png", folder / "link.png"
    if there:
        target.write_bytes(b"before")
    link.symlink_to(target)
    assert run("photo.jpg", "mask.png", "-o", "link.png").exit_code == 0
    assert link.is_symlink()
    assert target.read_bytes().startswith(PNG)


def test_a_link_to_an_input_does_not_overwrite_it(folder: Path) -> None:
    (folder / "link.jpg").symlink_to("photo.jpg")
    result = run("photo.jpg", "mask.png", "-o", "link.jpg")
    assert result.exit_code == 2
    assert (folder / "photo.jpg").read_bytes() == encoded(CHANGED, "JPEG")


def test_links_in_a_circle_and_sockets_are_refused_and_stay(folder: Path) -> None:
    (folder / "one.png").symlink_to("two.png")
    (folder / "two.png").symlink_to("one.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.png")
        for name, told in (("one.png", "symbolic links"), ("socket.png", "neither a file")):
            result = run("photo.jpg", "mask.png", "-o", name)
            assert result.exit_code == 2, result.output
            assert told in result.output
            assert len(result.output.strip().splitlines()) == 1
    assert (folder / "one.png").is_symlink()
    assert (folder / "socket.png").is_socket()

"""Which files tools may touch."""

import os
from pathlib import Path

import pytest

from wuhen.tools.folders import Folders
from wuhen.tools.server import Refused


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    (folder / "below").mkdir(parents=True)
    (folder / "a.png").write_bytes(b"a")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "allowed-too").mkdir()
    (tmp_path / "allowed-too" / "b.png").write_bytes(b"b")
    return folder


def test_what_lies_in_an_allowed_folder_is_read_by_whatever_name(allowed: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(allowed)
    folders = Folders([tmp_path / "link"])
    for name in (allowed / "a.png", tmp_path / "link" / "a.png", allowed / "below" / ".." / "a.png"):
        assert folders.read(str(name)) == (allowed.resolve() / "a.png", b"a")


def test_nothing_else_is_read_whatever_leads_there(allowed: Path, tmp_path: Path) -> None:
    (allowed / "link.png").symlink_to(tmp_path / "secret.png")
    (allowed / "out").symlink_to(tmp_path)
    os.mkfifo(allowed / "pipe.png")
    folders = Folders([allowed])
    for name in (
        tmp_path / "secret.png",
        tmp_path / "allowed-too" / "b.png",
        allowed / ".." / "secret.png",
        allowed / "link.png",
        allowed / "out" / "secret.png",
        allowed / "pipe.png",
        allowed / "none.png",
        allowed,
        "a.png",
        "",
        f"{allowed}/a.png\0",
        "~nobody-of-that-name/a.png",
        "~\0/a.png",
        f"{allowed}{'/below/..' * 600}/a.png",
    ):
        with pytest.raises(Refused):
            folders.read(str(name))


def test_a_result_is_written_only_where_nothing_is_lost(allowed: Path, tmp_path: Path) -> None:
    (allowed / "same.png").hardlink_to(allowed / "a.png")
    (allowed / "away.png").symlink_to(tmp_path / "new.png")
    folders = Folders([allowed])
    inputs = (allowed / "a.png",)
    assert folders.free(str(allowed / "below" / "new.png"), inputs, overwrite=False).name == "new.png"
    (allowed / "old.png").write_bytes(b"old")
    assert folders.free(str(allowed / "old.png"), inputs, overwrite=True).name == "old.png"
    for name, overwrite in (
        ("old.png", False),
        ("a.png", True),
        ("same.png", True),
        ("away.png", True),
        ("below", True),
        ("none/new.png", True),
        ("../new.png", True),
    ):
        with pytest.raises(Refused):
            folders.free(str(allowed / name), inputs, overwrite=overwrite)

"""Where `wuhen warmup` keeps compiled code, and how the service is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from wuhen.cli import main
from wuhen.compute import store


def test_a_directory_that_cannot_be_written_is_refused_before_anything_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(main, ["warmup", "--cache", str(tmp_path / "file" / "cache")])
    assert result.exit_code == 2
    assert "compiled code cannot be kept in" in result.output
    assert "Not a directory" in result.output


def test_the_service_hands_the_directory_of_compiled_code_to_its_workers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WUHEN_CACHE_DIR", "elsewhere")  # what the command sets is undone after the test
    seen = []
    monkeypatch.setattr("wuhen.service.server.serve", lambda _: seen.append(os.environ["WUHEN_CACHE_DIR"]))
    result = CliRunner().invoke(main, ["serve", "--cache-dir", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert seen == [str(tmp_path)]


@pytest.mark.slow
def test_compiling_is_announced_when_there_is_something_to_compile(tmp_path: Path) -> None:
    """What this machine has kept is taken, but for one kernel: to compile all of them takes half a minute."""
    for directory in reversed(store.directories()):
        for code in directory.glob("wuhen.*.code"):
            if not code.name.startswith("wuhen.fill.finish.poisson._relax-"):
                (tmp_path / code.name).unlink(missing_ok=True)
                (tmp_path / code.name).symlink_to(code)
    script = (
        "import pathlib, sys; from wuhen.compute import store; from wuhen.cli.warmup import warm; "
        "store.use_only(pathlib.Path(sys.argv[1])); warm('patch')"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
        ).stderr
        for _ in range(2)
    ]
    assert told == ["Compiling the fill, once on this machine…\n", ""]

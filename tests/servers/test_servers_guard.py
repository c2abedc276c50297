"""What tests have started, where they are killed."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from harness import eventually

pytestmark = pytest.mark.service

_TESTS = """
import os, signal, subprocess, sys
from pathlib import Path
from servers.guard import remove_at_end, stop_at_end
started = subprocess.Popen(["sh", "-c", "sleep 60 & wait"])
stop_at_end(started.pid)
remove_at_end(Path(sys.argv[1]))
print(started.pid, flush=True)
sys.stdin.read(1)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_killed_tests_have_started_and_left_on_disk_ends_with_them(tmp_path: Path) -> None:
    folder = tmp_path / "left"
    (folder / "data").mkdir(parents=True)
    tests = subprocess.Popen(
        [sys.executable, "-c", _TESTS, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    assert tests.stdout is not None
    started = psutil.Process(int(tests.stdout.readline()))
    family = [started, *eventually(started.children)]
    assert folder.exists()
    tests.communicate(b"\n")
    # Those of nobody's that are not yet waited for have ended as well.
    eventually(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family))
    eventually(lambda: not folder.exists())

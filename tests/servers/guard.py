"""What tests start and leave on disk ends with them, also where they are killed and can end nothing.

A process beside the tests is told of what they start. It waits for the end of its input, which comes with
theirs however they end, and then ends what is left. The kernel could send a signal to whom a parent has died,
but means the thread that has started them, which may end earlier, and PostgreSQL's server has another parent.
"""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

__all__ = ["remove_at_end", "stop_at_end"]


def stop_at_end(pid: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Have a process, and all that it has started, ended by a signal if it outlives the tests."""
    with suppress(psutil.NoSuchProcess):
        _tell(f"{how.value} {pid} {psutil.Process(pid).create_time()}")


def remove_at_end(folder: Path) -> None:
    """Have a folder removed if it outlives the tests."""
    _tell(str(folder.absolute()))


def _tell(line: str) -> None:
    stream = _guard().stdin
    assert stream is not None
    with suppress(BrokenPipeError):
        stream.write(line.encode() + b"\n")
        stream.flush()


@cache
def _guard() -> "subprocess.Popen[bytes]":
    # In a session of its own, so that it is not killed with the group of the tests.
    return subprocess.Popen(
        [sys.executable, "-P", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        cwd=os.sep,
    )


def _wait() -> None:
    told = [line.strip() for line in sys.stdin]
    folders = [line for line in told if line.startswith(os.sep)]
    for line in told:
        if line not in folders:
            how, pid, since = line.split()
            _end(int(pid), signal.Signals(int(how)), float(since))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _end(pid: int, how: signal.Signals, since: float) -> None:
    with suppress(psutil.Error):
        first = psutil.Process(pid)
        if first.create_time() != since:  # another has its number
            return
        everybody = [first, *first.children(recursive=True)]
        for process in everybody:
            with suppress(psutil.Error):
                process.send_signal(how)
        psutil.wait_procs(everybody, timeout=5)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _wait()

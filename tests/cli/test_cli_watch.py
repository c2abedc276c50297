"""`wuhen erase` of one photo at a terminal: the bar, and Ctrl-C in mid-fill."""

import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from harness import WUHEN, clean_environment, eventually
from pictures import encoded, scene, with_object
from wuhen.cli.watch import interruptible

pytestmark = pytest.mark.service

INTERRUPTED = 1  # click's


class Terminal:
    """A command with a terminal for its standard error; reading it is how the time passes."""

    def __init__(self, *arguments: object) -> None:
        self._master, slave = pty.openpty()
        os.set_blocking(self._master, False)
        self._shown = b""
        self.process = subprocess.Popen(
            [*WUHEN, "erase", *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=slave,
            env=clean_environment() | {"TERM": "xterm", "COLUMNS": "80"},
        )
        os.close(slave)

    def shown(self) -> str:
        """Return what the terminal was sent so far."""
        # No data yet, or, once the command has ended, none to come.
        with suppress(BlockingIOError, OSError):
            while data := os.read(self._master, 65536):
                self._shown += data
        return self._shown.decode()

    def wait(self, seconds: float) -> int:
        """Return the exit status."""

        def ended() -> bool:
            self.shown()
            return self.process.poll() is not None

        eventually(ended, seconds=seconds)
        return self.process.returncode

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


@contextmanager
def terminal(*arguments: object) -> Iterator[Terminal]:
    opened = Terminal(*arguments)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path, Path]:
    photo, mask, out = tmp_path / "photo.png", tmp_path / "mask.png", tmp_path / "out.png"
    changed, hole = with_object(scene())
    photo.write_bytes(encoded(changed))
    mask.write_bytes(encoded(hole))
    return photo, mask, out


@pytest.fixture
def long(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Many holes, each filled by one thread: what other threads take on is not the main thread's to stop."""
    photo, mask, out = tmp_path / "photo.png", tmp_path / "mask.png", tmp_path / "out.png"
    rows = np.arange(4900) % 300
    inside = (rows >= 50) & (rows < 110)
    hole = inside[:, None] & inside[None, :]
    photo.write_bytes(encoded(np.tile(scene(100, 100), (49, 49, 1)), compress_level=1))
    mask.write_bytes(encoded(hole, compress_level=1))
    return photo, mask, out


def test_a_terminal_is_shown_a_bar_that_fills(small: tuple[Path, Path, Path]) -> None:
    photo, mask, out = small
    with terminal(photo, mask, "-o", out) as opened:
        assert opened.wait(60) == 0
        shown = opened.shown()
    assert "Erasing  [#" in shown
    assert "100%" in shown
    assert shown.endswith("\x1b[?25h\r\n")  # the cursor is back, on a line of its own
    assert out.exists()


def test_what_is_no_terminal_is_shown_nothing(small: tuple[Path, Path, Path]) -> None:
    photo, mask, out = small
    done = subprocess.run(
        [*WUHEN, "erase", photo, mask, "-o", out], capture_output=True, check=True, env=clean_environment()
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_mistake_is_one_line_at_a_terminal_too(small: tuple[Path, Path, Path]) -> None:
    photo, mask, out = small
    photo.write_bytes(b"no picture")
    with terminal(photo, mask, "-o", out) as opened:
        assert opened.wait(60) == 2
        shown = opened.shown()
    assert len(shown.strip().splitlines()) == 1
    assert "Erasing" not in shown


def test_ctrl_c_in_mid_fill_stops_at_once_and_leaves_no_file(long: tuple[Path, Path, Path]) -> None:
    photo, mask, out = long
    with terminal(photo, mask, "-o", out) as opened:
        eventually(lambda: "Erasing  [#" in opened.shown(), seconds=60)
        assert "100%" not in opened.shown()
        start = time.monotonic()
        opened.process.send_signal(signal.SIGINT)
        assert opened.wait(20) == INTERRUPTED
        took = time.monotonic() - start
        shown = opened.shown()
    assert took < 3
    assert shown.endswith("Aborted!\r\n")
    assert "Traceback" not in shown
    assert sorted(path.name for path in out.parent.iterdir()) == ["mask.png", "photo.png"]


def test_the_check_is_true_after_ctrl_c_and_the_handler_is_put_back() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with interruptible() as cancelled:
            assert not cancelled()
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            assert cancelled()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible() as cancelled:
            signal.raise_signal(signal.SIGINT)
            assert not cancelled()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)

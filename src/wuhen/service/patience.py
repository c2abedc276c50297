"""Writing log lines without waiting for whoever reads them.

A pipe whose reader hangs takes 64 KB and then nothing. A line that waited for it would hold up the event
loop, and with it every call.
"""

import logging
import os
import select
import threading
from collections import deque
from typing import TextIO

__all__ = ["PatientHandler"]

MAX_BACKLOG = 4 * 1024 * 1024
"""Bytes that wait for the reader; what comes on top is lost."""
SURE = select.PIPE_BUF
"""Bytes that can be written at once to what says that it can be written to."""


class PatientHandler(logging.Handler):
    """Writes lines at once where that cannot take long, and otherwise has a thread write them.

    Lines keep their order. What waits when the process ends is lost.

    Parameters
    ----------
    stream : file
        Has a descriptor; what is written to it by others is not waited for.

    Attributes
    ----------
    lost : int
        Lines that could not be written.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.lost = 0
        self._file = stream.fileno()
        self._poll = select.poll()
        self._poll.register(self._file, select.POLLOUT)
        self._backlog: deque[bytes] = deque()
        self._waiting = 0
        # Guards the backlog. Whoever holds it does not write, so that nobody waits for it.
        self._change = threading.Lock()
        self._writing = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or see that it will be. Never waits, never raises."""
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
        except Exception:
            self.lost += 1
            return
        with self._change:
            if not self._writing:
                line = self._write_now(line)
            if line:
                self._postpone(line)

    def _write_now(self, line: bytes) -> bytes:
        """Write as much as can be written at once, and return the rest."""
        while line and self._poll.poll(0):
            try:
                written = os.write(self._file, line[:SURE])
            except OSError:
                self.lost += 1
                return b""
            line = line[written:]
        return line

    def _postpone(self, line: bytes) -> None:
        if self._waiting + len(line) > MAX_BACKLOG:
            self.lost += 1
            return
        self._backlog.append(line)
        self._waiting += len(line)
        if not self._writing:
            self._writing = True
            threading.Thread(target=self._write_backlog, name="log", daemon=True).start()

    def _write_backlog(self) -> None:
        """Write what waits, for as long as that takes."""
        while True:
            with self._change:
                if not self._backlog:
                    self._writing = False
                    return
                line = self._backlog[0]
            try:
                while line:
                    line = line[os.write(self._file, line) :]
            except OSError:
                self.lost += 1
            with self._change:
                self._waiting -= len(self._backlog.popleft())

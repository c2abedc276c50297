"""How a worker hears that it is to stop: in memory that it shares with the service.

Looking there costs next to nothing, from any thread and however deep in the work, where a signal is heard by
one thread and not before its next step in Python.
"""

import fcntl
import mmap
import os
from typing import Self

__all__ = ["StopFlag"]


class StopFlag:
    """The number of the latest request that is to stop. Requests are numbered from 1 up.

    Parameters
    ----------
    number : int
        Of an open file that holds it. It is the flag's from now on.
    """

    def __init__(self, number: int) -> None:
        self.file = number
        self._memory = mmap.mmap(number, mmap.PAGESIZE)
        # A cell is read and written at once, which slices of bytes are not.
        self._cells = memoryview(self._memory).cast("Q")

    @classmethod
    def create(cls) -> Self:
        """Return a new one, which no request has been told by.

        Its size is settled: whoever writes beyond the end of such memory is killed, and this is the service.
        """
        file = os.memfd_create("wuhen-stop", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.truncate(file, mmap.PAGESIZE)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        return cls(file)

    def stop(self, request: int) -> None:
        """Ask a request to stop, and all before it."""
        self._cells[0] = request

    def is_stopped(self, request: int) -> bool:
        """Tell whether a request was asked to stop."""
        return self._cells[0] >= request

    def close(self) -> None:
        """Let go of memory and file; once more does no harm."""
        if not self._memory.closed:
            self._cells.release()
            self._memory.close()
            os.close(self.file)

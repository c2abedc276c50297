"""Whether something could be written to a directory now; for whoever keeps files there."""

import errno
import os
from contextlib import suppress
from pathlib import Path

__all__ = ["ENOUGH_BYTES", "check_writing", "free_bytes"]

ENOUGH_BYTES = 64 * 1024 * 1024
"""Room that must be left: about what one large result takes."""
_BLOCK = 4096


def check_writing(directory: Path, *, name: str = ".check", enough: int = ENOUGH_BYTES) -> None:
    """Write a block to the disk and delete it again, and look whether there is room for more.

    Parameters
    ----------
    directory : Path
        Where to write.
    name : str
        What the file is called for that moment; the process's number is added.
    enough : int
        Bytes that must be free.

    Raises
    ------
    OSError
        It cannot be written, or less is free.
    """
    file = directory / f"{name}-{os.getpid()}"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.write(descriptor, os.urandom(_BLOCK))
        os.fsync(descriptor)
        room = os.fstatvfs(descriptor)
    finally:
        os.close(descriptor)
        with suppress(OSError):
            file.unlink()
    if (free := free_bytes(room)) is not None and free < enough:
        message = f"{free // 1024**2} MB are free, where {enough // 1024**2} MB should be"
        raise OSError(errno.ENOSPC, message, str(directory))


def free_bytes(found: os.statvfs_result) -> int | None:
    """Return how much may still be written; None where the file system does not say how large it is."""
    return found.f_bavail * found.f_frsize if found.f_blocks else None

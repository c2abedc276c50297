"""Files of the command line: how they are read and written."""

import errno
import os
import stat
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

__all__ = [
    "STANDARD",
    "is_stream",
    "read_picture",
    "write_picture",
    "write_whole",
]

STANDARD = Path("-")
"""What stands for standard input or output in place of a file."""

_STANDARD_OUTPUTS = (STANDARD, Path("/dev/stdout"))

MAX_FILE_BYTES = 2048 * 1024 * 1024
"""Bytes of a file that may be a picture: more than the largest that can be decoded has."""


def read_picture(path: Path) -> bytes:
    """Read a file, a pipe, or standard input for `STANDARD`, up to its end.

    Raises
    ------
    OSError
        It cannot be read, or has no end in sight.
    """
    with _opened(path) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise OSError(errno.EFBIG, f"more than {MAX_FILE_BYTES // 1024**2} MB: this is no photo", str(path))
    return data


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if path == STANDARD else path.open("rb")


def is_stream(path: Path) -> bool:
    """Tell whether what is written to `path` goes elsewhere than into a file: to a pipe or a device."""
    if path in _STANDARD_OUTPUTS:
        return True
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def write_picture(path: Path, data: bytes) -> None:
    """Write to a file as `write_whole` does, or through a pipe or a device, or to standard output.

    Raises
    ------
    OSError
        It cannot be written, or is of a kind that takes no pictures: a terminal, a disk, a socket.
    """
    if not is_stream(path):
        write_whole(path, data)
        return
    if path in _STANDARD_OUTPUTS:
        # The stream that there is: to open it anew would write over what is in a file already.
        stream = sys.stdout.buffer
        if stream.isatty():
            raise OSError(errno.EINVAL, "a terminal shows no pictures: redirect it", "standard output")
        stream.write(data)
        stream.flush()
        return
    try:
        _write_through(path, data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_through(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        raise OSError(errno.EINVAL, "neither a file, a pipe nor a character device")
    with path.open("wb", buffering=0) as file:
        if file.isatty():
            raise OSError(errno.EINVAL, "a terminal shows no pictures")
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, with the rights that new files have here.

    Where `path` is a link, the file that it leads to is written and the link stays.

    Raises
    ------
    OSError
        The folder is missing, not writable or full, or `path` is neither a file nor free; what was there
        before is untouched.
    """
    try:
        _write_whole(Path(os.path.realpath(path)), data)
    except OSError as error:
        # The name of the file that was to be written, not of one that nobody has heard of.
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_whole(path: Path, data: bytes) -> None:
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "not a regular file")
    handle, name = tempfile.mkstemp(prefix=".wuhen-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

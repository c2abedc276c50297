"""Files of the command line: which are pictures, what results are called, and how they are written."""

import errno
import os
import tempfile
from pathlib import Path

__all__ = ["OUTPUT_FORMATS", "PHOTO_SUFFIXES", "output_suffix", "read_picture", "write_whole"]

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Bytes of a file that may be a picture: more than the largest that can be decoded has."""

OUTPUT_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "tiff": "TIFF"}
"""Name endings of results and the formats they stand for."""

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
"""Name endings by which a folder's pictures are told from its other files.

The format itself is told by content.
"""


def output_suffix(photo: Path, output_format: str | None) -> str:
    """Return the name ending, with its dot, for the result of `photo`."""
    if output_format is None:
        output_format = "JPEG" if photo.suffix.lower() in {".jpg", ".jpeg"} else "PNG"
    return {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "TIFF": ".tiff"}[output_format]


def read_picture(path: Path) -> bytes:
    """Read a file, or a pipe, up to its end.

    Raises
    ------
    OSError
        It cannot be read, or has no end in sight.
    """
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise OSError(errno.EFBIG, f"more than {MAX_FILE_BYTES // 1024**2} MB: this is no photo", str(path))
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, with the rights that new files have here.

    Raises
    ------
    OSError
        The folder is missing, not writable or full; what was there before is untouched.
    """
    try:
        _write_whole(path, data)
    except OSError as error:
        # The name of the file that was to be written, not of one that nobody has heard of.
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_whole(path: Path, data: bytes) -> None:
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

"""Files of the command line: which are pictures, what results are called, and how they are written."""

import errno
import os
import tempfile
from pathlib import Path

__all__ = ["OUTPUT_FORMATS", "format_of_name", "output_suffix", "read_picture", "write_whole"]

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Bytes of a file that may be a picture: more than the largest that can be decoded has."""

OUTPUT_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "tiff": "TIFF"}
"""Name endings of results and the formats they stand for."""

_PHOTO_FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".png": "PNG",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
}


def format_of_name(path: Path) -> str | None:
    """Return the format that a file's name claims; None if it names none that is read."""
    return _PHOTO_FORMATS.get(path.suffix.lower())


def output_suffix(photo_format: str, output_format: str | None) -> str:
    """Return the name ending, with its dot, for the result of a photo of `photo_format`."""
    if output_format is None:
        output_format = "JPEG" if photo_format == "JPEG" else "PNG"
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

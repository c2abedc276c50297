"""From a photo to a file that is like the one it came from: of its format, and coded as that was."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.encode import QUALITIES, encode
from wuhen.photo.formats import usual_format
from wuhen.photo.not_kept import NotKept
from wuhen.photo.picture import Photo
from wuhen.photo.png.as_given import write_png
from wuhen.photo.tiff.as_given import write_tiff_as_given
from wuhen.photo.webp.quality import estimate_quality

__all__ = ["Written", "encode_as_given", "find_changes", "format_as_given", "warmup"]

_BAND = 64  # rows


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written as given, what it has not kept, and whether it has the photo's gain map."""

    data: bytes
    not_kept: tuple[NotKept, ...] = ()
    gain_map: bool = False


def warmup() -> None:
    """Load the compiled code that writes JPEG files as given, or compile it, some 5 seconds once."""
    import_module("wuhen.photo.jpeg.given")


def format_as_given(name: str) -> str:
    """Return the format of a result that is to be like a photo of format `name`, or what it is usually."""
    return name if name in _WRITERS else usual_format(name)


def find_changes(before: Photo, after: Photo) -> NDArray[np.bool_]:
    """Return where two photos of one size differ, in colours or alpha, as booleans (H, W)."""
    changed = np.zeros(before.pixels.shape[:2], np.bool_)
    for top in range(0, len(changed), _BAND):
        rows = slice(top, top + _BAND)
        if before.wide is not None and after.wide is not None:
            differs = before.wide[rows] != after.wide[rows]
        else:
            differs = before.pixels[rows] != after.pixels[rows]
        if differs.any():
            # Many times as fast as `any` over so short an axis.
            changed[rows] = reduce(np.logical_or, np.moveaxis(differs, 2, 0))
        if before.alpha is not None and after.alpha is not None:
            changed[rows] |= before.alpha[rows] != after.alpha[rows]
    return changed


def encode_as_given(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> Written:
    """Write a photo in the format and coding of the file that it was read from.

    Where nothing is written in its format, it becomes what `format_as_given` says.

    Parameters
    ----------
    photo
        As read from `file`, or with other pixels and metadata.
    file
        A whole file, which `read_photo` has read.
    touched : (H, W) ndarray of bool
        Where the pixels are not as they were read; upright, as they are.
    """
    if photo.format not in _WRITERS:
        return Written(encode(photo, format_as_given(photo.format)), (NotKept.FORMAT,))
    return _WRITERS[photo.format](photo, file, touched)


def _write_png(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> Written:
    data = write_png(photo, file, touched)
    return Written(encode(photo, "PNG"), (NotKept.COLOURS,)) if data is None else Written(data)


def _write_webp(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> Written:
    del touched
    quality = estimate_quality(file)
    if quality is None:
        return Written(encode(photo, "WEBP"))
    quality = min(max(quality, QUALITIES[0]), QUALITIES[-1])
    return Written(encode(photo, "WEBP", quality=round(quality)), (NotKept.EXACTNESS,))


def _write_tiff(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> Written:
    data, not_kept = write_tiff_as_given(photo, file, touched)
    return Written(data, tuple(not_kept))


def _write_jpeg(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> Written:
    # Brings the compiler with it, which takes its time.
    from wuhen.photo.jpeg.file import Unsuitable
    from wuhen.photo.jpeg.given import estimate_quality, write_blocks

    try:
        return Written(write_blocks(photo, file, touched))
    except Unsuitable as error:
        return Written(encode(photo, "JPEG", quality=estimate_quality(file)), (error.reason,))


_Writer = Callable[[Photo, bytes, NDArray[np.bool_]], Written]
_WRITERS: dict[str, _Writer] = {
    "JPEG": _write_jpeg,
    "PNG": _write_png,
    "WEBP": _write_webp,
    "TIFF": _write_tiff,
}

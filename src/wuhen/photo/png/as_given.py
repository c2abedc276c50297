"""PNG like the file it came from: its palette, few bits a sample or transparent colour, where they still do.

What has none of these is written as any PNG. Interlacing is not kept: it makes a file longer, and shows
nothing else in the end.
"""

import math
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.photo.decode import decode
from wuhen.photo.encode import encode, is_grey, save_png
from wuhen.photo.orientation import rotate_upright
from wuhen.photo.picture import Photo
from wuhen.photo.png.chunks import find_chunk
from wuhen.photo.png.palette import Indexed, match_greys, repaint
from wuhen.photo.png.rows import SMALL, write_rows

__all__ = ["write_png"]

_IHDR_BITS = 24  # where the header has the bits of a sample, and then the kind of its colours
_GREY, _COLOURS, _PALETTE, _ALPHA = 0, 2, 3, 4
_BYTE, _WHITE, _OPAQUE = 8, 255, 255
_SMALLEST = 9  # the level of deflate at which files of few colours are quick enough still


def write_png(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> bytes | None:
    """Write a PNG with the palette, bits a sample or transparent colour of the one it was.

    Parameters
    ----------
    photo
        As read from `file`, or with other pixels and metadata.
    file
        A PNG file.
    touched : (H, W) ndarray of bool
        Where the pixels are not as they were read.

    Returns
    -------
    bytes or None
        A file whose samples are as they were outside of `touched`; None where the palette, or so few bits,
        are not enough for what is there now.
    """
    bits, kind = file[_IHDR_BITS], file[_IHDR_BITS + 1]
    if kind == _PALETTE:
        return _write_indexed(photo, file, touched, bits)
    if bits < _BYTE:
        return _write_few_greys(photo, file, touched, bits)
    if bits == _BYTE and kind in {_GREY, _COLOURS} and photo.alpha is not None:
        return _write_keyed(photo, file, kind)
    filtered = _write_filtered(photo, file, touched, bits, kind)
    if filtered is not None and photo.pixels.size * photo.bits // _BYTE > SMALL:
        return filtered
    # Not every writer chooses its filters well.
    return min(encode(photo, "PNG"), filtered or b"", key=lambda it: len(it) or math.inf)


def _write_filtered(
    photo: Photo, file: bytes, touched: NDArray[np.bool_], bits: int, kind: int
) -> bytes | None:
    """Write samples of whole bytes with the filters that they had; None where they are not such any more."""
    wide = bits > _BYTE
    shown: NDArray[Any] | None = photo.wide if wide else photo.pixels
    grey, with_alpha = not kind & _COLOURS, bool(kind & _ALPHA)
    if shown is None or photo.orientation != 1 or with_alpha != (photo.alpha is not None):
        return None
    if grey and not (photo.grey and is_grey(shown[..., :3])):
        return None
    samples = shown[..., :1] if grey else shown[..., :3]
    if photo.alpha is not None:
        samples = np.dstack((samples, photo.wide[..., 3] if wide and photo.wide is not None else photo.alpha))
    ordered = np.ascontiguousarray(samples, samples.dtype.newbyteorder(">"))
    rows = ordered.view(np.uint8).reshape(len(ordered), -1)
    frame = save_png(Image.new("LA" if grey and with_alpha else "L" if grey else "RGB", (1, 1)), photo)
    touched_rows: NDArray[np.bool_] = np.logical_or.reduce(touched, axis=1)
    return write_rows(frame, file, rows, rows.shape[1] // ordered.shape[1], touched_rows)


def _write_indexed(photo: Photo, file: bytes, touched: NDArray[np.bool_], bits: int) -> bytes | None:
    stored = np.asarray(decode(file).image)
    given = Indexed(rotate_upright(stored, photo.orientation), _colours(file, int(stored.max()) + 1))
    rooms = sorted({1 << bits, 1 << _BYTE})
    result = repaint(given, photo.pixels, photo.alpha, touched, rooms)
    if result is None:
        return None
    written = Image.fromarray(result.indices, "P")
    written.putpalette(result.colours[:, :3].tobytes())
    alphas = result.colours[:, 3]
    shown = np.flatnonzero(alphas != _OPAQUE)
    transparency = {"transparency": alphas[: shown[-1] + 1].tobytes()} if len(shown) else {}
    return save_png(written, photo, compress_level=_SMALLEST, **transparency)


def _colours(file: bytes, least: int) -> NDArray[np.uint8]:
    """Return the palette of a file with its alpha, ``(N, 4)``; black where indices lead beyond it."""
    entries = np.frombuffer(find_chunk(file, b"PLTE") or b"", np.uint8).reshape(-1, 3)
    colours = np.zeros((max(len(entries), least), 4), np.uint8)
    colours[: len(entries), :3] = entries
    colours[:, 3] = _OPAQUE
    alphas = np.frombuffer(find_chunk(file, b"tRNS") or b"", np.uint8)[: len(colours)]
    colours[: len(alphas), 3] = alphas
    return colours


def _write_few_greys(photo: Photo, file: bytes, touched: NDArray[np.bool_], bits: int) -> bytes | None:
    if not (photo.grey and is_grey(photo.pixels)):
        return None
    levels = match_greys(np.ascontiguousarray(photo.pixels[..., 0]), touched, bits)
    if levels is None:
        return None
    options: dict[str, object] = {"bits": bits, "compress_level": _SMALLEST}
    if photo.alpha is not None:
        key = _transparent(file)
        hidden = _hide(levels[..., None], photo.alpha, key)
        if hidden is None:
            return None
        levels, options["transparency"] = hidden[..., 0], key[0]
    # Pillow packs the lower bits of each sample; for a single one it has a mode.
    image = Image.fromarray(levels)
    return save_png(image.point(bool, "1") if bits == 1 else image, photo, **options)


def _write_keyed(photo: Photo, file: bytes, kind: int) -> bytes:
    """Write what has one transparent colour, with alpha where that is more than a colour can say."""
    grey = kind == _GREY
    key = _transparent(file)
    if photo.alpha is not None and (not grey or (photo.grey and is_grey(photo.pixels))):
        samples = _hide(photo.pixels[..., :1] if grey else photo.pixels, photo.alpha, key)
        if samples is not None:
            image = Image.fromarray(samples[..., 0] if grey else samples)
            return save_png(image, photo, transparency=key[0] if grey else key)
    return encode(photo, "PNG")


def _transparent(file: bytes) -> tuple[int, ...]:
    """Return the samples of the transparent grey or colour of a file, at the file's own bits."""
    content = find_chunk(file, b"tRNS") or b""
    return struct.unpack(f">{len(content) // 2}H", content)


def _hide(
    samples: NDArray[np.uint8], alpha: NDArray[np.uint8], key: tuple[int, ...]
) -> NDArray[np.uint8] | None:
    """Give what is transparent the transparent colour; None where that does not say the same as the alpha."""
    hidden = alpha == 0
    if len(key) != samples.shape[2] or max(key) > _WHITE or not (hidden | (alpha == _OPAQUE)).all():
        return None
    result = np.where(hidden[..., None], np.array(key, np.uint8), samples)
    return result if ((result == np.array(key, np.uint8)).all(axis=2) == hidden).all() else None

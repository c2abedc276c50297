"""PNG of 16 bits a sample, which Pillow can write of grey alone.

Only the samples are written here; what accompanies them is taken from a file that Pillow has written.
PNG, third edition: 9 for the filters, and 12.7 for choosing one for each row.
"""

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.png.chunks import make_chunk, read_chunks
from wuhen.photo.png.deflate import pick_strategy
from wuhen.photo.stopping import ask

__all__ = ["write"]

_SIGNATURE = 8  # bytes
_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}  # of colours, by the number of channels
_ROWS = 64
_LEVEL = 4  # as for 8 bits; higher ones find nothing more in noise of 16


def write(samples: NDArray[np.uint16], frame: bytes) -> bytes:
    """Write a PNG file.

    Parameters
    ----------
    samples : (H, W, C) ndarray of uint16
        1 channel is grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
    frame
        A PNG file of one pixel in the same colours, and with everything that is to stand around the samples.
    """
    height, width, channels = samples.shape
    out = io.BytesIO(frame[:_SIGNATURE])
    out.seek(_SIGNATURE)
    for kind, whole in read_chunks(frame):
        if kind == b"IHDR":
            header = struct.pack(">IIBBBBB", width, height, 16, _KINDS[channels], 0, 0, 0)
            out.write(make_chunk(kind, header))
        elif kind == b"IDAT":
            for packed in _deflate(samples):
                out.write(make_chunk(kind, packed))
        else:
            out.write(whole)
    return out.getvalue()


def _deflate(samples: NDArray[np.uint16]) -> Iterator[bytes]:
    """Filter and compress band by band."""
    height, width, channels = samples.shape
    above = np.zeros(2 * width * channels, np.uint8)
    middle = _bytes_of(samples[height // 2 : height // 2 + _ROWS])
    strategy = pick_strategy(_filter(middle, above, 2 * channels).tobytes(), _LEVEL)
    deflate = zlib.compressobj(_LEVEL, strategy=strategy)
    for top in range(0, height, _ROWS):
        ask()
        rows = _bytes_of(samples[top : top + _ROWS])
        packed = deflate.compress(_filter(rows, above, 2 * channels).tobytes())
        above = rows[-1]
        if packed:
            yield packed
    yield deflate.flush()


def _bytes_of(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return rows of bytes, the upper one of each sample first."""
    return np.ascontiguousarray(samples, ">u2").view(np.uint8).reshape(len(samples), -1)


def _filter(rows: NDArray[np.uint8], above: NDArray[np.uint8], distance: int) -> NDArray[np.uint8]:
    """Filter rows of bytes, each by what makes the sum of its absolute differences least.

    Paeth's filter is not tried: it takes as long as all others together and saves a hundredth at most.

    Parameters
    ----------
    rows : (N, B) ndarray of uint8
    above : (B,) ndarray of uint8
        The row above the first.
    distance
        Bytes from a pixel to the next.

    Returns
    -------
    (N, B + 1) ndarray of uint8
        The filter's type before each row.
    """
    up = np.concatenate([above[np.newaxis], rows[:-1]])
    left = np.zeros_like(rows)
    left[:, distance:] = rows[:, :-distance]
    average = ((left.astype(np.uint16) + up) >> 1).astype(np.uint8)
    choices = np.stack([rows, rows - left, rows - up, rows - average])
    # Of the differences, which wrap round, the absolute values.
    best = np.minimum(choices, -choices).sum(axis=2, dtype=np.uint32).argmin(axis=0)
    filtered = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = best
    filtered[:, 1:] = choices[best, np.arange(len(rows))]
    return filtered

"""JPEG files of kinds that Pillow does not write, made of coefficients."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.jpeg.blocks import recode
from wuhen.photo.jpeg.coefficients import Coefficients, segment, write_file
from wuhen.photo.jpeg.file import Component, JpegFile, Scan

#: Sampling factors of luma and chroma, by the usual names.
SAMPLINGS = {
    "4:4:4": ((1, 1), (1, 1), (1, 1)),
    "4:2:2": ((2, 1), (1, 1), (1, 1)),
    "4:2:0": ((2, 2), (1, 1), (1, 1)),
    "4:1:1": ((4, 1), (1, 1), (1, 1)),
    "4:4:0": ((1, 2), (1, 1), (1, 1)),
    "4:1:0": ((4, 2), (1, 1), (1, 1)),
    "grey": ((1, 1),),
    "grey of two": ((2, 2),),
    "odd": ((2, 2), (2, 1), (1, 2)),
}
#: Components, first and last coefficient, high and low bit of each scan.
BASELINE = (((0, 1, 2), 0, 63, 0, 0),)
APART = (((0,), 0, 63, 0, 0), ((1, 2), 0, 63, 0, 0))
PROGRESSIVE = (
    ((0, 1, 2), 0, 0, 0, 1),
    ((0,), 1, 5, 0, 2),
    ((1,), 1, 63, 0, 1),
    ((2,), 1, 63, 0, 1),
    ((0,), 6, 63, 0, 2),
    ((0,), 1, 63, 2, 1),
    ((0, 1, 2), 0, 0, 1, 0),
    ((1,), 1, 63, 1, 0),
    ((2,), 1, 63, 1, 0),
    ((0,), 1, 63, 1, 0),
)
ADOBE_RGB = segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")


def made(
    pixels: NDArray[np.uint8],
    sampling: Sequence[tuple[int, int]] = SAMPLINGS["4:2:0"],
    scans: Sequence[tuple[Any, ...]] = BASELINE,
    *,
    restart: int = 0,
    step: int = 4,
    head: bytes = b"",
) -> bytes:
    """Return pixels as a file with one step of quantization for all."""
    height, width = pixels.shape[:2]
    components = tuple(Component(1 + i, *factors, min(i, 1)) for i, factors in enumerate(sampling))
    tables = {0: np.full(64, step, np.uint16), 1: np.full(64, step + 1, np.uint16)}
    made_scans = []
    for chosen, first, last, high, low in scans:
        places = tuple(i for i in chosen if i < len(components))
        if places:
            numbers = tuple(min(i, 1) for i in places)
            made_scans.append(Scan(places, numbers, numbers, first, last, high, low, restart, {}, 0, 0))
    frame = 0xC2 if any(one[2:] != (63, 0, 0) for one in scans) else 0xC0
    adobe = 0 if head == ADOBE_RGB else None
    file = JpegFile(frame, width, height, components, tables, tuple(made_scans), None, adobe)
    coefficients = Coefficients.zeros(file)
    recode(coefficients, pixels, np.ones((height, width), np.bool_))
    return write_file(coefficients, head)

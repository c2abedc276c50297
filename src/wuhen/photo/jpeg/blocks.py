"""Changed pixels put into a JPEG file's coefficients, block by block; all other blocks stay as they are."""

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.jpeg.coefficients import Coefficients
from wuhen.photo.jpeg.file import BLOCK, JpegFile
from wuhen.photo.stopping import ask

__all__ = ["find_units", "recode"]

_CHUNK = 2048  # units worked on at a time
_CENTRE = np.float32(128)  # what samples are shifted by
_AC_LIMIT, _DC_LIMIT = 1023, 1024  # of coefficients in a baseline file (T.81, F.1.2)
_RED, _BLUE = np.float32(0.299), np.float32(0.114)  # shares of luma


def _transform() -> NDArray[np.float32]:
    """Return the matrix of the orthonormal discrete cosine transform, a row for each frequency."""
    frequency, place = np.mgrid[:BLOCK, :BLOCK]
    matrix = np.cos((2 * place + 1) * frequency * np.pi / (2 * BLOCK)) * np.sqrt(2 / BLOCK)
    matrix[0] = np.sqrt(1 / BLOCK)
    return np.asarray(matrix, np.float32)


def _zigzag() -> NDArray[np.intp]:
    """Return where in a block, row by row, each coefficient in zigzag order is (T.81, Figure A.6)."""
    row, column = (axis.ravel() for axis in np.mgrid[:BLOCK, :BLOCK])
    diagonal = row + column
    return np.lexsort((np.where(diagonal % 2, row, column), diagonal))


_DCT = _transform()
_ZIGZAG = _zigzag()


def recode(coefficients: Coefficients, pixels: NDArray[np.uint8], touched: NDArray[np.bool_]) -> None:
    """Code the blocks anew in which pixels were changed, with the file's own tables.

    In such a block, samples in which no pixel was changed are as they were before they are rounded again. A
    subsampled one that is only partly changed becomes a mixture, by the pixels that were.

    Parameters
    ----------
    coefficients
        Changed in place.
    pixels
        uint8 ``(H, W, 3)``, RGB in stored order; equal channels where there is one component.
    touched
        bool ``(H, W)``: the pixels that are new, none of them in a unit that may not change.
    """
    file = coefficients.file
    across, down = file.sampling
    every_row, every_column = np.nonzero(coefficients.changed)
    for start in range(0, len(every_row), _CHUNK):
        ask()
        rows, columns = every_row[start : start + _CHUNK], every_column[start : start + _CHUNK]
        # Behind the picture's edge it is repeated, as nothing must remain there of what was erased.
        y = np.minimum(rows[:, None] * BLOCK * down + np.arange(BLOCK * down), file.height - 1)[..., None]
        x = np.minimum(columns[:, None] * BLOCK * across + np.arange(BLOCK * across), file.width - 1)[:, None]
        flags = touched[y, x]
        planes = _planes(pixels[y, x], rgb=file.rgb)
        for one, stored, plane in zip(file.components, coefficients.planes, planes, strict=False):
            mean, share = _subsample(plane, flags, across // one.across, down // one.down)
            # From units to blocks.
            cut = (len(rows), one.down, BLOCK, one.across, BLOCK)
            mean, share = (part.reshape(cut).swapaxes(2, 3) for part in (mean, share))
            own_rows = rows[:, None, None] * one.down + np.arange(one.down)[:, None]
            own_columns = columns[:, None, None] * one.across + np.arange(one.across)
            chosen = share.any(axis=(3, 4))
            places = tuple(np.broadcast_to(part, chosen.shape)[chosen] for part in (own_rows, own_columns))
            table = file.quantization[one.quantization]
            stored[places] = _blend(stored[places], mean[chosen], share[chosen], table)


def find_units(file: JpegFile, touched: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which units have any touched pixel: bool ``(rows of units, columns)`` of bool ``(H, W)``."""
    width, height = (BLOCK * factor for factor in file.sampling)
    rows, columns = -(-touched.shape[0] // height), -(-touched.shape[1] // width)
    found = np.zeros((rows, columns * width), np.bool_)
    for row in range(rows):
        touched[row * height : (row + 1) * height].any(axis=0, out=found[row, : touched.shape[1]])
    return np.asarray(found.reshape(rows, columns, width).any(axis=2))


def _planes(pixels: NDArray[np.uint8], *, rgb: bool) -> tuple[NDArray[np.float32], ...]:
    """Return three components of pixels ``(…, 3)``: float32 ``(…)``, shifted to be about zero."""
    red, green, blue = (pixels[..., i].astype(np.float32) for i in range(3))
    if rgb:
        return red - _CENTRE, green - _CENTRE, blue - _CENTRE
    # As JFIF 1.02 has it, less the shift of chroma.
    luma = _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue
    return luma - _CENTRE, (blue - luma) / (2 - 2 * _BLUE), (red - luma) / (2 - 2 * _RED)


def _subsample(
    plane: NDArray[np.float32], touched: NDArray[np.bool_], across: int, down: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return for each sample the mean of the touched pixels in it, and which share of its pixels they are."""
    weights = touched.astype(np.float32)
    if across == down == 1:
        return plane, weights
    plane = plane * weights
    parts = [
        (slice(None), slice(y, None, down), slice(x, None, across))
        for y in range(down)
        for x in range(across)
    ]
    count = sum((weights[part] for part in parts[1:]), weights[parts[0]])
    total = sum((plane[part] for part in parts[1:]), plane[parts[0]])
    return np.asarray(total / np.maximum(count, 1)), np.asarray(count / np.float32(across * down))


def _blend(
    stored: NDArray[np.int16], new: NDArray[np.float32], share: NDArray[np.float32], table: NDArray[np.uint16]
) -> NDArray[np.int16]:
    """Return blocks with new samples in them, each by its share.

    Parameters
    ----------
    stored
        int16 ``(blocks, 64)``.
    new, share
        float32 ``(blocks, 8, 8)``.
    table
        Quantization, in zigzag order.
    """
    steps = table.astype(np.float32)
    frequencies = np.empty((len(stored), BLOCK * BLOCK), np.float32)
    frequencies[:, _ZIGZAG] = stored * steps
    samples = np.asarray(_DCT.T @ frequencies.reshape(-1, BLOCK, BLOCK) @ _DCT, np.float32)
    samples += share * (new - samples)
    frequencies = np.asarray(_DCT @ samples @ _DCT.T, np.float32).reshape(-1, BLOCK * BLOCK)
    rounded = np.rint(frequencies[:, _ZIGZAG] / steps)
    rounded[:, 0] = rounded[:, 0].clip(-_DC_LIMIT, _DC_LIMIT - 1)
    rounded[:, 1:] = rounded[:, 1:].clip(-_AC_LIMIT, _AC_LIMIT)
    return np.asarray(rounded, np.int16)

"""Changed pixels put into a JPEG file's coefficients, block by block; all other blocks stay as they are."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.jpeg_coefficients import Coefficients
from wuhen.photo.jpeg_file import BLOCK

__all__ = ["recode"]

_BAND = 16  # rows of units worked on at a time
_CENTRE = 128.0  # what samples are shifted by
_AC_LIMIT, _DC_LIMIT = 1023, 1024  # of coefficients in a baseline file (T.81, F.1.2)
# Red, green and blue to luma and chroma (JFIF 1.02), less the shift.
_TO_LUMA_AND_CHROMA = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.299 / 1.772, -0.587 / 1.772, 0.5],
        [0.5, -0.587 / 1.402, -0.114 / 1.402],
    ],
    np.float32,
)


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


def recode(
    coefficients: Coefficients, pixels: NDArray[np.uint8], touched: NDArray[np.bool_]
) -> NDArray[np.bool_]:
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
        bool ``(H, W)``: the pixels that are new.

    Returns
    -------
    bool (rows of units, columns)
        Where blocks were coded anew.
    """
    file = coefficients.file
    columns, rows = file.units
    across, down = file.sampling
    changed = np.zeros((rows, columns), np.bool_)
    for top, left, bottom, right in _boxes(touched, BLOCK * across, BLOCK * down):
        box = (
            slice(top * BLOCK * down, bottom * BLOCK * down),
            slice(left * BLOCK * across, right * BLOCK * across),
        )
        flags = touched[box]
        # What is behind the picture's edge repeats it, as nothing must remain there of what was erased.
        missing = [
            (0, (bottom - top) * BLOCK * down - flags.shape[0]),
            (0, (right - left) * BLOCK * across - flags.shape[1]),
        ]
        flags = np.pad(flags, missing, "edge")
        planes = np.pad(_planes(pixels[box], rgb=file.rgb), [(0, 0), *missing], "edge")
        units = flags.reshape(bottom - top, BLOCK * down, right - left, BLOCK * across).any(axis=(1, 3))
        changed[top:bottom, left:right] |= units
        for one, stored, plane in zip(file.components, coefficients.planes, planes, strict=False):
            part = stored[top * one.down : bottom * one.down, left * one.across : right * one.across]
            mean, share = _subsample(plane, flags, across // one.across, down // one.down)
            _blend(part, mean, share, file.quantization[one.quantization])
    return changed


def _boxes(touched: NDArray[np.bool_], width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield boxes that hold all touched pixels: top, left, bottom, right, in units of `width` x `height`."""
    rows = -(-touched.shape[0] // height)
    for top in range(0, rows, _BAND):
        bottom = min(top + _BAND, rows)
        band = touched[top * height : bottom * height]
        found = np.flatnonzero(band.any(axis=0))
        if found.size:
            yield top, int(found[0]) // width, bottom, int(found[-1]) // width + 1


def _planes(pixels: NDArray[np.uint8], *, rgb: bool) -> NDArray[np.float32]:
    """Return components: float32 ``(3, H, W)``, shifted to be about zero."""
    samples = np.moveaxis(pixels, 2, 0).astype(np.float32)
    if rgb:
        return samples - np.float32(_CENTRE)
    planes = np.tensordot(_TO_LUMA_AND_CHROMA, samples, 1)
    planes[0] -= _CENTRE
    return planes


def _subsample(
    plane: NDArray[np.float32], touched: NDArray[np.bool_], across: int, down: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return for each sample the mean of the touched pixels in it, and which share of its pixels they are."""
    if across == down == 1:
        return plane, touched.astype(np.float32)
    height, width = plane.shape
    shape = (height // down, down, width // across, across)
    count = touched.reshape(shape).sum(axis=(1, 3), dtype=np.float32)
    total = np.where(touched, plane, np.float32(0)).reshape(shape).sum(axis=(1, 3))
    return total / np.maximum(count, 1), count / np.float32(across * down)


def _blend(
    stored: NDArray[np.int16], new: NDArray[np.float32], share: NDArray[np.float32], table: NDArray[np.uint16]
) -> None:
    """Put new samples into the blocks that have any, each by its share.

    Parameters
    ----------
    stored
        int16 ``(rows, columns, 64)``, changed in place.
    new, share
        float32 ``(8 rows, 8 columns)``.
    table
        Quantization, in zigzag order.
    """
    rows, columns, _ = stored.shape
    cut = (rows, BLOCK, columns, BLOCK)
    shares = share.reshape(cut).swapaxes(1, 2)
    chosen = shares.any(axis=(2, 3))
    shares, wanted = shares[chosen], new.reshape(cut).swapaxes(1, 2)[chosen]
    steps = table.astype(np.float32)
    frequencies = np.empty((len(wanted), BLOCK * BLOCK), np.float32)
    frequencies[:, _ZIGZAG] = stored[chosen] * steps
    samples = np.asarray(_DCT.T @ frequencies.reshape(-1, BLOCK, BLOCK) @ _DCT, np.float32)
    samples += shares * (wanted - samples)
    frequencies = np.asarray(_DCT @ samples @ _DCT.T, np.float32).reshape(-1, BLOCK * BLOCK)
    rounded = np.rint(frequencies[:, _ZIGZAG] / steps)
    rounded[:, 0] = rounded[:, 0].clip(-_DC_LIMIT, _DC_LIMIT - 1)
    rounded[:, 1:] = rounded[:, 1:].clip(-_AC_LIMIT, _AC_LIMIT)
    stored[chosen] = rounded.astype(np.int16)

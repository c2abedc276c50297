"""Shapes drawn as a mask: how much of each pixel they cover, exactly, and the hole that this means.

A closed line's signed areas are accumulated along the rows (as in LibArt and font rasterisers since): each
piece of it within one pixel adds to that pixel what lies to its right, and to all further ones its height. So
each pixel gets the line's winding number, and where the line runs through it, the share that is covered.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from wuhen.coverage import covered
from wuhen.photo.errors import BadShape, ShapeProblem
from wuhen.photo.masks.shapes import Shape
from wuhen.photo.stopping import ask

__all__ = ["draw_shapes"]

_BAND = 256  # rows that are drawn at a time
_PIECES = 1 << 18  # of lines, that are held at a time
_FINE = 1 << 16  # steps of a pixel that lines are drawn in

Floats = NDArray[np.float64]


def draw_shapes(shapes: Sequence[Shape], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the pixels that shapes cover: by half or more, and at their edges by any share that shows.

    Parameters
    ----------
    shapes
        One or more.
    size
        Width and height of the photo as it is displayed, in pixels.

    Returns
    -------
    (H, W) ndarray of bool

    Raises
    ------
    BadShape
        One of them covers no pixel of a photo of this size.
    """
    width, height = size
    coverage = np.zeros((height, width), np.uint8)
    for shape in shapes:
        ask()
        lines = _lines(shape.outlines(size))
        touched, (left, right) = False, _columns(lines, width)
        part = coverage[:, left:right]
        for rows, drawn in _draw(lines - np.array([left, 0, left, 0]), right - left, height):
            touched = touched or bool(drawn.any())
            np.maximum(part[rows], drawn, out=part[rows])
        if not touched:
            raise BadShape(ShapeProblem.OUTSIDE, str(shape), size)
    return covered(coverage)


def _lines(outlines: list[list[tuple[float, float]]]) -> Floats:
    """Return the lines of closed outlines: (N, 4), each x and y of its start and its end, in pixels."""
    parts = []
    for outline in outlines:
        # So that differences are none or sizeable, as they are divided by.
        points = np.round(np.asarray(outline, np.float64) * _FINE) / _FINE
        parts.append(np.concatenate((points, np.roll(points, -1, axis=0)), axis=1))
    lines: Floats = np.concatenate(parts)
    kept: Floats = lines[lines[:, 1] != lines[:, 3]]
    return kept


def _columns(lines: Floats, width: int) -> tuple[int, int]:
    """Return the first column that lines reach, and the one after the last."""
    if not len(lines):
        return 0, 0
    across = lines[:, 0::2]
    left = int(np.floor(across.min().clip(0, width)))
    return left, max(left, int(np.ceil(across.max().clip(0, width))))


def _draw(lines: Floats, width: int, height: int) -> Iterator[tuple[slice, NDArray[np.uint8]]]:
    """Draw lines band by band; give the rows of each, and coverage, uint8 ``(rows, W)``."""
    if not len(lines) or not width:
        return
    upper, lower = lines[:, 1::2].min(axis=1), lines[:, 1::2].max(axis=1)
    first = int(max(0, min(upper.min(), height))) // _BAND * _BAND
    last = int(np.ceil(max(0, min(lower.max(), height))))
    for top in range(first, last, _BAND):
        bottom = min(top + _BAND, height)
        sums = np.zeros((bottom - top, width + 1))
        chosen = lines[(upper < bottom) & (lower > top)]
        for part in _parts(_cut(chosen, 1, top, bottom)):
            ask()
            _accumulate(_split(part, 1), sums, top, width)
        winding = np.abs(np.cumsum(sums, axis=1)[:, :width])
        yield slice(top, bottom), (np.minimum(winding, 1) * 255 + 0.5).astype(np.uint8)


def _parts(lines: Floats) -> Iterator[Floats]:
    """Give lines in parts of about `_PIECES` rows and columns that they run through."""
    steps = np.abs(lines[:, 2:] - lines[:, :2]).sum(axis=1) + 4
    part = (np.cumsum(steps) // _PIECES).astype(np.int64)
    for bounds in np.split(np.arange(len(lines)), np.flatnonzero(np.diff(part)) + 1):
        yield lines[bounds]


def _cut(lines: Floats, axis: int, low: float, high: float) -> Floats:
    """Return what of lines lies between two values of one coordinate; none of them runs along these."""
    start, end = lines[:, axis], lines[:, axis + 2]
    run = end - start
    times = np.stack(((low - start) / run, (high - start) / run)).clip(0, 1)
    return _between(lines, times.min(axis=0), times.max(axis=0))


def _between(lines: Floats, begin: Floats, end: Floats) -> Floats:
    """Return the parts of lines between two shares of them."""
    start, run = lines[:, :2], lines[:, 2:] - lines[:, :2]
    return np.concatenate((start + run * begin[:, None], start + run * end[:, None]), axis=1)


def _split(lines: Floats, axis: int) -> Floats:
    """Split lines wherever one of their coordinates is a whole number."""
    start, end = lines[:, axis], lines[:, axis + 2]
    low, high = np.minimum(start, end), np.maximum(start, end)
    counts = np.maximum(np.ceil(high) - np.floor(low), 1).astype(np.int64)
    which = np.repeat(np.arange(len(lines)), counts)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    cells = np.floor(low)[which] + nth
    run = (end - start)[which]
    flat = run == 0
    run = np.where(flat, 1, run)
    begin = np.where(flat, 0, (cells - start[which]) / run).clip(0, 1)
    finish = np.where(flat, 1, (cells + 1 - start[which]) / run).clip(0, 1)
    return _between(lines[which], np.minimum(begin, finish), np.maximum(begin, finish))


def _accumulate(lines: Floats, sums: Floats, top: int, width: int) -> None:
    """Add lines, each within one row, to the differences of winding numbers along the rows."""
    for low, high in ((-np.inf, 0), (0, width), (width, np.inf)):
        # What lies beside the photo counts as lying on its edge, as only its height matters to those in it.
        steep = lines[:, 0] == lines[:, 2]
        middle = lines[:, 0]
        slanted = lines[~steep]
        parts = [lines[steep & (middle >= low) & (middle < high)]]
        if len(slanted):
            parts.append(_cut(slanted, 0, max(low, -1e12), min(high, 1e12)))
        pieces = np.concatenate(parts)
        pieces[:, 0::2] = pieces[:, 0::2].clip(0, width)
        pieces = _split(pieces, 0)
        rise = pieces[:, 3] - pieces[:, 1]
        pieces, rise = pieces[rise != 0], rise[rise != 0]
        rows = np.floor((pieces[:, 1] + pieces[:, 3]) / 2).astype(np.int64) - top
        across = (pieces[:, 0] + pieces[:, 2]) / 2
        columns = np.minimum(np.floor(across).astype(np.int64), width)
        part = across - columns
        rows = rows.clip(0, len(sums) - 1)
        np.add.at(sums, (rows, columns), rise * (1 - part))
        inner = columns < width
        np.add.at(sums, (rows[inner], columns[inner] + 1), (rise * part)[inner])

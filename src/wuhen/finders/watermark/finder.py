"""Finds a mark that repeats over a photo, as stock libraries' do.

The gradient's autocorrelation tells the steps of the repetition. The median of the gradient over all
repetitions is the gradient of the mark alone, because the scene differs from one to the next (Dekel et al.,
"On the effectiveness of visible watermarks", CVPR 2017); integrating it gives the mark.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.fill.raster.regions import grow
from wuhen.finders.found import Box, Found, Place
from wuhen.finders.overlay.correlation import directions
from wuhen.finders.overlay.sketch import resampled
from wuhen.finders.search import Search
from wuhen.finders.watermark.cell import Cell, relief
from wuhen.finders.watermark.exact import in_step
from wuhen.finders.watermark.lattice import Lattice, find_lattice
from wuhen.finders.watermark.woven import is_woven

__all__ = ["find_watermark"]

#: The photo's longer side where the steps are found, and where the mark is.
_COARSE, _FINE = 680, 1280
#: A photo whose shorter side is less has no room for a mark that repeats.
_SMALLEST = 64
#: What must speak for a lattice, at a sensitivity of a half.
_LEAST_SCORE = 15.0
#: Of the photo's nine parts so many are in step, and no more are clearly out of it, at a sensitivity of a
#: half.
_LEAST_RIGHT, _MOST_WRONG = 4, 1.0
#: A mark that hangs together from one repetition to the next has steps of this share of the photo's longer
#: side.
_WOVEN = 0.15
#: A mark differs from the ground by so many of the ground's own deviations,
_LEAST_CONTRAST = 3.5
#: by at least this share of the most that anything differs, and need not differ by more than this share.
_LEAST_LIMIT, _MOST_LIMIT = 0.35, 0.6
#: It covers no more of a repetition.
_MOST_COVERED = 0.4
#: Half of full coverage and a little less, of 255.
_HALF = 96
#: How far the mask reaches beyond what was found, in pixels of the fine scale.
_GROW = 2


def find_watermark(photo: NDArray[np.uint8], search: Search) -> Found:
    """Find a mark that repeats over a photo, uint8 ``(H, W, 3)``.

    Returns
    -------
    Found
        One place, the whole photo, with the mask of all repetitions; or nothing.

    Raises
    ------
    Cancelled
        The search was.
    """
    height, width = photo.shape[:2]
    nothing = Found(np.zeros((height, width), np.bool_))
    if min(height, width) < _SMALLEST:
        return nothing
    coarse, fine = _shrunk(photo, _COARSE), _shrunk(photo, _FINE)
    if min(coarse.shape[:2]) < _SMALLEST:
        return nothing
    for weights in ((0.299, 0.587, 0.114), (0.5, 0.0, -0.5)):
        search.ask()
        by = np.array(weights, np.float32)
        found = _marked(coarse @ by, fine @ by, search)
        if found is None:
            continue
        mask, score = found
        whole = _enlarged(mask, width, height)
        return Found(whole, (Place("watermark", Box(0, 0, width, height), score),))
    return nothing


def _shrunk(photo: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    height, width = photo.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return photo if scale == 1 else resampled(photo, (0, 0, width, height), size)


def _enlarged(mask: NDArray[np.bool_], width: int, height: int) -> NDArray[np.bool_]:
    if mask.shape == (height, width):
        return mask
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR)) > _HALF


def _marked(
    coarse: NDArray[np.float32], fine: NDArray[np.float32], search: Search
) -> tuple[NDArray[np.bool_], float] | None:
    """Return mask and score of a mark in one plane at the fine scale; None where there is none."""
    field = directions(coarse)
    lattice = find_lattice(field)
    search.ask()
    ease = 2.0 ** (1 - 2 * search.sensitivity)
    if lattice is None or lattice.score < _LEAST_SCORE * ease:
        return None
    right, wrong = in_step(field, Cell(lattice.steps))
    if right < _LEAST_RIGHT or wrong > _MOST_WRONG * (1.5 - ease / 2):
        return None
    height, width = fine.shape
    scale = (width / coarse.shape[1], height / coarse.shape[0])
    (ax, ay), (bx, by) = lattice.steps
    cell = Cell(((ax * scale[0], ay * scale[1]), (bx * scale[0], by * scale[1])))
    search.ask()
    drawn = _outlined(relief(fine, cell))
    shortest = min(np.hypot(*step) for step in lattice.steps)
    if drawn is None or (shortest < _WOVEN * max(coarse.shape) and is_woven(drawn)):
        return None
    mask = grow(np.ascontiguousarray(drawn.ravel()[cell.place(height, width)]), _GROW)
    return mask, _score(lattice, right / (right + wrong))


def _score(lattice: Lattice, step: float) -> float:
    return float(step * lattice.score / (lattice.score + _LEAST_SCORE))


def _outlined(cell: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """Return where a repetition's relief stands out; None where it does not, or too much of it does."""
    away = np.abs(cell - np.median(cell))
    most = float(np.quantile(away, 0.995))
    deviation = 1.48 * float(np.median(away))
    if most < _LEAST_CONTRAST * deviation:
        return None
    limit = min(_MOST_LIMIT * most, max(_LEAST_LIMIT * most, _LEAST_CONTRAST * deviation))
    mark = away > limit
    return None if mark.mean() > _MOST_COVERED else mark

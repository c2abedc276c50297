"""What a guide told, and the fill's own detail that is finer than what it could tell.

The fill is shrunk to the guide's resolution, and there it is decided what is to be seen (`choice`). What
that differs from the shrunk fill is enlarged and added: all that the guide resolves is then as decided, and
what is finer is the fill's own, made of the photo. Where it belongs to something else than what is to be
seen, it is limited to what is usual.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.fusion.choice import Told, choose
from wuhen.fill.fusion.tone import correct_tone
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.guides.materials import LUMA, UNSEEN, Materials
from wuhen.fill.guides.resample import Shrunk, enlarge, shrink
from wuhen.fill.guides.view import Grid
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE, KNOWN
from wuhen.fill.raster.raster import Raster, WideRaster
from wuhen.fill.raster.samples import add_steps, narrow
from wuhen.fill.raster.smooth import smooth
from wuhen.fill.raster.window import Window

__all__ = ["transfer_detail"]

#: What is enlarged is smoother than what was decided, and is made up for once.
_TIMES = 2
_BYTE = 255
#: The fill's structure is another one, half of it, where the two differ by so many grey levels, averaged over
#: so many pixels. A difference that is even over so many is one of tone.
_OTHER = 3.0
_OTHER_SIGMA = 1.2
_TONE = 4.0
#: Detail of another structure is limited to so many times what is usual for the colour.
_MOST = 3.5
_AT_ONCE = 1 << 18


def transfer_detail(
    raster: Raster, hole: Hole, image: GuideImage, team: Team, wide: WideRaster | None = None
) -> None:
    """Fuse a finished fill with the image that it followed.

    Parameters
    ----------
    raster, hole
        The region's finest scale, filled.
    image
        What was followed.
    team
        Asked now and then whether to go on.
    wide
        The same raster at 16 bits: with it, it is changed as well.
    """
    shape = image.trust.shape
    grid = Grid.of(image.window, shape)
    own = hole.indices[raster.state[hole.indices] == HOLE]
    pixels = raster.pixels.reshape(-1, CHANNELS)
    if wide is not None:
        # What was done in the end was done to it alone.
        pixels[own] = narrow(wide.pixels.reshape(-1, CHANNELS)[own])
    before = pixels[own, :COLOURS]
    parts = [slice(first, first + _AT_ONCE) for first in range(0, len(own), _AT_ONCE)]
    fill = shrink(raster, image.window, shape)
    told = Told(
        np.where(fill.painted[..., None], image.colours, fill.image),
        fill.image, fill.painted, fill.known, image.trust,
    )  # fmt: skip
    guessed = image.sure is not None
    wanted = choose(told, image.preference) if image.sure is None else _show_sure(told, image.sure)
    added = np.zeros(before.shape, np.float32)

    def add() -> None:
        for part in parts:
            team.check()
            pixels[own[part], :COLOURS] = np.rint(np.clip(before[part] + added[part], 0, _BYTE))

    if image.scale < 1 and not guessed:
        maps = _map_limits(raster, fill, wanted, image.window, grid)
        for part in parts:
            team.check()
            added[part] = _limit(before[part], fill, maps, grid, own[part], raster.pitch)
    for _ in range(_TIMES):
        add()
        more = wanted - shrink(raster, image.window, shape).image
        for part in parts:
            team.check()
            added[part] += enlarge(more, grid, own[part], raster.pitch)
        if image.scale == 1 or guessed:
            break
    add()
    if wide is not None:
        add_steps(wide.pixels, own, added)


def _show_sure(told: Told, sure: NDArray[np.float32]) -> NDArray[np.float32]:
    """Show a guess where it is sure."""
    guide = correct_tone(told.guide, told.fill, told.hole, sure)
    return told.fill + sure[..., None] * (guide - told.fill)


def _map_limits(
    raster: Raster, fill: Shrunk, wanted: NDArray[np.float32], window: Window, grid: Grid
) -> NDArray[np.float32]:
    """Return how far the structure is the same, and how much detail is usual: float32 ``(h, w, 2)``."""
    difference = wanted - fill.image
    structure = np.abs(difference - smooth(difference, _TONE)).mean(axis=2)
    same = 1 / (1 + (smooth(structure, _OTHER_SIGMA) / _OTHER) ** 2)
    return np.dstack([same, _measure_usual(raster, fill, wanted, window, grid)])


def _limit(
    before: NDArray[np.uint8],
    fill: Shrunk,
    limits: NDArray[np.float32],
    grid: Grid,
    own: NDArray[np.int32],
    pitch: int,
) -> NDArray[np.float32]:
    """Return what takes from the pixels ``own`` the detail that belongs to another structure."""
    maps = enlarge(limits, grid, own, pitch)
    detail = before - enlarge(fill.image, grid, own, pitch)
    most = np.float32(_MOST) * np.maximum(maps[:, 1:], 0)
    excess = detail - np.clip(detail, -most, most)
    return np.asarray((np.clip(maps[:, :1], 0, 1) - 1) * excess, np.float32)


def _measure_usual(
    raster: Raster, fill: Shrunk, wanted: NDArray[np.float32], window: Window, grid: Grid
) -> NDArray[np.float32]:
    """Measure how much detail the photo has, finer than what the guide resolves, where it has its colours.

    Returns float32 ``(h, w)``, in grey levels.
    """
    height, width = fill.painted.shape
    rows, columns = np.arange(window.top, window.bottom), np.arange(window.left, window.right)
    at_once = max(1, _AT_ONCE // len(columns))
    sums = np.zeros(height * width)
    counts = np.zeros(height * width)
    for first in range(0, len(rows), at_once):
        band = (rows[first : first + at_once, None] * raster.pitch + columns).ravel().astype(np.int32)
        band = band[raster.state[band] == KNOWN]
        pixels = raster.pixels.reshape(-1, CHANNELS)[band, :COLOURS]
        fine = np.abs((pixels - enlarge(fill.image, grid, band, raster.pitch)) @ LUMA)
        y = ((band // raster.pitch + 0.5 - window.top) * grid.down).astype(np.int64)
        x = ((band % raster.pitch + 0.5 - window.left) * grid.right).astype(np.int64)
        cell = np.minimum(y, height - 1) * width + np.minimum(x, width - 1)
        sums += np.bincount(cell, fine, height * width)
        counts += np.bincount(cell, minlength=height * width)
    mean = (sums / np.maximum(counts, 1)).reshape(height, width)
    detail = np.log(mean + UNSEEN).astype(np.float32)
    usual = Materials(fill.image, fill.known, detail).look_up(wanted)
    return np.maximum(np.exp(usual.middling) - UNSEEN, 0).astype(np.float32)

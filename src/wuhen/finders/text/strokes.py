"""The strokes of a line of text, told from what lies behind them.

What is within the line is a mixture of ground and letters; what lies around it is ground alone. So colours
(less the smooth part of the ground) that are more frequent within than around are the letters', with their
outlines and shadows, whether letters are brighter or darker, solid or translucent.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from wuhen.fill.raster.regions import grow
from wuhen.fill.raster.smooth import smooth, smooth_within, spread
from wuhen.finders.text.lines import Line
from wuhen.finders.text.runs import find_runs

__all__ = ["find_strokes"]

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

#: Thicker lines are looked at as if they were so many pixels thick.
_THICKNESS = 64
#: How much around a line is looked at, in parts of its thickness, and at least, in pixels.
_AROUND, _LEAST_AROUND = 0.7, 6
#: Bins of brightness and of both differences of colours: levels in each, and how many on either side of 0.
_LEVELS, _BINS = (8, 12, 12), (32, 14, 14)
_HALF = 0.5
#: Shares of a line that its strokes are at least and at most, if they could be told.
_FEWEST, _MOST = 0.04, 0.8


def find_strokes(photo: NDArray[np.uint8], line: Line, taken: Bools) -> tuple[tuple[slice, slice], Bools]:
    """Find the strokes of a line.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)``.
    line
        In its pixels.
    taken
        bool ``(H, W)``: what lines cover, this one among them.

    Returns
    -------
    window
        Index into the photo: where they are.
    strokes
        bool, of the window's size. All that the line covers, where strokes cannot be told.
    """
    window, domain = _surround(line, taken.shape)
    crop, busy = photo[window], taken[window]
    factor = min(1.0, _THICKNESS / max(1.0, line.height))
    if factor < 1:
        strokes = _tell(_shrunk(crop, factor), _shrunk_mask(domain, factor), _shrunk_mask(busy, factor))
        size = (domain.shape[1], domain.shape[0])
        grey = Pillow.fromarray(strokes.astype(np.uint8) * 255)
        return window, np.asarray(grey.resize(size, Pillow.Resampling.BILINEAR)) >= 96  # noqa: PLR2004
    return window, _tell(crop, domain, busy)


def _surround(line: Line, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], Bools]:
    """Return a line's domain with surroundings."""
    margin = max(_LEAST_AROUND, round(_AROUND * line.height))
    height, width = line.domain.shape
    top, left = max(0, line.top - margin), max(0, line.left - margin)
    bottom, right = min(shape[0], line.top + height + margin), min(shape[1], line.left + width + margin)
    domain = np.zeros((bottom - top, right - left), bool)
    domain[line.top - top :, line.left - left :][:height, :width] = line.domain
    return (slice(top, bottom), slice(left, right)), domain


def _shrunk(image: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
    return np.asarray(Pillow.fromarray(image).resize(size, Pillow.Resampling.BOX))


def _shrunk_mask(mask: Bools, factor: float) -> Bools:
    return _shrunk(mask.astype(np.uint8) * 255, factor) >= 128  # noqa: PLR2004


def _tell(crop: NDArray[np.uint8], domain: Bools, busy: Bools) -> Bools:
    """Tell strokes within a domain."""
    ground = ~busy & ~grow(domain, 2)
    if ground.sum() < 30:  # noqa: PLR2004
        ground = ~domain
    if ground.sum() < 30:  # noqa: PLR2004
        return domain
    colours = _opponent(crop)
    thickness = max(4.0, 2 * domain.sum() / max(domain.shape))
    inside = domain
    likely = np.zeros(domain.shape, np.float32)
    known = ground
    for _ in range(2):
        rest = colours - _smooth_ground(colours, known, thickness / 3)
        likely = _likelihood(rest, inside, ground)
        sure = (likely > _HALF) & domain
        known = ground | (domain & ~grow(sure, 2))
    strokes = _clean(likely, domain)
    share = strokes.sum() / domain.sum()
    if not _FEWEST <= share <= _MOST:
        return domain
    return grow(strokes, 1)


def _opponent(crop: NDArray[np.uint8]) -> Floats:
    red, green, blue = (crop[..., i].astype(np.float32) for i in range(3))
    return np.stack([0.3 * red + 0.59 * green + 0.11 * blue, red - green, (red + green) / 2 - blue], -1)


def _smooth_ground(colours: Floats, known: Bools, sigma: float) -> Floats:
    """Return the smooth part of the ground, carried over what is not known."""
    weights = known.astype(np.float32)
    blurred = smooth_within(colours, weights, sigma)
    near = smooth(weights, sigma) > 0.05  # noqa: PLR2004
    return smooth(spread(blurred, near.astype(np.float32)), max(1.0, sigma / 2))


def _likelihood(rest: Floats, inside: Bools, ground: Bools) -> Floats:
    """Return how likely each pixel is a letter's, by its colour."""
    bins = np.zeros(inside.shape, np.int64)
    sizes = [2 * n + 1 for n in _BINS]
    for channel, (levels, most) in enumerate(zip(_LEVELS, _BINS, strict=True)):
        step = np.rint(rest[..., channel] / levels).clip(-most, most).astype(np.int64) + most
        bins = bins * sizes[channel] + step
    total = int(np.prod(sizes))
    within = _soften(np.bincount(bins[inside], minlength=total).reshape(sizes), 1)
    around = _soften(np.bincount(bins[ground], minlength=total).reshape(sizes), 2)
    within /= within.sum()
    around /= around.sum()
    around += 1e-6
    ratios = (within / around).ravel()
    # How much of the line is ground: bins that are the ground's own have this ratio, or less by chance.
    values = np.sort(ratios[bins[ground]])
    share = min(0.95, float(values[int(0.5 * (len(values) - 1))]))
    foreign = np.clip(1 - share / np.maximum(ratios, 1e-9), 0, 1).astype(np.float32)
    return smooth(foreign[bins], 0.6)


def _soften(counts: NDArray[np.int64], passes: int) -> NDArray[np.float64]:
    """Blur a histogram along each axis."""
    result = counts.astype(np.float64)
    for _ in range(passes):
        for axis in range(result.ndim):
            moved = np.moveaxis(result, axis, 0)
            padded = np.concatenate([moved[:1], moved, moved[-1:]])
            result = np.moveaxis(0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:], 0, axis)
    return result


def _clean(likely: Floats, domain: Bools) -> Bools:
    """Keep what is likely within the domain."""
    strokes = (likely > _HALF) & domain
    runs = find_runs(strokes)
    keep = runs.areas() >= 3  # noqa: PLR2004
    return runs.paint(strokes.shape, keep.astype(np.int32)) > 0

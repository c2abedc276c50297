"""The strokes of a line of text, told from what lies behind them.

Within a line there are two kinds of pixels, those of letters and those between them, which differ most
along some direction of colours. Both have a colour there that changes slowly along the line; where they
part is the mean of these (Ridler and Calvard, *Picture Thresholding Using an Iterative Selection Method*,
1978, here locally). Letters fill the middle of a line and leave its rim to what lies between. So it does
not matter whether they are brighter or darker, solid or translucent, nor what else is around the line.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from wuhen.fill.raster.smooth import smooth
from wuhen.finders.runs import find_runs
from wuhen.finders.text.halo import add_halo
from wuhen.finders.text.lines import Line
from wuhen.finders.text.palette import likelihood

__all__ = ["find_strokes"]

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

#: Thicker lines are looked at as if they were so many pixels thick.
_THICKNESS = 64
#: How much around a line is looked at, in parts of its thickness, and at least, in pixels.
_AROUND, _LEAST_AROUND = 0.5, 8
#: Over which part of the thickness colours of letters and of ground are averaged.
_LOCAL = 0.3
_ROUNDS = 4
_HALF = 0.5
#: Parts of a line's thickness: its rim, and what is left in its middle.
_RIM, _CORE = 0.08, 0.16
#: Least difference between letters and ground, in levels, and as a share of what it is in the line.
_CONTRAST, _CONTRAST_SHARE = 3.0, 0.25
#: Shares of a line that its strokes are at least and at most, if they could be told.
_FEWEST, _USUAL, _MOST = 0.03, 0.4, 0.7
#: From this difference between middle and rim on it is clear which kind of pixels are letters.
_CLEAR = 0.15
#: Likelihoods of a colour to be the letters': below the first it is not, from the last on it is.
_UNLIKELY, _LIKELY, _CERTAIN = 0.35, 0.6, 0.85
#: Pieces of fewer pixels are noise.
_SPECK = 3
_EPSILON = np.float32(1e-6)


def find_strokes(photo: NDArray[np.uint8], line: Line) -> tuple[tuple[slice, slice], Bools]:
    """Find the strokes of a line.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)``.
    line
        In its pixels.

    Returns
    -------
    window
        Index into the photo: where they are.
    strokes
        bool, of the window's size. All that the line covers, where strokes cannot be told.
    """
    window, domain = _surround(line, photo.shape)
    crop = photo[window]
    factor = min(1.0, _THICKNESS / max(1.0, line.height))
    if factor == 1:
        return window, tell(crop, domain, line.height)
    strokes = tell(_shrunk(crop, factor), _shrunk_mask(domain, factor), line.height * factor)
    grey = Pillow.fromarray(strokes.astype(np.uint8) * 255)
    size = (domain.shape[1], domain.shape[0])
    return window, np.asarray(grey.resize(size, Pillow.Resampling.BILINEAR)) >= 112  # noqa: PLR2004


def tell(crop: NDArray[np.uint8], domain: Bools, thickness: float) -> Bools:
    """Tell strokes within a domain, given how thick the line is in pixels."""
    colours = _opponent(crop)
    away = _away(domain, thickness)
    core, rim = away > _CORE, domain & (away < _RIM)
    if not core.any() or not rim.any():
        return domain
    plane = _contrasted(colours, domain, thickness)
    low, high = _levels(plane, domain, thickness)
    contrast = high - low
    usual = float(np.median(contrast[core]))
    if usual < _CONTRAST:
        return domain
    upper = (plane - low) > _HALF * contrast
    seen = contrast > max(_CONTRAST, _CONTRAST_SHARE * usual)
    lead = float(upper[core].mean() - upper[rim].mean())
    kinds = [upper, ~upper] if lead > 0 else [~upper, upper]
    letters = _refine(colours, kinds[0] & seen, domain, away)
    if abs(lead) < _CLEAR:
        other = _refine(colours, kinds[1] & seen, domain, away)
        letters = max((letters, other), key=lambda kind: _looks(kind, domain, core, rim))
    if not _FEWEST <= letters.sum() / domain.sum() <= _MOST:
        return domain
    return add_halo(colours, letters, domain, thickness)


def _looks(letters: Bools, domain: Bools, core: Bools, rim: Bools) -> float:
    """Return how much pixels look like letters: in the middle of the line, not all of it, not at its rim."""
    over = max(0.0, float(letters.sum() / domain.sum()) - _USUAL)
    return float(letters[core].mean() - letters[rim].mean()) - over


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


def _opponent(crop: NDArray[np.uint8]) -> Floats:
    """Return brightness, and two differences of colours, in levels."""
    red, green, blue = (crop[..., i].astype(np.float32) for i in range(3))
    return np.stack(
        [0.3 * red + 0.59 * green + 0.11 * blue, (red - green) / 2, (red + green) / 4 - blue / 2], -1
    )


def _away(domain: Bools, thickness: float) -> Floats:
    """Return how deep pixels lie in a domain, in parts of its thickness, roughly: 0 outside."""
    sigma = max(1.0, thickness / 4)
    # A blurred step says how far away the edge is, up to one standard deviation.
    blurred = smooth(domain.astype(np.float32), sigma)
    depth: Floats = np.where(domain, np.clip(blurred - _HALF, 0, None), 0) * np.float32(
        2.2 * sigma / thickness
    )
    return depth


def _contrasted(colours: Floats, domain: Bools, thickness: float) -> Floats:
    """Return colours along the direction in which they vary most within the domain, but for slow changes."""
    weights = domain.astype(np.float32)
    total = smooth(weights, thickness * _LOCAL) + _EPSILON
    rest = colours - smooth(colours * weights[..., None], thickness * _LOCAL) / total[..., None]
    inside = rest[domain]
    _, vectors = np.linalg.eigh(inside.T @ inside)
    plane: Floats = colours @ vectors[:, -1].astype(np.float32)
    return plane


def _levels(plane: Floats, domain: Bools, thickness: float) -> tuple[Floats, Floats]:
    """Return what the lower and the upper kind of pixels are like around each pixel."""
    sigma = max(2.0, thickness * _LOCAL)
    weights = domain.astype(np.float32)
    threshold = smooth(plane * weights, sigma) / (smooth(weights, sigma) + _EPSILON)
    overall = float(plane[domain].mean())
    low = high = threshold
    for _ in range(_ROUNDS):
        parts = []
        for side in (plane <= threshold, plane > threshold):
            own = weights * side
            if not own.any():
                parts.append(np.full_like(plane, overall))
                continue
            # Where there are few of a kind nearby, those further away have a say.
            mean = np.float32((plane * own).sum() / own.sum())
            parts.append(
                (smooth(plane * own, sigma) + mean * np.float32(0.01))
                / (smooth(own, sigma) + np.float32(0.01))
            )
        low, high = parts
        threshold = (low + high) / 2
    return low, high


def _refine(colours: Floats, letters: Bools, domain: Bools, away: Floats) -> Bools:
    """Leave out what has the ground's colours, and add what has the letters'."""
    sure = letters & (away > _CORE / 2)
    ground = (domain & ~letters) | (away == 0)
    if not sure.any() or not ground.any():
        return letters & domain
    likely = likelihood(colours, sure, ground)
    letters = (letters & (likely > _UNLIKELY)) | (domain & (likely > _CERTAIN))
    return _without_specks(_within(letters, domain) | (letters & domain & (likely > _LIKELY)))


def _within(letters: Bools, domain: Bools) -> Bools:
    """Keep the pieces that lie in the domain by more than half, whole."""
    runs = find_runs(letters)
    labels = runs.paint(letters.shape, np.arange(1, runs.count + 1, dtype=np.int32))
    inside = np.bincount(labels[domain], minlength=runs.count + 1)[1:]
    keep = inside > _HALF * runs.areas()
    return runs.paint(letters.shape, keep.astype(np.int32)) > 0


def _without_specks(letters: Bools) -> Bools:
    runs = find_runs(letters)
    return runs.paint(letters.shape, (runs.areas() >= _SPECK).astype(np.int32)) > 0

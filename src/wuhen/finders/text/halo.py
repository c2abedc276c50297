"""What belongs to letters besides their strokes: soft edges, outlines, shadows and glows."""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.regions import grow
from wuhen.fill.raster.smooth import smooth, smooth_within, spread

__all__ = ["add_halo"]

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

#: How far around strokes it is looked for, in parts of the line's thickness, and in pixels.
_FAR, _LEAST_FAR, _MOST_FAR = 0.16, 2, 9
#: What differs from the ground by this share of what the strokes do, or by so many times what the ground
#: does by itself, and by so many levels, belongs to them.
_SHARE, _TIMES, _LEVELS = 0.15, 2.0, 5.0
#: Share of a ring around the strokes that must differ, so that it belongs to them.
_PART = 0.3
#: An outline as wide as this has corners, which lie further out than it is wide by such a share.
_WIDE, _CORNER = 3, 0.42
#: One that the ground hardly differs from is of one colour to within so many levels: in each ring around the
#: strokes that it covers, this part of what is unlike it beyond them, at most. There must be some of that.
_ALIKE, _UNLIKE_PART, _LEAST_UNLIKE = 36.0, 0.5, 0.15
#: It ends at once: two rings further out there is this part of it.
_AT_ONCE = 0.8


def add_halo(colours: Floats, letters: Bools, domain: Bools, thickness: float) -> Bools:
    """Return letters with what lies around them and is theirs.

    Parameters
    ----------
    colours
        float32 ``(h, w, 3)``, in levels.
    letters, domain
        bool ``(h, w)``: strokes, and the line.
    thickness
        Of the line, in pixels.
    """
    far = int(np.clip(round(_FAR * thickness), _LEAST_FAR, _MOST_FAR))
    near = grow(letters, far)
    ground = ~near
    edge = grow(letters, 1)
    if not ground.any():
        return edge
    sigma = max(2.0, thickness / 4)
    smoothed, usual = _ground(colours, ground, sigma)
    differs = np.abs(colours - smoothed).sum(axis=-1)
    strength = float(np.median(differs[letters]))
    limit = np.maximum(np.maximum(_LEVELS, _SHARE * strength), _TIMES * usual)
    other = smooth(differs, 0.5) > limit
    reached, result, wide = letters, edge, 1
    for radius in range(1, far + 1):
        ring = grow(letters, radius) & ~reached
        reached = reached | ring
        if radius > 1 and other[ring & domain].mean() < _PART:
            break
        result, wide = result | (ring & other), radius
    result = edge if result.sum() <= edge.sum() else _rounded(result, other, reached, wide)
    outline = _outline(colours, letters, far)
    return result if outline is None else result | grow(outline, 1)


def _rounded(halo: Bools, other: Bools, reached: Bools, wide: int) -> Bools:
    """Return a halo with its soft edge, and the corners that lie further out than it is wide."""
    if wide < _WIDE:
        return grow(halo, 1) & reached
    for _ in range(round(_CORNER * wide) + 1):
        halo = halo | (grow(halo, 1) & other)
    return grow(halo, 1)


def _outline(colours: Floats, letters: Bools, far: int) -> Bools | None:
    """Return an outline that is told from the ground by being of one colour, as black on a dark ground is."""
    grown = [grow(letters, radius) for radius in range(far + 1)]
    # The first ring is mixed with the strokes.
    first = grown[min(3, far)] & ~grown[1]
    if not first.any():
        return None
    unlike = np.abs(colours - np.median(colours[first], axis=0)).sum(axis=-1) >= _ALIKE
    beyond = ~grown[far]
    usual = float(unlike[beyond].mean()) if beyond.any() else 0.0
    if usual < _LEAST_UNLIKE:
        return None
    reach = 1
    while reach < far and (ring := grown[reach + 1] & ~grown[reach]).any():
        if unlike[ring].mean() > _UNLIKE_PART * usual:
            break
        reach += 1
    # Without an end, or with a gradual one, it is the ground that is of one colour near the letters.
    if reach == 1 or reach + 2 > far:
        return None
    past = grown[reach + 2] & ~grown[reach + 1]
    return grown[reach] & ~unlike if unlike[past].mean() > _AT_ONCE * usual else None


def _ground(colours: Floats, ground: Bools, sigma: float) -> tuple[Floats, Floats]:
    """Return the smooth part of the ground everywhere, and by how much it differs from that."""
    weights = ground.astype(np.float32)
    total = smooth(weights, sigma)
    known = (total > 0.05).astype(np.float32)  # noqa: PLR2004
    smoothed = spread(smooth_within(colours, weights, sigma), known)
    rest = np.abs(colours - smoothed).sum(axis=-1)
    usual = spread(smooth_within(rest[..., None], weights, sigma), known)[..., 0]
    return smoothed, usual

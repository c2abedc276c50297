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
    if result.sum() <= edge.sum():
        return edge
    if wide < _WIDE:
        return grow(result, 1) & reached
    for _ in range(round(_CORNER * wide) + 1):
        result = result | (grow(result, 1) & other)
    return grow(result, 1)


def _ground(colours: Floats, ground: Bools, sigma: float) -> tuple[Floats, Floats]:
    """Return the smooth part of the ground everywhere, and by how much it differs from that."""
    weights = ground.astype(np.float32)
    total = smooth(weights, sigma)
    known = (total > 0.05).astype(np.float32)  # noqa: PLR2004
    smoothed = spread(smooth_within(colours, weights, sigma), known)
    rest = np.abs(colours - smoothed).sum(axis=-1)
    usual = spread(smooth_within(rest[..., None], weights, sigma), known)[..., 0]
    return smoothed, usual

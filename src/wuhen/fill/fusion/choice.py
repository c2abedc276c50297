"""Whose pixel goes into the result: the guide's, or that of the fill that followed it.

At the photo's own resolution the fill is preferred, for it is made of the photo: its texture is real. The
guide is taken where the fill does not show what it was told: where a line was lost, where the colour is
another one, and where the fill has marks that the guide, as flat as the photo is where it has that colour,
has not, and on smooth ground. Elsewhere the fill keeps its detail and takes the guide's colours. Where the
guide sees less than the full resolution, its picture is taken everywhere, and the fill has the detail beyond
that.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.fusion.tone import correct_tone
from wuhen.fill.guides.lines import cover_lines, find_lines, find_lost
from wuhen.fill.guides.materials import UNSEEN, Materials, Usual, measure_detail
from wuhen.fill.raster.smooth import smooth, smooth_within

__all__ = ["Told", "choose"]

#: How steady the contrast of the guide's lines must be for them to count.
_STEADY = 0.92
#: Colours are taken from the guide where they are averaged over so many pixels.
_COLOURS = 8.0
#: The fill shows something else where it differs by so many grey levels, averaged over so many pixels: from
#: the first on in part, from the second on wholly.
_OTHER = 8.0, 20.0
_OTHER_SIGMA = 3.0
#: The fill has marks from so much more detail on than the guide, as logarithms, and wholly from as much more;
_MARKS = 0.4
_MARKS_MORE = 0.5
#: and the guide counts as flat, not as blurred, from so far below the photo's detail on, and wholly above.
_BLURRED = 0.5
_BLURRED_LESS = 0.25
#: Ground is smooth up to so much detail, as a logarithm, and not from so much on. There the eye sees every
#: step, and a fill made of pieces has some.
_SMOOTH = 0.1, 0.6
#: Grain is what a Gaussian of so many pixels takes, up to so many times its usual size: more would be marks.
_GRAIN = 1.2
_GRAIN_MOST = 3.0
#: Borders between the two are soft over so many pixels.
_SOFT = 2.0


class Told(NamedTuple):
    """What was told, and what came of it, at the guide's resolution.

    Attributes
    ----------
    guide, fill
        float32 ``(h, w, 3)``, 0 to 255: the same where neither painted.
    hole
        bool ``(h, w)``: where they did.
    known
        bool ``(h, w)``: what of the rest shows the photo's materials.
    trust
        float32 ``(h, w)``, 0 to 1: how far the guide may be believed.
    """

    guide: NDArray[np.float32]
    fill: NDArray[np.float32]
    hole: NDArray[np.bool_]
    known: NDArray[np.bool_]
    trust: NDArray[np.float32]


def choose(told: Told, preference: float) -> NDArray[np.float32]:
    """Fuse a guide's picture and a fill.

    Parameters
    ----------
    told
        Both of them.
    preference
        How far the fill is preferred where it shows what it was told: 1 at the photo's own resolution, 0
        where the guide sees less.

    Returns
    -------
    ndarray
        float32 ``(h, w, 3)``: ``told.fill`` outside the hole.
    """
    fill, hole = told.fill, told.hole
    guide = correct_tone(told.guide, fill, hole, told.trust)
    usual = Materials(guide, told.known).look_up(guide)
    believed = (told.trust * usual.common * hole).astype(np.float32)
    other = _find_other(guide, fill, hole, believed)
    recoloured = _recolour(guide, fill, told, believed, other)
    guide = _add_grain(guide, fill, hole, usual)
    share = np.maximum(_find_marks(guide, fill, usual, believed), other)
    lines = find_lines(guide, hole, _STEADY)
    lost = cover_lines(lines, find_lost(lines, recoloured) * believed)
    at_least = (1 - preference) * (believed if preference > 0 else told.trust)
    # All of these were widened and smoothed.
    share = np.minimum(np.maximum(np.maximum(share, lost), at_least), told.trust)[..., None]
    fused: NDArray[np.float32] = recoloured + share * (guide - recoloured)
    return np.where(hole[..., None], fused, fill)


def _recolour(
    guide: NDArray[np.float32],
    fill: NDArray[np.float32],
    told: Told,
    believed: NDArray[np.float32],
    other: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Give the fill the guide's colours, and leave it its detail; what shows something else has no say."""
    hole = told.hole
    within = np.maximum(told.trust * (1 - other) * hole, np.float32(1e-3))
    shift = smooth_within((guide - fill) * hole[..., None], within, _COLOURS)
    moved = fill + shift * np.minimum(smooth(believed, _SOFT), told.trust)[..., None]
    return np.where(hole[..., None], np.clip(moved, 0, 255), fill)


def _add_grain(
    guide: NDArray[np.float32], fill: NDArray[np.float32], hole: NDArray[np.bool_], usual: Usual
) -> NDArray[np.float32]:
    """Add as much of the fill's grain as the guide has too little."""
    usually = np.exp(usual.flat) - UNSEEN
    has = (np.exp(measure_detail(guide)) - UNSEEN) / np.maximum(usually, np.float32(0.05))
    lacking = np.sqrt(np.clip(1 - has**2, 0, 1)) * usual.common * hole
    most = np.float32(_GRAIN_MOST) * np.maximum(usually, np.float32(0))[..., None]
    grain = np.clip(fill - smooth(fill, _GRAIN), -most, most)
    grained: NDArray[np.float32] = guide + lacking[..., None] * grain
    return grained


def _find_marks(
    guide: NDArray[np.float32], fill: NDArray[np.float32], usual: Usual, believed: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Say where the fill has detail, or may have steps, that neither guide nor photo have."""
    detail = measure_detail(guide)
    flat = np.clip((detail - usual.flat + np.float32(_BLURRED)) / np.float32(_BLURRED_LESS), 0, 1)
    more = measure_detail(fill) - np.maximum(detail, usual.flat) - np.float32(_MARKS)
    least, most = _SMOOTH
    smooth_ground = np.clip((most - detail) / (most - least), 0, 1)
    marks = np.maximum(np.clip(more / np.float32(_MARKS_MORE), 0, 1), smooth_ground) * flat * believed
    padded = np.pad(marks, 2, "edge")
    rows = np.max([padded[i : i + len(marks)] for i in range(5)], axis=0)
    wide = np.max([rows[:, i : i + marks.shape[1]] for i in range(5)], axis=0)
    return smooth(wide, _SOFT)


def _find_other(
    guide: NDArray[np.float32],
    fill: NDArray[np.float32],
    hole: NDArray[np.bool_],
    believed: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Say where the fill shows something else."""
    least, most = _OTHER
    distance = np.abs(smooth((guide - fill) * hole[..., None], _OTHER_SIGMA)).mean(axis=2)
    return smooth(np.clip((distance - least) / (most - least), 0, 1) * believed, _SOFT)

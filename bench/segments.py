"""Straight lines in pictures: those that run through a hole, and those that a fill keeps.

Segments are found by LSD (Grompone von Gioi, Jakubowicz, Morel, Randall, *LSD: a line segment detector*, IPOL
2012) as OpenCV has it.
"""

import importlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Kept", "compare", "crossings", "find_segments"]

Image = NDArray[np.uint8]
#: Ends of segments, float64 ``(n, 4)``: x and y of one end, x and y of the other.
Segments = NDArray[np.float64]

#: Pixels of a segment in the hole from which on it counts.
_LEAST = 20
#: Pixels aside of a segment where its edge may lie in the other picture.
_ASIDE = 2
#: Grey levels across an edge from which on it is one, and those from which on more make no difference.
_CONTRAST, _ENOUGH = 6.0, 40.0
#: Share of an edge's contrast that the other picture must have at least.
_SHARE = 0.5
#: Pixels from an edge's middle to where its sides are looked at, and the blur before that.
_SIDE, _BLUR = 1.5, 0.8
#: How long a crossing is inside the hole, as a share of the root of the hole's area, and outside at each end.
_INSIDE, _OUTSIDE = 0.4, 0.05
#: Radians, and share of the root of the hole's area, by which two crossings differ at least.
_TURNED, _APART = 0.09, 0.08


class Kept(NamedTuple):
    """How much of the lines of two pictures is the same, each 0 to 1.

    Attributes
    ----------
    recall
        Share of the reference's lines that the result has, by length times contrast; 1 where there are none.
    precision
        Share of the result's lines that the reference has.
    weight
        Length times contrast of the reference's lines in the hole.
    """

    recall: float
    precision: float
    weight: float


def find_segments(picture: Image) -> Segments:
    """Find the straight edges of a picture, uint8 RGB ``(h, w, 3)``."""
    cv2: Any = importlib.import_module("cv2")
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_ADV).detect(
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    )
    return np.zeros((0, 4)) if found[0] is None else found[0].reshape(-1, 4).astype(np.float64)


def crossings(segments: Segments, hole: NDArray[np.bool_]) -> int:
    """Count the long segments that run from one side of a hole to the other; what lies close counts once."""
    extent = float(hole.sum()) ** 0.5
    taken: list[tuple[float, float, float]] = []
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    for (x0, y0, x1, y1), length in zip(segments, lengths, strict=True):
        if length < _INSIDE * extent:
            continue
        inside = _inside(np.linspace(x0, x1, int(length) + 1), np.linspace(y0, y1, int(length) + 1), hole)
        rim = int(_OUTSIDE * extent) + 1
        if inside.sum() < _INSIDE * extent or inside[:rim].any() or inside[-rim:].any():
            continue
        angle = float(np.arctan2(y1 - y0, x1 - x0)) % np.pi
        middle = float(np.mean(np.nonzero(inside)[0])) / len(inside)
        x, y = x0 + middle * (x1 - x0), y0 + middle * (y1 - y0)
        if all(_differ((angle, x, y), other, extent) for other in taken):
            taken.append((angle, x, y))
    return len(taken)


def _inside(xs: NDArray[np.float64], ys: NDArray[np.float64], hole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows = np.clip(np.rint(ys).astype(np.int64), 0, hole.shape[0] - 1)
    columns = np.clip(np.rint(xs).astype(np.int64), 0, hole.shape[1] - 1)
    found: NDArray[np.bool_] = hole[rows, columns]
    return found


def _differ(one: tuple[float, float, float], other: tuple[float, float, float], extent: float) -> bool:
    turned = abs(one[0] - other[0])
    if min(turned, np.pi - turned) > _TURNED:
        return True
    across = -np.sin(other[0]) * (one[1] - other[1]) + np.cos(other[0]) * (one[2] - other[2])
    return bool(abs(across) > _APART * extent)


def compare(reference: Image, result: Image, hole: NDArray[np.bool_]) -> Kept:
    """Say how much of the reference's lines in a hole the result has, and the other way round.

    A segment that runs at least 20 px in the hole is asked every second pixel whether the other picture has
    an edge of the same sign and at least half the contrast there, at most 2 px aside.
    """
    recall, weight = _share(reference, result, hole)
    return Kept(recall, _share(result, reference, hole)[0], weight)


def _share(reference: Image, result: Image, hole: NDArray[np.bool_]) -> tuple[float, float]:
    greys = [_grey(picture) for picture in (reference, result)]
    total = had = 0.0
    for x0, y0, x1, y1 in find_segments(reference):
        length = float(np.hypot(x1 - x0, y1 - y0))
        if length < _LEAST:
            continue
        along = np.arange(0, length, 2) / length
        xs, ys = x0 + along * (x1 - x0), y0 + along * (y1 - y0)
        inside = _inside(xs, ys, hole)
        xs, ys = xs[inside], ys[inside]
        normal = (-(y1 - y0) / length, (x1 - x0) / length)
        if 2 * len(xs) < _LEAST:
            continue
        wanted = _step(greys[0], xs, ys, normal, 0)
        strong = np.abs(wanted) >= _CONTRAST
        wanted = wanted[strong]
        if 4 * len(wanted) < _LEAST:
            continue
        found = np.zeros(len(wanted), np.bool_)
        for aside in range(-_ASIDE, _ASIDE + 1):
            there = _step(greys[1], xs, ys, normal, aside)[strong]
            found |= there * np.sign(wanted) >= _SHARE * np.abs(wanted)
        weight = 2 * len(wanted) * min(_ENOUGH, float(np.abs(wanted).mean()))
        total += weight
        had += weight * float(found.mean())
    return (had / total if total else 1.0), total


def _grey(picture: Image) -> NDArray[np.float32]:
    cv2: Any = importlib.import_module("cv2")
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR))


def _step(
    grey: NDArray[np.float32],
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    normal: tuple[float, float],
    aside: int,
) -> NDArray[np.float32]:
    """Measure how grey changes across a line, at points of it moved aside, in levels."""
    cv2: Any = importlib.import_module("cv2")
    sides = []
    for distance in (aside + _SIDE, aside - _SIDE):
        maps = (xs + normal[0] * distance, ys + normal[1] * distance)
        x, y = (axis.astype(np.float32) for axis in maps)
        sides.append(cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).ravel())
    return np.asarray(sides[0] - sides[1])

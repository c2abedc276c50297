"""Where a picture has straight edges, and whether another one has them, too.

At each pixel the edge's contrast is averaged along a short course at each of some angles; where it is about
the same all the way, there is a line, and texture, whose contrast changes from pixel to pixel, is none. What
is compared is what the eye follows: a line may lie two pixels aside and have somewhat less contrast.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Flat, Plane, Single
from wuhen.fill.guides.materials import LUMA
from wuhen.fill.raster.smooth import smooth

__all__ = ["Lines", "cover_lines", "find_lines", "find_lost"]

#: Angles that are tried, half a turn of them.
_ANGLES = 24
#: Half the length of the course along which contrast is averaged, in pixels.
_HALF = 10
#: Contrast is measured between the pixels so far to both sides.
_SIDE = 1.5
#: Pictures are smoothed by a Gaussian of so many pixels first.
_SIGMA = 0.8
#: Grey levels, squared, that contrast may vary by along any line: noise is not what breaks one.
_NOISE = 4.0
#: Least contrast of a line that is seen, in grey levels.
_CONTRAST = 9.0
#: A line of another picture is the same up to so many pixels aside, as seen along so many to both ends;
_ASIDE = 2
_ALONG = 3
#: it is there with so much of the contrast, and lost with a quarter less.
_KEPT = 0.75
#: Half the length of what is covered of each line, and the width on either side, in pixels.
_COVER = 7
_NEAR = 3
_SOFT = 1.5


class Lines(NamedTuple):
    """Straight edges of a picture.

    Attributes
    ----------
    contrast
        float32 ``(h, w)``: the difference between its sides, in grey levels, with its sign; 0 where there is
        no line.
    angle
        float32 ``(h, w)``: its direction, in radians from the x axis towards the y axis.
    """

    contrast: Plane[np.float32]
    angle: Plane[np.float32]


def find_lines(image: NDArray[np.float32], where: NDArray[np.bool_], steady: float) -> Lines:
    """Find a picture's straight edges.

    Parameters
    ----------
    image
        float32 ``(h, w, 3)``, 0 to 255.
    where
        bool ``(h, w)``: the pixels to look at.
    steady
        Least mean contrast along a line's course, relative to its root mean square, 0 to 1.
    """
    grey = smooth(image @ LUMA, _SIGMA)
    lines = Lines(np.zeros_like(grey), np.zeros_like(grey))
    steps = np.empty_like(grey)
    at = np.flatnonzero(where).astype(np.int32)
    for angle in np.arange(_ANGLES) * (np.pi / _ANGLES):
        across, down = as_float(np.cos(angle)), as_float(np.sin(angle))
        _differ(grey, across, down, steps)
        _average(steps, at, across, down, as_float(steady), as_float(angle), lines)
    return lines


def find_lost(lines: Lines, image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Say how far each pixel of a picture's lines is missing in another picture.

    Parameters
    ----------
    lines
        The first picture's.
    image
        float32 ``(h, w, 3)``, 0 to 255: the second one.

    Returns
    -------
    ndarray
        float32 ``(h, w)``, 0 to 1.
    """
    lost = np.zeros_like(lines.contrast)
    _compare(smooth(image @ LUMA, _SIGMA), lines, lost)
    return lost


def cover_lines(lines: Lines, share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cover lines and both their sides, each by a share: float32 ``(h, w)``, 0 to 1."""
    covered = np.zeros_like(share)
    _draw(lines, share, covered)
    wide = np.zeros_like(share)
    _widen(covered, wide)
    return smooth(wide, _SOFT)


@inlined
def _sample(image: Plane[np.float32], y: Single, x: Single) -> Single:
    """Bilinear interpolation; the border goes on."""
    height, width = image.shape
    y = min(max(y, as_float(0)), as_float(height - 1))
    x = min(max(x, as_float(0)), as_float(width - 1))
    top, left = min(as_int(y), max(height - 2, 0)), min(as_int(x), max(width - 2, 0))
    bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
    v, u = y - as_float(top), x - as_float(left)
    upper = image[top, left] + u * (image[top, right] - image[top, left])
    lower = image[bottom, left] + u * (image[bottom, right] - image[bottom, left])
    between: Single = upper + v * (lower - upper)
    return between


@kernel
def _differ(grey: Plane[np.float32], across: Single, down: Single, steps: Plane[np.float32]) -> None:
    """Difference between both sides of each pixel, of an edge that runs at an angle."""
    height, width = grey.shape
    side = as_float(_SIDE)
    for row in range(height):
        for column in range(width):
            y, x = as_float(row), as_float(column)
            steps[row, column] = _sample(grey, y + side * across, x - side * down) - _sample(
                grey, y - side * across, x + side * down
            )


@kernel
def _average(
    steps: Plane[np.float32],
    where: Flat[np.int32],
    across: Single,
    down: Single,
    steady: Single,
    angle: Single,
    lines: Lines,
) -> None:
    """Average differences along the course at an angle, and keep them where they are the greatest so far."""
    contrast, angles = lines.contrast, lines.angle
    width = steps.shape[1]
    # One step of the longer coordinate at a time.
    longer = max(abs(across), abs(down))
    count = as_int(as_float(_HALF) * longer + as_float(0.5))
    for i in range(len(where)):
        row = as_int(where[i]) // width
        column = as_int(where[i]) - row * width
        least = max(as_float(_CONTRAST), abs(contrast[row, column]))
        # What is steady has about its mean here as well.
        if abs(steps[row, column]) < as_float(0.5) * least:
            continue
        total = as_float(0)
        squares = as_float(0)
        for j in range(-count, count + 1):
            far = as_float(j) / longer
            step = _sample(steps, as_float(row) + far * down, as_float(column) + far * across)
            total += step
            squares += step * step
        number = as_float(2 * count + 1)
        mean = total / number
        if abs(mean) >= least and abs(mean) >= steady * np.sqrt(squares / number + as_float(_NOISE)):
            contrast[row, column] = mean
            angles[row, column] = angle


@kernel
def _compare(grey: Plane[np.float32], lines: Lines, lost: Plane[np.float32]) -> None:
    """Ask along each line's course for the greatest contrast a little aside."""
    height, width = grey.shape
    side = as_float(_SIDE)
    for row in range(height):
        for column in range(width):
            wanted = lines.contrast[row, column]
            if wanted == 0:
                continue
            across, down = np.cos(lines.angle[row, column]), np.sin(lines.angle[row, column])
            total = as_float(0)
            for along in range(-_ALONG, _ALONG + 1):
                best = as_float(0)
                for aside in range(-_ASIDE, _ASIDE + 1):
                    y = as_float(row) + as_float(along) * down + as_float(aside) * across
                    x = as_float(column) + as_float(along) * across - as_float(aside) * down
                    step = _sample(grey, y + side * across, x - side * down) - _sample(
                        grey, y - side * across, x + side * down
                    )
                    best = max(best, step / wanted)
                total += min(best, as_float(1))
            kept = total / as_float(2 * _ALONG + 1)
            lost[row, column] = min(max((as_float(_KEPT) - kept) * as_float(4), as_float(0)), as_float(1))


@kernel
def _draw(lines: Lines, share: Plane[np.float32], covered: Plane[np.float32]) -> None:
    """Draw the course of each pixel's line."""
    height, width = share.shape
    for row in range(height):
        for column in range(width):
            value = share[row, column]
            if value <= 0:
                continue
            across, down = np.cos(lines.angle[row, column]), np.sin(lines.angle[row, column])
            for along in range(-_COVER, _COVER + 1):
                y = as_int(np.floor(as_float(row) + as_float(along) * down + as_float(0.5)))
                x = as_int(np.floor(as_float(column) + as_float(along) * across + as_float(0.5)))
                if y >= 0 and y < height and x >= 0 and x < width:
                    covered[y, x] = max(covered[y, x], value)


@kernel
def _widen(covered: Plane[np.float32], wide: Plane[np.float32]) -> None:
    """Give each pixel the greatest value in a circle around it."""
    height, width = covered.shape
    for row in range(height):
        for column in range(width):
            value = covered[row, column]
            if value <= 0:
                continue
            for v in range(max(row - _NEAR, 0), min(row + _NEAR, height - 1) + 1):
                for u in range(max(column - _NEAR, 0), min(column + _NEAR, width - 1) + 1):
                    if (v - row) ** 2 + (u - column) ** 2 <= _NEAR**2 + 1:
                        wide[v, u] = max(wide[v, u], value)

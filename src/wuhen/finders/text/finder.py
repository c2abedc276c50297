"""Text of any script that was laid over a photo, or stands in it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from wuhen.finders.found import Box, Found, Place
from wuhen.finders.search import Search
from wuhen.finders.text.detector import look, scales
from wuhen.finders.text.lines import Line, find_lines
from wuhen.finders.text.strokes import find_strokes

__all__ = ["NAME", "find_text"]

NAME = "text"
#: Score that a line has, at sensitivities of 0, 1/2 and 1, if it is short, in parts of its thickness, and
#: by how much less it may have if it is long: rocks and leaves are rarely taken for long lines.
_LEAST, _SHORT, _LONG, _LESS = (0.94, 0.9, 0.65), 2.5, 5.0, 0.1
#: Thicker lines, in pixels as they were looked at, count only if they are seen at a smaller scale, too: the
#: network learned from thinner ones, and takes rocks and clouds for large letters.
_THICK = 120
#: Score from which on something thick is worth looking at once more.
_DOUBTFUL = 0.5
#: By so much of it.
_CONFIRMED = 0.6
#: A line that was seen to so much of it already, at another scale, is not new.
_SEEN = 0.3
#: What covers more than this share of the photo, and has no strokes, is no text: trees in snow, say.
_LARGEST_BAR = 0.03
#: Lines askew by less, in pixels from one end to the other, are upright.
_ASKEW = 3.0


def find_text(photo: NDArray[np.uint8], search: Search) -> Found:
    """Find text.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)``.

    Returns
    -------
    Found
        A place for each line, with its box, and its corners if it lies askew; the mask has its strokes.
    """
    height, width = photo.shape[:2]
    mask = np.zeros((height, width), bool)
    places: list[Place] = []
    for line in _lines(photo, search):
        search.ask()
        window, strokes = find_strokes(photo, line)
        if _is_bar(strokes, line) and line.domain.sum() > _LARGEST_BAR * mask.size:
            continue
        mask[window] |= strokes
        places.append(_place(line, width, height))
    return Found(mask, tuple(sorted(places, key=lambda place: (place.box.top, place.box.left))))


def _is_bar(strokes: NDArray[np.bool_], line: Line) -> bool:
    """Tell whether strokes could not be told, so that the mask is all that the line covers."""
    return bool(0.9 < strokes.sum() / line.domain.sum() <= 1)  # noqa: PLR2004 - scaling takes a little


def _lines(photo: NDArray[np.uint8], search: Search) -> Iterator[Line]:
    """Find lines in the photo's own pixels, each once."""
    height, width = photo.shape[:2]
    seen = np.zeros((height, width), bool)
    for scale in scales(width, height):
        new = [
            line for line in _look_at(photo, scale, search) if seen[_window(line)][line.domain].mean() < _SEEN
        ]
        for line in new:
            seen[_window(line)] |= line.domain
        yield from new


def _look_at(photo: NDArray[np.uint8], scale: float, search: Search) -> Iterator[Line]:
    """Find lines at a scale, and thick ones where they are seen at a smaller scale, too."""
    height, width = photo.shape[:2]
    least = float(np.interp(search.sensitivity, (0, 0.5, 1), _LEAST))
    doubted: NDArray[np.bool_] | None = None
    while True:
        thick = np.zeros((height, width), bool)
        for line in find_lines(look(photo, scale, search), _DOUBTFUL):
            enlarged = _enlarged(line, scale, width, height)
            window = _window(enlarged)
            if line.height > _THICK:
                thick[window] |= enlarged.domain
            elif line.score >= least - _allowance(line) and (
                doubted is None or doubted[window][enlarged.domain].mean() > _CONFIRMED
            ):
                yield enlarged
        if not thick.any() or min(height, width) * scale < _THICK:
            return
        scale, doubted = scale / 2, thick


def _allowance(line: Line) -> float:
    """Return by how much less a line's score may be, as it is long."""
    sides = np.linalg.norm(line.corners[1:3] - line.corners[:2], axis=1)
    return float(np.interp(sides.max() / line.height, (_SHORT, _LONG), (0, _LESS)))


def _enlarged(line: Line, scale: float, width: int, height: int) -> Line:
    """Return a line as it lies in the photo."""
    if scale == 1:
        return line
    left, top = int(line.left / scale), int(line.top / scale)
    size = (max(1, round(line.domain.shape[1] / scale)), max(1, round(line.domain.shape[0] / scale)))
    size = min(size[0], width - left), min(size[1], height - top)
    domain = np.asarray(Pillow.fromarray(line.domain).resize(size))
    return replace(
        line, corners=line.corners / scale, height=line.height / scale, left=left, top=top, domain=domain
    )


def _window(line: Line) -> tuple[slice, slice]:
    height, width = line.domain.shape
    return slice(line.top, line.top + height), slice(line.left, line.left + width)


def _place(line: Line, width: int, height: int) -> Place:
    low = np.floor(line.corners.min(axis=0)).clip(0, (width - 1, height - 1)).astype(int)
    high = np.ceil(line.corners.max(axis=0)).clip(low + 1, (width, height)).astype(int)
    box = Box(*(int(n) for n in (*low, *(high - low))))
    upper = line.corners[1] - line.corners[0]
    corners = None
    if min(abs(upper)) > _ASKEW:
        corners = tuple((float(x), float(y)) for x, y in line.corners)
    return Place(NAME, box, round(float(line.score), 3), corners)

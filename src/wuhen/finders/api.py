"""The public face of the finders: what may be asked, checked once, then handed to them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.errors import FinderError
from wuhen.finders.found import Box, Found, Place
from wuhen.finders.search import FINDERS, Search

__all__ = ["find", "names"]

_DIMENSIONS, _COLOURS, _WITH_ALPHA = 3, 3, 4


def names() -> tuple[str, ...]:
    """Names that `find` takes as `what`."""
    return tuple(FINDERS)


def find(
    photo: NDArray[np.uint8],
    what: str | Sequence[str] = "text",
    *,
    region: tuple[int, int, int, int] | None = None,
    sensitivity: float = 0.5,
    threads: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Found:
    """Find what lies over a photo.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)``, or ``(H, W, 4)`` with an alpha channel, which is not looked at.
    what
        One of `names`, or several.
    region
        (left, top, width, height) in pixels: where to look. By default everywhere.
    sensitivity
        From 0 (only what is beyond doubt) to 1 (whatever might be meant).
    threads
        To look with; by default as many as there are processors.
    cancelled
        Asked now and then whether to stop.

    Returns
    -------
    Found
        Its mask has the photo's size, whatever the region.

    Raises
    ------
    FinderError
        An argument is of the wrong kind or out of its range, or what a finder needs is not there.
    Cancelled
        When `cancelled` answered true.
    """
    _check_photo(photo)
    if not 0 <= sensitivity <= 1:
        raise FinderError(f"sensitivity is from 0 to 1, not {sensitivity}")
    wanted = dict.fromkeys([what] if isinstance(what, str) else what)
    for name in wanted:
        if name not in FINDERS:
            raise FinderError(f"there is no finder {name!r}: {', '.join(names())}")
    height, width = photo.shape[:2]
    box = Box(0, 0, width, height) if region is None else _clip(Box(*region), width, height)
    rows, columns = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
    window = np.ascontiguousarray(photo[rows, columns, :_COLOURS])
    search = Search(sensitivity, threads, cancelled)
    mask = np.zeros((height, width), bool)
    places: list[Place] = []
    for name in wanted:
        found = FINDERS[name]()(window, search)
        mask[rows, columns] |= found.mask
        places += [_moved(place, box.left, box.top) for place in found.places]
    return Found(mask, tuple(sorted(places, key=lambda place: (place.box.top, place.box.left))))


def _check_photo(photo: NDArray[Any]) -> None:
    right = (
        photo.dtype == np.uint8
        and photo.ndim == _DIMENSIONS
        and photo.shape[2] in {_COLOURS, _WITH_ALPHA}
        and photo.size > 0
    )
    if not right:
        raise FinderError(f"a photo is uint8 (H, W, 3) or (H, W, 4), not {photo.dtype} {photo.shape}")


def _clip(box: Box, width: int, height: int) -> Box:
    """Return the part of a region that lies in the photo."""
    left, top = max(0, box.left), max(0, box.top)
    right, bottom = min(width, box.left + box.width), min(height, box.top + box.height)
    if right <= left or bottom <= top:
        raise FinderError(f"the region {tuple(box)} holds no pixel of a photo of {width}x{height}")
    return Box(left, top, right - left, bottom - top)


def _moved(place: Place, dx: int, dy: int) -> Place:
    left, top, width, height = place.box
    corners = place.corners and tuple((x + dx, y + dy) for x, y in place.corners)
    return Place(place.what, Box(left + dx, top + dy, width, height), place.score, corners)

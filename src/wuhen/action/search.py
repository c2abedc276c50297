"""What is to be looked for in a photo, and the look itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuhen import fill, finders, photo
from wuhen.action.failures import FIND_REFUSED

__all__ = ["LOOKING", "OVERLAY", "USUAL_SENSITIVITY", "Find", "count_found", "look"]

USUAL_SENSITIVITY = 0.5
LOOKING = 25_000_000
"""Pixels that would have room in what finding takes in memory beside the photo, a network above all."""
OVERLAY = "overlay"
"""What `Find.overlays` finds is called."""


@dataclass(frozen=True, slots=True)
class Find:
    """What to look for.

    Attributes
    ----------
    what : tuple of str
        Names of finders: see `wuhen.finders.names`.
    within : wuhen.photo.Rectangle, optional
        Where to look; by default everywhere.
    sensitivity : float
        From 0 (only what is beyond doubt) to 1 (whatever might be meant).
    overlays : wuhen.finders.Learned, optional
        What lies over many photos alike, as was learned from them; it is looked for besides, as `OVERLAY`.
    """

    what: tuple[str, ...]
    within: photo.Rectangle | None = None
    sensitivity: float = USUAL_SENSITIVITY
    overlays: finders.Learned | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All that is looked for, by name."""
        return self.what if self.overlays is None else (*self.what, OVERLAY)


def look(
    original: photo.Photo,
    find: Find,
    *,
    threads: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> finders.Found:
    """Look for what is asked for in a photo.

    Parameters
    ----------
    original
        Upright.
    find
        What to look for.
    threads
        To look with; by default as many as there are processors.
    cancelled
        Asked now and then whether to stop.

    Raises
    ------
    ApiError
        It cannot be looked for.
    wuhen.fill.Cancelled
        When `cancelled` answered true.
    """
    within = None if find.within is None else find.within.box(original.size)
    try:
        found = finders.find(
            original.pixels,
            find.what,
            region=within,
            sensitivity=find.sensitivity,
            threads=threads,
            cancelled=cancelled,
        )
        if find.overlays is not None:
            found = _add_overlays(
                found, original, find, within, finders.Search(find.sensitivity, threads, cancelled)
            )
    except finders.Cancelled:
        raise fill.Cancelled from None
    except finders.FinderError as error:
        raise FIND_REFUSED(reason=error) from error
    return found


def _add_overlays(
    found: finders.Found,
    original: photo.Photo,
    find: Find,
    within: tuple[int, int, int, int] | None,
    search: finders.Search,
) -> finders.Found:
    """Return what was found together with the overlays: where they lie was learned of the whole photo."""
    assert find.overlays is not None  # noqa: S101 - whoever calls has looked
    overlays = find.overlays.find(original.pixels, search)
    mask, places = overlays.mask, overlays.places
    if within is not None:
        left, top, width, height = within
        inside = np.zeros_like(mask)
        inside[top : top + height, left : left + width] = True
        mask = mask & inside
        places = tuple(place for place in places if _holds(mask, place.box))
    both = sorted((*found.places, *places), key=lambda place: (place.box.top, place.box.left))
    return finders.Found(found.mask | mask, tuple(both))


def _holds(mask: NDArray[np.bool_], box: finders.Box) -> bool:
    return bool(mask[box.top : box.top + box.height, box.left : box.left + box.width].any())


def count_found(find: Find, places: tuple[finders.Place, ...]) -> dict[str, int]:
    """Return how many places of each kind were found, with those kinds of which there is none."""
    counts = dict.fromkeys(find.names, 0)
    for place in places:
        counts[place.what] = counts.get(place.what, 0) + 1
    return counts

"""What is to be looked for in a photo, and the look itself."""

from collections.abc import Callable
from dataclasses import dataclass

from wuhen import fill, finders, photo
from wuhen.action.failures import FIND_REFUSED

__all__ = ["USUAL_SENSITIVITY", "Find", "count_found", "look"]

USUAL_SENSITIVITY = 0.5


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
    """

    what: tuple[str, ...]
    within: photo.Rectangle | None = None
    sensitivity: float = USUAL_SENSITIVITY


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
    except finders.Cancelled:
        raise fill.Cancelled from None
    except finders.FinderError as error:
        raise FIND_REFUSED(reason=error) from error
    return found


def count_found(find: Find, places: tuple[finders.Place, ...]) -> dict[str, int]:
    """Return how many places of each kind were found, with those kinds of which there is none."""
    counts = dict.fromkeys(find.what, 0)
    for place in places:
        counts[place.what] = counts.get(place.what, 0) + 1
    return counts

"""What one search is given, and what finders are to the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.errors import Cancelled
from wuhen.finders.found import Found

__all__ = ["FINDERS", "Finder", "Learned", "Load", "Search"]


@dataclass(frozen=True, slots=True)
class Search:
    """How to look.

    Attributes
    ----------
    sensitivity : float
        From 0 (only what is beyond doubt) to 1 (whatever might be meant).
    threads : int, optional
        To look with; by default as many as there are processors.
    cancelled : callable, optional
        Asked now and then whether to stop.
    """

    sensitivity: float = 0.5
    threads: int | None = None
    cancelled: Callable[[], bool] | None = None

    def ask(self) -> None:
        """Stop here if the caller wants to.

        Raises
        ------
        Cancelled
            `cancelled` answered true.
        """
        if self.cancelled is not None and self.cancelled():
            raise Cancelled


Finder: TypeAlias = Callable[[NDArray[np.uint8], Search], Found]
"""Looks at a photo, uint8 ``(H, W, 3)``."""


class Learned(Protocol):
    """What was learned from many photos, to be found in each of them; it can be sent to another process."""

    def find(self, photo: NDArray[np.uint8], search: Search) -> Found:
        """Look at a photo, uint8 ``(H, W, 3)``."""
        ...


Load: TypeAlias = Callable[[], Finder]
"""Imports what a finder needs, and returns it.

Raises `FinderError` where that is not there.
"""


def _text() -> Finder:
    from wuhen.finders.text import find_text

    return find_text


def _watermark() -> Finder:
    from wuhen.finders.watermark import find_watermark

    return find_watermark


def _objects() -> Finder:
    from wuhen.finders.objects import find_objects

    return find_objects


def _dust() -> Finder:
    from wuhen.finders.dust import find_dust

    return find_dust


FINDERS: dict[str, Load] = {"text": _text, "watermark": _watermark, "objects": _objects, "dust": _dust}
"""By the names that callers write."""

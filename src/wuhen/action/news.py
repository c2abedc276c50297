"""What is told of a job while it is done: how far it is, and what its hole looks like so far."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from wuhen import fill, photo

__all__ = ["News", "Watch", "Watcher"]

_PAUSE = 0.1
"""Seconds between two tellings of how far a job is."""
_PICTURE_PAUSE = 0.15
"""The same between two previews, at least."""
_SPARING = 20
"""How many times as long as a preview took to be written there is to be none: the fill waits for it."""
_QUALITY = 70
_MOST_PROFILE = 16 * 1024
"""Bytes of a colour profile that goes with each preview; without a larger one, colours are a little off."""


@dataclass(frozen=True, slots=True)
class News:
    """How far a job is, and perhaps what a hole looks like so far.

    Attributes
    ----------
    done : float
        The fraction of its fills that is done, 0 to 1.
    candidate : int
        Which of its results is being made, from 0 up.
    picture : bytes or None
        A small WebP file: what the photo will show in the box below, coarse at first. Only the hole's pixels
        mean anything.
    left, top, width, height : float
        The box, in pixels of the photo, upright.
    """

    done: float
    candidate: int = 0
    picture: bytes | None = field(default=None, repr=False)
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches one fill; either may be None.

    Attributes
    ----------
    progress : callable or None
        Told the fraction that is done: see `wuhen.fill.erase`.
    preview : callable or None
        Given the photo, and shown what a hole of it looks like.
    """

    progress: Callable[[float], None] | None = None
    preview: Callable[[photo.Photo, fill.Preview], None] | None = None


class Watch:
    """Makes news of what the fills of a job tell, no more than they are worth.

    Parameters
    ----------
    progress : callable or None
        Told the fraction of the whole job, each time.
    tell : callable or None
        Told the news.
    count : int
        How many candidates are made.
    """

    def __init__(
        self,
        progress: Callable[[float], None] | None,
        tell: Callable[[News], None] | None,
        count: int,
    ) -> None:
        self._progress, self._tell, self._count = progress, tell, count
        self._index = 0
        self._done = 0.0
        self._next = self._next_picture = 0.0

    def begin(self, index: int) -> Watcher:
        """Return who watches the fill of a candidate, which begins now."""
        self._index = index
        if self._tell is not None:
            return Watcher(self._advance, self._show)
        return Watcher() if self._progress is None else Watcher(self._advance)

    def _advance(self, done: float) -> None:
        self._done = (self._index + done) / self._count
        if self._progress is not None:
            self._progress(self._done)
        now = time.monotonic()
        if self._tell is not None and now >= self._next:
            self._next = now + _PAUSE
            self._tell(News(self._done, self._index))

    def _show(self, original: photo.Photo, shown: fill.Preview) -> None:
        now = time.monotonic()
        if self._tell is None or now < self._next_picture:
            return
        profile = original.icc_profile
        if profile is not None and len(profile) > _MOST_PROFILE:
            profile = None
        alpha = shown.pixels[..., 3] if shown.pixels.shape[2] > 3 else None  # noqa: PLR2004 - colours
        part = photo.Photo(shown.pixels[..., :3], alpha, icc_profile=profile)
        written = photo.encode(part, "WEBP", quality=_QUALITY)
        ended = time.monotonic()
        self._next_picture = ended + max(_PICTURE_PAUSE, _SPARING * (ended - now))
        box = shown.left, shown.top, shown.width, shown.height
        self._tell(News(self._done, self._index, written, *box))

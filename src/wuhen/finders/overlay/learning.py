"""Learning overlays from photos, and finding them."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.errors import FinderError
from wuhen.finders.found import Found, Place
from wuhen.finders.overlay.layer import Layer, fit
from wuhen.finders.overlay.sketch import Sketch, sketch
from wuhen.finders.overlay.still import Candidate, candidates
from wuhen.finders.search import Search

__all__ = ["ENOUGH", "FEWEST", "Learner", "Overlays", "learn"]

#: Photos that learning takes at least, and those that it keeps, however many it is given.
FEWEST, ENOUGH = 8, 60
#: Photos that are more alike than this show the same scene, and are one.
_ALIKE = 0.97
#: Overlays are looked for again in the photos where none was found, as often as this.
_ROUNDS = 3
#: Boxes that share so much of the smaller one are the same place.
_SAME = 0.4


@dataclass(frozen=True, slots=True)
class Overlays:
    """What lies over all photos of one kind. Pickled, some 10 kB for each overlay.

    Attributes
    ----------
    layers : tuple of Layer
        Those that stand still.
    learned_from : int
        How many photos.
    """

    layers: tuple[Layer, ...] = ()
    learned_from: int = 0

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.layers)

    def find(self, photo: NDArray[np.uint8], search: Search | None = None) -> Found:
        """Find the overlays in a photo that may be of this kind.

        Parameters
        ----------
        photo
            uint8 ``(H, W, 3)``, or ``(H, W, 4)``, as those it was learned from.
        search
            How to look.

        Returns
        -------
        Found
            One place for each overlay that is surely there. A photo in which nothing is found has none, or a
            different one, and should be looked at.

        Raises
        ------
        Cancelled
            The search was.
        """
        search = search or Search()
        pixels = np.ascontiguousarray(photo[..., :3])
        mask = np.zeros(pixels.shape[:2], np.bool_)
        places: list[Place] = []
        for layer in self.layers:
            search.ask()
            found = layer.find(pixels, least=0.75 - 0.5 * search.sensitivity)
            mask |= found.mask
            places += found.places
        return Found(mask, tuple(sorted(places, key=lambda place: (place.box.top, place.box.left))))


class Learner:
    """Learns overlays from photos given one after the other, in bounded memory.

    Parameters
    ----------
    seed
        Of the choice among more photos than are kept.
    """

    def __init__(self, seed: int = 0) -> None:
        self._kept: list[Sketch] = []
        self._thumbs: list[NDArray[np.float32]] = []
        self._random = random.Random(seed)
        self._seen = 0

    def add(self, photo: NDArray[np.uint8] | Sketch) -> None:
        """Take a photo, uint8 ``(H, W, 3)`` or with alpha, or its `sketch`."""
        one = photo if isinstance(photo, Sketch) else sketch(photo)
        thumb = one.thumb()
        if any(float(thumb @ other) > _ALIKE for other in self._thumbs):
            return
        self._seen += 1
        if len(self._kept) < ENOUGH:
            self._kept.append(one)
            self._thumbs.append(thumb)
            return
        # Reservoir sampling (Vitter 1985): each photo is kept with the same probability.
        place = self._random.randrange(self._seen)
        if place < ENOUGH:
            self._kept[place], self._thumbs[place] = one, thumb

    def learned(self, search: Search | None = None) -> Overlays:
        """Return what was learned so far.

        Raises
        ------
        FinderError
            From fewer than `FEWEST` different photos nothing can be learned.
        Cancelled
            The search was.
        """
        if len(self._kept) < FEWEST:
            raise FinderError(
                f"an overlay is told from the scenes by many photos: {FEWEST} different ones at least, "
                f"not {len(self._kept)}"
            )
        search = search or Search()
        rest, layers = list(self._kept), list[Layer]()
        for _ in range(_ROUNDS):
            if len(rest) < FEWEST:
                break
            new = _layers(rest, search)
            if not new:
                break
            layers += new
            rest = [
                one
                for one in rest
                if not any(layer.sight(one.pixels, one.width, one.height).score >= 0.5 for layer in new)
            ]
        return Overlays(tuple(layers), len(self._kept))


def learn(
    photos: Iterable[NDArray[np.uint8] | Sketch], *, cancelled: Callable[[], bool] | None = None
) -> Overlays:
    """Learn what lies over photos of one kind.

    Parameters
    ----------
    photos
        uint8 ``(H, W, 3)`` or with alpha, each its own scene, or sketches of them; `FEWEST` at least. More than
        `ENOUGH` say nothing more: of these, as many are chosen at random.
    cancelled
        Asked now and then whether to stop.

    Raises
    ------
    FinderError
        There are too few different photos.
    Cancelled
        `cancelled` answered true.
    """
    search, learner = Search(cancelled=cancelled), Learner()
    for photo in photos:
        search.ask()
        learner.add(photo)
    return learner.learned(search)


@dataclass(slots=True)
class _Group:
    """Candidates that are about the same place of most photos."""

    members: list[Candidate] = field(default_factory=list)


def _layers(sketches: list[Sketch], search: Search) -> list[Layer]:
    """Return the overlays of these photos, each once."""
    groups: list[_Group] = []
    for candidate in candidates(sketches, search):
        for group in groups:
            if _same(group.members[0], candidate, sketches):
                group.members.append(candidate)
                break
        else:
            groups.append(_Group([candidate]))
    layers = []
    for group in groups:
        fitted = [one for member in group.members[:4] if (one := fit(sketches, member, search))]
        if fitted:
            # The right frame is the one in which most photos show it, most clearly.
            layers.append(max(fitted, key=lambda one: len(one[1]) * one[0].likeness)[0])
    return layers


def _same(one: Candidate, other: Candidate, sketches: list[Sketch]) -> bool:
    """Whether two candidates cover each other in a third of the photos."""
    hits = 0
    for sketch_ in sketches:
        a = one.frame.box(one.area, sketch_.width, sketch_.height)
        b = other.frame.box(other.area, sketch_.width, sketch_.height)
        wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
        hits += wide > 0 and high > 0 and wide * high > _SAME * smaller
    return hits > len(sketches) / 3

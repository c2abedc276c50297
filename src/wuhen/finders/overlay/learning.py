"""Learning overlays from photos, and finding them."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.errors import FinderError
from wuhen.finders.found import Found, Place
from wuhen.finders.overlay.frame import covers, grouped
from wuhen.finders.overlay.layer import MAY_BE, Fitted, Layer, fit
from wuhen.finders.overlay.sketch import Sketch, sketch
from wuhen.finders.overlay.stamp import Stamp, stamps
from wuhen.finders.overlay.still import Candidate, candidates
from wuhen.finders.search import Search

__all__ = ["ENOUGH", "FEWEST", "Learner", "Overlays", "learn", "stands_still"]

#: Photos that learning takes at least, and those that it keeps, however many it is given.
FEWEST, ENOUGH = 8, 60
#: Photos that are more alike than this show the same scene, and are one.
_ALIKE = 0.97
#: Overlays are looked for again in the photos where none was found, as often as this.
_ROUNDS = 3
#: Frames in which a place is tried, and photos on which.
_FRAMES, _SOME = 5, 20
#: What a stamp shares with what stands still, at most, and photos by which that is told.
_SHARED, _FEW = 0.6, 8
#: Digits agree less than this from one photo to the next: what is more alike stands still, from this on.
_LIKE, _STILL_LIKE = 0.72, 0.5
#: Or it has this share of the strokes, and so much of them is at the same pixels in other photos, too: of
#: faint logos some 0.8, of digits 0.3, and 0.7 where all have seven segments.
_STILL, _SAME = 0.8, 0.6

_Corners = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Overlays:
    """What lies over all photos of one kind. Pickled, some 10 kB for each overlay.

    Attributes
    ----------
    layers : tuple of Layer
        Those that stand still.
    learned_from : int
        How many photos.
    stamps : tuple of Stamp
        Those that say something else in each photo.
    """

    layers: tuple[Layer, ...] = ()
    learned_from: int = 0
    stamps: tuple[Stamp, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.layers or self.stamps)

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
        overlays: tuple[Layer | Stamp, ...] = (*self.layers, *self.stamps)
        for overlay in overlays:
            search.ask()
            found = overlay.find(pixels, least=0.75 - 0.5 * search.sensitivity)
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
                if not any(layer.sight(one.pixels, one.width, one.height).score >= MAY_BE for layer in new)
            ]

        few = self._kept[:_FEW]
        found = stamps(self._kept, lambda stamp: stands_still(self._kept, stamp, layers), search)
        # The strokes that most digits have stand still by themselves.
        layers = [one for one in layers if not any(_part(few, each, one) for each in found)]
        return Overlays(tuple(layers), len(self._kept), tuple(found))


def stands_still(sketches: list[Sketch], stamp: Stamp, layers: list[Layer]) -> bool:
    """Whether what looks like a stamp stands still: one of the layers that photos have is the same."""
    alike = [layer for layer in layers if layer.likeness >= _LIKE]
    few = sketches[:_FEW]
    if _shared(few, stamp, alike)[0] > _STILL_LIKE:
        return True
    return _shared(few, stamp, layers)[0] > _STILL and stamp.sameness(sketches) > _SAME


def _part(sketches: list[Sketch], stamp: Stamp, layer: Layer) -> bool:
    """Whether a layer is nothing but what most digits of a stamp have, or that and chance around it."""
    held, of_layer = _shared(sketches, stamp, [layer])
    return of_layer >= _SHARED or (held > _STILL_LIKE and layer.likeness < _LIKE)


def _shared(sketches: list[Sketch], stamp: Stamp, layers: list[Layer]) -> tuple[float, float]:
    """Return which share of a stamp's pixels layers cover in photos, and which of theirs it does."""
    held = of_stamp = both = of_layers = 1e-6
    for one in sketches:
        core, strokes = stamp.marks(one.pixels)
        if not core.any():
            continue
        still = np.zeros_like(strokes)
        for layer in layers:
            still |= layer.find(one.pixels, MAY_BE).mask
        held += (core & still).sum()
        of_stamp += core.sum()
        both += (strokes & still).sum()
        of_layers += still.sum()
    return float(held / of_stamp), float(both / of_layers)


def learn(
    photos: Iterable[NDArray[np.uint8] | Sketch], *, cancelled: Callable[[], bool] | None = None
) -> Overlays:
    """Learn what lies over photos of one kind.

    Parameters
    ----------
    photos
        uint8 ``(H, W, 3)`` or with alpha, each its own scene, or sketches of them; `FEWEST` at least. More
        than `ENOUGH` say nothing more: of these, as many are chosen at random.
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


def _layers(sketches: list[Sketch], search: Search) -> list[Layer]:
    """Return the overlays of these photos, each once."""
    groups = grouped(candidates(sketches, search), [(one.width, one.height) for one in sketches])
    layers: list[Layer] = []
    taken: list[list[_Corners]] = [[] for _ in sketches]
    for group in groups:
        fitted = _fit(sketches, group[:_FRAMES], search)
        if fitted is None:
            continue
        layer, used = fitted.layer, fitted.used
        places = {at: layer.frame.box(layer.area, sketches[at].width, sketches[at].height) for at in used}
        new = [at for at, place in places.items() if not any(covers(one, place) for one in taken[at])]
        if len(new) < FEWEST // 2:
            continue
        for at, place in places.items():
            taken[at].append(place)
        layers.append(layer)
    return layers


def _fit(sketches: list[Sketch], group: list[Candidate], search: Search) -> Fitted | None:
    """Learn what is at a place in the frame in which most photos show it, most clearly."""
    if len(group) == 1:
        return fit(sketches, group[0], search)
    some = sketches[:: max(1, len(sketches) // _SOME)]
    tried = [(one, fitted) for one in group if (fitted := fit(some, one, search))]
    if not tried:
        return fit(sketches, group[0], search)
    best, _ = max(tried, key=lambda one: one[1].likeness)
    return fit(sketches, best, search)

"""Which mask belongs to which photo, told from their names alone."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Pairing", "Picture", "pair"]

MASK_ENDINGS = ("_mask", "-mask")


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of a folder that is, or claims to be, a picture.

    Parameters
    ----------
    path
        Where it is.
    name
        The same from the folder on: ``deep/a.jpg``.
    format
        One of `wuhen.photo.FORMATS`.
    """

    path: Path
    name: Path
    format: str

    @property
    def stem(self) -> str:
        """The name without its last ending: ``deep/a``."""
        return str(self.name.with_suffix(""))


@dataclass(frozen=True, slots=True)
class Pairing:
    """Every photo with its mask, or with the reason why it has none.

    Parameters
    ----------
    masks
        Photo to mask, one to one.
    reasons
        Photo to the reason, as the end of a sentence, for those that are not in `masks`.
    """

    masks: dict[Path, Path]
    reasons: dict[Path, str]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way of naming a mask: what its name must be for a photo, and what of the name is compared."""

    wanted: Callable[[Picture], str]
    compared: Callable[[Picture], str]
    same_format: bool = False
    bare: bool = False
    """Whether the names would fit the other way round just as well."""


def _full_name(picture: Picture) -> str:
    return str(picture.name)


def _stem(picture: Picture) -> str:
    return picture.stem


def _full_name_and(ending: str) -> Callable[[Picture], str]:
    return lambda photo: str(photo.name) + ending


def _stem_and(ending: str) -> Callable[[Picture], str]:
    return lambda photo: photo.stem + ending


# From the surest to the vaguest. `a_mask.png` beats `a.png` for `a.jpg`: where both lie in one folder,
# `a.png` is more likely another edition of the photo.
_RULES = (
    _Rule(_full_name, _full_name, bare=True),
    _Rule(_full_name, _stem),
    *(_Rule(_full_name_and(ending), _stem) for ending in MASK_ENDINGS),
    _Rule(_stem, _stem, same_format=True, bare=True),
    *(_Rule(_stem_and(ending), _stem) for ending in MASK_ENDINGS),
    _Rule(_stem, _stem, bare=True),
)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _caseless(name: str) -> str:
    return _composed(_composed(name).casefold())


# Names that differ in case or composition only are two files on most systems: the exact one comes first.
_COMPARISONS: tuple[Callable[[str], str], ...] = (str, _composed, _caseless)


def pair(photos: Iterable[Picture], masks: Iterable[Picture]) -> Pairing:
    """Give each photo its mask: never one that fits another photo better, and none where it is a guess.

    The rules are gone through from the surest to the vaguest. A mask goes to the photo whose name it fits
    first. Where one rule offers a photo several masks, or a mask several photos, none of them is used.

    Parameters
    ----------
    photos, masks
        May have pictures in common; then those that turn out to be masks are not photos.
    """
    search = _Search(photos, masks)
    for rule in _RULES:
        for comparison in _COMPARISONS:
            search.apply(rule, comparison)
    return search.result()


class _Search:
    """The photos that still have no mask, and the masks that are still nobody's."""

    def __init__(self, photos: Iterable[Picture], masks: Iterable[Picture]) -> None:
        self._photos = {photo.path: photo for photo in photos}
        self._free = {mask.path: mask for mask in masks}
        self._open = dict(self._photos)
        self._owners: dict[Path, Picture] = {}
        self._masks: dict[Path, Path] = {}
        self._reasons: dict[Path, str] = {}
        self._of_stem: dict[str, set[Path]] = defaultdict(set)
        for photo in self._photos.values():
            self._of_stem[_caseless(photo.stem)].add(photo.path)

    def apply(self, rule: _Rule, comparison: Callable[[str], str]) -> None:
        """Take out the photos and masks that one rule brings together."""
        claims: dict[Path, list[Picture]] = {}
        claimants: dict[Path, list[Picture]] = defaultdict(list)
        for photo, found in self._claims(rule, comparison):
            claims[photo.path] = found
            for mask in found:
                claimants[mask.path].append(photo)
        for path, found in claims.items():
            rivals = [photo for photo in claimants[found[0].path] if photo.path != path]
            if len(found) > 1:
                self._reasons[path] = "ambiguous: its mask may be " + _any_of(found)
            elif rivals:
                self._reasons[path] = f"ambiguous: {_shown(found[0])} may as well be the mask of " + _any_of(
                    rivals
                )
            else:
                self._masks[path] = found[0].path
        for path in claims:
            del self._open[path]
        for path, owners in claimants.items():
            self._owners[path] = owners[0]
            del self._free[path]

    def _claims(
        self, rule: _Rule, comparison: Callable[[str], str]
    ) -> Iterator[tuple[Picture, list[Picture]]]:
        named: dict[str, list[Picture]] = defaultdict(list)
        for mask in self._free.values():
            named[comparison(rule.compared(mask))].append(mask)
        for photo in self._open.values():
            found = [
                mask
                for mask in named.get(comparison(rule.wanted(photo)), ())
                if self._may_be(rule, photo, mask)
            ]
            if found:
                yield photo, found

    def _may_be(self, rule: _Rule, photo: Picture, mask: Picture) -> bool:
        if mask.path == photo.path or (rule.same_format and mask.format != photo.format):
            return False
        if rule.bare:
            # Of two photos side by side, a.jpg and a.png, neither is the other's mask.
            return mask.path not in self._photos
        # The mask of a photo called a_mask.jpg is not that of a.jpg.
        others = self._of_stem.get(_caseless(mask.stem), set()) - {mask.path, photo.path}
        return mask.path in self._photos or not others

    def result(self) -> Pairing:
        """Return what was found, without the photos that are masks."""
        for photo in self._open.values():
            near = next((m for m in self._owners if self._fits(photo, m)), None)
            self._reasons[photo.path] = (
                "no mask of that name"
                if near is None
                else f"no mask of its own: mask {near.name} belongs to {_shown(self._owners[near])}"
            )
        masks = {photo: mask for photo, mask in self._masks.items() if photo not in self._owners}
        reasons = {photo: why for photo, why in self._reasons.items() if photo not in self._owners}
        return Pairing(masks, reasons)

    def _fits(self, photo: Picture, mask: Path) -> bool:
        stem = _caseless(mask.stem)
        return mask != photo.path and stem in {
            _caseless(photo.name.stem + ending) for ending in ("", *MASK_ENDINGS)
        }


def _shown(picture: Picture) -> str:
    return str(picture.name)


def _any_of(pictures: list[Picture]) -> str:
    return " or ".join(sorted(map(_shown, pictures)))

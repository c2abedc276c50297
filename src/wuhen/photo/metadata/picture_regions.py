"""What XMP says of parts of a picture, such as who is seen in one: not of those that were erased.

Read are the regions of the Metadata Working Group (Guidelines 2.0, 5.9), of Microsoft (People Tagging), and
of IPTC (Photo Metadata 2024.1, Image Region), where they are rectangles or circles
and relative to the picture.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wuhen import xmp
from wuhen.photo.orientation import turn_back
from wuhen.photo.picture import Photo
from wuhen.photo.removed import Removed

__all__ = ["forget_regions"]

_AREA = "http://ns.adobe.com/xmp/sType/Area#"
_MICROSOFT: xmp.Property = ("http://ns.microsoft.com/photo/1.2/t/Region#", "Rectangle")
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_GONE = 0.5  # of a region; more than that erased, and it is no longer to be seen

Box = tuple[float, float, float, float]
"""Left, top, width and height, as shares of the picture's."""


def forget_regions(photo: Photo, hole: NDArray[np.bool_]) -> tuple[Photo, tuple[Removed, ...]]:
    """Take out of a photo's XMP what it says of regions that were erased.

    Parameters
    ----------
    photo
        With its XMP packet.
    hole
        bool ``(H, W)``, upright.

    Returns
    -------
    Photo
        The very photo where nothing is said.
    tuple of Removed
        How many regions were taken out, in words.
    """
    if photo.xmp is None:
        return photo, ()
    # Writers do not agree whether regions are of the picture as it is displayed or as it is stored.
    views = (hole, turn_back(hole, photo.orientation))

    def is_gone(said: Mapping[xmp.Property, str]) -> bool:
        box = _read_box(said)
        return box is not None and any(_share(view, box) > _GONE for view in views)

    packet, count = xmp.drop_items(photo.xmp, is_gone)
    if not count:
        return photo, ()
    en = "what is said of the region" if count == 1 else f"what is said of the {count} regions"
    named = Removed(f"{en} that {'was' if count == 1 else 'were'} erased", f"已消除的 {count} 个区域的说明")
    return replace(photo, xmp=packet), (named,)


def _read_box(said: Mapping[xmp.Property, str]) -> Box | None:
    try:
        if _MICROSOFT in said:
            left, top, width, height = map(float, said[_MICROSOFT].split(","))
            return left, top, width, height
        if (_AREA, "x") in said:
            x, y = float(said[_AREA, "x"]), float(said[_AREA, "y"])
            diameter = said.get((_AREA, "d"), "0")
            width, height = (float(said.get((_AREA, side), diameter)) for side in "wh")
            return x - width / 2, y - height / 2, width, height
        if said.get((_IPTC, "rbUnit")) == "relative" and (_IPTC, "rbX") in said:
            x, y = float(said[_IPTC, "rbX"]), float(said[_IPTC, "rbY"])
            radius = float(said.get((_IPTC, "rbRx"), "0"))
            width, height = (float(said.get((_IPTC, side), 2 * radius)) for side in ("rbW", "rbH"))
            return x - radius, y - radius, width, height
    except (KeyError, ValueError):
        return None
    return None


def _share(hole: NDArray[np.bool_], box: Box) -> float:
    """Return how much of a box is erased."""
    left, top, width, height = np.clip(np.nan_to_num(box), -1, 2)
    rows, columns = hole.shape
    above, below = (round(float(y) * rows) for y in (top, top + height))
    before, behind = (round(float(x) * columns) for x in (left, left + width))
    part = hole[max(0, above) : max(1, below), max(0, before) : max(1, behind)]
    return float(part.mean()) if part.size else 0.0

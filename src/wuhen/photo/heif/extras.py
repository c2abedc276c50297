"""What a HEIC or AVIF file has beside its picture and its metadata, in words."""

from collections.abc import Iterator
from typing import Final

from wuhen.photo.heif.isobmff import Container
from wuhen.photo.removed import DEPTH_MAP, FILM, GAIN_MAP, Removed

__all__ = ["ALPHA", "name_extras"]

ALPHA: Final = frozenset({b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"})
"""What the name of an auxiliary picture is that is the alpha of another."""

_MATTE: Final = Removed("a matte", "蒙版")
_OTHER_AUXILIARY: Final = Removed("an auxiliary picture", "附属图片")
_THUMBNAIL: Final = Removed("the thumbnail", "缩略图")
# What the name of an auxiliary picture holds: HEIF, 6.6.2.1.2, and Apple's and Samsung's own.
_AUXILIARIES: Final = (
    (b"gainmap", GAIN_MAP),
    (b"auxid:2", DEPTH_MAP),
    (b"depth", DEPTH_MAP),
    (b"disparity", DEPTH_MAP),
    (b"matte", _MATTE),
)
_PICTURES: Final = frozenset({b"hvc1", b"av01", b"jpeg", b"grid", b"iovl", b"iden"})
# Films lie in boxes beside the pictures; Samsung's phones have one of their own for Motion Photos.
_FILMS: Final = {b"moov": Removed("the film", "视频"), b"mpvd": FILM}


def name_extras(container: Container) -> tuple[Removed, ...]:
    """Say what of a file a result will not have beside its picture: see `wuhen.photo.Photo.removed`."""
    found = list(_auxiliaries(container))
    if any(item.kind == b"tmap" for item in container.items.values()):
        found.append(GAIN_MAP)
    if any(container.referring(b"thmb")):
        found.append(_THUMBNAIL)
    if others := _count_others(container):
        found.append(Removed(f"{others} more picture" + "s" * (others > 1), f"另外 {others} 张图片"))
    found += [name for kind, name in _FILMS.items() if kind in container.top]
    return tuple(dict.fromkeys(found))


def _auxiliaries(container: Container) -> Iterator[Removed]:
    for item in container.referring(b"auxl"):
        for content in item.all_of(b"auxC"):
            kind = content[4:].partition(b"\0")[0]
            if kind not in ALPHA:
                yield next((name for part, name in _AUXILIARIES if part in kind), _OTHER_AUXILIARY)


def _count_others(container: Container) -> int:
    """Count the pictures that are neither the one that is shown nor anything of it."""
    parts = {number for item in container.items.values() for number in item.refers.get(b"dimg", ())}
    return sum(
        item.kind in _PICTURES
        and number != container.primary
        and number not in parts
        and not item.refers.keys() & {b"thmb", b"auxl"}
        for number, item in container.items.items()
    )

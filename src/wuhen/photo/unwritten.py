"""What a format has no place for, in words."""

from collections.abc import Iterator
from typing import Final

from wuhen.photo.jpeg import metadata as jpeg_metadata
from wuhen.photo.metadata import exif_tags
from wuhen.photo.picture import Photo
from wuhen.photo.removed import Removed

__all__ = ["name_unwritten"]

_ALPHA: Final = Removed("transparency, in whose place is white", "透明度（以白色代替）")
_LIGHT: Final = Removed("the light of the display that it was mastered on", "母版显示器的亮度信息")
_COMMENT: Final = Removed("the comment", "注释")
_RESOLUTION: Final = Removed("the resolution", "分辨率")
_MAKER_NOTES: Final = Removed("the maker notes", "厂商注释（MakerNote）")
_LARGE_EXIF: Final = Removed(
    "of EXIF the maker notes and the largest tags, as there are over 64 KiB of it",
    "EXIF 中的厂商注释及最大的标签（EXIF 超过 64 KiB）",
)
_LISTED = 4


def name_unwritten(photo: Photo, format: str) -> tuple[Removed, ...]:  # noqa: A002 - the name used throughout the package
    """Say what of a photo is not in a file of a format.

    Parameters
    ----------
    photo
        As it is given to `encode`.
    format
        ``"JPEG"``, ``"PNG"``, ``"WEBP"`` or ``"TIFF"``.
    """
    return tuple(_unwritten(photo, format))


def _unwritten(photo: Photo, name: str) -> Iterator[Removed]:
    if name == "JPEG" and photo.alpha is not None and photo.alpha.min() < 255:  # noqa: PLR2004 - opaque
        yield _ALPHA
    if name != "PNG" and photo.png_colours.keys() & {b"mDCV", b"cLLI"}:
        yield _LIGHT
    if name != "PNG" and photo.texts:
        yield _texts(list(photo.texts))
    if name != "JPEG" and photo.comment is not None:
        yield _COMMENT
    if name == "WEBP" and photo.dpi is not None:
        yield _RESOLUTION
    if name != "JPEG" and photo.aspect is not None:
        yield _aspect(*photo.aspect)
    if name == "TIFF" and photo.exif is not None and exif_tags.has_maker_note(photo.exif):
        yield _MAKER_NOTES
    if name == "JPEG" and photo.exif is not None and len(photo.exif) > jpeg_metadata.SEGMENT:
        yield _LARGE_EXIF


def _aspect(across: int, down: int) -> Removed:
    # The more of them there are to a length, the shorter they are.
    shape = f"{down}:{across}"
    return Removed(f"that its pixels are not square but {shape}", f"像素长宽比 {shape}（非正方形）")


def _texts(keywords: list[str]) -> Removed:
    shown = ", ".join(f'"{keyword}"' for keyword in keywords[:_LISTED])
    more = ", …" if len(keywords) > _LISTED else ""
    return Removed(f"the text{'s' if len(keywords) > 1 else ''} {shown}{more}", f"文本 {shown}{more}")

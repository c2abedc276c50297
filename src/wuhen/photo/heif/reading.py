"""HEIC and AVIF: what phones and the web store photos in, read from the same kind of container.

HEIC is decoded by libheif, in pillow-heif; AVIF by libavif, in Pillow. Everything but the samples is read
here, for both alike: sizes, so that they can be checked first; how the picture is turned and cropped, which
the file's properties say and not its EXIF (ISO/IEC 23008-12, 6.5); colours; metadata. An AVIF file is read by
its primary item also where it holds a film beside.
"""

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.heif import av1
from wuhen.photo.heif import samples as heif_samples
from wuhen.photo.heif.colours import describe_colours
from wuhen.photo.heif.extras import ALPHA, name_extras
from wuhen.photo.heif.isobmff import Container, Item, MalformedContainer, read_container
from wuhen.photo.limits import SizeLimit
from wuhen.photo.orientation import SWAPPING, rotate_upright

__all__ = ["Still", "open_still"]

Turn = Callable[[NDArray[Any]], NDArray[Any]]

_CODED: Final = {b"hvc1": "HEIC", b"av01": "AVIF"}
_COMPOSED: Final = frozenset({b"grid", b"iovl"})
_BYTE: Final = 8  # bits
_WASTE: Final = 4  # times the picture's pixels that the tiles of one may have together
_SMALL: Final = 2**22  # pixels that they may have in any case: one tile of a small picture is larger than it
_METADATA_LIMIT: Final = 2**26  # bytes, counted once for each picture that they belong to
_TIFF: Final = (b"II*\0", b"MM\0*")
# By kind and media type of their items.
_METADATA: Final = {(b"Exif", b""): "exif", (b"mime", b"application/rdf+xml"): "xmp", (b"iptc", b""): "iim"}


@dataclass(frozen=True, slots=True)
class Still:
    """The picture of a file whose header was read, and nothing of it decoded.

    Attributes
    ----------
    coding
        ``"HEIC"`` or ``"AVIF"``: who decodes it. A file may say the other of itself.
    size
        Width and height as coded, before crop and turn.
    orientation
        How it is to be turned, as EXIF counts, 1 to 8.
    displayed
        Width and height, cropped and upright.
    info
        What it says beside its samples, by the names that Pillow's readers use.
    bits
        How many a sample has in AV1; of HEVC its decoder tells.
    """

    coding: str
    size: tuple[int, int]
    orientation: int
    displayed: tuple[int, int]
    info: dict[str, Any]
    bits: int
    _data: bytes
    _turns: tuple[Turn, ...]

    @property
    def stored(self) -> tuple[int, int]:
        """Width and height, cropped and not yet turned."""
        width, height = self.displayed
        return (height, width) if self.orientation in SWAPPING else (width, height)

    def decode(self, *, wide: bool) -> tuple[Image.Image, int, NDArray[np.uint16] | None]:
        """Decode the samples.

        Parameters
        ----------
        wide
            Whether samples of more than 8 bits are wanted as they are.

        Returns
        -------
        image
            Cropped and upright, of 8 bits.
        bits
            How many the file has for a sample.
        samples : (H, W) or (H, W, C) ndarray of uint16, or None
            The same at 16 bits, where they are wanted, and there are more than 8 to be had.

        Raises
        ------
        BrokenImage, MissingReader
            It is damaged, or there is nothing to decode it with.
        """
        if self.coding == "HEIC":
            samples = heif_samples.decode_hevc(self._data)
        else:
            samples = heif_samples.decode_av1(self._data, self.size)
            for turn in self._turns:
                samples = samples.map(turn)
        if samples.array.shape[1::-1] != self.displayed:
            raise BrokenImage(self.coding, Flaw.OTHER_SIZE)
        image = Image.fromarray(samples.rounded())
        image.info.update(self.info)
        stretched = samples.stretched() if wide and samples.bits > _BYTE else None
        return image, max(samples.bits, self.bits), stretched


def open_still(data: bytes, name: str, limit: SizeLimit) -> Still:
    """Read the header of a file and check that its parts fit the whole.

    Parameters
    ----------
    data
        The file.
    name
        What messages call its format.
    limit
        How large its picture may be.

    Raises
    ------
    SideTooLong, TooManyPixels
        It is larger.
    BrokenImage
        It is damaged, or of a kind that is not read.
    """
    try:
        container = read_container(data)
    except MalformedContainer as error:
        raise BrokenImage(name, *error.args) from error
    picture = container.picture
    limit.check(name, picture.size)
    alpha = [item for item in container.referring(b"auxl") if _is_alpha(item)]
    coding = _coding(container, picture, name)
    _check_metadata(container, name)
    for item in (picture, *alpha):
        _check_parts(container, item, picture.size, name)
    turns = tuple(_turns(picture, name))
    outline = np.broadcast_to(np.False_, picture.size[::-1])  # which takes no memory
    for turn in turns:
        outline = turn(outline)
    info = _metadata(container) | describe_colours(container, name) | {"removed": name_extras(container)}
    return Still(
        coding,
        picture.size,
        _orientation(picture),
        (outline.shape[1], outline.shape[0]),
        info,
        _bits(container),
        data,
        turns,
    )


def _is_alpha(item: Item) -> bool:
    return any(content[4:].partition(b"\0")[0] in ALPHA for content in item.all_of(b"auxC"))


def _coding(container: Container, picture: Item, name: str) -> str:
    """Tell how a picture is coded."""
    parts = container.parts(picture) if picture.kind in _COMPOSED else (picture,)
    kinds = {part.kind for part in parts}
    if len(kinds) != 1 or not kinds <= _CODED.keys():
        found = ", ".join(sorted(kind.decode("latin-1") for kind in kinds or {picture.kind}))
        raise BrokenImage(name, Flaw.CODING, _printable(found))
    return _CODED[kinds.pop()]


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)[:40]


def _check_parts(container: Container, item: Item, size: tuple[int, int], name: str) -> None:
    """Refuse a picture that is cut off, or whose tiles are many times as large as it."""
    parts = container.parts(item) if item.kind in _COMPOSED else (item,)
    if not all(container.is_whole(part) for part in (item, *parts)):
        raise BrokenImage(name, Flaw.CUT_OFF)
    area = container.area(item) if item.kind in _COMPOSED else item.size[0] * item.size[1]
    if area > max(_WASTE * size[0] * size[1], _SMALL):
        raise BrokenImage(name, Flaw.LARGE_TILES)
    if any(part.kind == b"av01" and _frame(container, part) != part.size for part in parts):
        raise BrokenImage(name, Flaw.TWO_SIZES)
    if item.kind in _COMPOSED and _canvas(container.read(item), item.kind) != item.size:
        raise BrokenImage(name, Flaw.TWO_SIZES)


def _check_metadata(container: Container, name: str) -> None:
    """Refuse metadata that so many pictures refer to that a decoder would hold them many times over."""
    held = sum(
        len(item.refers.get(b"cdsc", ())) * sum(length for _, length in item.extents)
        for item in container.items.values()
    )
    if held > _METADATA_LIMIT:
        raise BrokenImage(name, Flaw.METADATA)


def _bits(container: Container) -> int:
    """Return how many bits a sample has in AV1's configuration (AV1-ISOBMFF, 2.3.3); 8 of anything else."""
    for item in (container.picture, *container.parts(container.picture)):
        for content in item.all_of(b"av1C"):
            if len(content) > 2 and content[2] & 0x40:  # noqa: PLR2004 - its third byte
                return 12 if content[2] & 0x20 else 10
    return _BYTE


def _frame(container: Container, part: Item) -> tuple[int, int] | None:
    """Return the size of an AV1 picture as its samples say it, by which a decoder makes room for them."""
    sequence = av1.read_sequence(container.read_start(part))
    return None if sequence is None else sequence.size


def _canvas(content: bytes, kind: bytes) -> tuple[int, int] | None:
    """Return width and height of a grid or overlay (6.6.2); None where it does not say."""
    try:
        numbers = ">II" if content[1] & 1 else ">HH"
        width, height = struct.unpack_from(numbers, content, 4 if kind == b"grid" else 10)
    except (struct.error, IndexError):
        return None
    return width, height


def _turns(picture: Item, name: str) -> Iterator[Turn]:
    """Yield what is to be done with a decoded picture, in this order (6.5.9, 6.5.10, 6.5.12)."""
    width, height = picture.size
    for kind, content in picture.properties:
        if kind == b"irot":
            quarters = content[0] & 3 if content else 0  # anticlockwise
            yield lambda stored, times=quarters: np.rot90(stored, times)  # type: ignore[misc]
            width, height = (height, width) if quarters % 2 else (width, height)
        elif kind == b"imir":
            axis = content[0] & 1 if content else 0
            yield lambda stored, along=axis: np.flip(stored, along)  # type: ignore[misc]
        elif kind == b"clap":
            box = _crop(content, width, height)
            if box is None:
                raise BrokenImage(name, Flaw.CROPPED)
            rows, columns = box
            yield lambda stored, box=box: stored[box]  # type: ignore[misc]
            width, height = columns.stop - columns.start, rows.stop - rows.start


def _crop(content: bytes, width: int, height: int) -> tuple[slice, slice] | None:
    """Return the rows and columns of a clean aperture, rounded as libheif does; None where there are none."""
    try:
        numbers = struct.unpack(">4IiIiI", content[:32])
        fractions = [Fraction(numbers[at], numbers[at + 1]) for at in (0, 2, 4, 6)]
    except (struct.error, ZeroDivisionError):
        return None
    across = _span(fractions[0], fractions[2], width)
    down = _span(fractions[1], fractions[3], height)
    return None if across is None or down is None else (down, across)


def _span(length: Fraction, offset: Fraction, side: int) -> slice | None:
    """Return what of a side is left of it: so many pixels, their middle so far from its own."""
    first = offset + Fraction(side - 1, 2) - (length - 1) / 2
    last = first + length - 1
    start, stop = max(math.floor(first), 0), min(math.floor(last + Fraction(1, 2)), side - 1) + 1
    return slice(start, stop) if start < stop else None


def _orientation(picture: Item) -> int:
    """Return how a picture is turned, as EXIF counts."""
    probe = np.arange(6).reshape(2, 3)
    turned = probe
    for kind, content in picture.properties:
        if kind == b"irot" and content:
            turned = np.rot90(turned, content[0] & 3)
        elif kind == b"imir" and content:
            turned = np.flip(turned, content[0] & 1)
    return next(number for number in range(1, 9) if np.array_equal(rotate_upright(probe, number), turned))


def _metadata(container: Container) -> dict[str, Any]:
    """Return EXIF, XMP and IPTC-IIM of the picture that is shown, the first of each."""
    found: dict[str, Any] = {}
    for item in container.referring(b"cdsc"):
        name = _METADATA.get((item.kind, item.media_type.lower()))
        if name is not None and name not in found and (content := container.read(item)):
            found[name] = _exif(content) if name == "exif" else content
    return found


def _exif(content: bytes) -> bytes:
    """Return the block in an item of kind ``Exif`` (annex A.2.1): it begins with where the block does."""
    begin = 4 + int.from_bytes(content[:4], "big")
    if content[begin : begin + 4] in _TIFF:
        return content[begin:]
    places = [place for mark in _TIFF if (place := content.find(mark, 4, 64)) > 0]  # as some write it
    return content[min(places, default=4) :]

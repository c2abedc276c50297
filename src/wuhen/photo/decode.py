"""From bytes to a decoded Pillow image, with everything refused that is too large or made to hurt.

The order is fixed: is there anything, what does it begin with, what size does its header claim, is it made to
keep a decoder busy; only then is a pixel decoded. Pillow's readers are called directly, by the format the
first bytes gave, and not through ``Image.open``: no other of Pillow's sixty formats can be reached, and its
process-wide pixel limit, with the warning that belongs to it, stays out of play: the size is checked here.
"""

import io
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import (
    BmpImagePlugin,
    Image,
    ImageChops,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from wuhen.photo import sniff
from wuhen.photo.bmp import extras as bmp
from wuhen.photo.bmp import samples as bmp_samples
from wuhen.photo.errors import BrokenImage, PhotoError
from wuhen.photo.flaws import Flaw
from wuhen.photo.heif import reading as heif
from wuhen.photo.jpeg import segments as jpeg
from wuhen.photo.limits import USUAL_LIMIT, SizeLimit
from wuhen.photo.metadata import exif_tags
from wuhen.photo.png import chunks as png
from wuhen.photo.stopping import Source
from wuhen.photo.tiff import planes as tiff_planes
from wuhen.photo.tiff import samples as tiff_samples
from wuhen.photo.tiff import tags as tiff_tags
from wuhen.photo.tiff.checksums import check_sums
from wuhen.photo.tiff.directory import read_directory
from wuhen.photo.tiff.disguise import disguise
from wuhen.photo.tiff.fax import check_strips
from wuhen.photo.tiff.reader import TiffReader
from wuhen.photo.tiff.refusal import check_end, check_kind, check_room
from wuhen.photo.webp import chunks as webp
from wuhen.photo.wide import has_wide_colours, load_rounded, load_wide, wide_grey

_READERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffReader,
    "WEBP": WebPImagePlugin.WebPImageFile,
}
# What takes a file apart first: what only accompanies a picture never decides over it.
_SORTERS: dict[str, Callable[[bytes], jpeg.Sorted | png.Sorted | webp.Sorted]] = {
    "JPEG": jpeg.sort_segments,
    "PNG": png.sort_chunks,
    "WEBP": webp.sort_chunks,
}
_CONTAINED = frozenset({"HEIC", "AVIF"})
_TURNED = _CONTAINED | {"TIFF"}
_TILE_LIMIT = 10_000  # pixels a side, of tiles that are larger than their picture
# What goes wrong within a decoder that trusts a file, in words that mean nothing to its user.
_OF_CODE = (KeyError, IndexError, AttributeError, AssertionError, TypeError, struct.error)
# What Pillow says of samples that it has no mode for.
_UNSUPPORTED = frozenset(
    {"unknown pixel mode", "unknown raw mode for given image mode", "string index out of range"}
)
_END = b"\xff\xd9"
# Nothing, which decoders take for zeros, and two that none reads alike; see _complete.
_CONTINUATIONS = (b"", b"\x55\xa6\x93\x6c" * 16, b"\xaa\x39\xc9\x5b" * 16)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded file.

    Attributes
    ----------
    image
        The file, for what it says beside its samples.
    raster
        Its samples, decoded; often the same object.
    format
        One of `wuhen.photo.FORMATS`.
    stored_size
        ``(width, height)`` before any turn. TIFF, HEIC and AVIF are turned when they are decoded, so there
        the raster's own size may already be the other way round.
    orientation
        That of a TIFF, HEIC or AVIF file, 1 to 8, undone in `raster`; of the others it is in their EXIF.
    bits
        How many a sample has in the file; 8 stands for fewer, too.
    wide : (H, W) or (H, W, C) ndarray of uint16, or None
        Its samples at 16 bits, in file order, where they were asked for and it has more than 8; then `raster`
        has no meaning. Without channels it is grey; 2 are grey and alpha, 3 colours, 4 colours and alpha.
    """

    image: Image.Image
    raster: Image.Image
    format: str
    stored_size: tuple[int, int]
    orientation: int = 1
    bits: int = 8
    wide: NDArray[np.uint16] | None = None

    @property
    def turned(self) -> bool:
        """Whether `raster` is upright already."""
        return self.format in _TURNED


def decode(data: bytes, limit: SizeLimit = USUAL_LIMIT, *, wide: bool = False) -> Decoded:
    """Decode the first picture of a file.

    Parameters
    ----------
    data
        The file.
    limit
        How large the picture may be.
    wide
        Whether samples of more than 8 bits are wanted as they are.

    Raises
    ------
    EmptyInput, UnknownFormat, SideTooLong, TooManyPixels, MissingReader, BrokenImage
        In this order of checks.
    MemoryError
        There is not enough of it to decode the picture.
    """
    name = sniff.image_format(data)
    if name in _CONTAINED:
        return _decode_still(name, data, limit, wide=wide)
    if name == "WEBP":
        limit.check(name, sniff.webp_size(data) or (0, 0))
    if name == "TIFF":
        return _decode_tiff(data, limit, wide=wide)
    if name == "BMP":
        return _decode_bitmap(data, limit)
    image, size = _open(name, data, limit)
    if name == "JPEG":
        image = _load_jpeg(image, data, limit)
        return Decoded(image, image, name, size)
    if name == "PNG" and _has_wide_samples(image):
        return _decode_wide_png(image, wide=wide and limit.allows_wide(size))
    _load(name, image)
    return Decoded(image, image, name, size)


def _has_wide_samples(image: ImageFile.ImageFile) -> bool:
    return image.mode.startswith("I;16") or has_wide_colours(image)


def _decode_wide_png(image: ImageFile.ImageFile, *, wide: bool) -> Decoded:
    """Decode a PNG file of 16 bits a sample."""
    size = image.size
    if not has_wide_colours(image):
        _load("PNG", image)
        return Decoded(image, image, "PNG", size, bits=16, wide=wide_grey(image) if wide else None)
    with _told("PNG"):
        again = PngImagePlugin.PngImageFile(Source(_content_of(image)))
        if wide:
            return Decoded(image, image, "PNG", size, bits=16, wide=load_wide(image, again))
        return Decoded(image, load_rounded(image, again), "PNG", size, bits=16)


def _content_of(image: ImageFile.ImageFile) -> bytes:
    """Return what an image was opened from, not a copy."""
    assert isinstance(image.fp, io.BytesIO)  # noqa: S101 - it was opened here, and is not loaded yet
    return image.fp.getvalue()


def _decode_tiff(data: bytes, limit: SizeLimit, *, wide: bool) -> Decoded:
    """Decode a TIFF file and remember its orientation, which Pillow undoes and forgets.

    Pillow would also turn it by the orientation in its XMP packet, which nothing else displays it in.
    """
    try:
        decoded = _decode_tiff_as_is(data, limit, wide=wide)
    except BrokenImage:
        # It may be for a tag that tells nothing of the picture.
        if (spared := tiff_tags.without_tags(data)) is None:
            raise
        decoded = _decode_tiff_as_is(spared, limit, wide=wide)
    decoded.image.info.update(tiff_tags.read_info(data))
    return decoded


def _decode_tiff_as_is(data: bytes, limit: SizeLimit, *, wide: bool) -> Decoded:
    """Decode a TIFF file of which every tag can be read."""
    with _told("TIFF"):
        directory = read_directory(data)
        check_kind(directory)
        seen = disguise(data, directory)
    image, size = _open("TIFF", seen, limit)
    assert isinstance(image, TiffImagePlugin.TiffImageFile)  # noqa: S101 - by its name
    image.info.pop("xmp", None)
    check_room(directory)
    deep: NDArray[np.uint16] | None = None
    raster: Image.Image = image
    with _told("TIFF"):
        check_sums(data, directory)
        if directory.is_plain:
            raster = tiff_samples.load_plain(image, directory)
            check_strips(data, directory)
        else:
            samples = tiff_planes.read_samples(data, directory)
            deep = tiff_samples.stretch(samples, directory) if wide and limit.allows_wide(size) else None
            raster = image if deep is not None else tiff_samples.show(samples, directory)
        check_end(data, directory)
    return Decoded(image, raster, "TIFF", size, directory.orientation, max(directory.bits, 8), deep)


def _decode_bitmap(data: bytes, limit: SizeLimit) -> Decoded:
    """Decode a bitmap. Alpha that is 0 all over is none: most writers leave the fourth byte unset."""
    seen = bmp_samples.disguise(data)
    image, size = _open("BMP", seen.data, limit)
    with _told("BMP"):
        raster = seen.load(image)
    if raster.mode == "RGBA" and raster.getchannel("A").getextrema() == (0, 0):
        raster = raster.convert("RGB")
    image.info.update(bmp.read_info(data))
    return Decoded(image, raster, "BMP", size)


def _decode_still(name: str, data: bytes, limit: SizeLimit, *, wide: bool) -> Decoded:
    """Decode a HEIC or AVIF file."""
    with _told(name):
        still = heif.open_still(data, name, limit)
        image, bits, samples = still.decode(wide=wide and limit.allows_wide(still.stored))
    return Decoded(image, image, name, still.stored, still.orientation, bits, samples)


def _broken(name: str, error: Exception) -> BrokenImage:
    """Say in one short printable phrase what a decoder raised."""
    if str(error) in _UNSUPPORTED:
        return BrokenImage(name, Flaw.SAMPLE_KIND)
    text = re.sub(r"[^\x20-\x7e]+", " ", str(error)).strip(" .")
    if not text or isinstance(error, _OF_CODE):
        return BrokenImage(name, Flaw.STRUCTURE)
    return BrokenImage(name, Flaw.DECODER, text[:160])


def _open(name: str, data: bytes, limit: SizeLimit) -> tuple[ImageFile.ImageFile, tuple[int, int]]:
    """Read the header of a file and check what it promises."""
    if name == "JPEG":
        sniff.check_segments(data)
    parts = _SORTERS[name](data) if name in _SORTERS else None
    with _told(name):
        image = _READERS[name](Source(data if parts is None else parts.data))
        if parts is not None:
            image.info.update(parts.info)
        if name == "JPEG" and "exif" in image.info:
            image.info.setdefault("dpi", (exif_tags.resolution(image.info["exif"]),) * 2)
        size = _stored_size(image)
    limit.check(name, size)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        with _told(name):
            _check_tiles(image, size, limit)
    return image, size


def _stored_size(image: ImageFile.ImageFile) -> tuple[int, int]:
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return image.size
    tags = image.tag_v2
    return int(tags[TiffImagePlugin.IMAGEWIDTH]), int(tags[TiffImagePlugin.IMAGELENGTH])


def _check_tiles(image: TiffImagePlugin.TiffImageFile, size: tuple[int, int], limit: SizeLimit) -> None:
    """Refuse tiles that are much larger than their picture: a decoder makes room for a whole one."""
    tags = (TiffImagePlugin.TILEWIDTH, TiffImagePlugin.TILELENGTH)
    tile = [side if isinstance(side, int) else 0 for side in map(image.tag_v2.get, tags)]
    if (
        any(side > max(_TILE_LIMIT, 2 * whole) for side, whole in zip(tile, size, strict=True))
        or tile[0] * tile[1] > 2 * limit.pixels
    ):
        raise BrokenImage("TIFF", Flaw.TILES, *tile)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn whatever a decoder raises into what is wrong with the file."""
    try:
        yield
    except (PhotoError, MemoryError):  # too little memory is no fault of the file's
        raise
    except Exception as error:  # Pillow raises about anything: OSError, SyntaxError, TypeError, struct.error
        raise _broken(name, error) from error


def _load(name: str, image: Image.Image) -> None:
    with _told(name):
        image.load()


def _load_jpeg(image: ImageFile.ImageFile, data: bytes, limit: SizeLimit) -> ImageFile.ImageFile:
    whole = sniff.has_end(data)
    sniff.check_scans(data, image.width * image.height, 1 if whole else len(_CONTINUATIONS))
    if not whole:
        return _complete(data, limit)
    _load("JPEG", image)
    return image


def _complete(data: bytes, limit: SizeLimit) -> ImageFile.ImageFile:
    """Decode a JPEG file that lacks only its end marker.

    Such files are common, and their pictures are whole. Whether one is whole cannot be seen from its bytes,
    but it can be tried: where every coefficient has been read, whatever follows is skipped, so continuing the
    file in different ways gives the same picture. Where data is missing, the pictures differ.

    Raises
    ------
    BrokenImage
        The picture itself is cut off.
    """
    body = data.rstrip(b"\xff")
    first: ImageFile.ImageFile | None = None
    for continuation in _CONTINUATIONS:
        image, _ = _open("JPEG", body + continuation + _END, limit)
        _load("JPEG", image)
        if first is None:
            first = image
        elif ImageChops.difference(image, first).getbbox(alpha_only=False) is not None:
            raise BrokenImage("JPEG", Flaw.CUT_OFF)
    assert first is not None  # noqa: S101 - there are continuations
    return first

"""The samples of bitmaps, right also where Pillow would read them wrong or not at all.

Pillow knows some layouts of colours by masks, of 16 and 32 bits, takes the indices of a palette of greys for
the greys, and knows of no indices of 2 bits. Here masks are read as they are, such a palette is kept from
Pillow, and such indices get 8 bits. Microsoft, Bitmap Storage; for 2 bits, Windows CE's.
"""

import struct
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFile

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw

__all__ = ["Disguise", "disguise"]

_FILE_HEADER = 14  # bytes
_CORE, _INFO, _OS2, _WITH_ALPHA_MASK = 12, 40, 64, 56  # bytes of headers
_PLAIN, _MASKED, _ALPHA_MASKED = 0, 3, 6  # compressions
_MASKS = _FILE_HEADER + _INFO  # where they are, in the header or behind it
_DEEPEST = 16  # bits of a colour
_DEFAULT_MASKS = (0x7C00, 0x3E0, 0x1F, 0)  # of 16 bits
_BAND = 256  # rows


@dataclass(frozen=True, slots=True)
class Disguise:
    """A bitmap as Pillow is to see it.

    Attributes
    ----------
    data
        The file, which says less than it did.
    masks
        Of red, green, blue and alpha, where samples are to be read by them.
    first
        The first colour of the palette, where another one stands in its place.
    """

    data: bytes
    masks: tuple[int, ...] | None = None
    first: bytes | None = None

    def load(self, image: ImageFile.ImageFile) -> Image.Image:
        """Decode the samples.

        Parameters
        ----------
        image
            Opened from `data`, not yet loaded.

        Raises
        ------
        BrokenImage
            There are too few of them, or no masks that colours can have.
        """
        if self.masks is not None:
            return _read_masked(self.data, image.size, self.masks)
        image.load()
        if self.first is not None:
            colours = image.getpalette("BGR") or []
            image.putpalette(bytes([*self.first, *colours[3:]]), "BGR")
        return image


def disguise(data: bytes) -> Disguise:
    """Have a bitmap say nothing that Pillow would take amiss.

    Raises
    ------
    BrokenImage
        Its samples begin within its header, or there are too few of them.
    """
    data = _deepened(data)
    try:
        (offset, size) = struct.unpack_from("<II", data, _FILE_HEADER - 4)
        (bits,) = struct.unpack_from("<H", data, _FILE_HEADER + (10 if size == _CORE else 14))
        core = size == _CORE
        compression = _PLAIN if core else struct.unpack_from("<I", data, _FILE_HEADER + 16)[0]
        colours = 1 << bits if core else struct.unpack_from("<I", data, _FILE_HEADER + 32)[0]
        masked = compression in {_MASKED, _ALPHA_MASKED} and size >= _INFO and size != _OS2
        if bits in {16, 32} and masked:
            with_alpha = size >= _WITH_ALPHA_MASK or compression == _ALPHA_MASKED
            masks = struct.unpack_from("<4I" if with_alpha else "<3I", data, _MASKS)
            return Disguise(_patched(data, _FILE_HEADER + 16, struct.pack("<I", _PLAIN)), masks)
    except struct.error:
        return Disguise(data)  # whoever decodes it says what is wrong
    if 0 < offset < _FILE_HEADER + size:
        raise BrokenImage("BMP", Flaw.WITHIN_HEADER)
    if bits == 16 and compression == _PLAIN:  # noqa: PLR2004 - the only depth below 24 without a palette
        return Disguise(data, _DEFAULT_MASKS)
    start = _FILE_HEADER + size
    first = data[start : start + 3]
    # Greys that are their own indices, and black with white, are greys to Pillow, of 8 bits and of 1.
    if len(first) == 3 and (bits == 4 or (bits == 8 and colours == 2)):  # noqa: PLR2004 - a colour's bytes; bits
        other = bytes([first[0] ^ 1, first[1], first[2]])
        return Disguise(_patched(data, start, other), first=first)
    return Disguise(data)


def _deepened(data: bytes) -> bytes:
    """Give indices of 2 bits a byte each; return other bitmaps as they are."""
    try:
        offset, size = struct.unpack_from("<II", data, _FILE_HEADER - 4)
        core = size == _CORE
        width, height = struct.unpack_from("<HH" if core else "<Ii", data, _FILE_HEADER + 4)
        depth_at = _FILE_HEADER + (10 if core else 14)
        (bits,) = struct.unpack_from("<H", data, depth_at)
        compression, colours = (_PLAIN, 0) if core else struct.unpack_from("<I12xI", data, _FILE_HEADER + 16)
    except struct.error:
        return data  # whoever decodes it says what is wrong
    if bits != 2 or compression != _PLAIN or size < _CORE:  # noqa: PLR2004 - the depth that is not known
        return data
    colours = min(colours or 4, 4)
    start = offset or _FILE_HEADER + size + colours * (3 if core else 4)
    stride, height = (width * bits + 31) // 32 * 4, abs(height)
    if len(data) < start + stride * height:
        raise BrokenImage("BMP", Flaw.CUT_OFF)
    packed = np.frombuffer(data, np.uint8, stride * height, start).reshape(height, stride)
    indices = np.zeros((height, (width + 3) // 4 * 4), np.uint8)
    for part in range(4):  # of a byte, the first pixel in the highest bits
        columns = indices[:, part::4]
        columns[...] = packed[:, : columns.shape[1]] >> (6 - 2 * part) & 3
    head = _patched(data[:start], depth_at, struct.pack("<H", 8))
    if not core:
        head = _patched(head, _FILE_HEADER + 32, struct.pack("<I", colours))
    return head + indices.tobytes()


def _patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def _read_masked(data: bytes, size: tuple[int, int], masks: tuple[int, ...]) -> Image.Image:
    """Read colours by their masks, each stretched over 8 bits and rounded."""
    used = [*masks[:3], *(mask for mask in masks[3:] if mask)]
    shifts = [(mask & -mask).bit_length() - 1 for mask in used]
    whites = [mask >> shift if mask else 0 for mask, shift in zip(used, shifts, strict=True)]
    gaps = any(white & (white + 1) or not 0 < white < 1 << _DEEPEST for white in whites)
    if gaps or sum(used) != np.bitwise_or.reduce(np.array(used, np.uint64)):
        raise BrokenImage("BMP", Flaw.COLOUR_MASKS)
    width, height = size
    (start,) = struct.unpack_from("<I", data, 10)
    stored_height, _, bits = struct.unpack_from("<iHH", data, _FILE_HEADER + 8)
    stride = (width * bits + 31) // 32 * 4
    if start < _MASKS or len(data) < start + stride * height:
        raise BrokenImage("BMP", Flaw.CUT_OFF)
    rows = np.frombuffer(data, np.uint8, stride * height, start).reshape(height, stride)
    numbers = rows[:, : width * bits // 8].view("<u2" if bits == 16 else "<u4")  # noqa: PLR2004 - or 32
    pixels = np.empty((height, width, len(used)), np.uint8)
    for top in range(0, height, _BAND):
        for channel, (mask, shift, white) in enumerate(zip(used, shifts, whites, strict=True)):
            values = (numbers[top : top + _BAND].astype(np.uint32) & np.uint32(mask)) >> np.uint32(shift)
            pixels[top : top + _BAND, :, channel] = (values * 255 + white // 2) // white
    return Image.fromarray(pixels if stored_height < 0 else np.ascontiguousarray(pixels[::-1]))

"""The samples of TIFF files, right also where Pillow alone would read them wrong, or else refused.

Pillow inverts grey whose white is zero only up to 8 bits a sample and in one plane, leaves 12 bits as they
are, takes signed samples of 8 bits for unsigned ones, and mixes the planes up where colours of 16 bits lie in
separate, uncompressed planes. TIFF 6.0, sections 3 to 6, 14, 18 and 19.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from wuhen.photo.colour import narrow, wide_array
from wuhen.photo.errors import BrokenImage
from wuhen.photo.wide import divide_out, divide_out_wide, has_wide_colours, load_rounded, load_wide

_ORIENTATION, _YCBCR, _PREMULTIPLIED = 0x0112, 6, 1
_UNSIGNED, _SIGNED = 1, 2
_CONTIGUOUS, _SEPARATE = 1, 2
_WHITE_IS_ZERO, _BLACK_IS_ZERO = 0, 1
_SHORT, _LONG = 3, 4
_WIDE = (12, 16)  # bits a sample
_JPEG = frozenset({6, 7})  # compressions
_INK_SET, _CMYK_INKS = 332, 1
# Tags of YCbCr, each with what holds where it is absent, and the only value that Pillow reads right where the
# samples are not compressed.
_YCBCR_TAGS: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {
    529: ((0.299, 0.587, 0.114), (0.299, 0.587, 0.114)),
    TiffImagePlugin.YCBCRSUBSAMPLING: ((2, 2), (1, 1)),
    TiffImagePlugin.REFERENCEBLACKWHITE: ((0, 255, 128, 255, 128, 255), (0, 255, 128, 255, 128, 255)),
}
# What the directory of one plane takes over from that of the file.
_OF_EACH_PLANE = (
    TiffImagePlugin.IMAGEWIDTH,
    TiffImagePlugin.IMAGELENGTH,
    TiffImagePlugin.COMPRESSION,
    TiffImagePlugin.FILLORDER,
    _ORIENTATION,
    TiffImagePlugin.ROWSPERSTRIP,
    TiffImagePlugin.PREDICTOR,
    TiffImagePlugin.TILEWIDTH,
    TiffImagePlugin.TILELENGTH,
)
_POSITIONS = (
    TiffImagePlugin.STRIPOFFSETS,
    TiffImagePlugin.STRIPBYTECOUNTS,
    TiffImagePlugin.TILEOFFSETS,
    TiffImagePlugin.TILEBYTECOUNTS,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a directory whose value is one number within it."""

    tag: int
    format: str
    position: int
    value: int


def normalise(data: bytes) -> tuple[bytes, bool]:
    """Say what a directory says of grey and palettes in the way that Pillow reads right.

    A single channel lies in a plane of its own either way, but Pillow takes the word for it amiss. Wide grey
    whose white is zero is declared as grey whose black is.

    Returns
    -------
    bytes
        The file, of the same length.
    bool
        Whether its samples are now to be inverted.
    """
    try:
        entries = {entry.tag: entry for entry in _entries(data)}
    except (struct.error, OverflowError):
        return data, False  # whoever decodes it says what is wrong
    values = {tag: entry.value for tag, entry in entries.items()}
    if values.get(TiffImagePlugin.SAMPLESPERPIXEL, 1) != 1:
        return data, False
    changes = {}
    if values.get(TiffImagePlugin.PLANAR_CONFIGURATION) == _SEPARATE:
        changes[TiffImagePlugin.PLANAR_CONFIGURATION] = _CONTIGUOUS
    inverted = (
        values.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO
        and values.get(TiffImagePlugin.BITSPERSAMPLE) in _WIDE
        and values.get(TiffImagePlugin.SAMPLEFORMAT, _UNSIGNED) == _UNSIGNED
    )
    if inverted:
        changes[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = _BLACK_IS_ZERO
    if not changes:
        return data, False
    patched = bytearray(data)
    for tag, value in changes.items():
        struct.pack_into(entries[tag].format, patched, entries[tag].position, value)
    return bytes(patched), inverted


def _entries(data: bytes) -> Iterator[_Entry]:
    """Walk the first directory of a file."""
    order = ">" if data.startswith(b"MM") else "<"
    big = 43 in data[2:4]  # noqa: PLR2004 - the version of BigTIFF
    pointer, counter, count_format, head = (8, "Q", "Q", 20) if big else (4, "H", "I", 12)
    (start,) = struct.unpack_from(order + ("Q" if big else "I"), data, pointer)
    (count,) = struct.unpack_from(order + counter, data, start)
    first = start + struct.calcsize(order + counter)
    for position in range(first, first + head * min(count, 0xFFFF), head):
        tag, kind, length = struct.unpack_from(order + "HH" + count_format, data, position)
        if length == 1 and kind in {_SHORT, _LONG}:
            word = order + ("H" if kind == _SHORT else "I")
            place = position + struct.calcsize(order + "HH" + count_format)
            yield _Entry(tag, word, place, struct.unpack_from(word, data, place)[0])


def bits(image: TiffImagePlugin.TiffImageFile) -> int:
    """Return how many bits the first sample has; of others there are as many, or they are refused."""
    count: int = image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))[0]
    return count


def load_more_bits(
    image: TiffImagePlugin.TiffImageFile, data: bytes, *, inverted: bool
) -> NDArray[np.uint16] | None:
    """Decode samples of 12 or 16 bits; None where a file has none, or is converted to RGB in 8 bits.

    Parameters
    ----------
    image, data, inverted
        See `load`.

    Returns
    -------
    (H, W) or (H, W, C) ndarray of uint16, or None
        Grey without channels; 2 channels are grey and alpha, 3 colours, 4 colours and alpha. From 0 to 65535
        and turned by the file's orientation. `load` returns what they are rounded to.

    Raises
    ------
    BrokenImage
        The samples are of a kind that is not read.
    """
    if bits(image) not in _WIDE or image.mode not in {"RGB", "RGBA", "I;16", "I;16B", "I;16L", "LA"}:
        return None
    _check_kind(image)
    extra = next(iter(image.tag_v2.get(TiffImagePlugin.EXTRASAMPLES, ())), None)
    if _has_planes(image):
        planes = [wide_array(plane) for plane in _load_planes(image, data)]
        samples = np.stack(planes, axis=2)
        if extra == _PREMULTIPLIED:
            samples = divide_out_wide(samples)
    elif has_wide_colours(image):
        samples = load_wide(image, _open(data))
    else:
        image.load()
        samples = _stretch(wide_array(image), bits(image))
        return ~samples if inverted else samples
    if extra is None and samples.shape[2] == 4 and not narrow(samples[..., 3]).any():  # noqa: PLR2004 - see load
        return np.ascontiguousarray(samples[..., :3])
    return samples


def load(image: TiffImagePlugin.TiffImageFile, data: bytes, *, inverted: bool) -> Image.Image:
    """Decode the samples of a TIFF file.

    Parameters
    ----------
    image
        Opened, not yet loaded.
    data
        What it was opened from.
    inverted
        Whether white is zero, in samples of more than 8 bits.

    Returns
    -------
    Image
        Turned by the file's orientation.

    Raises
    ------
    BrokenImage
        The samples are of a kind that is not read.
    """
    tags = image.tag_v2
    _check_kind(image)
    extra = next(iter(tags.get(TiffImagePlugin.EXTRASAMPLES, ())), None)
    if _has_planes(image):
        result = _join_planes(image, data, premultiplied=extra == _PREMULTIPLIED)
    elif has_wide_colours(image):
        result = load_rounded(image, _open(data))
    else:
        image.load()
        result = image
        if bits(image) in _WIDE and image.mode.startswith("I;16"):
            result = _narrow_grey(image, bits(image), inverted=inverted)
        elif image.mode == "I" and tags.get(TiffImagePlugin.SAMPLEFORMAT, (_UNSIGNED,))[0] == _UNSIGNED:
            result = _halve(image)
    if extra is None and result.mode == "RGBA" and result.getchannel("A").getextrema() == (0, 0):
        return result.convert("RGB")  # a fourth sample that nothing declares, and nobody has set
    return result


def _check_kind(image: TiffImagePlugin.TiffImageFile) -> None:
    """Refuse samples that would be decoded into something else than they mean.

    Raises
    ------
    BrokenImage
        With the reason.
    """
    tags = image.tag_v2
    formats = tags.get(TiffImagePlugin.SAMPLEFORMAT, (_UNSIGNED,))
    white_is_zero = tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO
    if image.mode == "L" and _SIGNED in formats:
        raise BrokenImage("TIFF", "signed samples have no agreed black; save it with unsigned samples")
    if image.mode == "F" and white_is_zero:
        raise BrokenImage("TIFF", "floating-point samples whose white is zero have no agreed black")
    if _has_planes(image) and image.mode in {"P", "PA"}:
        raise BrokenImage("TIFF", "a palette with alpha in separate planes is not supported")
    if image.mode == "CMYK" and tags.get(_INK_SET, _CMYK_INKS) != _CMYK_INKS:
        raise BrokenImage("TIFF", "inks other than cyan, magenta, yellow and black have no agreed colours")
    if image.mode == "YCbCr" and any(
        tuple(tags.get(tag, absent)) != readable for tag, (absent, readable) in _YCBCR_TAGS.items()
    ):
        raise BrokenImage("TIFF", "uncompressed YCbCr is supported only as JPEG has it, not subsampled")
    if image.mode == "P" and 0 < max(tags.get(TiffImagePlugin.COLORMAP, (0,))) < 256:  # noqa: PLR2004 - bytes
        raise BrokenImage("TIFF", "its palette has colours of 8 bits where TIFF has 16")


def _has_planes(image: TiffImagePlugin.TiffImageFile) -> bool:
    """Tell whether the channels lie in planes of their own that can be read as grey pictures."""
    tags = image.tag_v2
    return (
        tags.get(TiffImagePlugin.PLANAR_CONFIGURATION) == _SEPARATE
        and len(image.getbands()) > 1
        and tags.get(TiffImagePlugin.COMPRESSION) not in _JPEG
        and tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) != _YCBCR
    )


def _load_planes(image: TiffImagePlugin.TiffImageFile, data: bytes) -> list[Image.Image]:
    """Decode each plane as a grey picture of its own."""
    planes: list[Image.Image] = []
    for index in range(len(image.getbands())):
        plane = _open(_with_one_plane(image, data, index))
        plane.load()
        planes.append(plane)
    return planes


def _join_planes(image: TiffImagePlugin.TiffImageFile, data: bytes, *, premultiplied: bool) -> Image.Image:
    """Decode the planes and put them together."""
    planes = _load_planes(image, data)
    if image.mode == "LAB":  # a and b are signed in the file, and shifted in Pillow
        planes[1:] = [plane.point(lambda value: value ^ 128) for plane in planes[1:]]
    mode = image.mode.replace("La", "LA")
    if not premultiplied:
        return Image.merge(mode, [_to_eight_bits(plane) for plane in planes])
    samples = np.stack([np.asarray(plane).astype(np.uint16) for plane in planes], axis=2)
    return Image.fromarray(divide_out(samples if planes[0].mode != "L" else samples * np.uint16(257)))


def _to_eight_bits(image: Image.Image) -> Image.Image:
    return image if image.mode == "L" else Image.fromarray(narrow(wide_array(image)))


def _with_one_plane(image: TiffImagePlugin.TiffImageFile, data: bytes, index: int) -> bytes:
    """Return a file with another directory, for which one plane is all there is."""
    tags = image.tag_v2
    fields: dict[int, tuple[int, ...]] = {
        TiffImagePlugin.BITSPERSAMPLE: (bits(image),),
        TiffImagePlugin.PHOTOMETRIC_INTERPRETATION: (_BLACK_IS_ZERO,),
        TiffImagePlugin.SAMPLESPERPIXEL: (1,),
        **{tag: (tags[tag],) for tag in _OF_EACH_PLANE if tag in tags},
    }
    for tag in _POSITIONS:
        if tag in tags:
            count = len(tags[tag]) // tags[TiffImagePlugin.SAMPLESPERPIXEL]
            fields[tag] = tuple(tags[tag][index * count : (index + 1) * count])
    order = ">" if data.startswith(b"MM") else "<"
    header = data[:2] + struct.pack(order + "HI", 42, len(data))
    return header + data[len(header) :] + _directory(fields, order, len(data))


def _directory(fields: dict[int, tuple[int, ...]], order: str, start: int) -> bytes:
    """Write a directory of unsigned integers, to lie at `start`."""
    entries, values = struct.pack(order + "H", len(fields)), b""
    after = start + 2 + 12 * len(fields) + 4
    for tag, numbers in sorted(fields.items()):
        packed = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(numbers) > 1:
            packed, values = struct.pack(order + "I", after + len(values)), values + packed
        entries += struct.pack(order + "HHI", tag, _LONG, len(numbers)) + packed
    return entries + bytes(4) + values


def _open(data: bytes) -> TiffImagePlugin.TiffImageFile:
    image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    image.info.pop("xmp", None)  # or Pillow would turn it by the orientation there
    return image


def _narrow_grey(image: Image.Image, depth: int, *, inverted: bool) -> Image.Image:
    samples = _round_grey(wide_array(image), depth)
    return Image.fromarray(~samples if inverted else samples)


def _round_grey(samples: NDArray[np.uint16], depth: int) -> NDArray[np.uint8]:
    if depth == 16:  # noqa: PLR2004 - all that the array holds
        return narrow(samples)
    return _rescale(samples, depth, 255).astype(np.uint8)


def _stretch(samples: NDArray[np.uint16], depth: int) -> NDArray[np.uint16]:
    if depth == 16:  # noqa: PLR2004 - all that the array holds
        return samples
    return _rescale(samples, depth, 0xFFFF).astype(np.uint16)


def _rescale(samples: NDArray[np.uint16], depth: int, white: int) -> NDArray[np.uint32]:
    """Have white at `white` instead of where so many bits have it."""
    greatest = 2**depth - 1
    rescaled: NDArray[np.uint32] = (samples.astype(np.uint32) * white + greatest // 2) // greatest
    return rescaled


def _halve(image: Image.Image) -> Image.Image:
    """Return unsigned 32-bit samples so that none passes for a negative one; their proportions are kept."""
    samples = np.asarray(image).view(np.uint32)
    return image if samples.max() < 2**31 else Image.fromarray((samples >> 1).astype(np.int32))

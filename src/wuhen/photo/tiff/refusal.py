"""Why the samples of a TIFF file are not read: they would come out as something else than they mean."""

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.tiff.directory import (
    ASSOCIATED,
    BLACK_IS_ZERO,
    CMYK,
    NEW_JPEG,
    OF_BYTES,
    OF_PICTURES,
    PALETTE,
    RGB,
    SAMPLES_OF_COLOUR,
    UNASSOCIATED,
    UNSPECIFIED,
    YCBCR,
    Directory,
)

__all__ = ["check_end", "check_kind", "check_room"]

_BYTE = 8  # bits
_NONE = 1  # compression
_MOST_BYTES = 10**9
_OF_DEEP_COLOURS = 6  # bytes of a pixel: those are read up to whatever size is taken
_NEAR = 0.01  # by how much numbers may differ that were rounded
_OF_JFIF = (0.299, 0.587, 0.114, 0, 255, 128, 255, 128, 255)  # luma, and the codes of black and white


def check_kind(directory: Directory) -> None:
    """Refuse a kind of samples that is not read.

    Raises
    ------
    BrokenImage
        With the reason.
    """
    refusal = _refuse_coding(directory) or _refuse_extra(directory)
    if refusal is None and directory.photometric in _REFUSALS:
        refusal = _REFUSALS[directory.photometric](directory)
    if refusal is not None:
        raise refusal


def check_room(directory: Directory) -> None:
    """Refuse samples that take more memory than a picture of that size has any use for.

    Up to 65,535 samples a pixel can be declared, and a file of some kilobytes can hold them.

    Raises
    ------
    BrokenImage
        They take more than a gigabyte, and more than colours of 16 bits would.
    """
    pixels = directory.width * directory.height
    size = pixels * directory.channels * -(-directory.bits // _BYTE)
    if size > max(_MOST_BYTES, _OF_DEEP_COLOURS * pixels):
        raise BrokenImage("TIFF", Flaw.ROOM, size // 10**6)


def check_end(data: bytes, directory: Directory) -> None:
    """Refuse a file that ends within a compressed strip or tile, of which some decoders make up the rest.

    Raises
    ------
    BrokenImage
        It does.
    """
    places = zip(directory.offsets, directory.counts, strict=False)
    if directory.compression != _NONE and any(start + length > len(data) for start, length in places):
        raise BrokenImage("TIFF", Flaw.CUT_OFF)


def _refuse_coding(directory: Directory) -> BrokenImage | None:
    if directory.compression not in OF_BYTES | OF_PICTURES:
        return BrokenImage("TIFF", Flaw.COMPRESSION, directory.compression)
    if directory.photometric not in SAMPLES_OF_COLOUR:
        return BrokenImage("TIFF", Flaw.PHOTOMETRIC, directory.photometric)
    if not directory.is_shown and (directory.channels > 1 or not directory.is_grey):
        return BrokenImage("TIFF", Flaw.NO_BLACK)
    if directory.planar and directory.compression in OF_PICTURES:
        grey = directory.bits == _BYTE and directory.photometric in {RGB, CMYK}
        if directory.compression != NEW_JPEG or not grey:
            return BrokenImage("TIFF", Flaw.PLANES)
    return None


def _refuse_extra(directory: Directory) -> BrokenImage | None:
    beside = directory.channels - directory.colours
    undeclared = directory.photometric == RGB and beside == 1 and not directory.extra
    if beside != len(directory.extra) and not undeclared:
        return BrokenImage("TIFF", Flaw.UNNAMED_SAMPLES, directory.channels)
    if not set(directory.extra) <= {UNSPECIFIED, ASSOCIATED, UNASSOCIATED}:
        return BrokenImage("TIFF", Flaw.FURTHER_SAMPLES)
    plain = directory.photometric in {RGB, PALETTE} or directory.is_grey
    if directory.premultiplied:
        plain = directory.photometric in {RGB, BLACK_IS_ZERO}
    if directory.alpha is not None and not plain:
        return BrokenImage("TIFF", Flaw.ALPHA)
    return None


def _refuse_inks(directory: Directory) -> BrokenImage | None:
    if not directory.has_usual_inks:
        return BrokenImage("TIFF", Flaw.INKS)
    none, full = directory.dot_range
    if none != 0 or full != (1 << directory.bits) - 1:
        return BrokenImage("TIFF", Flaw.INK_RANGE)
    return None


def _refuse_chroma(directory: Directory) -> BrokenImage | None:
    if directory.compression in OF_BYTES:
        if set(directory.subsampling) - {1, 2, 4} or directory.bits != _BYTE:
            return BrokenImage("TIFF", Flaw.CHROMA)
        if directory.planar and directory.subsampling != (1, 1):
            return BrokenImage("TIFF", Flaw.CHROMA_PLANE)
        return None
    said = (*directory.weights, *directory.reference)
    if len(said) != len(_OF_JFIF) or any(abs(a - b) > _NEAR for a, b in zip(said, _OF_JFIF, strict=True)):
        return BrokenImage("TIFF", Flaw.OTHER_CHROMA)
    return None


def _refuse_palette(directory: Directory) -> BrokenImage | None:
    if len(directory.colour_map) != 3 << directory.bits:
        return BrokenImage("TIFF", Flaw.SHORT_PALETTE)
    return None


_REFUSALS = {CMYK: _refuse_inks, YCBCR: _refuse_chroma, PALETTE: _refuse_palette}

"""Why the samples of a TIFF file are not read: they would come out as something else than they mean."""

from wuhen.photo.errors import BrokenImage
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
    reason = _refuse_coding(directory) or _refuse_extra(directory)
    if reason is None and directory.photometric in _REFUSALS:
        reason = _REFUSALS[directory.photometric](directory)
    if reason is not None:
        raise BrokenImage("TIFF", reason)


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
        raise BrokenImage("TIFF", f"its samples take {size // 10**6} MB; save it without extra samples")


def check_end(data: bytes, directory: Directory) -> None:
    """Refuse a file that ends within a compressed strip or tile, of which some decoders make up the rest.

    Raises
    ------
    BrokenImage
        It does.
    """
    places = zip(directory.offsets, directory.counts, strict=False)
    if directory.compression != _NONE and any(start + length > len(data) for start, length in places):
        raise BrokenImage("TIFF", "it is cut off before the end of the picture")


def _refuse_coding(directory: Directory) -> str | None:
    if directory.compression not in OF_BYTES | OF_PICTURES:
        return f"compression {directory.compression} is not supported"
    if directory.photometric not in SAMPLES_OF_COLOUR:
        return f"photometric interpretation {directory.photometric} is not supported"
    if not directory.is_shown and (directory.channels > 1 or not directory.is_grey):
        return "signed, floating-point and wide samples have no agreed black and white"
    if directory.planar and directory.compression in OF_PICTURES:
        grey = directory.bits == _BYTE and directory.photometric in {RGB, CMYK}
        if directory.compression != NEW_JPEG or not grey:
            return "its kind of compression is not supported in separate planes"
    return None


def _refuse_extra(directory: Directory) -> str | None:
    beside = directory.channels - directory.colours
    undeclared = directory.photometric == RGB and beside == 1 and not directory.extra
    if beside != len(directory.extra) and not undeclared:
        return f"it has {directory.channels} samples per pixel and does not say what they are"
    if not set(directory.extra) <= {UNSPECIFIED, ASSOCIATED, UNASSOCIATED}:
        return "it has further samples of a kind that does not exist"
    plain = directory.photometric in {RGB, PALETTE} or directory.is_grey
    if directory.premultiplied:
        plain = directory.photometric in {RGB, BLACK_IS_ZERO}
    if directory.alpha is not None and not plain:
        return "its kind of alpha is not supported with its kind of colours"
    return None


def _refuse_inks(directory: Directory) -> str | None:
    if not directory.has_usual_inks:
        return "inks other than cyan, magenta, yellow and black have no agreed colours"
    none, full = directory.dot_range
    if none != 0 or full != (1 << directory.bits) - 1:
        return "inks that do not use the whole range of their samples are not supported"
    return None


def _refuse_chroma(directory: Directory) -> str | None:
    if directory.compression in OF_BYTES:
        if set(directory.subsampling) - {1, 2, 4} or directory.bits != _BYTE:
            return "its kind of chroma is not supported"
        if directory.planar and directory.subsampling != (1, 1):
            return "subsampled chroma in a plane of its own is not supported"
        return None
    said = (*directory.weights, *directory.reference)
    if len(said) != len(_OF_JFIF) or any(abs(a - b) > _NEAR for a, b in zip(said, _OF_JFIF, strict=True)):
        return "JPEG with other luma and chroma than JFIF's is not supported"
    return None


def _refuse_palette(directory: Directory) -> str | None:
    if len(directory.colour_map) != 3 << directory.bits:
        return "its palette is missing, or has not as many colours as its samples can name"
    return None


_REFUSALS = {CMYK: _refuse_inks, YCBCR: _refuse_chroma, PALETTE: _refuse_palette}

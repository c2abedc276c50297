"""The sequence header of an AV1 picture: how large it is coded, and in which colours.

AV1 Bitstream & Decoding Process Specification, 5.3 (OBU header), 5.5 (sequence header).
"""

from dataclasses import dataclass
from typing import Final

from wuhen.photo.heif.bits import Bits

__all__ = ["Sequence", "read_sequence"]

_SEQUENCE_HEADER: Final = 1
_MOST_UNITS: Final = 16  # that may come before the header
_UNSPECIFIED: Final = 2
_SELECT: Final = 2
_HIGH_LEVEL: Final = 7  # above which a tier follows


@dataclass(frozen=True, slots=True)
class Sequence:
    """What a sequence header says.

    Attributes
    ----------
    size
        The largest width and height of its frames.
    primaries, transfer
        Code points of ITU-T H.273; 2 is unspecified.
    """

    size: tuple[int, int]
    primaries: int = _UNSPECIFIED
    transfer: int = _UNSPECIFIED


def read_sequence(data: bytes) -> Sequence | None:
    """Return what the first sequence header says; None where there is none, or it is cut off.

    Parameters
    ----------
    data
        The beginning of a coded picture.
    """
    at = 0
    try:
        for _ in range(_MOST_UNITS):
            head = data[at]
            at += 1 + (head >> 2 & 1)  # with an extension
            length = len(data) - at
            if head >> 1 & 1:
                length, at = _length(data, at)
            if head >> 3 & 15 == _SEQUENCE_HEADER:
                return _parse(Bits(data[at : at + length]))
            at += length
    except IndexError:
        pass
    return None


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, the lowest first (leb128); return the place after it as well."""
    value = 0
    for position in range(8):
        byte = data[at + position]
        value |= (byte & 127) << (7 * position)
        if byte < 128:  # noqa: PLR2004 - the bit that says that more follows
            return value, at + position + 1
    raise IndexError


def _parse(bits: Bits) -> Sequence:
    profile = bits.read(3)
    bits.flag()  # a still picture
    reduced = bits.flag()
    if reduced:
        bits.read(5)
    else:
        _skip_operating_points(bits)
    across, down = bits.read(4) + 1, bits.read(4) + 1
    size = bits.read(across) + 1, bits.read(down) + 1
    if not reduced and bits.flag():
        bits.read(4 + 3)
    bits.read(3)
    if not reduced:
        _skip_tools(bits)
    bits.read(3)
    return _colours(bits, profile, size)


def _skip_operating_points(bits: Bits) -> None:
    delay = 0  # bits of a buffer's delay
    if bits.flag():  # timing
        bits.read(32 + 32)
        if bits.flag():
            bits.golomb()
        if bits.flag():  # the decoder's model
            delay = bits.read(5) + 1
            bits.read(32 + 5 + 5)
    with_display_delay = bits.flag()
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > _HIGH_LEVEL:
            bits.flag()
        if delay and bits.flag():
            bits.read(2 * delay + 1)
        if with_display_delay and bits.flag():
            bits.read(4)


def _skip_tools(bits: Bits) -> None:
    bits.read(4)
    with_order = bits.flag()
    if with_order:
        bits.read(2)
    screen_tools = _SELECT if bits.flag() else bits.read(1)
    if screen_tools and not bits.flag():
        bits.flag()
    if with_order:
        bits.read(3)


def _colours(bits: Bits, profile: int, size: tuple[int, int]) -> Sequence:
    high = bits.flag()
    if profile == 2 and high:  # noqa: PLR2004 - the only one with 12 bits
        bits.flag()
    if profile != 1:
        bits.flag()  # no chroma
    return Sequence(size, bits.read(8), bits.read(8)) if bits.flag() else Sequence(size)

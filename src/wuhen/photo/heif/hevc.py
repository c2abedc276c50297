"""The colours that an HEVC picture says of itself, in its sequence parameter set.

ITU-T H.265, 7.3.2.2 (sequence parameter set), 7.3.3 (profile, tier and level), E.2.1 (video usability
information); ISO/IEC 14496-15, 8.3.3 for the configuration that holds it.
"""

import struct
from collections.abc import Iterator
from typing import Final

from wuhen.photo.heif.bits import Bits

__all__ = ["read_colours"]

_SEQUENCE_PARAMETERS: Final = 33
_HEADER: Final = 22  # bytes of a configuration before its arrays
_EXTENDED_RATIO: Final = 255
_SEPARATE_PLANES: Final = 3  # the chroma format that may have them


def read_colours(configuration: bytes) -> tuple[int, int] | None:
    """Return primaries and transfer characteristics, as code points of ITU-T H.273.

    Parameters
    ----------
    configuration
        The content of an ``hvcC`` box.

    Returns
    -------
    (int, int) or None
        None where nothing is said, or where what comes before is not what stills have.
    """
    try:
        for unit in _units(configuration):
            if unit and unit[0] >> 1 & 63 == _SEQUENCE_PARAMETERS:
                return _parse(Bits(unit[2:].replace(b"\0\0\3", b"\0\0")))
    except (IndexError, struct.error):
        pass
    return None


def _units(configuration: bytes) -> Iterator[bytes]:
    at = _HEADER + 1
    for _ in range(configuration[_HEADER]):
        (count,) = struct.unpack_from(">H", configuration, at + 1)
        at += 3
        for _ in range(count):
            (length,) = struct.unpack_from(">H", configuration, at)
            yield configuration[at + 2 : at + 2 + length]
            at += 2 + length


def _parse(bits: Bits) -> tuple[int, int] | None:
    bits.read(4)
    layers = bits.read(3)  # beside the one that there always is
    bits.flag()
    _skip_profile(bits, layers)
    bits.golomb()
    if bits.golomb() == _SEPARATE_PLANES:
        bits.flag()
    bits.golomb(), bits.golomb()  # width and height
    if bits.flag():
        _skip_numbers(bits, 4)  # what is cropped
    _skip_numbers(bits, 3)
    _skip_numbers(bits, 3 * (layers + 1 if bits.flag() else 1))
    _skip_numbers(bits, 6)
    if bits.flag() and bits.flag():
        return None  # lists of scaling factors
    bits.read(2)
    if bits.flag():
        bits.read(8)
        _skip_numbers(bits, 2)
        bits.flag()
    if bits.golomb():
        return None  # sets of pictures to refer to
    if bits.flag():
        return None
    bits.read(2)
    return _usability(bits) if bits.flag() else None


def _skip_profile(bits: Bits, layers: int) -> None:
    bits.read(88 + 8)
    present = [(bits.flag(), bits.flag()) for _ in range(layers)]
    if layers:
        bits.read(2 * (8 - layers))
    for with_profile, with_level in present:
        bits.read(88 * with_profile + 8 * with_level)


def _skip_numbers(bits: Bits, count: int) -> None:
    for _ in range(count):
        bits.golomb()


def _usability(bits: Bits) -> tuple[int, int] | None:
    if bits.flag() and bits.read(8) == _EXTENDED_RATIO:
        bits.read(32)
    if bits.flag():
        bits.flag()
    if not bits.flag():
        return None
    bits.read(3 + 1)
    return (bits.read(8), bits.read(8)) if bits.flag() else None

"""The quality that a lossy WebP file was encoded at.

A file does not name the quality that its encoder was asked for, but its quantizers follow from it, segment
by segment. RFC 9649 (the container); RFC 6386, sections 7 (the boolean decoder), 9.2, 9.3, 9.6 and 19.2 (the
frame's header); libwebp's ``quant_enc.c`` for what quantizers a quality has.
"""

import math
from collections.abc import Iterator

__all__ = ["estimate_quality"]

_HEADER = 12  # bytes before the first chunk
_CHUNK = 8  # bytes before its content
_FRAME = 16  # bytes of an animation's frame before its chunks
_FRAME_TAG = 10  # bytes of a VP8 frame before its first partition
_SEGMENTS = 4
_COARSEST = 127  # quantizer index


def estimate_quality(data: bytes) -> float | None:
    """Estimate the quality that the encoder of a WebP file was asked for.

    Parameters
    ----------
    data
        A file that can be decoded; of an animation, the first frame counts.

    Returns
    -------
    float or None
        From 0 to 100; None where the file is lossless.
    """
    for kind, content in _chunks(data, _HEADER):
        if kind == b"VP8 ":
            return _quality_of(content)
        if kind == b"VP8L":
            break
    return None


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk's kind and content, those within frames too."""
    while at + _CHUNK <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        content = data[at + _CHUNK : at + _CHUNK + length]
        if kind == b"ANMF":
            yield from _chunks(content, _FRAME)
        yield kind, content
        at += _CHUNK + length + length % 2


class _BooleanDecoder:
    """Reads what an arithmetic encoder wrote with even odds, as all of a frame's header is."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 2
        self._value = int.from_bytes(data[:2].ljust(2, b"\0"), "big")
        self._range = 255
        self._shifts = 0

    def flag(self) -> bool:
        split = 1 + ((self._range - 1) >> 1)
        found = self._value >= split << 8
        if found:
            self._range -= split
            self._value -= split << 8
        else:
            self._range = split
        while self._range < 128:  # noqa: PLR2004 - half of what it may be
            self._value <<= 1
            self._range <<= 1
            self._shifts += 1
            if self._shifts == 8:  # noqa: PLR2004 - bits of a byte
                self._shifts = 0
                self._value |= self._data[self._at] if self._at < len(self._data) else 0
                self._at += 1
        return found

    def number(self, bits: int) -> int:
        value = 0
        for _ in range(bits):
            value = 2 * value + self.flag()
        return value

    def optional(self, bits: int) -> int:
        """Read a number with a sign, if a flag says that there is one; else it is 0."""
        if not self.flag():
            return 0
        value = self.number(bits)
        return -value if self.flag() else value


def _quality_of(frame: bytes) -> float:
    """Estimate the quality that a frame was encoded at.

    libwebp gives a segment the quantizer ``127 (1 - c**e)``, where ``c**3`` follows from the quality, and the
    exponents ``e`` of the segments average to 1, each weighed by its share of the frame.
    """
    exponents = [
        (share, math.log1p(-(min(index, _COARSEST - 1) + 0.5) / _COARSEST) if index > 0 else 0.0)
        for share, index in _read_quantizers(_BooleanDecoder(frame[_FRAME_TAG:]))
    ]
    mean = sum(share * value for share, value in exponents) / sum(share for share, _ in exponents)
    linear = math.exp(3 * mean)
    # Qualities below 75 are stretched, and those above squeezed.
    return 150 * linear if linear < 0.5 else 50 * (linear + 1)  # noqa: PLR2004 - what 75 gives


def _read_quantizers(bits: _BooleanDecoder) -> list[tuple[float, int]]:
    """Read a frame's header as far as the quantizer's index; return each segment's share and its index."""
    bits.number(2)  # colour space, clamping
    offsets, shares, absolute = [0] * _SEGMENTS, [1.0, 0.0, 0.0, 0.0], False
    if bits.flag():
        mapped, updated = bits.flag(), bits.flag()
        if updated:
            absolute = bits.flag()
            offsets = [bits.optional(7) for _ in range(_SEGMENTS)]
            for _ in range(_SEGMENTS):
                bits.optional(6)  # the loop filter's strength
        if mapped:
            shares = _read_shares(bits)
    bits.number(10)  # the loop filter's kind, strength and sharpness
    if bits.flag() and bits.flag():
        for _ in range(8):
            bits.optional(6)  # changes to its strength
    bits.number(2)  # how many partitions there are
    base = bits.number(7)
    return [
        (share, offset if absolute else min(max(base + offset, 0), _COARSEST))
        for share, offset in zip(shares, offsets, strict=True)
    ]


def _read_shares(bits: _BooleanDecoder) -> list[float]:
    """Read the probabilities of the tree by which each block names its segment."""
    upper, first, third = (bits.number(8) / 255 if bits.flag() else 1.0 for _ in range(_SEGMENTS - 1))
    return [upper * first, upper * (1 - first), (1 - upper) * third, (1 - upper) * (1 - third)]

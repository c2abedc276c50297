"""A scan's entropy-coded data as bits alone, and which of them can be copied (ITU-T T.81, B.1.1.5)."""

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_bits, as_int, pasted
from wuhen.compute.signature import Flat
from wuhen.photo.jpeg.file import Scan, Unsuitable

__all__ = [
    "BEGIN",
    "END",
    "FIRST",
    "MARGIN",
    "STOP",
    "Coded",
    "find_spans",
    "read_word",
    "unstuff",
    "whole_spans",
]

#: Zeros behind the data: more than one unit can take, so that only after each it is seen whether they have
#: ended. A unit has up to 10 blocks of 64 numbers of up to 15 bits, with codes of up to 16.
MARGIN = 4096
#: The columns of spans: units, and bits.
FIRST, STOP, BEGIN, END = range(4)
# With its fill bytes; only from their first one on, or each part of a long run would be tried.
_RESTART = re.compile(rb"(?<!\xff)\xff++([\xd0-\xd7])")
_NO_DATA = re.compile(rb"\xff[\xd0-\xd7\xff]")


class Coded(NamedTuple):
    """The data of a scan.

    Attributes
    ----------
    data
        uint8, without the zeros that follow 0xFF and without restart markers; `MARGIN` zeros at the end.
    starts
        int64: the byte with which each restart interval begins, and where the last one ends.
    ends
        int64, for each unit the bit behind it; -1 where the next unit belongs to the same run of blocks that
        end. Filled in by what decodes the scan.
    """

    data: Flat[np.uint8]
    starts: Flat[np.int64]
    ends: Flat[np.int64]


@pasted
def read_word(data: Flat[np.uint8], at: int) -> int:
    """Return 32 bits from byte `at` on, which nobody checks."""
    i = as_bits(at)  # an unsigned index need not be looked at for being counted from the end
    return (
        as_int(data[i]) << 24
        | as_int(data[i + as_bits(1)]) << 16
        | as_int(data[i + as_bits(2)]) << 8
        | as_int(data[i + as_bits(3)])
    )


def unstuff(data: bytes, scan: Scan, units: int) -> Coded:
    """Take the data of a scan of so many units out of a file.

    Raises
    ------
    Unsuitable
        Restart markers are not where they belong.
    """
    stuffed = data[scan.start : scan.stop]
    parts, numbers = [stuffed], []
    if scan.restart:
        parts, numbers = _RESTART.split(stuffed)[::2], _RESTART.findall(stuffed)
    expected = -(-units // scan.restart) if scan.restart else 1
    if len(parts) != expected or any(number[0] & 7 != i & 7 for i, number in enumerate(numbers)):
        raise Unsuitable
    if any(_NO_DATA.search(part) for part in parts):
        raise Unsuitable
    parts = [part.replace(b"\xff\0", b"\xff") for part in parts]
    return Coded(
        # Kernels take what can be written to.
        np.frombuffer(bytearray().join([*parts, bytes(MARGIN)]), np.uint8),
        np.cumsum([0, *map(len, parts)]),
        np.empty(units, np.int64),
    )


def whole_spans(scan: Scan, units: int) -> NDArray[np.int64]:
    """Return the spans of a scan that is encoded from its first unit to its last: see `find_spans`."""
    firsts = np.arange(0, units, scan.restart or units)
    return _span(firsts, units, np.full((2, len(firsts)), -1))


def find_spans(scan: Scan, coded: Coded, changed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find which units must be encoded, and which bits can be copied.

    Encoded are the changed units, those that share a run of blocks with one, and where a coefficient's
    difference to that of the unit before is sent, the units behind them.

    Parameters
    ----------
    scan, coded
        The scan, decoded.
    changed
        bool ``(units,)``.

    Returns
    -------
    int64 (spans, 4)
        The first unit, the one behind the last, the first bit to copy, the one behind the last; -1 for both
        where units must be encoded. Each restart interval begins with a span.
    """
    units = len(changed)
    closed = coded.ends >= 0
    runs: NDArray[np.int64] = np.cumsum(closed) - closed
    encoded = (np.bincount(runs, changed) > 0)[runs]
    if scan.first == 0:
        encoded[1:] |= encoded[:-1].copy()
    begins = np.zeros(units, np.bool_)
    begins[:: scan.restart or units] = True
    starts = np.concatenate(([0], coded.ends[:-1]))
    starts[begins] = coded.starts[:-1] * 8
    begins[1:] |= encoded[1:] != encoded[:-1]
    firsts = np.flatnonzero(begins)
    stops = np.append(firsts[1:], units)
    bits = np.where(encoded[firsts], -1, np.stack([starts[firsts], coded.ends[stops - 1]]))
    return _span(firsts, units, bits)


def _span(firsts: NDArray[np.int64], units: int, bits: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.ascontiguousarray(np.stack([firsts, np.append(firsts[1:], units), *bits], axis=1))

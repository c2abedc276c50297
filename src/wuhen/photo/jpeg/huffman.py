"""Huffman tables: look-up tables to read with, the shortest ones to write with (ITU-T T.81, C and K.2)."""

import heapq

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.jpeg.file import Unsuitable

__all__ = ["LOOK_UP_SIZE", "SHORT", "codes", "look_up_table", "shortest_table"]

#: Bits that the first part of a look-up table is entered with, and the second.
SHORT, _LONG = 10, 16
LOOK_UP_SIZE = (1 << SHORT) + (1 << _LONG)
_SYMBOLS = 256


def _lengths(table: bytes) -> NDArray[np.int64]:
    """Return the length of each symbol's code, in the table's order."""
    return np.repeat(np.arange(1, _LONG + 1), np.frombuffer(table[:_LONG], np.uint8))


def look_up_table(table: bytes) -> NDArray[np.int16]:
    """Make what a code is looked up in.

    Parameters
    ----------
    table
        16 counts of codes by length, then the symbols.

    Returns
    -------
    int16 (`LOOK_UP_SIZE`,)
        ``length << 8 | symbol``, first by the next `SHORT` bits of the data, then by the next 16; 0 where no
        code begins like this, or, in the first part, none that is so short.

    Raises
    ------
    Unsuitable
        There are more codes than bits can tell apart.
    """
    lengths = _lengths(table)
    spans = 1 << (_LONG - lengths)
    if spans.sum() > 1 << _LONG:
        raise Unsuitable
    symbols = np.frombuffer(table[_LONG:], np.uint8)
    found = np.zeros(LOOK_UP_SIZE, np.int16)
    long = np.repeat((lengths << 8 | symbols).astype(np.int16), spans)
    found[1 << SHORT :][: len(long)] = long
    short = found[1 << SHORT :: 1 << (_LONG - SHORT)]
    found[: 1 << SHORT] = np.where(short >> 8 <= SHORT, short, 0)
    return found


def shortest_table(counts: NDArray[np.int64]) -> bytes:
    """Make the table with which symbols take the least room.

    Huffman's algorithm, then no code longer than 16 bits (T.81, K.2). The code of ones alone is left free, as
    the standard wants it.

    Parameters
    ----------
    counts
        int64 ``(256,)``: how often each symbol is there.

    Returns
    -------
    bytes
        16 counts of codes by length, then the symbols.
    """
    used = np.flatnonzero(counts).tolist()
    # A symbol that is never written takes the longest code, that of ones.
    heap = [(int(counts[symbol]), symbol, [symbol]) for symbol in used] + [(0, _SYMBOLS, [_SYMBOLS])]
    lengths = dict.fromkeys([*used, _SYMBOLS], 0)
    heapq.heapify(heap)
    while len(heap) > 1:
        rarest, second = heapq.heappop(heap), heapq.heappop(heap)
        merged = rarest[2] + second[2]
        for symbol in merged:
            lengths[symbol] += 1
        heapq.heappush(heap, (rarest[0] + second[0], max(rarest[1], second[1]), merged))
    sizes = np.bincount(list(lengths.values()), minlength=_SYMBOLS + 2)
    for length in range(len(sizes) - 1, _LONG, -1):
        while sizes[length] > 0:
            # Two codes of this length become one that is shorter by a bit, and a code further up becomes two.
            split = length - 2
            while sizes[split] == 0:
                split -= 1
            sizes[length] -= 2
            sizes[length - 1] += 1
            sizes[split + 1] += 2
            sizes[split] -= 1
    longest = np.flatnonzero(sizes)[-1]
    sizes[longest] -= 1
    ordered = sorted(used, key=lambda symbol: (lengths[symbol], symbol))
    return bytes(sizes[1 : _LONG + 1].tolist()) + bytes(ordered)


def codes(table: bytes) -> NDArray[np.int64]:
    """Return each symbol's code in a table, as ``code << 5 | length``: int64 ``(256,)``, 0 for none."""
    found = np.zeros(_SYMBOLS, np.int64)
    code, before = 0, 0
    for symbol, length in zip(table[_LONG:], _lengths(table).tolist(), strict=True):
        code <<= length - before
        found[symbol] = code << 5 | length
        code, before = code + 1, length
    return found

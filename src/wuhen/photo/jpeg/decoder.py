"""Compiled: from a scan's entropy-coded data to coefficients (ITU-T T.81, F.2 and G.2).

Bits wait in an integer, at most 63 of them, the next one the highest. What lies above them in the integer has
been read and is masked away.
"""

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_int, kernel, pasted
from wuhen.compute.signature import Flat, Plane
from wuhen.photo.jpeg.coded import MARGIN, Coded, read_word
from wuhen.photo.jpeg.huffman import SHORT

__all__ = ["AC", "ACROSS", "DC", "DOWN", "FIELDS", "Walk", "decode_bands", "decode_units", "place"]

#: What is known of a component in `Walk.layout`: where its blocks begin, how many are in a row, how many of
#: them a unit has across and down, and the row of its tables for DC and AC.
BLOCKS, COLUMNS, ACROSS, DOWN, DC, AC = range(6)
FIELDS = 6

_ENOUGH = 32  # bits: a code has at most 16 and the number behind it 15
_LIMIT = 32767
_LONG_PART = 1 << SHORT


class Walk(NamedTuple):
    """The way of a scan through the coefficients.

    Attributes
    ----------
    coefficients
        Of all components: int16, 64 to a block, in zigzag order; blocks by rows.
    layout
        int64 ``(components, FIELDS)``.
    across, down
        Units; in a scan of one component a unit is a block.
    restart
        Units between restart markers, or 0.
    first, last
        Coefficients.
    high, low
        Bit positions.
    """

    coefficients: Flat[np.int16]
    layout: Plane[np.int64]
    across: int
    down: int
    restart: int
    first: int
    last: int
    high: int
    low: int


@pasted
def place(walk: Walk, i: int, unit: int, part: int) -> int:
    """Return where in the coefficients a block begins: the `part`-th of a component in a unit."""
    row, column = unit // walk.across, unit % walk.across
    across, down = as_int(walk.layout[i, ACROSS]), as_int(walk.layout[i, DOWN])
    row = row * down + part // across
    column = column * across + part % across
    return (as_int(walk.layout[i, BLOCKS]) + row * as_int(walk.layout[i, COLUMNS]) + column) * 64


class _Source(NamedTuple):
    """The data that are still to be read.

    Attributes
    ----------
    held, bits
        The bits that wait, and how many they are.
    at
        The byte behind them.
    """

    held: int
    bits: int
    at: int


@pasted
def _wrong(coded: Coded) -> _Source:
    """Return what there is to read once the data were found to be wrong: zeros, behind them."""
    return _Source(0, 0, len(coded.data) - MARGIN + 1)


@pasted
def _refill(coded: Coded, source: _Source) -> _Source:
    """Have at least `_ENOUGH` bits wait."""
    if source.bits >= _ENOUGH:
        return source
    word = read_word(coded.data, source.at)
    return _Source((source.held << 32) | word, source.bits + 32, source.at + 4)


@pasted
def _position(source: _Source) -> int:
    """Return which bit is next."""
    return source.at * 8 - source.bits


@pasted
def _skip(source: _Source, bits: int) -> _Source:
    return _Source(source.held, source.bits - bits, source.at)


@pasted
def _peek(source: _Source, bits: int) -> int:
    """Return the next bits as an unsigned number."""
    return (source.held >> (source.bits - bits)) & ((1 << bits) - 1)


@pasted
def _look_up(tables: Plane[np.int16], row: int, source: _Source) -> int:
    """Return ``length << 8 | symbol`` of the next code; 0 if there is none."""
    found = as_int(tables[row, _peek(source, SHORT)])
    if found == 0:
        found = as_int(tables[row, _LONG_PART + _peek(source, 16)])
    return found


@pasted
def _peek_number(source: _Source, size: int) -> int:
    """Return the next number of `size` bits, whose first says its sign (F.2.2.1)."""
    value = _peek(source, size)
    if value < 1 << (size - 1):
        value += 1 - (1 << size)
    return value


@pasted
def _begin_interval(walk: Walk, coded: Coded, unit: int) -> tuple[_Source, int]:
    """Return the source of the restart interval that begins with a unit, and the bit behind the interval."""
    interval = unit // walk.restart if walk.restart > 0 else 0
    zero = as_int(0)  # a literal would have functions compiled for it alone
    return _Source(zero, zero, as_int(coded.starts[interval])), as_int(coded.starts[interval + 1]) * 8


@pasted
def _decode_dc(
    coded: Coded,
    tables: Plane[np.int16],
    walk: Walk,
    i: int,
    base: int,
    store: bool,  # noqa: FBT001 - a kernel's parameter has no default
    last_dc: Flat[np.int64],
    source: _Source,
) -> _Source:
    """Decode the first coefficient of a block, or its next bit."""
    source = _refill(coded, source)
    if walk.high > 0:
        if _peek(source, 1):
            walk.coefficients[base] |= 1 << walk.low
        return _skip(source, 1)
    found = _look_up(tables, walk.layout[i, DC], source)
    size = found & 255
    if found == 0 or size > 15:  # noqa: PLR2004 - what 16 bits can hold
        return _wrong(coded)
    source = _skip(source, found >> 8)
    if size > 0:
        last_dc[i] += _peek_number(source, size)
    value = last_dc[i] << walk.low
    if abs(value) > _LIMIT:
        return _wrong(coded)
    if store:
        walk.coefficients[base] = value
    return _skip(source, size)


@pasted
def _decode_ac(
    coded: Coded,
    tables: Plane[np.int16],
    walk: Walk,
    i: int,
    base: int,
    store: bool,  # noqa: FBT001 - a kernel's parameter has no default
    source: _Source,
) -> _Source:
    """Decode the other coefficients of a block of a sequential scan."""
    k = 1
    while k <= walk.last:
        source = _refill(coded, source)
        found = _look_up(tables, walk.layout[i, AC], source)
        if found == 0:
            return _wrong(coded)
        source = _skip(source, found >> 8)
        run, size = (found >> 4) & 15, found & 15
        k += run
        if size == 0:
            if run < 15:  # noqa: PLR2004 - the end of the block
                return source
        elif k > walk.last:
            return _wrong(coded)
        else:
            if store:
                walk.coefficients[base + k] = _peek_number(source, size)
            source = _skip(source, size)
        k += 1
    return source


@kernel
def decode_units(
    coded: Coded, tables: Plane[np.int16], walk: Walk, wanted: Flat[np.bool_], last_dc: Flat[np.int64]
) -> bool:
    """Decode a sequential scan, or one of the DC coefficients of a progressive file.

    Parameters
    ----------
    coded
        The data; where units end is filled in.
    tables
        Look-up tables in rows.
    walk
        Where the coefficients go.
    wanted
        bool ``(units,)``: those whose coefficients are stored.
    last_dc
        Zeros, one a component.

    Returns
    -------
    bool
        Whether the data are whole.
    """
    source, stop = _begin_interval(walk, coded, 0)
    for unit in range(walk.across * walk.down):
        if walk.restart > 0 and unit % walk.restart == 0:
            source, stop = _begin_interval(walk, coded, unit)
            last_dc[:] = 0
        store = wanted[unit]
        for i in range(len(walk.layout)):
            for part in range(walk.layout[i, ACROSS] * walk.layout[i, DOWN]):
                base = place(walk, i, unit, part)
                source = _decode_dc(coded, tables, walk, i, base, store, last_dc, source)
                source = _decode_ac(coded, tables, walk, i, base, store, source)
        coded.ends[unit] = _position(source)
        if _position(source) > stop:
            return False
    return True


@pasted
def _first_band(
    coded: Coded, tables: Plane[np.int16], walk: Walk, base: int, source: _Source
) -> tuple[_Source, int]:
    """Decode the higher bits of a block's band; return how many blocks, with this one, have ended."""
    k = walk.first
    while k <= walk.last:
        source = _refill(coded, source)
        found = _look_up(tables, walk.layout[0, AC], source)
        source = _skip(source, found >> 8)
        run, size = (found >> 4) & 15, found & 15
        if found > 0 and size == 0 and run < 15:  # noqa: PLR2004 - the end of a run of blocks
            return _skip(source, run), (1 << run) + _peek(source, run)
        k += run
        if found == 0 or size + walk.low > 15 or (size > 0 and k > walk.last):  # noqa: PLR2004 - the bits there are
            return _wrong(coded), 0
        if size > 0:
            walk.coefficients[base + k] = _peek_number(source, size) << walk.low
            source = _skip(source, size)
        k += 1
    return source, 0


@pasted
def _correct(coded: Coded, walk: Walk, base: int, k: int, run: int, source: _Source) -> tuple[_Source, int]:
    """Read the next bit of coefficients that are there already, up to the zero that `run` others precede."""
    plus = 1 << walk.low
    while k <= walk.last:
        known = as_int(walk.coefficients[base + k])
        if known != 0:
            source = _refill(coded, source)
            if _peek(source, 1) and known & plus == 0:
                walk.coefficients[base + k] = known + (plus if known > 0 else -plus)
            source = _skip(source, 1)
        elif run == 0:
            break
        else:
            run -= 1
        k += 1
    return source, k


@pasted
def _next_band(
    coded: Coded, tables: Plane[np.int16], walk: Walk, base: int, ended: int, source: _Source
) -> tuple[_Source, int]:
    """Decode the next bit of a block's band; return how many blocks, with this one, have no new ones left."""
    k = walk.first
    while ended == 0 and k <= walk.last:
        source = _refill(coded, source)
        found = _look_up(tables, walk.layout[0, AC], source)
        source = _skip(source, found >> 8)
        run, size = (found >> 4) & 15, found & 15
        if found == 0 or size > 1:
            return _wrong(coded), 0
        if size == 0 and run < 15:  # noqa: PLR2004 - the end of a run of blocks
            ended = (1 << run) + _peek(source, run)
            source = _skip(source, run)
            break
        sign = _peek(source, size)
        source, k = _correct(coded, walk, base, k, run, _skip(source, size))
        if size > 0:
            if k > walk.last:
                return _wrong(coded), 0
            walk.coefficients[base + k] = (1 if sign else -1) << walk.low
        k += 1
    if ended > 0:
        source, k = _correct(coded, walk, base, k, 64, source)
    return source, ended


@kernel
def decode_bands(coded: Coded, tables: Plane[np.int16], walk: Walk) -> bool:
    """Decode a scan of AC coefficients of a progressive file.

    Parameters, result
        As of `decode_units`.
    """
    source, stop = _begin_interval(walk, coded, 0)
    ended = as_int(0)  # a literal would have functions compiled for it alone
    for unit in range(walk.across * walk.down):
        if walk.restart > 0 and unit % walk.restart == 0:
            if ended > 0:
                return False
            source, stop = _begin_interval(walk, coded, unit)
        base = place(walk, as_int(0), unit, as_int(0))
        if walk.high > 0:
            source, ended = _next_band(coded, tables, walk, base, ended, source)
        elif ended == 0:
            source, ended = _first_band(coded, tables, walk, base, source)
        ended = max(ended - 1, 0)
        if _position(source) > stop:
            return False
        coded.ends[unit] = _position(source) if ended == 0 else -1
    return ended == 0

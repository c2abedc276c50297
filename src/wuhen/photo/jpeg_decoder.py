"""Compiled: from a scan's entropy-coded data to coefficients (ITU-T T.81, F.2 and G.2).

Bits wait in an integer, at most 56 of them, the next one the highest. What lies above them in the integer has
been read and is masked away.
"""

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_int, inlined, kernel, pasted
from wuhen.compute.signature import Flat, Plane
from wuhen.photo.jpeg_huffman import SHORT

__all__ = ["AC", "ACROSS", "DC", "DOWN", "FIELDS", "Walk", "decode_bands", "decode_units", "place"]

#: What is known of a component in `Walk.layout`: where its blocks begin, how many are in a row, how many of
#: them a unit has across and down, and the row of its tables for DC and AC.
BLOCKS, COLUMNS, ACROSS, DOWN, DC, AC = range(6)
FIELDS = 6

_ENOUGH = 32  # bits: a code has at most 16 and the number behind it 15
_LIMIT = 32767
_FF = 255
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
        The byte behind them; negative where the data were found to be wrong.
    end
        The end of the data up to the next restart marker. Behind it zeros are read, and `at` counts on.
    """

    held: int
    bits: int
    at: int
    end: int


@pasted
def _wrong(source: _Source) -> _Source:
    return _Source(0, source.bits, -1, source.end)


@pasted
def _refill(data: Flat[np.uint8], source: _Source) -> _Source:
    """Have at least `_ENOUGH` bits wait."""
    held, bits, at = source.held, source.bits, source.at
    if bits >= _ENOUGH:
        return source
    while bits <= 48:  # noqa: PLR2004 - room for another byte
        byte = 0
        if at < source.end:
            byte = as_int(data[at])
            if byte == _FF:
                at += 1  # a zero follows
        at += 1
        held = (held << 8) | byte
        bits += 8
    return _Source(held, bits, at, source.end)


@pasted
def _skip(source: _Source, bits: int) -> _Source:
    return _Source(source.held, source.bits - bits, source.at, source.end)


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


@inlined
def _find_end(data: Flat[np.uint8], at: int, restart: int) -> int:
    """Return where the next marker is: the end of all data where there are no restart markers."""
    stop = len(data) - 1
    if restart == 0:
        return stop
    while at < stop - 1:
        if data[at] == _FF:
            if data[at + 1] != 0:
                return at
            at += 1
        at += 1
    return stop


@pasted
def _is_whole(source: _Source) -> bool:
    """Tell whether no more bits were read than there are."""
    return source.at >= 0 and (source.at - source.end) * 8 <= source.bits


@inlined
def _restart(data: Flat[np.uint8], source: _Source, number: int, restart: int) -> _Source:
    """Go behind restart marker `number`."""
    end, stop = source.end, len(data) - 1
    while end + 1 < stop and data[end + 1] == _FF:
        end += 1
    if not _is_whole(source) or end + 1 >= stop or data[end + 1] != 0xD0 + (number & 7):
        return _wrong(source)
    return _Source(0, 0, end + 2, _find_end(data, end + 2, restart))


@pasted
def _decode_dc(
    data: Flat[np.uint8],
    tables: Plane[np.int16],
    walk: Walk,
    i: int,
    base: int,
    last_dc: Flat[np.int64],
    source: _Source,
) -> _Source:
    """Decode the first coefficient of a block, or its next bit."""
    source = _refill(data, source)
    if walk.high > 0:
        if _peek(source, 1):
            walk.coefficients[base] |= 1 << walk.low
        return _skip(source, 1)
    found = _look_up(tables, walk.layout[i, DC], source)
    size = found & 255
    if found == 0 or size > 15:  # noqa: PLR2004 - what 16 bits can hold
        return _wrong(source)
    source = _skip(source, found >> 8)
    if size > 0:
        last_dc[i] += _peek_number(source, size)
    value = last_dc[i] << walk.low
    if abs(value) > _LIMIT:
        return _wrong(source)
    walk.coefficients[base] = value
    return _skip(source, size)


@pasted
def _decode_ac(
    data: Flat[np.uint8], tables: Plane[np.int16], walk: Walk, i: int, base: int, source: _Source
) -> _Source:
    """Decode the other coefficients of a block of a sequential scan."""
    k = 1
    while k <= walk.last:
        source = _refill(data, source)
        found = _look_up(tables, walk.layout[i, AC], source)
        if found == 0:
            return _wrong(source)
        source = _skip(source, found >> 8)
        run, size = (found >> 4) & 15, found & 15
        k += run
        if size == 0:
            if run < 15:  # noqa: PLR2004 - the end of the block
                return source
        elif k > walk.last:
            return _wrong(source)
        else:
            walk.coefficients[base + k] = _peek_number(source, size)
            source = _skip(source, size)
        k += 1
    return source


@kernel
def decode_units(data: Flat[np.uint8], tables: Plane[np.int16], walk: Walk, last_dc: Flat[np.int64]) -> bool:
    """Decode a sequential scan, or one of the DC coefficients of a progressive file.

    Parameters
    ----------
    data
        Entropy-coded, with a byte more behind it.
    tables
        Look-up tables in rows.
    walk
        Where the coefficients go.
    last_dc
        Zeros, one a component.

    Returns
    -------
    bool
        Whether the data are whole.
    """
    zero = as_int(0)  # a literal would have functions compiled for it alone
    source = _Source(zero, zero, zero, _find_end(data, zero, walk.restart))
    for unit in range(walk.across * walk.down):
        if walk.restart > 0 and unit > 0 and unit % walk.restart == 0:
            source = _restart(data, source, unit // walk.restart - 1, walk.restart)
            last_dc[:] = 0
        for i in range(len(walk.layout)):
            for part in range(walk.layout[i, ACROSS] * walk.layout[i, DOWN]):
                if source.at < 0:
                    return False
                base = place(walk, i, unit, part)
                source = _decode_dc(data, tables, walk, i, base, last_dc, source)
                if source.at >= 0:
                    source = _decode_ac(data, tables, walk, i, base, source)
    return _is_whole(source)


@pasted
def _first_band(
    data: Flat[np.uint8], tables: Plane[np.int16], walk: Walk, base: int, source: _Source
) -> tuple[_Source, int]:
    """Decode the higher bits of a block's band; return how many blocks, with this one, have ended."""
    k = walk.first
    while k <= walk.last:
        source = _refill(data, source)
        found = _look_up(tables, walk.layout[0, AC], source)
        source = _skip(source, found >> 8)
        run, size = (found >> 4) & 15, found & 15
        if found > 0 and size == 0 and run < 15:  # noqa: PLR2004 - the end of a run of blocks
            return _skip(source, run), (1 << run) + _peek(source, run)
        k += run
        if found == 0 or size + walk.low > 15 or (size > 0 and k > walk.last):  # noqa: PLR2004 - the bits there are
            return _wrong(source), 0
        if size > 0:
            walk.coefficients[base + k] = _peek_number(source, size) << walk.low
            source = _skip(source, size)
        k += 1
    return source, 0


@pasted
def _correct(
    data: Flat[np.uint8], walk: Walk, base: int, k: int, run: int, source: _Source
) -> tuple[_Source, int]:
    """Read the next bit of coefficients that are there already, up to the zero that `run` others precede."""
    plus = 1 << walk.low
    while k <= walk.last:
        known = as_int(walk.coefficients[base + k])
        if known != 0:
            source = _refill(data, source)
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
    data: Flat[np.uint8], tables: Plane[np.int16], walk: Walk, base: int, ended: int, source: _Source
) -> tuple[_Source, int]:
    """Decode the next bit of a block's band; return how many blocks, with this one, have no new ones left."""
    k = walk.first
    while ended == 0 and k <= walk.last:
        source = _refill(data, source)
        found = _look_up(tables, walk.layout[0, AC], source)
        source = _skip(source, found >> 8)
        run, size = (found >> 4) & 15, found & 15
        if found == 0 or size > 1:
            return _wrong(source), 0
        if size == 0 and run < 15:  # noqa: PLR2004 - the end of a run of blocks
            ended = (1 << run) + _peek(source, run)
            source = _skip(source, run)
            break
        sign = _peek(source, size)
        source, k = _correct(data, walk, base, k, run, _skip(source, size))
        if size > 0:
            if k > walk.last:
                return _wrong(source), 0
            walk.coefficients[base + k] = (1 if sign else -1) << walk.low
        k += 1
    if ended > 0:
        source, k = _correct(data, walk, base, k, 64, source)
    return source, ended


@kernel
def decode_bands(data: Flat[np.uint8], tables: Plane[np.int16], walk: Walk) -> bool:
    """Decode a scan of AC coefficients of a progressive file.

    Parameters, result
        As of `decode_units`.
    """
    zero = as_int(0)  # a literal would have functions compiled for it alone
    source = _Source(zero, zero, zero, _find_end(data, zero, walk.restart))
    ended = zero
    for unit in range(walk.across * walk.down):
        if walk.restart > 0 and unit > 0 and unit % walk.restart == 0:
            source = _restart(data, source, unit // walk.restart - 1, walk.restart)
            ended = zero
        if source.at < 0:
            return False
        if walk.high > 0:
            source, ended = _next_band(data, tables, walk, place(walk, zero, unit, zero), ended, source)
        elif ended == 0:
            source, ended = _first_band(data, tables, walk, place(walk, zero, unit, zero), source)
        ended = max(ended - 1, 0)
    return _is_whole(source)

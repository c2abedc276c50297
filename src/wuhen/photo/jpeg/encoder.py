"""Compiled: from coefficients to a scan's entropy-coded data (ITU-T T.81, F.1 and G.1).

Each kernel goes through a scan twice: once to count symbols, so that all have codes and room,
and once to write.
"""

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_int, inlined, kernel, pasted
from wuhen.compute.signature import Flat, Plane
from wuhen.photo.jpeg.coded import BEGIN, END, FIRST, STOP, read_word
from wuhen.photo.jpeg.decoder import AC, ACROSS, DC, DOWN, Walk, place

__all__ = ["CORRECTIONS", "Sink", "encode_bands", "encode_units"]

#: Room for correction bits that wait for the end of a run of blocks.
CORRECTIONS = 1024
_FF = 255
_WORD = 32  # bits that are written at a time
_LONGEST_RUN = 0x7FFF


class Sink(NamedTuple):
    """Where a scan goes, and what of it is copied.

    Attributes
    ----------
    writing
        Whether to write; otherwise symbols are counted.
    counts
        int64 ``(tables, 256)``.
    codes
        int64 ``(tables, 256)``: ``code << 5 | length``.
    sizes
        uint8 (65536,): the bits of each magnitude.
    words
        The coefficients again, four at a time.
    waiting
        uint8 (`CORRECTIONS`,), to work with.
    given
        The data that spans are copied from, as `wuhen.photo.jpeg.coded.Coded` has them.
    spans
        See `wuhen.photo.jpeg.coded.find_spans`.
    out
        What is written, with room for all of it.
    """

    writing: bool
    counts: Plane[np.int64]
    codes: Plane[np.int64]
    sizes: Flat[np.uint8]
    words: Flat[np.int64]
    waiting: Flat[np.uint8]
    given: Flat[np.uint8]
    spans: Plane[np.int64]
    out: Flat[np.uint8]


class _Target(NamedTuple):
    """The bits that wait to be written, how many they are, and where the next byte goes.

    While symbols are counted, none wait, and `at` counts the bits that are no symbols.
    """

    held: int
    bits: int
    at: int


@pasted
def _put_byte(sink: Sink, byte: int, at: int) -> int:
    sink.out[at] = byte
    if byte == _FF:
        at += 1
        sink.out[at] = 0
    return at + 1


@pasted
def _put_bits(sink: Sink, value: int, size: int, target: _Target) -> _Target:
    """Write `size` bits, up to 32."""
    if not sink.writing:
        return _Target(0, 0, target.at + size)
    held = (target.held << size) | value
    bits, at = target.bits + size, target.at
    if bits >= _WORD:
        bits -= _WORD
        word = held >> bits
        for shift in (24, 16, 8, 0):
            at = _put_byte(sink, (word >> shift) & _FF, at)
    return _Target(held, bits, at)


@pasted
def _put(sink: Sink, table: int, symbol: int, value: int, size: int, target: _Target) -> _Target:
    """Write a symbol and the `size` bits of `value` behind it."""
    if not sink.writing:
        sink.counts[table, symbol] += 1
        return _Target(0, 0, target.at + size)
    code = sink.codes[table, symbol]
    return _put_bits(sink, ((code >> 5) << size) | value, (code & 31) + size, target)


@pasted
def _put_number(sink: Sink, table: int, run: int, value: int, target: _Target) -> _Target:
    """Write a number that `run` zeros precede (F.1.2)."""
    while run > 15:  # noqa: PLR2004 - the longest run
        target = _put(sink, table, 0xF0, 0, 0, target)
        run -= 16
    size = as_int(sink.sizes[abs(value)])
    if value < 0:
        value += (1 << size) - 1
    return _put(sink, table, (run << 4) | size, value, size, target)


@inlined
def _align(sink: Sink, target: _Target) -> _Target:
    """Write what waits, the last byte filled up with ones."""
    at = target.at
    if sink.writing:
        held, bits = (target.held << 7) | 127, target.bits + 7
        while bits >= 8:  # noqa: PLR2004 - a byte
            bits -= 8
            at = _put_byte(sink, (held >> bits) & _FF, at)
    return _Target(0, 0, at)


@inlined
def _mark_restart(sink: Sink, number: int, target: _Target) -> _Target:
    target = _align(sink, target)
    if not sink.writing:
        return target
    sink.out[target.at] = _FF
    sink.out[target.at + 1] = 0xD0 + (number & 7)
    return _Target(0, 0, target.at + 2)


@inlined
def _begin_span(walk: Walk, sink: Sink, span: int, target: _Target) -> _Target:
    """Write the marker in front of a span, if it begins an interval, and the bits of one that is copied."""
    first = as_int(sink.spans[span, FIRST])
    if walk.restart > 0 and first > 0 and first % walk.restart == 0:
        target = _mark_restart(sink, first // walk.restart - 1, target)
    at, stop = as_int(sink.spans[span, BEGIN]), as_int(sink.spans[span, END])
    if not sink.writing:
        return _Target(0, 0, target.at + stop - at)
    while at < stop:
        size = min(stop - at, _WORD)
        held = read_word(sink.given, at >> 3) << 8 | as_int(sink.given[(at >> 3) + 4])
        value = (held >> (40 - (at & 7) - size)) & ((1 << size) - 1)
        target = _put_bits(sink, value, size, target)
        at += size
    return target


@pasted
def _next(walk: Walk, sink: Sink, base: int, k: int) -> int:
    """Return the place of the first coefficient from `k` on that is not zero, or one behind the last."""
    while k <= walk.last:
        if k & 3 == 0 and sink.words[(base + k) >> 2] == 0:
            k += 4
        elif walk.coefficients[base + k] != 0:
            return k
        else:
            k += 1
    return walk.last + 1


@pasted
def _encode_block(
    walk: Walk, sink: Sink, i: int, base: int, last_dc: Flat[np.int64], target: _Target
) -> _Target:
    dc = as_int(walk.coefficients[base]) >> walk.low
    if walk.high > 0:
        return _put_bits(sink, dc & 1, 1, target)
    target = _put_number(sink, walk.layout[i, DC], 0, dc - last_dc[i], target)
    last_dc[i] = dc
    before = 0
    while before < walk.last:
        k = _next(walk, sink, base, before + 1)
        if k > walk.last:
            return _put(sink, walk.layout[i, AC], 0, 0, 0, target)
        value = as_int(walk.coefficients[base + k])
        target = _put_number(sink, walk.layout[i, AC], k - before - 1, value, target)
        before = k
    return target


@kernel
def encode_units(walk: Walk, sink: Sink, last_dc: Flat[np.int64]) -> int:
    """Encode a sequential scan, or one of the DC coefficients of a progressive file.

    Parameters
    ----------
    walk
        Where the coefficients are; tables are rows of the sink's.
    sink
        Where they go.
    last_dc
        One a component, to work with.

    Returns
    -------
    int
        Bytes written; while counting, bits that are no symbols.
    """
    zero = as_int(0)  # a literal would have functions compiled for it alone
    target = _Target(zero, zero, zero)
    for span in range(len(sink.spans)):
        target = _begin_span(walk, sink, span, target)
        if sink.spans[span, END] >= 0:
            continue
        first = as_int(sink.spans[span, FIRST])
        for i in range(len(walk.layout)):
            last_dc[i] = 0
            if first > 0 and (walk.restart == 0 or first % walk.restart > 0):
                part = walk.layout[i, ACROSS] * walk.layout[i, DOWN] - 1
                last_dc[i] = as_int(walk.coefficients[place(walk, i, first - 1, part)]) >> walk.low
        for unit in range(first, sink.spans[span, STOP]):
            for i in range(len(walk.layout)):
                for part in range(walk.layout[i, ACROSS] * walk.layout[i, DOWN]):
                    target = _encode_block(walk, sink, i, place(walk, i, unit, part), last_dc, target)
    return _align(sink, target).at


@inlined
def _put_waiting(sink: Sink, start: int, stop: int, target: _Target) -> _Target:
    """Write correction bits that wait."""
    if not sink.writing:
        return _Target(0, 0, target.at + stop - start)
    while stop - start >= 8:  # noqa: PLR2004 - they go faster by the byte
        value = 0
        for i in range(8):
            value = value << 1 | as_int(sink.waiting[start + i])
        target = _put_bits(sink, value, 8, target)
        start += 8
    for i in range(start, stop):
        target = _put_bits(sink, as_int(sink.waiting[i]), 1, target)
    return target


@inlined
def _end_blocks(walk: Walk, sink: Sink, ended: int, owned: int, target: _Target) -> _Target:
    """Write a run of blocks in which nothing new follows, and the correction bits that they own."""
    size = as_int(sink.sizes[ended]) - 1
    target = _put(sink, walk.layout[0, AC], size << 4, ended & ((1 << size) - 1), size, target)
    return _put_waiting(sink, 0, owned, target)


@pasted
def _first_band(walk: Walk, sink: Sink, base: int, ended: int, target: _Target) -> tuple[_Target, int]:
    """Encode the higher bits of a block's band; return how many blocks wait for the end of their run."""
    before = written = walk.first - 1
    while before < walk.last:
        k = _next(walk, sink, base, before + 1)
        before = k
        if k > walk.last:
            break
        value = as_int(walk.coefficients[base + k])
        magnitude = abs(value) >> walk.low
        if magnitude > 0:
            if ended > 0:
                target = _end_blocks(walk, sink, ended, 0, target)
            ended = 0
            value = magnitude if value > 0 else -magnitude
            target = _put_number(sink, walk.layout[0, AC], k - written - 1, value, target)
            written = k
    return target, ended + (1 if written < walk.last else 0)


@pasted
def _newest(walk: Walk, sink: Sink, base: int) -> int:
    """Return the place of the last coefficient that was zero up to this scan, or -1."""
    newest = -1
    k = _next(walk, sink, base, walk.first)
    while k <= walk.last:
        if abs(as_int(walk.coefficients[base + k])) >> walk.low == 1:
            newest = k
        k = _next(walk, sink, base, k + 1)
    return newest


@pasted
def _next_band(
    walk: Walk, sink: Sink, base: int, ended: int, owned: int, target: _Target
) -> tuple[_Target, int, int]:
    """Encode the next bit of a block's band (G.1.2.3); return how many blocks wait, and bits that they own.

    Bits of coefficients that are there already wait until what they lie between is written.
    """
    table = walk.layout[0, AC]
    newest = _newest(walk, sink, base)
    run = 0
    start = count = owned
    k = before = walk.first - 1
    while k < walk.last:
        k = _next(walk, sink, base, before + 1)
        run += k - before - 1
        before = k
        magnitude = 0 if k > walk.last else abs(as_int(walk.coefficients[base + k])) >> walk.low
        if magnitude == 0:
            run += 1 if k <= walk.last else 0
            continue
        while run > 15 and k <= newest:  # noqa: PLR2004 - the longest run
            if ended > 0:
                target = _end_blocks(walk, sink, ended, owned, target)
            target = _put(sink, table, 0xF0, 0, 0, target)
            if count > start:
                target = _put_waiting(sink, start, count, target)
            ended = owned = start = count = 0
            run -= 16
        if magnitude > 1:
            sink.waiting[count] = magnitude & 1
            count += 1
            continue
        if ended > 0:
            target = _end_blocks(walk, sink, ended, owned, target)
        sign = 1 if walk.coefficients[base + k] > 0 else 0
        target = _put(sink, table, (run << 4) | 1, sign, 1, target)
        if count > start:
            target = _put_waiting(sink, start, count, target)
        ended = owned = start = count = run = 0
    return target, ended + (1 if run > 0 or count > start else 0), count


@kernel
def encode_bands(walk: Walk, sink: Sink) -> int:
    """Encode a scan of AC coefficients of a progressive file.

    Parameters, result
        As of `encode_units`.
    """
    zero = as_int(0)  # a literal would have functions compiled for it alone
    target = _Target(zero, zero, zero)
    for span in range(len(sink.spans)):
        target = _begin_span(walk, sink, span, target)
        if sink.spans[span, END] >= 0:
            continue
        ended = zero  # blocks in which nothing new follows, not written yet,
        owned = zero  # and how many of the waiting bits are theirs
        for unit in range(sink.spans[span, FIRST], sink.spans[span, STOP]):
            if ended == _LONGEST_RUN or owned > CORRECTIONS - 64:
                target = _end_blocks(walk, sink, ended, owned, target)
                ended = owned = zero
            base = place(walk, zero, unit, zero)
            if walk.high > 0:
                target, ended, owned = _next_band(walk, sink, base, ended, owned, target)
            else:
                target, ended = _first_band(walk, sink, base, ended, target)
        if ended > 0:
            target = _end_blocks(walk, sink, ended, owned, target)
    return _align(sink, target).at

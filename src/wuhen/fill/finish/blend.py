"""Gradient-domain blending: no step where two sources meet in a hole, nor where the fill meets its border.

Patches vote for colours, and where the patches over one pixel are others than those over the next, their
colours may differ by a step that is in none of the sources. So they vote for differences between neighbours
as well, each from one source, which know nothing of what a source is too bright or too dark by (Darabi et
al. 2012); known pixels beside the hole take part. The fill is then moved to have those differences, as far as
that is possible (Bhat et al. 2008), with the known pixels fixed (Perez et al. 2003).
"""

# Numbers that mean something in one place only have no names.
# ruff: noqa: PLR2004

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_bits, as_float, as_int, compile_second, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane, Single
from wuhen.compute.team import Team
from wuhen.fill.finish.poisson import ABSENT, ANCHORED, solve_screened
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, KNOWN, RADIUS
from wuhen.fill.raster.raster import AnyRaster, WideRaster
from wuhen.fill.raster.samples import white

__all__ = ["LastVote", "blend"]

#: How far a correction reaches in rough places and in calm ones, in pixels.
_REACHES = 16.0, 96.0
#: Changes of a difference that are made by half, there, in levels of 8 bits: what differs by more is content.
_LIMITS = 12.0, 96.0
#: Factor on a change before it is held against these limits, where one of the two pixels is known; and where
#: the fill is a repetition, and known pixels that it does not fit to have another fault.
_EASE, _DOUBT = 0.125, 8.0
#: Mean absolute gradient between rough and calm, in levels of 8 bits.
_CALM = 6.0
_BYTE = 255
#: Holes of more pixels are corrected square by square: their side and margin, in pixels.
_WHOLE, _SQUARE, _MARGIN = 1 << 22, 1024, 256
#: Pixels whose votes take longer to count than a thread takes to wake.
_WORTH_A_THREAD = 1024


class LastVote(NamedTuple):
    """The last vote.

    Attributes
    ----------
    step
        Distance between the patches that vote.
    match
        int32 per patch centre: the centre of the patch that it copies; 0 or less where there is none.
    votes
        float32 per patch centre: the weights.
    """

    step: int
    match: Flat[np.int32]
    votes: Flat[np.float32]


class _Limits(NamedTuple):
    """Up to where changes are made.

    Attributes
    ----------
    textures
        uint8, `CHANNELS` bytes a pixel, the last of which says how rough a place is.
    levels
        float32 ``(256,)``: the change that is made by half, by these bytes, in steps of a sample.
    ease
        Factor on changes from known pixels.
    """

    textures: Flat[np.uint8]
    levels: Flat[np.float32]
    ease: Single


class _Grid(NamedTuple):
    """The pixels to fill, within their bounds and a pixel around them.

    Attributes
    ----------
    numbers
        int32 ``(h, w)``, as `solve_screened` takes them.
    top, left
        Where the first one lies in the raster: -1 beyond its border.
    """

    numbers: Plane[np.int32]
    top: int
    left: int


def blend(
    raster: AnyRaster,
    hole: Hole,
    vote: LastVote,
    strength: float,
    textures: Flat[np.uint8],
    gain: float,
    team: Team,
    *,
    repeats: bool = False,
) -> None:
    """Correct a raster's hole after its last vote.

    Parameters
    ----------
    raster, hole
        Filled.
    vote
        The vote that filled it.
    strength
        Share of the correction that is made, 0 to 1.
    textures
        uint8, `CHANNELS` bytes a pixel: the raster's pixels, or those that it is a wider copy of. They are
        read before anything is changed.
    gain
        The factor with which `wuhen.fill.raster.texture.measure_texture` wrote texture into their last
        channel; 0 if there is something else.
    team
        Threads to work with.
    repeats
        Whether what is around the hole goes on in it as it repeats itself.
    """
    if isinstance(raster, WideRaster):
        for used in (_compare, _apply):
            compile_second(used)
    calm = _calm_by_texture(gain)
    most = white(raster.pixels)
    levels = (_between(_LIMITS, calm) * (most / _BYTE)).astype(np.float32)
    limits = _Limits(textures, levels, as_float(_DOUBT if repeats else _EASE))
    screening = (_between(_REACHES, calm) ** -2).astype(np.float32)

    def correct(indices: Flat[np.int32]) -> Plane[np.float32]:
        grid = _number(raster, indices)
        links, divergence = _diverge(raster, indices, vote, grid, limits, team)
        shares = screening[textures[CHANNELS * indices + COLOURS]]
        return solve_screened(grid.numbers, links, divergence, shares)

    indices = hole.indices
    shift = correct(indices) if len(indices) <= _WHOLE else _correct_by_squares(raster, indices, correct)
    _apply(raster, indices, shift, as_float(strength), as_float(most))


def _correct_by_squares(
    raster: AnyRaster, indices: Flat[np.int32], correct: Callable[[Flat[np.int32]], Plane[np.float32]]
) -> Plane[np.float32]:
    """Correct a large hole square by square, for the equations take far more room than its pixels.

    Corrections reach no farther than a square's margin, all but a fraction of a level.
    """
    shift = np.zeros((len(indices), CHANNELS), np.float32)
    for top in range(0, raster.height, _SQUARE):
        ends = np.array([top - _MARGIN, top, top + _SQUARE, top + _SQUARE + _MARGIN]) * raster.pitch
        first, begin, end, last = np.searchsorted(indices, ends)
        if begin == end:
            continue
        columns = indices[first:last] % raster.pitch
        for left in range(0, raster.width, _SQUARE):
            seen = np.flatnonzero((columns >= left - _MARGIN) & (columns < left + _SQUARE + _MARGIN))
            own = (seen >= begin - first) & (seen < end - first)
            own &= (columns[seen] >= left) & (columns[seen] < left + _SQUARE)
            if own.any():
                shift[first + seen[own]] = correct(indices[first + seen])[own]
    return shift


def _diverge(
    raster: AnyRaster, indices: Flat[np.int32], vote: LastVote, grid: _Grid, limits: _Limits, team: Team
) -> tuple[Plane[np.float32], Plane[np.float32]]:
    """Say how far each pixel's differences from its neighbours are to be trusted, and sum up their changes.

    Returned are links and divergence as `solve_screened` takes them.
    """
    links = np.zeros((len(indices), 4), np.float32)
    divergence = np.zeros((len(indices), CHANNELS), np.float32)
    differences = np.zeros((len(indices), 2, CHANNELS), np.float32)

    def compare(begin: int, end: int) -> None:
        _compare(raster, indices, vote, grid, limits, links, differences, divergence, begin, end)

    team.run_ranges(compare, len(indices), _WORTH_A_THREAD)
    _add_up(raster.pitch, indices, grid, links, differences, divergence)
    return links, divergence


def _calm_by_texture(gain: float) -> NDArray[np.float64]:
    """Say for each value of the texture channel how calm a place is, 0 to 1; half so without textures."""
    if not gain:
        return np.full(256, 0.5)
    calm: NDArray[np.float64] = 1 / (1 + (np.arange(256) / (gain * _CALM)) ** 4)
    return calm


def _between(ends: tuple[float, float], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interpolate geometrically."""
    return ends[0] * (ends[1] / ends[0]) ** share


def _number(raster: AnyRaster, indices: Flat[np.int32]) -> _Grid:
    """Assign numbers to the pixels to fill."""
    columns = indices % raster.pitch
    top, left = int(indices[0]) // raster.pitch - 1, int(columns.min()) - 1
    bottom, right = int(indices[-1]) // raster.pitch + 2, int(columns.max()) + 2
    numbers = np.full((bottom - top, right - left), ABSENT, np.int32)
    rows = slice(max(top, 0), min(bottom, raster.height))
    within = slice(max(left, 0), min(right, raster.width))
    state = raster.state.reshape(raster.height, raster.pitch)[rows, within]
    inner = numbers[rows.start - top : rows.stop - top, within.start - left : within.stop - left]
    inner[state == KNOWN] = ANCHORED
    numbers[indices // raster.pitch - top, columns - left] = np.arange(len(indices), dtype=np.int32)
    return _Grid(numbers, top, left)


@inlined
def _first_on_grid(least: int, step: int) -> int:
    """Find the first centre from a row or column on: they lie ``step`` apart from `RADIUS` on."""
    beyond = least - RADIUS
    return RADIUS if beyond <= 0 else least + (step - beyond % step) % step


@inlined
def _next_on_grid(now: int, step: int, last: int) -> int:
    """Find the next centre; the last one that a raster has room for always counts."""
    return min(now + step, last) if now < last else last + 1


@inlined
def _vote_between(
    raster: AnyRaster, vote: LastVote, place: tuple[int, int, int, int]
) -> tuple[Single, Single, Single, Single, Single]:
    """Add up the votes for a pixel's difference from a neighbour, channel by channel, and their weights.

    ``place`` is the pixel's row and column, and how far below and on the right of it the neighbour is. Only
    patches vote that lie over both.
    """
    pixels, pitch, step = raster.pixels, raster.pitch, vote.step
    y, x, down, right = place
    at = y * pitch + x
    away = (down * pitch + right) * CHANNELS
    last_y = raster.height - 1 - RADIUS
    last_x = raster.width - 1 - RADIUS
    end_y = min(min(y, y + down) + RADIUS, last_y)
    end_x = min(min(x, x + right) + RADIUS, last_x)
    first_x = min(_first_on_grid(max(x, x + right) - RADIUS, step), last_x)
    v = min(_first_on_grid(max(y, y + down) - RADIUS, step), last_y)
    a = as_float(0)
    b = as_float(0)
    c = as_float(0)
    d = as_float(0)
    total = as_float(0)
    while v <= end_y:
        u = first_x
        while u <= end_x:
            patch = v * pitch + u
            found = as_int(vote.match[as_bits(patch)])
            if found > 0:
                # Unsigned, or every access would ask whether the index is counted from the end.
                p = as_bits((found + (at - patch)) * CHANNELS)
                q = as_bits((found + (at - patch)) * CHANNELS + away)
                w = vote.votes[as_bits(patch)]
                total += w
                a += w * as_float(as_int(pixels[p]) - as_int(pixels[q]))
                b += w * as_float(as_int(pixels[p + as_bits(1)]) - as_int(pixels[q + as_bits(1)]))
                c += w * as_float(as_int(pixels[p + as_bits(2)]) - as_int(pixels[q + as_bits(2)]))
                d += w * as_float(as_int(pixels[p + as_bits(3)]) - as_int(pixels[q + as_bits(3)]))
            u = _next_on_grid(u, step, last_x)
        v = _next_on_grid(v, step, last_y)
    return a, b, c, d, total


@inlined
def _compare_with(
    raster: AnyRaster,
    vote: LastVote,
    limits: _Limits,
    place: tuple[int, int, int, int],
    ease: Single,
    to: Flat[np.float32],
) -> float:
    """Add a pixel's voted difference from a neighbour, less the real one, times its link, which is returned.

    ``place`` is that of `_vote_between`.
    """
    a, b, c, d, total = _vote_between(raster, vote, place)
    if total <= 0:
        return as_float(1)
    pixels, pitch = raster.pixels, raster.pitch
    y, x, down, right = place
    share = as_float(1) / total
    p = as_bits((y * pitch + x) * CHANNELS)
    q = as_bits(((y + down) * pitch + x + right) * CHANNELS)
    a = share * a - (as_float(pixels[p]) - as_float(pixels[q]))
    b = share * b - (as_float(pixels[p + as_bits(1)]) - as_float(pixels[q + as_bits(1)]))
    c = share * c - (as_float(pixels[p + as_bits(2)]) - as_float(pixels[q + as_bits(2)]))
    d = share * d - (as_float(pixels[p + as_bits(3)]) - as_float(pixels[q + as_bits(3)]))
    texture = max(limits.textures[p + as_bits(3)], limits.textures[q + as_bits(3)])
    change = ease * max(abs(a), abs(b), abs(c)) / limits.levels[texture]
    link: float = as_float(1) / (as_float(1) + change * change)
    to[0] += link * a
    to[1] += link * b
    to[2] += link * c
    to[3] += link * d
    return link


@kernel
def _compare(
    raster: AnyRaster,
    indices: Flat[np.int32],
    vote: LastVote,
    grid: _Grid,
    limits: _Limits,
    links: Plane[np.float32],
    differences: Cube[np.float32],
    divergence: Plane[np.float32],
    begin: int,
    end: int,
) -> None:
    """Say how the differences of ``indices[begin:end]`` from their neighbours should change.

    From those on the right and below into ``differences``, from known ones into the sums ``divergence``.
    """
    pitch, state, numbers = raster.pitch, raster.state, grid.numbers
    for i in range(begin, end):
        at = as_int(indices[i])
        row = at // pitch
        column = at - row * pitch
        y = row - grid.top
        x = column - grid.left
        for side in range(4):
            down = (side == 1) - (side == 0)
            right = (side == 3) - (side == 2)
            number = numbers[y + down, x + right]
            beside = at + down * pitch + right
            links[i, side] = as_float(1)
            # Partly known pixels will be measured again, so nothing is made of how they differ.
            if number == ABSENT or state[at] == KNOWN or (number >= 0 and state[beside] == KNOWN):
                continue
            place = row, column, down, right
            if number == ANCHORED:
                links[i, side] = _compare_with(raster, vote, limits, place, limits.ease, divergence[i])
            elif side % 2 == 1:
                to = differences[i, side // 2]
                links[i, side] = _compare_with(raster, vote, limits, place, as_float(1), to)


@kernel
def _add_up(
    pitch: int,
    indices: Flat[np.int32],
    grid: _Grid,
    links: Plane[np.float32],
    differences: Cube[np.float32],
    divergence: Plane[np.float32],
) -> None:
    """Add the differences to the sums of the pixels on either side."""
    for i in range(len(indices)):
        at = as_int(indices[i])
        y = at // pitch - grid.top
        x = at % pitch - grid.left
        for right in range(2):
            beside = as_int(grid.numbers[y + 1 - right, x + right])
            if beside >= 0:
                links[beside, 2 * right] = links[i, 2 * right + 1]
                for channel in range(CHANNELS):
                    divergence[i, channel] += differences[i, right, channel]
                    divergence[beside, channel] -= differences[i, right, channel]


@kernel
def _apply(
    raster: AnyRaster, indices: Flat[np.int32], shift: Plane[np.float32], strength: Single, most: Single
) -> None:
    """Add the correction; ``most`` is the greatest value of a sample."""
    pixels = raster.pixels
    for i in range(len(indices)):
        at = as_int(indices[i]) * CHANNELS
        for channel in range(CHANNELS):
            value = as_float(pixels[at + channel]) + strength * shift[i, channel] + as_float(0.5)
            pixels[at + channel] = min(max(value, as_float(0)), most)

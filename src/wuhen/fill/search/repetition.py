"""Where the surroundings repeat themselves: what all repetitions agree on belongs into the hole.

Patches carry tiles and bricks into a hole from its border, hardly a patch's width from turn to turn, and at
coarse scales short periods cannot be seen at all. But where shifts are known under which the surroundings are
themselves again, each of them says of a pixel in the hole what it should be, and where they agree, it is. A
straight edge, too, is itself again along its course. (He & Sun 2012 take such shifts for the labels of a
graph cut, without asking whether they agree.)

Photographs have grounds that change slowly, under which many a shift fits by and large. So edges must fall on
edges as well; in most photographs no shift passes, and nothing is changed.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_bits, as_float, as_int, kernel
from wuhen.compute.signature import Flat, Plane, Single
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.texture import brightness

__all__ = ["Repetition", "around", "chance", "some"]

#: Known pixels around the hole that are compared: for all shifts, and for those that pass.
_FIRST_LOOK, _SECOND_LOOK = 300, 4000
#: Of how many pixels they are taken, in a box around the hole that is wider by a quarter of the hole's side
#: and so many pixels at least.
_PLACES, _MIN_ROOM = 8_000, 8
#: Share of them that must meet a known pixel.
_OVERLAP = 0.125
#: Mean squared difference up to which a shift is a repetition, as a share of what it is by chance; the same
#: for brightness gradients.
_ALIKE = 0.15
_EDGES_ALIKE = 0.45
#: How many shifts must pass, for one's word is no agreement, and how many pixels must say something.
_MIN_AGREEING, _VOICES = 3, 2
#: Shifts shorter than this many pixels say only that pictures are smooth.
_MIN_LENGTH = 3.0
#: How many of the shortest are multiplied, by what at most, how many are tried in all, and kept.
_STEPS, _MULTIPLES, _CANDIDATES, _MAX_KEPT = 8, 10, 200, 48
#: What shifts that fit perfectly count more than others that just pass.
_PERFECT = 0.02
#: A shift that was doubled may be a pixel off in both directions.
_BESIDE = 9


class Repetition:
    """The repetitions of one scale.

    Parameters
    ----------
    raster, hole
        Of the scale.
    offsets
        int32 ``(n, 2)``: shifts, rows and columns, that may be repetitions.
    upsampled
        Whether they come from the next coarser scale, and may be a pixel off.

    Attributes
    ----------
    offsets
        int32 ``(n, 2)``: the same, moved by up to a pixel to where they fit best.
    proposals
        int32 ``(m, 2)``: shifts to try when patches are matched. Repetitions, if there are any.
    firm
        Whether a scale is drawn to what they agree on until it is done.
    """

    firm = False

    def __init__(self, raster: Raster, hole: Hole, offsets: NDArray[np.int32], *, upsampled: bool) -> None:
        near = around(raster, hole.indices)
        self._limit = _ALIKE * chance(raster, near)
        self.offsets, _, alike = _select_repetitions(
            raster, near, offsets, _BESIDE if upsampled else 1, self._limit
        )
        self.proposals = self.offsets
        self._errors = np.zeros(0, np.float32)
        if np.count_nonzero(alike) >= _MIN_AGREEING:
            lattice = _lattice(self.offsets[alike], raster)
            found, errors, alike = _select_repetitions(raster, near, lattice, 1, self._limit)
            if np.count_nonzero(alike) >= _MIN_AGREEING:
                self.proposals, self._errors = found[alike][:_MAX_KEPT], errors[alike][:_MAX_KEPT]

    @property
    def found(self) -> bool:
        """Whether there are any repetitions."""
        return len(self._errors) > 0

    def pull(self, raster: Raster, indices: Flat[np.int32]) -> None:
        """Move the colours of pixels to what repetitions agree on, if there are any, by how far they do."""
        if self.found:
            room = np.zeros((2, COLOURS), np.float32)
            _pull(raster, indices, self.proposals, self._errors, as_float(self._limit), room)


def _select_repetitions(
    raster: Raster, near: NDArray[np.int32], offsets: NDArray[np.int32], choices: int, limit: float
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.bool_]]:
    """Say which shifts are repetitions.

    Returns
    -------
    offsets
        int32 ``(n, 2)``: for each the best of so many choices, itself and those beside it.
    errors
        float32 ``(n,)``: mean squared differences, less than ``limit`` for repetitions.
    alike
        bool ``(n,)``: which are.
    """
    better, errors = offsets.copy(), np.full(len(offsets), np.inf, np.float32)
    _refine(raster, some(near, _FIRST_LOOK), offsets, choices, better, errors)
    alike = errors < limit
    if alike.any():
        ratios = np.full(len(offsets), np.inf, np.float32)
        _compare_edges(raster, some(near, _SECOND_LOOK), better, alike.view(np.uint8), ratios)
        alike &= ratios < _EDGES_ALIKE
    return better, errors, alike


def chance(raster: Raster, near: NDArray[np.int32]) -> float:
    """Mean squared difference of two pixels that have nothing to do with each other."""
    if not len(near):
        return 0.0
    rows, columns = some(near, _FIRST_LOOK).T
    return 2 * float(raster.image(COLOURS)[rows, columns].astype(np.float32).var(axis=0).sum())


def some(near: NDArray[np.int32], max_count: int) -> NDArray[np.int32]:
    """Take pixels evenly, about as many."""
    return np.ascontiguousarray(near[:: max(1, len(near) // max_count)])


def _lattice(offsets: NDArray[np.int32], raster: Raster) -> NDArray[np.int32]:
    """List differences and multiples of shifts, shortest first: long ones lead out of the picture."""

    def shortest_first(shifts: NDArray[np.int32]) -> NDArray[np.int32]:
        shifts = np.unique(shifts, axis=0)
        lengths = np.hypot(shifts[:, 0], shifts[:, 1])
        order = np.argsort(lengths, kind="stable")
        return shifts[order[lengths[order] >= _MIN_LENGTH]]

    steps = shortest_first(np.concatenate([offsets, (offsets[:, None] - offsets[None]).reshape(-1, 2)]))
    times = np.arange(1, _MULTIPLES + 1, dtype=np.int32)[None, :, None]
    every = shortest_first(np.concatenate([steps, (steps[:_STEPS, None] * times).reshape(-1, 2)]))
    inside = (np.abs(every) < (raster.height, raster.width)).all(axis=1)
    return np.ascontiguousarray(every[inside][:_CANDIDATES])


def around(raster: Raster, indices: NDArray[np.int32]) -> NDArray[np.int32]:
    """List known pixels around the hole, rows and columns: all, or a sample of large surroundings."""
    if not len(indices):
        return np.zeros((0, 2), np.int32)
    columns = indices % raster.pitch
    room = max(_MIN_ROOM, round(len(indices) ** 0.5 / 4))
    top, bottom = int(indices[0]) // raster.pitch - room, int(indices[-1]) // raster.pitch + room + 1
    left, right = int(columns.min()) - room, int(columns.max()) + room + 1
    top, bottom, left, right = max(top, 0), min(bottom, raster.height), max(left, 0), min(right, raster.width)
    near = np.empty((min((bottom - top) * (right - left), _PLACES), 2), np.int32)
    return near[: _sample(raster, top, left, bottom - top, right - left, near)]


@kernel
def _sample(raster: Raster, top: int, left: int, height: int, width: int, near: Plane[np.int32]) -> int:
    """Write the known ones of as many pixels as there is room for, and return how many they are.

    If that is not all, not on a grid, whose pixels might lie alike in all tiles, but by a linear congruential
    generator (Knuth's MMIX).
    """
    state, pitch = raster.state, raster.pitch
    count = 0
    chance = as_bits(0)
    for i in range(len(near)):
        place = i
        if height * width > len(near):
            chance = chance * as_bits(6364136223846793005) + as_bits(1442695040888963407)
            place = as_int((chance >> as_bits(32)) * as_bits(height * width) >> as_bits(32))
        y = top + place // width
        x = left + place % width
        if state[y * pitch + x] == KNOWN:
            near[count, 0] = y
            near[count, 1] = x
            count += 1
    return count


@kernel
def _refine(
    raster: Raster,
    near: Plane[np.int32],
    offsets: Plane[np.int32],
    choices: int,
    better: Plane[np.int32],
    errors: Flat[np.float32],
) -> None:
    """Of each shift and those beside it, find the one with the least mean squared difference."""
    pixels, state = raster.pixels, raster.state
    height, width, pitch = raster.height, raster.width, raster.pitch
    for which in range(len(offsets)):
        for choice in range(choices):
            # The shift itself comes first, and others count only if they are better.
            turn = (choice + _BESIDE // 2) % _BESIDE
            down = offsets[which, 0] + turn // 3 - 1
            right = offsets[which, 1] + turn % 3 - 1
            total = 0
            count = 0
            for i in range(len(near)):
                if total > errors[which] * len(near):
                    break
                v = near[i, 0] + down
                u = near[i, 1] + right
                if v < 0 or v >= height or u < 0 or u >= width or state[v * pitch + u] != KNOWN:
                    continue
                here = (near[i, 0] * pitch + near[i, 1]) * CHANNELS
                there = (v * pitch + u) * CHANNELS
                count += 1
                for channel in range(COLOURS):
                    gap = as_int(pixels[there + channel]) - as_int(pixels[here + channel])
                    total += gap * gap
            if count > _OVERLAP * len(near) and total < errors[which] * count:
                errors[which] = as_float(total) / as_float(count)
                better[which, 0] = down
                better[which, 1] = right


@kernel
def _compare_edges(
    raster: Raster,
    near: Plane[np.int32],
    offsets: Plane[np.int32],
    wanted: Flat[np.uint8],
    ratios: Flat[np.float32],
) -> None:
    """Mean squared difference of brightness gradients under each shift, as a share of what chance gives."""
    pixels, state = raster.pixels, raster.state
    height, width, pitch = raster.height, raster.width, raster.pitch
    for which in range(len(offsets)):
        if not wanted[which]:
            continue
        total = 0
        power = 1
        for i in range(len(near)):
            y = as_int(near[i, 0])
            x = as_int(near[i, 1])
            at = y * pitch + x
            v = y + offsets[which, 0]
            u = x + offsets[which, 1]
            if v < 0 or u < 0 or max(v, y) + 1 >= height or max(u, x) + 1 >= width:
                continue
            there = v * pitch + u
            if state[there] != KNOWN:
                continue
            for step in (1, pitch):
                if state[at + step] != KNOWN or state[there + step] != KNOWN:
                    continue
                one = brightness(pixels, at + step) - brightness(pixels, at)
                other = brightness(pixels, there + step) - brightness(pixels, there)
                total += (one - other) * (one - other)
                power += one * one + other * other
        ratios[which] = as_float(total) / as_float(power)


@kernel
def _pull(
    raster: Raster,
    indices: Flat[np.int32],
    offsets: Plane[np.int32],
    errors: Flat[np.float32],
    limit: Single,
    room: Plane[np.float32],
) -> None:
    """Mean of the pixels that the shifts lead to; taken the less, the more they scatter."""
    pixels, state = raster.pixels, raster.state
    height, width, pitch = raster.height, raster.width, raster.pitch
    sums, squares = room[0], room[1]
    for i in range(len(indices)):
        at = as_int(indices[i])
        y = at // pitch
        x = at - y * pitch
        sums[:] = 0
        squares[:] = 0
        total = as_float(0)
        voices = 0
        for which in range(len(offsets)):
            v = y + offsets[which, 0]
            u = x + offsets[which, 1]
            if v < 0 or v >= height or u < 0 or u >= width or state[v * pitch + u] != KNOWN:
                continue
            weight = as_float(1) / (errors[which] + as_float(_PERFECT) * limit)
            total += weight
            voices += 1
            for channel in range(COLOURS):
                value = as_float(pixels[(v * pitch + u) * CHANNELS + channel])
                sums[channel] += weight * value
                squares[channel] += weight * value * value
        if voices < _VOICES:
            continue
        scatter = as_float(0)
        for channel in range(COLOURS):
            mean = sums[channel] / total
            scatter += squares[channel] / total - mean * mean
        strength = as_float(1) - as_float(2) * scatter / limit
        if strength <= 0:
            continue
        for channel in range(COLOURS):
            p = at * CHANNELS + channel
            now = as_float(pixels[p])
            pixels[p] = np.uint8(now + strength * (sums[channel] / total - now) + as_float(0.5))

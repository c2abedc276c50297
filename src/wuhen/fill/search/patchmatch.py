"""Approximate nearest patches for the hole: PatchMatch (Barnes et al. 2009) over a list of patches.

A patch first tries its neighbours' matches, shifted (propagation), then random places around the best so far
in windows that halve. Both orders of the scan alternate. A match that continues its neighbours' gets a
discount: small gains from far away would shred the fill into pieces that blur when they are averaged
(Ashikhmin 2001). What lies far away costs more: what belongs into a hole is likely to be near it, in the same
light and focus (Huang et al. 2014, who add the distance as a cost of its own). A shift by which the
surroundings repeat themselves is proposed without that surcharge.

Random numbers are a hash of seed, pass and pixel, so they do not depend on who computes them; bands with an
even number run first, then the odd ones, so no thread reads what another writes.
"""

# Compiled loops are long on purpose.
# ruff: noqa: C901, PLR0915

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_bits, as_float, as_int, inlined, kernel
from wuhen.compute.phases import Turn, announce_call, finish_piece, linger, take_piece, wait_at_barrier
from wuhen.compute.signature import Flat, Plane, Single
from wuhen.compute.team import Team
from wuhen.fill.raster.layout import RADIUS
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.distance import patch_distance
from wuhen.fill.search.field import Field
from wuhen.fill.search.patches import Patches
from wuhen.fill.search.weights import Weights

__all__ = ["Search"]

#: Half the side of the window around a patch in which it looks for a first match, in pixels.
_FIRST_REACH = 64
#: How many of the proposed shifts a patch tries in a pass.
_PROPOSALS = 2
#: A pass does every second band first, then the others.
_PARITIES = 2
#: Bands there are at most, and patches in a band at least.
_BANDS, _BAND = 32, 64


class _Rules(NamedTuple):
    """What a match costs besides its distance, and what is proposed: see `Search`."""

    discount: Single
    far: Single
    offsets: Plane[np.int32]


class _Passes(NamedTuple):
    """Passes to make.

    Attributes
    ----------
    borders
        int64: band ``i`` is ``targets[borders[i]:borders[i + 1]]``.
    reaches
        int64: half the side of each pass's first random window.
    first
        The number of the first of them on this scale.
    seed
        Not negative.
    """

    borders: Flat[np.int64]
    reaches: Flat[np.int64]
    first: int
    seed: int


class Search:
    """Repeated matching on one scale.

    Parameters
    ----------
    raster, patches, field, weights
        Of the scale. The field is improved.
    team
        Threads to work with.
    seed
        Any integer.
    offsets
        int32 ``(n, 2)``: shifts (rows, columns) to propose.
    coherence
        Discount on the cost of a match that continues all four neighbours' matches, 0 to 1.
    far
        Surcharge on the cost of a match that lies as far away as the raster's longer side is long, 0 or more;
        less for nearer ones, in proportion.
    """

    def __init__(
        self,
        raster: Raster,
        patches: Patches,
        field: Field,
        weights: Weights,
        team: Team,
        seed: int,
        coherence: float,
        far: float,
        offsets: NDArray[np.int32],
    ) -> None:
        self._scale = raster, patches, field, weights
        self._team = team
        self._seed = seed & (2**63 - 1)
        self._rules = _Rules(
            as_float(coherence / 4), as_float(far / max(raster.height, raster.width)), offsets
        )
        self._borders = _bands(patches.targets, raster.pitch)
        self._pass = 0

    def improve(self, *reaches: int) -> None:
        """Make passes over all patches.

        Parameters
        ----------
        reaches
            Half the side of the first random window, in pixels, for each pass; 0 for propagation only.
        """
        passes = _Passes(self._borders, np.array(reaches, np.int64), self._pass, self._seed)
        self._pass += len(reaches)

        def work(turn: Turn) -> None:
            _improve(turn, *self._scale, self._rules, passes)

        self._team.run_phases(work, _PARITIES * len(reaches))


def _bands(indices: NDArray[np.int32], pitch: int) -> NDArray[np.int64]:
    """Cut a list of pixels into runs of whole rows of about equal work.

    Returns the borders: band ``i`` is ``indices[borders[i]:borders[i + 1]]``. They depend on the list alone.
    """
    borders = np.zeros(_BANDS + 2, np.int64)
    return borders[: _cut(indices, pitch, max(_BAND, -(-len(indices) // _BANDS)), borders)]


@kernel
def _cut(indices: Flat[np.int32], pitch: int, size: int, borders: Flat[np.int64]) -> int:
    """Write the first of each band's pixels, and their number last; return how many borders there are."""
    count = 0
    row = -1
    band = -1
    for i in range(len(indices)):
        here = indices[i] // pitch
        if here != row and i // size != band:
            band = i // size
            borders[count] = i
            count += 1
        row = here
    borders[count] = len(indices)
    return count + 1


@inlined
def _hash(state: int) -> int:
    """SplitMix64's output function (Steele et al. 2014)."""
    state = (state ^ (state >> as_bits(30))) * as_bits(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> as_bits(27))) * as_bits(0x94D049BB133111EB)
    return state ^ (state >> as_bits(31))


@inlined
def _between(low: int, high: int, bits: int) -> int:
    """Turn 32 random bits into a number of ``low`` .. ``high``."""
    return low + as_int((bits * as_bits(high - low + 1)) >> as_bits(32))


@inlined
def _agreeing(there: int, up: int, down: int, left: int, right: int) -> float:
    """Count the neighbours whose matches, shifted, are this one."""
    return as_float((there == up) + (there == down) + (there == left) + (there == right))


@inlined
def _row(at: int, per_pitch: float) -> int:
    """Divide a pixel's index by the pitch, whose inverse is given; exact, and faster than to divide."""
    return as_int((at + 0.5) * per_pitch)


@inlined
def _add_surcharge(rows: int, columns: int, far: float) -> float:
    """Return the factor on the cost of a match that lies so many rows and columns away."""
    return as_float(1) + far * as_float(np.sqrt(as_float(rows * rows + columns * columns)))


@inlined
def _improve_band(
    raster: Raster,
    patches: Patches,
    field: Field,
    weights: Flat[np.uint8],
    rules: _Rules,
    start: int,
    stop: int,
    forward: bool,  # noqa: FBT001 - compiled, called with positions
    reach: int,
    key: int,
) -> None:
    """Improve the matches of ``targets[start:stop]``, in this order or backwards."""
    pixels, height, width, pitch = raster.pixels, raster.height, raster.width, raster.pitch
    step, targets, source = patches.step, patches.targets, patches.source
    match, cost = field.match, field.cost
    discount, far, offsets = rules.discount, rules.far, rules.offsets
    one = as_float(1)
    last_y = height - 1 - RADIUS
    last_x = width - 1 - RADIUS
    size = height * pitch
    below = step * pitch
    per_pitch = 1 / pitch
    for i in range(stop - start):
        target = as_int(targets[start + i] if forward else targets[stop - 1 - i])
        best = as_int(match[target])
        target_y = _row(target, per_pitch)
        target_x = target - target_y * pitch
        # What the four neighbours' matches would mean here; no source where there is no such neighbour.
        up = as_int(match[target - below]) + below if target >= below else 0
        down = as_int(match[target + below]) - below if target + below < size else 0
        left = as_int(match[target - step]) + step
        right = as_int(match[target + step]) - step
        least = as_float(np.inf)
        if best > 0:
            y = _row(best, per_pitch)
            factor = _add_surcharge(y - target_y, best - y * pitch - target_x, far)
            factor *= one - discount * _agreeing(best, up, down, left, right)
            least = patch_distance(pixels, weights, pitch, target, best, least, factor)
        # Propagation from the two neighbours that this scan has already passed.
        for side in range(2):
            vertical, horizontal = (up, left) if forward else (down, right)
            there = vertical if side else horizontal
            if there == best or there <= 0 or there >= size or source[there] == 0:
                continue
            y = _row(there, per_pitch)
            factor = _add_surcharge(y - target_y, there - y * pitch - target_x, far)
            factor *= one - discount * _agreeing(there, up, down, left, right)
            distance = patch_distance(pixels, weights, pitch, target, there, least, factor)
            if distance < least:
                least = distance
                best = there
        # A few of the shifts by which the surroundings repeat themselves. A partly known patch that is to
        # be filled may be copied too, but never to itself. Propagation cannot bring that about.
        state = _hash(as_bits(key) + as_bits(target) * as_bits(0x9E3779B97F4A7C15))
        for _ in range(min(_PROPOSALS, len(offsets))):
            state += as_bits(0x9E3779B97F4A7C15)
            chosen = _between(0, len(offsets) - 1, _hash(state) & as_bits(0xFFFFFFFF))
            v = target_y + offsets[chosen, 0]
            u = target_x + offsets[chosen, 1]
            there = v * pitch + u
            inside = RADIUS <= v <= last_y and RADIUS <= u <= last_x
            if inside and source[there] and there not in (best, target):
                factor = one - discount * _agreeing(there, up, down, left, right)
                distance = patch_distance(pixels, weights, pitch, target, there, least, factor)
                if distance < least:
                    least = distance
                    best = there
        # Random search around the best, or around the patch itself while there is none.
        middle = best if best > 0 else target
        y = _row(middle, per_pitch)
        x = middle - y * pitch
        window = reach if best > 0 else max(reach, _FIRST_REACH)
        while window > 0:
            state += as_bits(0x9E3779B97F4A7C15)
            bits = _hash(state)
            v = _between(max(y - window, RADIUS), min(y + window, last_y), bits & as_bits(0xFFFFFFFF))
            u = _between(max(x - window, RADIUS), min(x + window, last_x), bits >> as_bits(32))
            there = v * pitch + u
            window >>= 1
            if there in (best, target) or source[there] == 0:
                continue
            factor = _add_surcharge(v - target_y, u - target_x, far)
            distance = patch_distance(pixels, weights, pitch, target, there, least, factor)
            if distance < least:
                least = distance
                best = there
                y = v
                x = u
        match[target] = best
        cost[target] = least


@kernel
def _improve(
    turn: Turn,
    raster: Raster,
    patches: Patches,
    field: Field,
    weights: Weights,
    rules: _Rules,
    passes: _Passes,
) -> None:
    """Make passes: a phase for each half of the bands of each."""
    board, borders = turn.board, passes.borders
    announce_call(turn.bell, turn.number)
    for number in range(len(passes.reaches)):
        count = passes.first + number
        key = as_bits(passes.seed) * as_bits(0x9E3779B97F4A7C15) + as_bits(count + 1)
        for parity in range(_PARITIES):
            phase = number * _PARITIES + parity
            pieces = (len(borders) - parity) // _PARITIES
            piece = take_piece(board, phase)
            while piece < pieces:
                band = piece * _PARITIES + parity
                _improve_band(
                    raster, patches, field, weights.pixels, rules, as_int(borders[band]),
                    as_int(borders[band + 1]), count % 2 == 0, as_int(passes.reaches[number]), key,
                )  # fmt: skip
                finish_piece(board, phase)
                piece = take_piece(board, phase)
            wait_at_barrier(board, phase, pieces)
    linger(turn.bell, turn.number, turn.patience)

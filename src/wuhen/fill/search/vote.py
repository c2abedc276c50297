"""From matches to pixels: every patch over a hole pixel votes for a colour (Wexler et al. 2007).

A vote counts for more the better its patch matches and the closer the patch lies to the hole's border, where
it is held by known pixels.
"""

from typing import Any, NamedTuple

import numpy as np

from wuhen.compute.compiled import as_bits, as_float, as_int, inlined, kernel
from wuhen.compute.phases import Turn, announce_call, finish_piece, linger, take_piece, wait_at_barrier
from wuhen.compute.signature import Flat, Single
from wuhen.compute.team import Team
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, RADIUS, SIDE
from wuhen.fill.raster.raster import AnyRaster, Raster
from wuhen.fill.search.field import Field
from wuhen.fill.search.patches import Patches
from wuhen.fill.search.weights import Weights

__all__ = ["Voting", "count_votes", "place_means"]

#: Costs looked at to find a quantile.
_SAMPLE = 4096
#: Weights of votes, their means, and then the pixels.
_PHASES = 3
#: Pixels or patches in a piece of work.
_PIECE = 256
#: Depth at which a vote's weight stops falling, in pixels.
_MAX_DEPTH = 20
#: Least weight of a vote by its cost, so that a pixel with bad votes only still gets a colour.
_MIN_WEIGHT = 1e-6


class _Ballot(NamedTuple):
    """One vote.

    Attributes
    ----------
    slope
        How fast a vote's weight falls with its patch's mean cost, below 0.
    fade
        float32 ``(256,)``: factor on it by the patch's depth in the hole.
    votes
        float32 per patch centre: the weights.
    colours
        uint8, `CHANNELS` bytes for each pixel of the hole: their means.
    """

    slope: Single
    fade: Flat[np.float32]
    votes: Flat[np.float32]
    colours: Flat[np.uint8]


class Voting:
    """Repeated voting on one scale.

    Parameters
    ----------
    raster, hole, patches, field, weights
        Of the scale. The raster's pixels are rebuilt.
    team
        Threads to work with.
    decay
        Factor by which a vote's weight falls per pixel of its patch's depth in the hole.

    Attributes
    ----------
    votes
        float32 per patch centre: the weights of the latest votes.
    """

    def __init__(
        self,
        raster: Raster,
        hole: Hole,
        patches: Patches,
        field: Field,
        weights: Weights,
        team: Team,
        decay: float,
    ) -> None:
        self._scale = raster, hole, patches, field, weights
        self._team = team
        self._fade = np.power(decay, np.minimum(np.arange(256), _MAX_DEPTH)).astype(np.float32)
        self.votes = np.zeros(len(field.match), np.float32)
        self._costs = np.zeros(2 * _SAMPLE, np.float32)
        self._colours = np.zeros(len(hole.indices) * CHANNELS, np.uint8)

    def rebuild(self, spread: float) -> None:
        """Replace the hole's pixels by the weighted mean of their votes; a pixel without votes stays.

        Parameters
        ----------
        spread
            The quantile of costs at which the weight has fallen to exp(-1/2): large is soft, small sharp.
        """
        slope = as_float(-0.5 / self._typical_cost(spread))
        ballot = _Ballot(slope, self._fade, self.votes, self._colours)

        def work(turn: Turn) -> None:
            _rebuild(turn, *self._scale, ballot)

        self._team.run_phases(work, _PHASES)

    def _typical_cost(self, quantile: float) -> float:
        _, _, patches, field, weights = self._scale
        step = max(1, len(patches.targets) // _SAMPLE)
        return max(_quantile(field, patches.targets, weights.inverse, step, quantile, self._costs), 1.0)


@inlined
def _select(values: Flat[np.float32], count: int, rank: int) -> Single:
    """Find which of the first values would be in a place if they were sorted; changes their order (Hoare)."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    value: Single = values[rank]
    return value


@kernel
def _quantile(
    field: Field,
    targets: Flat[np.int32],
    inverse: Flat[np.float32],
    step: int,
    quantile: float,
    room: Flat[np.float32],
) -> float:
    """Find a quantile of some patches' finite mean costs; 0 where there are none."""
    count = 0
    for i in range(0, len(targets), step):
        cost = field.cost[targets[i]] * inverse[i]
        if cost < np.inf:
            room[count] = cost
            count += 1
    if count == 0:
        return 0.0
    rank = min(int(quantile * count), count - 1)
    return float(_select(room, count, rank))


@inlined
def _weigh(
    depth: Flat[np.uint8],
    targets: Flat[np.int32],
    field: Field,
    inverse: Flat[np.float32],
    ballot: _Ballot,
    begin: int,
    end: int,
) -> None:
    """Weight of each patch's votes."""
    match, cost, slope, fade, votes = field.match, field.cost, ballot.slope, ballot.fade, ballot.votes
    for i in range(begin, end):
        at = targets[i]
        if match[at] > 0:
            votes[at] = fade[depth[at]] * max(np.exp(cost[at] * inverse[i] * slope), as_float(_MIN_WEIGHT))


@inlined
def count_votes(
    raster: AnyRaster,
    indices: Flat[np.int32],
    step: int,
    match: Flat[np.int32],
    weight: Flat[np.float32],
    colours: Flat[Any],
    begin: int,
    end: int,
) -> None:
    """Weighted means for ``indices[begin:end]``, rounded, into ``colours``, which have the pixels' type."""
    pixels, height, width, pitch = raster.pixels, raster.height, raster.width, raster.pitch
    last_y = height - 1 - RADIUS
    last_x = width - 1 - RADIUS
    for i in range(begin, end):
        at = as_int(indices[i])
        y = at // pitch
        x = at - y * pitch
        a = as_float(0)
        b = as_float(0)
        c = as_float(0)
        d = as_float(0)
        total = as_float(0)
        # Centres lie on a grid that starts at RADIUS; the last row and column belong to it whatever the step.
        first_x = RADIUS + (max(x - SIDE + 1, 0) + step - 1) // step * step
        end_x = min(x + RADIUS, last_x)
        columns = max((end_x - first_x) // step + 1, 0)
        if end_x == last_x and (last_x - RADIUS) % step > 0:
            columns += 1
        for v in range(max(y - RADIUS, RADIUS), min(y + RADIUS, last_y) + 1):
            if (v - RADIUS) % step > 0 and v != last_y:
                continue
            for column in range(columns):
                patch = v * pitch + min(first_x + column * step, last_x)
                found = as_int(match[as_bits(patch)])
                if found <= 0:
                    continue
                # Unsigned, or every access would ask whether the index is counted from the end.
                vote = as_bits((found + (at - patch)) * CHANNELS)
                w = weight[as_bits(patch)]
                total += w
                a += w * as_float(pixels[vote])
                b += w * as_float(pixels[vote + as_bits(1)])
                c += w * as_float(pixels[vote + as_bits(2)])
                d += w * as_float(pixels[vote + as_bits(3)])
        to = i * CHANNELS
        if total > 0:
            scale = as_float(1) / total
            colours[to] = a * scale + as_float(0.5)
            colours[to + 1] = b * scale + as_float(0.5)
            colours[to + 2] = c * scale + as_float(0.5)
            colours[to + 3] = d * scale + as_float(0.5)
        else:
            for channel in range(CHANNELS):
                colours[to + channel] = pixels[at * CHANNELS + channel]


@inlined
def place_means(pixels: Flat[Any], indices: Flat[np.int32], colours: Flat[Any], begin: int, end: int) -> None:
    """Put the colours of ``indices[begin:end]`` into their pixels."""
    for i in range(begin, end):
        at = as_int(indices[i]) * CHANNELS
        for channel in range(CHANNELS):
            pixels[at + channel] = colours[i * CHANNELS + channel]


@kernel
def _rebuild(
    turn: Turn,
    raster: Raster,
    hole: Hole,
    patches: Patches,
    field: Field,
    weights: Weights,
    ballot: _Ballot,
) -> None:
    """Weigh all votes, count them, and only then change pixels: partly known ones are copied from as well."""
    board, indices, targets = turn.board, hole.indices, patches.targets
    announce_call(turn.bell, turn.number)
    for phase in range(_PHASES):
        count = len(targets) if phase == 0 else len(indices)
        pieces = (count + _PIECE - 1) // _PIECE
        piece = take_piece(board, phase)
        while piece < pieces:
            first = piece * _PIECE
            last = min(first + _PIECE, count)
            if phase == 0:
                _weigh(hole.depth, targets, field, weights.inverse, ballot, first, last)
            elif phase == 1:
                count_votes(
                    raster, indices, patches.step, field.match, ballot.votes, ballot.colours, first, last
                )
            else:
                place_means(raster.pixels, indices, ballot.colours, first, last)
            finish_piece(board, phase)
            piece = take_piece(board, phase)
        wait_at_barrier(board, phase, pieces)
    linger(turn.bell, turn.number, turn.patience)

"""Screened Poisson equations on the pixels of a hole, solved by multigrid.

Sought is the smallest correction that has given differences between neighbours (Bhat et al. 2008): of all
`c`, zero at the known pixels around the hole, that which minimises the sum of ``screening * c**2`` over the
pixels and of ``link * (c[i] - c[j] - wanted[i, j])**2`` over the pairs of neighbours. Nothing flows through
the photo's border.

Every scale has the pixels' cells twice as wide as the last one's, wherever there is a pixel of the hole, and
links between them half as strong as the sum of those that they replace (Braess 1995): for any shape of hole a
sum over a few lists, and as good as differences on a coarser grid. One full cycle from the coarsest scale to
the finest and a few V-cycles leave an error of about a hundredth (Brandt 1977).
"""

# Compiled loops are long on purpose.
# ruff: noqa: C901

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_bits, as_float, as_int, inlined, kernel
from wuhen.compute.signature import Flat, Plane
from wuhen.fill.raster.layout import CHANNELS

__all__ = ["ABSENT", "ANCHORED", "solve_screened"]

#: What a pixel beside the hole is to the equations: held at zero, or no neighbour at all.
ANCHORED, ABSENT = -1, -2
_SIDES = 4
#: V-cycles at the finest scale, unless so many of its cells are held by what lies beside them; elsewhere one.
_CYCLES = 2
_OFTEN = 0.15
#: Sweeps before and after a coarser scale's correction.
_SWEEPS = 1
#: Sweeps alone solve a scale with fewer cells, or one most of whose cells are held by what lies beside them.
_FEW = 30
_MOSTLY = 0.5
#: How many there are then.
_FEW_SWEEPS, _HELD_SWEEPS = 64, 8
#: Least distance of what is held at zero, in cells.
_NEAREST = 0.05


class _Scale(NamedTuple):
    """The equations at one scale; ``n`` cells, numbered.

    Attributes
    ----------
    around
        int32 ``(n, 4)``: the number of the cell above, below, on the left and on the right; ``n`` for one
        that is held at zero, the cell's own where there is none.
    links
        float32 ``(n, 4)``: how strongly they are linked.
    holds, shares
        float32 ``(n,)``: the diagonal of the equations, and one over it.
    rows, columns
        int32 ``(n,)``: where the cell is, in cells.
    parents
        int32 ``(n,)``: the number of the next coarser scale's cell that it is part of.
    """

    around: Plane[np.int32]
    links: Plane[np.float32]
    holds: Flat[np.float32]
    shares: Flat[np.float32]
    rows: Flat[np.int32]
    columns: Flat[np.int32]
    parents: Flat[np.int32]

    @classmethod
    def blank(cls, count: int) -> "_Scale":
        """Make room for cells."""
        around = np.zeros((count, _SIDES), np.int32)
        links = np.zeros((count, _SIDES), np.float32)
        holds, shares = np.zeros((2, count), np.float32)
        rows, columns, parents = np.zeros((3, count), np.int32)
        return cls(around, links, holds, shares, rows, columns, parents)


class _Ties(NamedTuple):
    """What draws the cells of a scale to zero; of use until the next coarser scale is made.

    Attributes
    ----------
    anchors
        float32 ``(n, 4)``: the links to what is held at zero on each side, one over its distance in cells.
    screening
        float32 ``(n,)``.
    """

    anchors: Plane[np.float32]
    screening: Flat[np.float32]

    @classmethod
    def blank(cls, count: int) -> "_Ties":
        """Make room for cells."""
        return cls(np.zeros((count, _SIDES), np.float32), np.zeros(count, np.float32))


def solve_screened(
    numbers: NDArray[np.int32],
    links: Plane[np.float32],
    divergence: Plane[np.float32],
    screening: Flat[np.float32],
) -> Plane[np.float32]:
    """Find the correction.

    Parameters
    ----------
    numbers
        int32 ``(h, w)``: the pixels of the hole numbered row by row from 0; those beside them `ANCHORED` or
        `ABSENT`.
    links
        float32 ``(n, 4)``: how much each pixel's differences count from the ones above, below, on the left
        and on the right, above 0 to 1; the same seen from either pixel.
    divergence
        float32 ``(n, CHANNELS)``: for each pixel of the hole the sum of the wanted differences from its four
        neighbours, itself less them, each times its link.
    screening
        float32 ``(n,)``, 0 or more: what it costs to be different from zero. A pixel's correction reaches
        about one over its root far, in pixels.

    Returns
    -------
    ndarray
        float32 ``(n, CHANNELS)``.
    """
    count = len(divergence)
    if not count:
        return np.zeros((0, CHANNELS), np.float32)
    scales, given = [_Scale.blank(count)], [divergence]
    ties = _Ties(np.zeros((count, _SIDES), np.float32), screening)
    _link(np.pad(numbers, 1, constant_values=ABSENT), links, scales[0], ties)
    _weigh(scales[0], ties)
    held = _measure_hold(ties)
    cycles = _CYCLES if held < _OFTEN else 1
    while len(scales[-1].rows) > _FEW and held < _MOSTLY:
        fine = scales[-1]
        cells = np.full((int(fine.rows.max()) // 2 + 1, int(fine.columns.max()) // 2 + 1), -1, np.int32)
        coarse = _Scale.blank(_number(fine, cells))
        coarse_ties = _Ties.blank(len(coarse.rows))
        _coarsen(fine, ties, coarse, coarse_ties)
        _weigh(coarse, coarse_ties)
        total = np.zeros((len(coarse.rows), CHANNELS), np.float32)
        _add_up(fine.parents, given[-1], total)
        scales.append(coarse)
        given.append(total)
        ties = coarse_ties
        held = _measure_hold(ties)
    return _run_full_cycle(scales, given, cycles)[:count]


def _run_full_cycle(scales: list[_Scale], given: list[Plane[np.float32]], cycles: int) -> Plane[np.float32]:
    """Solve from the coarsest scale to the finest, with a number of cycles there; the last row is zero."""
    last = len(scales) - 1
    solution = np.zeros((len(scales[last].rows) + 1, CHANNELS), np.float32)
    _run_cycle(scales, last, given[last], solution)
    for number in range(last - 1, -1, -1):
        finer = np.zeros((len(scales[number].rows) + 1, CHANNELS), np.float32)
        _refine(scales[number], scales[number + 1], solution, finer)
        solution = finer
        for _ in range(1 if number else cycles):
            _run_cycle(scales, number, given[number], solution)
    return solution


def _run_cycle(
    scales: list[_Scale], number: int, given: Plane[np.float32], solution: Plane[np.float32]
) -> None:
    """Improve a scale's solution by one V-cycle."""
    scale = scales[number]
    if number == len(scales) - 1:
        _relax(scale, given, solution, _FEW_SWEEPS if len(given) <= _FEW else _HELD_SWEEPS)
        return
    _relax(scale, given, solution, _SWEEPS)
    coarse = scales[number + 1]
    rest = np.zeros((len(coarse.rows), CHANNELS), np.float32)
    _add_up_residual(scale, given, solution, rest)
    correction = np.zeros((len(coarse.rows) + 1, CHANNELS), np.float32)
    _run_cycle(scales, number + 1, rest, correction)
    _refine(scale, coarse, correction, solution)
    _relax(scale, given, solution, _SWEEPS)


@kernel
def _link(numbers: Plane[np.int32], given: Plane[np.float32], scale: _Scale, ties: _Ties) -> None:
    """Link pixels to their neighbours; around ``numbers`` lies one pixel that belongs to nothing."""
    around, links, anchors = scale.around, scale.links, ties.anchors
    count = len(anchors)
    for y in range(1, numbers.shape[0] - 1):
        for x in range(1, numbers.shape[1] - 1):
            at = as_int(numbers[y, x])
            if at < 0:
                continue
            scale.rows[at] = y - 1
            scale.columns[at] = x - 1
            for side in range(_SIDES):
                beside = as_int(
                    numbers[y - (side == 0) + (side == 1), x - (side == 2) + (side == 3)]  # noqa: PLR2004
                )
                if beside >= 0:
                    around[at, side] = beside
                    links[at, side] = given[at, side]
                elif beside == ANCHORED:
                    around[at, side] = count
                    anchors[at, side] = given[at, side]
                else:
                    around[at, side] = at


@kernel
def _number(fine: _Scale, cells: Plane[np.int32]) -> int:
    """Assign numbers to coarser cells, ``cells`` (all of them -1), in the order of their first parts."""
    count = 0
    for i in range(len(fine.rows)):
        y = fine.rows[i] >> 1
        x = fine.columns[i] >> 1
        if cells[y, x] < 0:
            cells[y, x] = count
            count += 1
        fine.parents[i] = cells[y, x]
    return count


@kernel
def _coarsen(fine: _Scale, fine_ties: _Ties, coarse: _Scale, coarse_ties: _Ties) -> None:
    """Make a scale's equations of the finer one's."""
    half = as_float(0.5)
    count = len(coarse.rows)
    for i in range(len(fine.rows)):
        at = as_int(fine.parents[i])
        coarse.rows[at] = fine.rows[i] >> 1
        coarse.columns[at] = fine.columns[i] >> 1
        coarse_ties.screening[at] += fine_ties.screening[i]
        for side in range(_SIDES):
            coarse.around[at, side] = -1
    for i in range(len(fine.rows)):
        at = as_int(fine.parents[i])
        for side in range(_SIDES):
            beside = as_int(fine.around[i, side])
            anchor = fine_ties.anchors[i, side]
            if anchor > 0:
                # The coarser cell's middle lies half a cell beyond this one's, or before it.
                odd = (fine.rows[i] if side <= 1 else fine.columns[i]) & 1
                aside = half if odd == side & 1 else -half
                distance = max(half * (as_float(1) / anchor + aside), as_float(_NEAREST))
                coarse_ties.anchors[at, side] += half / distance
            if beside == len(fine.rows):
                if coarse.around[at, side] < 0:
                    coarse.around[at, side] = count
            elif fine.parents[beside] != at:
                coarse.around[at, side] = fine.parents[beside]
                coarse.links[at, side] += half * fine.links[i, side]
    for at in range(count):
        for side in range(_SIDES):
            if coarse.around[at, side] < 0:
                coarse.around[at, side] = at


@kernel
def _add_up(parents: Flat[np.int32], given: Plane[np.float32], total: Plane[np.float32]) -> None:
    """Sum over the parts of each coarser cell."""
    for i in range(len(given)):
        for channel in range(CHANNELS):
            total[parents[i], channel] += given[i, channel]


@kernel
def _measure_hold(ties: _Ties) -> float:
    """Share of the cells that have a link to what is held at zero."""
    held = 0
    for i in range(len(ties.anchors)):
        for side in range(_SIDES):
            if ties.anchors[i, side] > 0:
                held += 1
                break
    return held / len(ties.anchors)


@kernel
def _weigh(scale: _Scale, ties: _Ties) -> None:
    """Sum up the diagonal of the equations."""
    for i in range(len(scale.holds)):
        hold = ties.screening[i]
        for side in range(_SIDES):
            hold += scale.links[i, side] + ties.anchors[i, side]
        scale.holds[i] = hold
        scale.shares[i] = as_float(1) / hold if hold > 0 else as_float(0)


@inlined
def _pull_at(scale: _Scale, solution: Plane[np.float32], i: int, channel: int) -> float:
    """Sum up the solutions of a cell's neighbours, by the links' strength."""
    links, around = scale.links, scale.around
    # Unsigned, or every access would ask whether the index is counted from the end.
    at, on = as_bits(i), as_bits(channel)
    up, down, left, right = as_bits(0), as_bits(1), as_bits(2), as_bits(3)
    pull: float = (
        links[at, up] * solution[as_bits(around[at, up]), on]
        + links[at, down] * solution[as_bits(around[at, down]), on]
        + links[at, left] * solution[as_bits(around[at, left]), on]
        + links[at, right] * solution[as_bits(around[at, right]), on]
    )
    return pull


@kernel
def _relax(scale: _Scale, given: Plane[np.float32], solution: Plane[np.float32], sweeps: int) -> None:
    """Gauss-Seidel sweeps, forwards and backwards."""
    count = len(given)
    for sweep in range(sweeps):
        for step in range(count):
            i = as_bits(step if sweep % 2 == 0 else count - 1 - step)
            share = scale.shares[i]
            # All is read before anything is written, and channel by channel, for the compiler to do at once.
            a = share * (given[i, 0] + _pull_at(scale, solution, i, 0))
            b = share * (given[i, 1] + _pull_at(scale, solution, i, 1))
            c = share * (given[i, 2] + _pull_at(scale, solution, i, 2))
            d = share * (given[i, 3] + _pull_at(scale, solution, i, 3))
            solution[i, 0] = a
            solution[i, 1] = b
            solution[i, 2] = c
            solution[i, 3] = d


@kernel
def _add_up_residual(
    scale: _Scale, given: Plane[np.float32], solution: Plane[np.float32], rest: Plane[np.float32]
) -> None:
    """Sum what the equations leave over the parts of each coarser cell."""
    for i in range(len(given)):
        hold = scale.holds[i]
        at = scale.parents[i]
        for channel in range(CHANNELS):
            left = given[i, channel] - hold * solution[i, channel]
            rest[at, channel] += left + _pull_at(scale, solution, i, channel)


@kernel
def _refine(
    scale: _Scale, coarse: _Scale, correction: Plane[np.float32], solution: Plane[np.float32]
) -> None:
    """Add a coarser scale's correction, interpolated bilinearly."""
    side_share = as_float(0.25)
    around = coarse.around
    zero = len(coarse.rows)
    for i in range(len(scale.rows)):
        at = as_int(scale.parents[i])
        down = as_int(scale.rows[i] & 1)
        right = 2 + as_int(scale.columns[i] & 1)
        upright = as_int(around[at, down])
        across = as_int(around[at, right])
        # Less flows over weak links.
        share = side_share * (min(coarse.links[at, down], as_float(1)) if upright < zero else as_float(1))
        aside = side_share * (min(coarse.links[at, right], as_float(1)) if across < zero else as_float(1))
        if upright != zero:
            corner = as_int(around[upright, right])
        elif across != zero:
            corner = as_int(around[across, down])
        else:
            corner = zero
        for channel in range(CHANNELS):
            solution[i, channel] += (
                (as_float(1) - share) * (as_float(1) - aside) * correction[at, channel]
                + share * (as_float(1) - aside) * correction[upright, channel]
                + aside * (as_float(1) - share) * correction[across, channel]
                + share * aside * correction[corner, channel]
            )

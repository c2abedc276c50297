"""Approximate nearest patches for the hole: PatchMatch (Barnes et al. 2009) over a list of patches.

A patch first tries its neighbours' matches, shifted by one (propagation), then random places around the best
so far in windows that halve. Both orders of the scan alternate. Random numbers are a hash of seed, pass and
pixel, so they do not depend on who computes them; bands with an even number run first, then the odd ones, so
no thread reads what another writes.
"""

# Compiled loops take their arrays one by one and are long on purpose.
# ruff: noqa: C901

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compiled import Flat, as_bits, as_float, as_int, inlined, kernel
from wuhen.fill.distance import RADIUS, patch_distance
from wuhen.fill.level import Level, bands
from wuhen.fill.team import Team

__all__ = ["Search", "improve"]


class Search:
    """Repeated matching on one level."""

    def __init__(self, level: Level, team: Team, seed: int, penalty: NDArray[np.float32]) -> None:
        self._level = level
        self._team = team
        self._seed = seed
        self._penalty = penalty
        self._borders = bands(level.targets, level.pitch)
        self._pass = 0

    def improve(self, reach: int) -> None:
        """One pass over all patches.

        Parameters
        ----------
        reach
            Half the side of the first random window, in pixels; 0 for propagation only.
        """
        level, borders = self._level, self._borders
        forward = self._pass % 2 == 0
        key = (self._seed * 0x9E3779B97F4A7C15 + self._pass + 1) & (2**64 - 1)
        self._pass += 1

        def work(band: int) -> None:
            improve(
                level.pixels, level.pitch, level.height, level.width, level.source, self._penalty,
                level.match, level.cost, level.targets, borders[band], borders[band + 1], forward, reach, key,
            )  # fmt: skip

        count = len(borders) - 1
        self._team.each(work, range(0, count, 2))
        self._team.each(work, range(1, count, 2))


@inlined
def _mixed(state: int) -> int:
    """SplitMix64's output function (Steele et al. 2014)."""
    state = (state ^ (state >> as_bits(30))) * as_bits(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> as_bits(27))) * as_bits(0x94D049BB133111EB)
    return state ^ (state >> as_bits(31))


@inlined
def _between(low: int, high: int, bits: int) -> int:
    """Turn 32 random bits into a number of ``low`` .. ``high``."""
    return low + as_int((bits * as_bits(high - low + 1)) >> as_bits(32))


@kernel(
    "void(uint8[::1], int64, int64, int64, uint8[::1], float32[::1], int32[::1], float32[::1], int32[::1],"
    " int64, int64, boolean, int64, uint64)"
)
def improve(
    pixels: Flat,
    pitch: int,
    height: int,
    width: int,
    source: Flat,
    penalty: Flat,
    match: Flat,
    cost: Flat,
    targets: Flat,
    begin: int,
    end: int,
    forward: bool,  # noqa: FBT001 - compiled, called with positions
    reach: int,
    key: int,
) -> None:
    """Improve the matches of ``targets[begin:end]``."""
    step = as_int(-1) if forward else as_int(1)
    last_y = height - 1 - RADIUS
    last_x = width - 1 - RADIUS
    size = height * pitch
    for i in range(end - begin):
        target = as_int(targets[begin + i] if forward else targets[end - 1 - i])
        best = as_int(match[target])
        least = as_float(np.inf)
        if best > 0:
            least = penalty[source[best]] * as_float(patch_distance(pixels, pitch, target, best, np.inf))
        # Propagation from the two neighbours that this scan has already passed.
        for move in (step, step * pitch):
            beside = target + move
            if beside < 0 or beside >= size:
                continue
            there = as_int(match[beside])
            if there <= 0:
                continue
            there -= move
            if there == best or there < 0 or there >= size or source[there] == 0:
                continue
            factor = penalty[source[there]]
            distance = factor * as_float(patch_distance(pixels, pitch, target, there, least / factor))
            if distance < least:
                least = distance
                best = there
        # Random search around the best, or anywhere while there is none.
        state = _mixed(as_bits(key) + as_bits(target) * as_bits(0x9E3779B97F4A7C15))
        window = reach
        if best > 0:
            y = best // pitch
        else:
            y = target // pitch
            window = max(reach, 1)
        x = (best if best > 0 else target) - y * pitch
        while window > 0:
            state += as_bits(0x9E3779B97F4A7C15)
            bits = _mixed(state)
            v = _between(max(y - window, RADIUS), min(y + window, last_y), bits & as_bits(0xFFFFFFFF))
            u = _between(max(x - window, RADIUS), min(x + window, last_x), bits >> as_bits(32))
            there = v * pitch + u
            window >>= 1
            if there == best or source[there] == 0:
                continue
            factor = penalty[source[there]]
            distance = factor * as_float(patch_distance(pixels, pitch, target, there, least / factor))
            if distance < least:
                least = distance
                best = there
                y = v
                x = u
        match[target] = best
        cost[target] = least

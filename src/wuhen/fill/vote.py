"""From matches to pixels: every patch over a hole pixel votes for a colour (Wexler et al. 2007).

A vote counts for more the better its patch matches and the closer the patch lies to the hole's border, where
it is held by known pixels.
"""

# Compiled loops take their arrays one by one and are long on purpose.

import numpy as np

from wuhen.fill.compiled import Flat, as_float, as_int, kernel
from wuhen.fill.distance import CHANNELS, RADIUS
from wuhen.fill.level import Level, bands
from wuhen.fill.team import Team

__all__ = ["Voting"]


class Voting:
    """Repeated voting on one level."""

    def __init__(self, level: Level, team: Team) -> None:
        self._level = level
        self._team = team
        self._borders = bands(level.holes, level.pitch)
        self._target_borders = bands(level.targets, level.pitch)
        self._weight = np.zeros(len(level.match), np.float32)

    def rebuild(self, spread: float, decay: float) -> None:
        """Replace the hole's pixels by the weighted mean of their votes.

        Parameters
        ----------
        spread
            Where along the sorted costs the weight has fallen to exp(-1/2), 0 .. 1: large is soft, small
            sharp.
        decay
            Factor by which a vote's weight falls per pixel of its patch's depth in the hole.
        """
        level = self._level
        sample = level.cost[level.targets[:: max(1, len(level.targets) // 4096)]]
        sigma = max(
            float(np.quantile(sample[np.isfinite(sample)], spread)) if np.isfinite(sample).any() else 1.0, 1.0
        )
        fade = np.power(decay, np.minimum(np.arange(256), 40)).astype(np.float32)

        def weigh(band: int) -> None:
            _weigh(
                level.match,
                level.cost,
                level.depth,
                level.targets,
                self._target_borders[band],
                self._target_borders[band + 1],
                as_float(-0.5 / sigma),
                fade,
                self._weight,
            )

        def vote(band: int) -> None:
            _vote(
                level.pixels,
                level.pitch,
                level.height,
                level.width,
                level.state,
                level.match,
                self._weight,
                level.holes,
                self._borders[band],
                self._borders[band + 1],
            )

        self._team.each(weigh, range(len(self._target_borders) - 1))
        self._team.each(vote, range(len(self._borders) - 1))


@kernel(
    "void(int32[::1], float32[::1], uint8[::1], int32[::1], int64, int64, float32, float32[::1],"
    " float32[::1])"
)
def _weigh(
    match: Flat,
    cost: Flat,
    depth: Flat,
    targets: Flat,
    begin: int,
    end: int,
    slope: float,
    fade: Flat,
    weight: Flat,
) -> None:
    """Weight of each patch's votes."""
    for i in range(begin, end):
        at = targets[i]
        if match[at] > 0:
            weight[at] = fade[depth[at]] * max(np.exp(cost[at] * slope), as_float(1e-12))


@kernel(
    "void(uint8[::1], int64, int64, int64, uint8[::1], int32[::1], float32[::1], int32[::1], int64, int64)"
)
def _vote(
    pixels: Flat,
    pitch: int,
    height: int,
    width: int,
    state: Flat,
    match: Flat,
    weight: Flat,
    holes: Flat,
    begin: int,
    end: int,
) -> None:
    """Weighted means for ``holes[begin:end]``. Only known pixels are read and only hole pixels written."""
    for i in range(begin, end):
        at = as_int(holes[i])
        y = at // pitch
        x = at - y * pitch
        a = as_float(0)
        b = as_float(0)
        c = as_float(0)
        d = as_float(0)
        total = as_float(0)
        for v in range(max(y - RADIUS, RADIUS), min(y + RADIUS, height - 1 - RADIUS) + 1):
            for u in range(max(x - RADIUS, RADIUS), min(x + RADIUS, width - 1 - RADIUS) + 1):
                patch = v * pitch + u
                found = as_int(match[patch])
                if found <= 0:
                    continue
                vote = found + (at - patch)
                if state[vote] == 1:
                    continue
                w = weight[patch]
                total += w
                a += w * as_float(pixels[vote * CHANNELS])
                b += w * as_float(pixels[vote * CHANNELS + 1])
                c += w * as_float(pixels[vote * CHANNELS + 2])
                d += w * as_float(pixels[vote * CHANNELS + 3])
        if total > 0:
            scale = as_float(1) / total
            pixels[at * CHANNELS] = np.uint8(a * scale + as_float(0.5))
            pixels[at * CHANNELS + 1] = np.uint8(b * scale + as_float(0.5))
            pixels[at * CHANNELS + 2] = np.uint8(c * scale + as_float(0.5))
            pixels[at * CHANNELS + 3] = np.uint8(d * scale + as_float(0.5))

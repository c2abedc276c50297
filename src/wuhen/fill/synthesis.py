"""The coarse-to-fine loop over one region."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.distance import CHANNELS, SIDE
from wuhen.fill.initialise import peel
from wuhen.fill.level import HOLE, KNOWN, Level
from wuhen.fill.match import Search
from wuhen.fill.progress import Progress
from wuhen.fill.pyramid import double, halve, interpolate
from wuhen.fill.team import Team
from wuhen.fill.vote import Voting

__all__ = ["Schedule", "fill_region", "has_source"]

_PATCH = SIDE * SIDE


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is done at which scale.

    Tuples are indexed by scale, 0 the finest; their last entry serves all coarser ones.

    Attributes
    ----------
    rounds
        How often match and vote alternate.
    reach
        Half the side of the first random window, in pixels.
    spread
        Softness of the votes: the quantile of costs at which a vote's weight has fallen to exp(-1/2).
    last_spread
        The same for the very last vote, which decides how sharp the result is.
    decay
        Factor on a vote's weight per pixel of depth in the hole.
    unknown
        Of a source patch's 49 pixels, how many may be unknown at coarse scales.
    partial_from
        The first scale that uses such patches.
    partial
        How much such a patch is penalised.
    coarsest
        No scale's shorter side is less, in pixels.
    """

    rounds: tuple[int, ...] = (3, 4, 6, 10, 16, 24, 30)
    reach: tuple[int, ...] = (4, 8, 16, 32, 64)
    spread: float = 0.75
    last_spread: float = 0.1
    decay: float = 0.9
    unknown: int = 24
    partial_from: int = 3
    partial: float = 1.0
    coarsest: int = 16


DEFAULT = Schedule()


def has_source(state: NDArray[np.uint8]) -> bool:
    """Whether some whole patch of a region may be copied."""
    height, width = state.shape
    if min(height, width) < SIDE:
        return bool((state == KNOWN).any())
    free = np.lib.stride_tricks.sliding_window_view(state == KNOWN, SIDE, 0).all(axis=-1)
    return bool(np.lib.stride_tricks.sliding_window_view(free, SIDE, 1).all(axis=-1).any())


def fill_region(
    pixels: NDArray[np.uint8],
    state: NDArray[np.uint8],
    seed: int,
    team: Team,
    progress: Progress,
    schedule: Schedule = DEFAULT,
) -> NDArray[np.uint8]:
    """Fill a region's hole.

    Parameters
    ----------
    pixels
        uint8 ``(h, w, 3)`` or ``(h, w, 4)``, each side at least a patch's.
    state
        uint8 ``(h, w)`` of `KNOWN`, `HOLE` and `BARRED`.
    seed
        Of the random search.
    team
        Threads to work with.
    progress
        Told of the hole's area by and by.
    schedule
        How much work to do at which scale.

    Returns
    -------
    ndarray
        uint8, shaped like ``pixels``. Only the hole's pixels mean anything.
    """
    levels = [_load(pixels, state)]
    levels[0].survey(0)
    area = len(levels[0].holes)
    if not levels[0].source.any():
        interpolate(levels[0])
        progress.advance(area)
        return _image(levels[0], pixels.shape[2])
    while len(levels[-1].holes) and min(levels[-1].height, levels[-1].width) // 2 >= schedule.coarsest:
        coarse = halve(levels[-1])
        coarse.survey(schedule.unknown if len(levels) >= schedule.partial_from else 0)
        if not coarse.source.any():
            break
        levels.append(coarse)
    penalty = _penalty(schedule)
    shares = [_at(schedule.rounds, scale) * len(level.holes) + 1 for scale, level in enumerate(levels)]
    for scale in range(len(levels) - 1, -1, -1):
        level = levels[scale]
        if scale == len(levels) - 1:
            peel(level, penalty)
        else:
            double(levels.pop(), level)
        share = area * shares[scale] / sum(shares)
        _descend(level, scale, seed, team, progress, share, schedule, penalty)
    return _image(levels[0], pixels.shape[2])


def _descend(
    level: Level,
    scale: int,
    seed: int,
    team: Team,
    progress: Progress,
    share: float,
    schedule: Schedule,
    penalty: NDArray[np.float32],
) -> None:
    """Alternate match and vote at one scale."""
    if not len(level.holes):
        return
    search = Search(level, team, seed * 64 + scale, penalty)
    voting = Voting(level, team)
    voting.rebuild(schedule.spread, schedule.decay)
    rounds = _at(schedule.rounds, scale)
    for turn in range(rounds):
        search.improve(_at(schedule.reach, scale))
        last = scale == 0 and turn == rounds - 1
        voting.rebuild(schedule.last_spread if last else schedule.spread, schedule.decay)
        progress.advance(share / rounds)


def _at(values: tuple[int, ...], scale: int) -> int:
    return values[min(scale, len(values) - 1)]


def _penalty(schedule: Schedule) -> NDArray[np.float32]:
    """Factor on a source patch's distance by its value in `Level.source`: the less known, the larger."""
    unknown = np.arange(_PATCH)
    factor = _PATCH / (_PATCH - unknown) * (1 + schedule.partial * unknown / _PATCH)
    return np.concatenate([[1.0], factor]).astype(np.float32)


def _load(pixels: NDArray[np.uint8], state: NDArray[np.uint8]) -> Level:
    """Lay out a region as the finest level."""
    height, width, channels = pixels.shape
    level = Level.empty(height, width)
    image = _view(level)
    image[:, :width, :channels] = pixels
    level.state.reshape(height, level.pitch)[:, :width] = state
    image[:, :width][state == HOLE] = 0
    return level


def _view(level: Level) -> NDArray[np.uint8]:
    used = level.height * level.pitch * CHANNELS
    return level.pixels[:used].reshape(level.height, level.pitch, CHANNELS)


def _image(level: Level, channels: int) -> NDArray[np.uint8]:
    return _view(level)[:, : level.width, :channels]

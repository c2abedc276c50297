"""Give back the contrast that averaging took.

A pixel is the mean of many votes, and a mean has less contrast than what it is a mean of. How much less is
known: the texture channel of the fill is the mean of the voters' texture, not the texture of their mean. The
fill's detail is therefore amplified by the ratio of the two, place by place. For a given contrast this costs
less in the mean square than averaging fewer votes would: a scaled mean lies on the frontier between
distortion and realism (Freirich, Michaeli, Meir 2021).
"""

import numpy as np

from wuhen.fill.compute.compiled import Flat, as_float, as_int, inlined, kernel
from wuhen.fill.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS
from wuhen.fill.raster.level import HOLE, Level
from wuhen.fill.raster.texture import texture_at

__all__ = ["restore_contrast"]

#: Side of the cells whose means, interpolated, are the smooth part of the picture, in pixels.
_CELL = 8
#: Least real texture that a ratio is taken of; below it there is only noise to amplify.
_QUIET = 1.0
#: Share of the lost contrast that is given back.
_SHARE = 0.9
#: How much a cell's known pixels count for its textures, relative to filled ones: they have lost nothing, and
#: would hide how much a thin hole has lost.
_KNOWN_SHARE = 0.5
#: Pixels whose correction takes longer than a thread takes to wake.
_WORTH_A_THREAD = 4096


def restore_contrast(level: Level, gain: float, most: float, team: Team, lift: float = 1.0) -> None:
    """Amplify the detail of a filled level's hole.

    Parameters
    ----------
    level
        Filled, with the voters' mean texture in its last channel.
    gain
        The factor that `wuhen.fill.raster.texture.measure_texture` was called with.
    most
        Greatest amplification, 1 or more.
    team
        Threads to work with.
    lift
        Factor on the voters' mean texture: above 1 where they are known to be flatter than what belongs
        there.
    """
    columns = level.holes % level.pitch
    # One more cell on every side, so that each pixel of the hole lies between the centres of four.
    top = int(level.holes[0]) // level.pitch // _CELL - 1
    left = int(columns.min()) // _CELL - 1
    shape = int(level.holes[-1]) // level.pitch // _CELL + 2 - top, int(columns.max()) // _CELL + 2 - left
    cells = np.zeros((*shape, CHANNELS + 1), np.float32)

    def measure(begin: int, end: int) -> None:
        _measure_rows(
            level.pixels, level.state, level.height, level.width, level.pitch, as_float(gain / lift),
            top + begin, left, cells[begin:end],
        )  # fmt: skip

    def amplify(begin: int, end: int) -> None:
        _amplify(level.pixels, level.pitch, level.holes, begin, end, top, left, cells, as_float(most))

    team.share(measure, shape[0], max(1, _WORTH_A_THREAD // (shape[1] * _CELL**2)))
    team.share(amplify, len(level.holes), _WORTH_A_THREAD)


@kernel("void(uint8[::1], uint8[::1], int64, int64, int64, float32, int64, int64, float32[:, :, ::1])")
def _measure_rows(
    pixels: Flat,
    state: Flat,
    height: int,
    width: int,
    pitch: int,
    gain: float,
    top: int,
    left: int,
    cells: Flat,
) -> None:
    """Mean colours, voted and real texture of rows of cells; outside the image its edge goes on."""
    for row in range(len(cells)):
        for column in range(cells.shape[1]):
            cell = cells[row, column]
            for i in range(_CELL):
                y = min(max((top + row) * _CELL + i, 0), height - 1)
                for j in range(_CELL):
                    x = min(max((left + column) * _CELL + j, 0), width - 1)
                    at = y * pitch + x
                    for channel in range(CHANNELS - 1):
                        cell[channel] += as_float(pixels[at * CHANNELS + channel])
                    share = as_float(1) if state[at] == HOLE else as_float(_KNOWN_SHARE)
                    cell[CHANNELS - 1] += share * as_float(pixels[at * CHANNELS + CHANNELS - 1])
                    cell[CHANNELS] += share * gain * texture_at(pixels, height, width, pitch, y, x)
            for channel in range(CHANNELS + 1):
                cell[channel] /= as_float(_CELL**2)


@inlined
def _between(cells: Flat, y: int, x: int, down: float, right: float, channel: int) -> float:
    """Bilinear interpolation between four cells."""
    one = as_float(1)
    upper = (one - right) * cells[y, x, channel] + right * cells[y, x + 1, channel]
    lower = (one - right) * cells[y + 1, x, channel] + right * cells[y + 1, x + 1, channel]
    between: float = (one - down) * upper + down * lower
    return between


@kernel("void(uint8[::1], int64, int32[::1], int64, int64, int64, int64, float32[:, :, ::1], float32)")
def _amplify(
    pixels: Flat, pitch: int, holes: Flat, begin: int, end: int, top: int, left: int, cells: Flat, most: float
) -> None:
    """Move the pixels of ``holes[begin:end]`` away from the local mean."""
    half = as_float(0.5)
    for i in range(begin, end):
        at = as_int(holes[i])
        # Position in cells from the centre of the first one; never negative, thanks to the additional cells.
        v = (as_float(at // pitch) + half) / as_float(_CELL) - as_float(top) - half
        u = (as_float(at % pitch) + half) / as_float(_CELL) - as_float(left) - half
        y = as_int(v)
        x = as_int(u)
        down = v - as_float(y)
        right = u - as_float(x)
        voted = _between(cells, y, x, down, right, CHANNELS - 1)
        real = max(_between(cells, y, x, down, right, CHANNELS), as_float(_QUIET))
        more = as_float(_SHARE) * (min(voted / real, most) - as_float(1))
        if more <= 0:
            continue
        for channel in range(CHANNELS - 1):
            p = at * CHANNELS + channel
            now = as_float(pixels[p])
            value = now + more * (now - _between(cells, y, x, down, right, channel)) + half
            pixels[p] = np.uint8(min(max(value, as_float(0)), as_float(255)))

"""Give back the contrast that averaging took.

A pixel is the mean of many votes, and a mean has less contrast than what it is a mean of. How much less is
known: the texture channel of the fill is the mean of the voters' texture, not the texture of their mean. The
fill's detail is therefore amplified by the ratio of the two, place by place. For a given contrast this costs
less in the mean square than averaging fewer votes would: a scaled mean lies on the frontier between distortion
and realism (Freirich, Michaeli, Meir 2021).
"""

import numpy as np

from wuhen.fill.compiled import Flat, as_float, as_int, inlined, kernel
from wuhen.fill.distance import CHANNELS
from wuhen.fill.level import Level, bands
from wuhen.fill.team import Team
from wuhen.fill.texture import texture_at

__all__ = ["restore_contrast"]

#: Side of the cells whose means, interpolated, are the smooth part of the picture, in pixels.
_CELL = 8
#: Least real texture that a ratio is taken of; below it there is only noise to amplify.
_QUIET = 1.0


def restore_contrast(level: Level, gain: float, most: float, team: Team) -> None:
    """Amplify the detail of a filled level's hole.

    Parameters
    ----------
    level
        Filled, with the voters' mean texture in its last channel.
    gain
        The factor that `wuhen.fill.texture.measure_texture` was called with.
    most
        Greatest amplification, 1 or more.
    team
        Threads to work with.
    """
    columns = level.holes % level.pitch
    # One more cell on every side, so that each pixel of the hole lies between the centres of four.
    top = int(level.holes[0]) // level.pitch // _CELL - 1
    left = int(columns.min()) // _CELL - 1
    shape = int(level.holes[-1]) // level.pitch // _CELL + 2 - top, int(columns.max()) // _CELL + 2 - left
    cells = np.zeros((*shape, CHANNELS + 1), np.float32)
    borders = bands(level.holes, level.pitch)

    def measure(row: int) -> None:
        _measure_row(
            level.pixels, level.height, level.width, level.pitch, as_float(gain), top + row, left, cells[row]
        )

    def amplify(band: int) -> None:
        _amplify(
            level.pixels, level.pitch, level.holes, borders[band], borders[band + 1], top, left, cells,
            as_float(most),
        )  # fmt: skip

    team.each(measure, range(shape[0]))
    team.each(amplify, range(len(borders) - 1))


@kernel("void(uint8[::1], int64, int64, int64, float32, int64, int64, float32[:, ::1])")
def _measure_row(
    pixels: Flat, height: int, width: int, pitch: int, gain: float, row: int, left: int, cells: Flat
) -> None:
    """Mean colours, mean voted and mean real texture of a row of cells; outside the image its edge goes on."""
    for column in range(len(cells)):
        count = as_float(0)
        for i in range(_CELL):
            y = min(max(row * _CELL + i, 0), height - 1)
            for j in range(_CELL):
                x = min(max((left + column) * _CELL + j, 0), width - 1)
                at = y * pitch + x
                count += as_float(1)
                for channel in range(CHANNELS):
                    cells[column, channel] += as_float(pixels[at * CHANNELS + channel])
                cells[column, CHANNELS] += gain * texture_at(pixels, height, width, pitch, y, x)
        for channel in range(CHANNELS + 1):
            cells[column, channel] /= count


@inlined
def _between(cells: Flat, y: int, x: int, down: float, right: float, channel: int) -> float:
    """Bilinear interpolation between four cells."""
    one = as_float(1)
    upper = (one - right) * cells[y, x, channel] + right * cells[y, x + 1, channel]
    lower = (one - right) * cells[y + 1, x, channel] + right * cells[y + 1, x + 1, channel]
    return (one - down) * upper + down * lower


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
        more = min(voted / real, most) - as_float(1)
        if more <= 0:
            continue
        for channel in range(CHANNELS - 1):
            p = at * CHANNELS + channel
            now = as_float(pixels[p])
            value = now + more * (now - _between(cells, y, x, down, right, channel)) + half
            pixels[p] = np.uint8(min(max(value, as_float(0)), as_float(255)))

"""Give back the contrast that averaging took.

A pixel is the mean of many votes, and a mean has less contrast than what it is a mean of. How much less is
known: the texture channel of the fill is the mean of the voters' texture, not the texture of their mean. The
fill's detail is therefore amplified by the ratio of the two, place by place. For a given contrast this costs
less in the mean square than averaging fewer votes would: a scaled mean lies on the frontier between
distortion and realism (Freirich, Michaeli, Meir 2021).
"""

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_float, as_int, compile_second, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Single
from wuhen.compute.team import Team
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE
from wuhen.fill.raster.raster import AnyRaster, Raster, WideRaster
from wuhen.fill.raster.samples import white
from wuhen.fill.raster.texture import texture_at

__all__ = ["restore_contrast"]

#: Side of the cells whose means, interpolated, are the smooth part of the picture, in pixels.
_CELL = 8
#: Least real texture that a ratio is taken of; below it there is only noise to amplify.
_QUIET = 1.0
#: Share of the lost contrast that is given back.
_SHARE = 0.8
#: How much a cell's known pixels count for its textures, relative to filled ones: they have lost nothing, and
#: would hide how much a thin hole has lost.
_KNOWN_SHARE = 0.5
#: Pixels whose correction takes longer than a thread takes to wake.
_WORTH_A_THREAD = 4096
#: The greatest value of a sample that the cells' means are of.
_BYTE = 255


class _Cells(NamedTuple):
    """Means of square cells, at 8 bits.

    Attributes
    ----------
    top, left
        The first one's row and column among all that the raster would be cut into.
    means
        float32 ``(rows, columns, CHANNELS + 1)``: of the colours, the voted texture and the real one.
    """

    top: int
    left: int
    means: Cube[np.float32]


def restore_contrast(
    raster: Raster,
    hole: Hole,
    gain: float,
    max_gain: float,
    team: Team,
    lift: float = 1.0,
    wide: WideRaster | None = None,
) -> None:
    """Amplify the detail of a raster's hole.

    Parameters
    ----------
    raster, hole
        Filled, with the voters' mean texture in the last channel.
    gain
        The factor that `wuhen.fill.raster.texture.measure_texture` was called with.
    max_gain
        Greatest amplification, 1 or more.
    team
        Threads to work with.
    lift
        Factor on the voters' mean texture: above 1 where they are known to be flatter than what belongs
        there.
    wide
        The same at 16 bits. With it, this is what is amplified, by what the raster shows to be lost.
    """
    indices = hole.indices
    columns = indices % raster.pitch
    # One more cell on every side, so that each pixel of the hole lies between the centres of four.
    top = int(indices[0]) // raster.pitch // _CELL - 1
    left = int(columns.min()) // _CELL - 1
    shape = int(indices[-1]) // raster.pitch // _CELL + 2 - top, int(columns.max()) // _CELL + 2 - left
    means = np.zeros((*shape, CHANNELS + 1), np.float32)
    into: AnyRaster = raster
    if wide is not None:
        compile_second(_amplify)
        into = wide
    most = as_float(white(into.pixels))

    def measure(begin: int, end: int) -> None:
        _measure(raster, as_float(gain / lift), _Cells(top + begin, left, means[begin:end]))

    def amplify(begin: int, end: int) -> None:
        _amplify(into, indices, begin, end, _Cells(top, left, means), as_float(max_gain), most)

    team.run_ranges(measure, shape[0], max(1, _WORTH_A_THREAD // (shape[1] * _CELL**2)))
    team.run_ranges(amplify, len(indices), _WORTH_A_THREAD)


@kernel
def _measure(raster: Raster, gain: Single, cells: _Cells) -> None:
    """Mean colours, voted and real texture of rows of cells; outside the image its edge goes on."""
    pixels, state = raster.pixels, raster.state
    height, width, pitch = raster.height, raster.width, raster.pitch
    top, left, means = cells.top, cells.left, cells.means
    for row in range(len(means)):
        for column in range(means.shape[1]):
            cell = means[row, column]
            for i in range(_CELL):
                y = min(max((top + row) * _CELL + i, 0), height - 1)
                for j in range(_CELL):
                    x = min(max((left + column) * _CELL + j, 0), width - 1)
                    at = y * pitch + x
                    for channel in range(COLOURS):
                        cell[channel] += as_float(pixels[at * CHANNELS + channel])
                    weight = as_float(1) if state[at] == HOLE else as_float(_KNOWN_SHARE)
                    cell[COLOURS] += weight * as_float(pixels[at * CHANNELS + COLOURS])
                    cell[CHANNELS] += weight * gain * texture_at(pixels, height, width, pitch, y, x)
            for channel in range(CHANNELS + 1):
                cell[channel] /= as_float(_CELL**2)


@inlined
def _between(means: Cube[np.float32], y: int, x: int, down: float, right: float, channel: int) -> float:
    """Bilinear interpolation between four cells."""
    one = as_float(1)
    upper = (one - right) * means[y, x, channel] + right * means[y, x + 1, channel]
    lower = (one - right) * means[y + 1, x, channel] + right * means[y + 1, x + 1, channel]
    between: float = (one - down) * upper + down * lower
    return between


@kernel
def _amplify(
    raster: AnyRaster,
    indices: Flat[np.int32],
    begin: int,
    end: int,
    cells: _Cells,
    max_gain: Single,
    most: Single,
) -> None:
    """Move the pixels of ``indices[begin:end]`` away from the local mean.

    ``most`` is the greatest value of a sample.
    """
    pixels, pitch, top, left, means = raster.pixels, raster.pitch, cells.top, cells.left, cells.means
    half = as_float(0.5)
    steps = most / as_float(_BYTE)
    for i in range(begin, end):
        at = as_int(indices[i])
        # Position in cells from the centre of the first one; never negative, thanks to the additional cells.
        v = (as_float(at // pitch) + half) / as_float(_CELL) - as_float(top) - half
        u = (as_float(at % pitch) + half) / as_float(_CELL) - as_float(left) - half
        y = as_int(v)
        x = as_int(u)
        down = v - as_float(y)
        right = u - as_float(x)
        voted = _between(means, y, x, down, right, as_int(COLOURS))
        real = max(_between(means, y, x, down, right, as_int(CHANNELS)), as_float(_QUIET))
        more = as_float(_SHARE) * (min(voted / real, max_gain) - as_float(1))
        if more <= 0:
            continue
        for channel in range(COLOURS):
            p = at * CHANNELS + channel
            now = as_float(pixels[p])
            value = now + more * (now - steps * _between(means, y, x, down, right, channel)) + half
            pixels[p] = min(max(value, as_float(0)), most)

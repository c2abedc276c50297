"""What runs straight up to a hole, and goes on alike beyond it, runs through it.

Posts, shelves, window bars and blinds are families of edges that meet in one vanishing point. Lines are laid
through such a point and the hole, a pixel apart. Where the picture does not change along a line on either
side of the hole, and what lies across it is the same on both, the colours of the two ends are drawn through.
Edges need not be told from each other for that, nor be many: blinds are as good as a ledge. (The simplest
case of structure propagation, Sun et al. 2005, with lines that need not be drawn by hand.)
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane, Single
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import bound_hole
from wuhen.fill.structure.vanishing import Families

__all__ = ["draw_spans"]

#: Spans are drawn at the finest scale at which the hole's box is no longer than this, px.
_SIDE = 240
#: What is compared at each end of a line, px: how far it reaches to both sides, how long it is, how far from
#: the hole it begins at least and at most.
_ACROSS, _LONG, _BEGIN, _LATEST = 6, 8, 2, 16
#: Variance across a line, of brightness 0 to 255, that makes it an edge.
_LEAST = 10.0
#: Shares of that by which the ends may differ, and by which brightness may change along them.
_UNLIKE, _UNEVEN = 0.4, 0.6
#: How much of the difference in brightness of the two ends counts.
_SHADE = 0.3
#: Scale, where that in the hole's middle is 1, down to which a family is followed towards its point.
_LEAST_SCALE = 0.3
#: Trust below which nothing is drawn.
_FAINT = 0.2


class _Pencil(NamedTuple):
    """Lines through a vanishing point, laid over a raster as the rows of a grid.

    Row ``i`` and column ``t`` lie ``left + t`` pixels along from the middle, and ``top + i`` across, times
    ``1 - narrowing * (left + t)``.
    """

    middle_x: Single
    middle_y: Single
    along_x: Single
    along_y: Single
    narrowing: Single
    top: int
    left: int


def draw_spans(
    rasters: Sequence[Raster], families: Families, told: Sequence[GuideImage]
) -> tuple[GuideImage, ...]:
    """Draw what runs through a hole towards a vanishing point.

    Parameters
    ----------
    rasters
        A region's scales, the finest first.
    families
        The vanishing points of the hole's surroundings.
    told
        What others have painted who know better; where there is anything, nothing is drawn.

    Returns
    -------
    tuple
        One guide image that is trusted along the spans and nowhere else, or nothing.
    """
    if told:
        return ()
    rows, columns = np.nonzero(rasters[0].plane(rasters[0].state) == HOLE)
    scale = 0
    while max(np.ptp(rows), np.ptp(columns)) >> scale >= _SIDE and scale + 1 < len(rasters):
        scale += 1
    raster, size = rasters[scale], 2.0**scale
    hole = raster.plane(raster.state) == HOLE
    rows, columns = np.nonzero(hole)
    if not len(rows):
        return ()
    places = np.stack([rows, columns], axis=1).astype(np.int32)
    drawn = np.zeros((len(places), CHANNELS), np.float32)
    middle = np.array([(part + 0.5) / size - 0.5 for part in families.middle])
    for point in families.points:
        _draw(raster, places, middle, families.extent / size, point, drawn)
    if not (drawn[:, COLOURS] > _FAINT).any():
        return ()
    window = bound_hole(raster)
    picture = np.zeros((*window.shape, CHANNELS), np.float32)
    picture[rows - window.top, columns - window.left] = drawn
    trust = np.ascontiguousarray(picture[..., COLOURS])
    return (GuideImage(picture[..., :COLOURS], window.at_finest(scale), trust, firm=np.ones_like(trust)),)


def _draw(
    raster: Raster,
    places: NDArray[np.int32],
    middle: NDArray[np.float64],
    extent: float,
    point: NDArray[np.float64],
    drawn: NDArray[np.float32],
) -> None:
    """Draw a family's spans where they are more certain than what is ``drawn`` already."""
    distance = np.hypot(point[0], point[1])
    along = point[:2] / distance
    narrowing = point[2] / (distance * extent)
    offsets = places[:, ::-1] - middle
    columns = offsets @ along
    scale = 1 - narrowing * columns
    if scale.min() < _LEAST_SCALE:
        return
    rows = (offsets @ np.array([-along[1], along[0]])) / scale
    room = _LATEST + _LONG + 1
    top, left = int(rows.min()) - _ACROSS - 1, int(columns.min()) - room
    shape = int(rows.max()) + _ACROSS + 2 - top, int(columns.max()) + room + 1 - left
    pencil = _Pencil(
        as_float(middle[0]), as_float(middle[1]), as_float(along[0]), as_float(along[1]), as_float(narrowing),
        top, left,
    )  # fmt: skip
    grid, spans = np.zeros((2, *shape, CHANNELS), np.float32)
    known = np.zeros(shape, np.uint8)
    _lay(raster, pencil, grid, known)
    _span(grid, known, np.zeros((2, 2 * _ACROSS + 1), np.float32), spans)
    _look_up(spans, (rows - top).astype(np.float32), (columns - left).astype(np.float32), drawn)


@kernel
def _lay(raster: Raster, pencil: _Pencil, grid: Cube[np.float32], known: Plane[np.uint8]) -> None:
    """Lay a grid over a raster: colours, brightness, and 1 where they are known, 2 outside of it."""
    pixels, state, pitch = raster.pixels, raster.state, raster.pitch
    height, width = known.shape
    for i in range(height):
        for t in range(width):
            far = as_float(pencil.left + t)
            across = as_float(pencil.top + i) * (as_float(1) - pencil.narrowing * far)
            v = pencil.middle_y + far * pencil.along_y + across * pencil.along_x
            u = pencil.middle_x + far * pencil.along_x - across * pencil.along_y
            if v < 0 or u < 0 or v >= raster.height - 1 or u >= raster.width - 1:
                known[i, t] = 2
                continue
            y = as_int(v)
            x = as_int(u)
            at = y * pitch + x
            blocked = state[at] != KNOWN or state[at + 1] != KNOWN
            if blocked or state[at + pitch] != KNOWN or state[at + pitch + 1] != KNOWN:
                continue
            known[i, t] = 1
            v -= as_float(y)
            u -= as_float(x)
            for channel in range(COLOURS):
                p = at * CHANNELS + channel
                q = p + pitch * CHANNELS
                upper = pixels[p] + u * (as_float(pixels[p + CHANNELS]) - as_float(pixels[p]))
                lower = pixels[q] + u * (as_float(pixels[q + CHANNELS]) - as_float(pixels[q]))
                grid[i, t, channel] = upper + v * (lower - upper)
            grid[i, t, COLOURS] = as_float(0.25) * (
                grid[i, t, 0] + as_float(2) * grid[i, t, 1] + grid[i, t, 2]
            )


@inlined
def _profile(
    grid: Cube[np.float32],
    known: Plane[np.uint8],
    row: int,
    edge: int,
    step: int,
    profile: Flat[np.float32],
) -> Single:
    """Write the mean brightness across a line before its end; return how uneven it is, or -1 if unknown.

    The end is before column ``edge``, seen in the direction of ``step``.
    """
    begin = -1
    run = 0
    for back in range(_BEGIN, _LATEST + _LONG):
        t = edge + step * back
        whole = 0 <= t < known.shape[1]
        for w in range(-_ACROSS, _ACROSS + 1):
            if whole and known[row + w, t] != 1:
                whole = False
        run = run + 1 if whole else 0
        if run == _LONG:
            begin = back - _LONG + 1
            break
    if begin < 0:
        return as_float(-1)
    uneven = as_float(0)
    for w in range(-_ACROSS, _ACROSS + 1):
        total = as_float(0)
        squares = as_float(0)
        for s in range(_LONG):
            value = grid[row + w, edge + step * (begin + s), COLOURS]
            total += value
            squares += value * value
        total /= as_float(_LONG)
        profile[w + _ACROSS] = total
        uneven += max(as_float(0), squares / as_float(_LONG) - total * total)
    return uneven


@inlined
def _trust(profiles: Plane[np.float32], uneven: Single) -> Single:
    """Say how far two ends are one: 0 or less for not at all, 1 where they are the same."""
    count = as_float(profiles.shape[1])
    one = as_float(0)
    other = as_float(0)
    for w in range(profiles.shape[1]):
        one += profiles[0, w]
        other += profiles[1, w]
    one /= count
    other /= count
    power = as_float(0)
    gap = as_float(0)
    for w in range(profiles.shape[1]):
        a = profiles[0, w] - one
        b = profiles[1, w] - other
        power += a * a + b * b
        gap += (a - b) * (a - b)
    if power < as_float(2 * _LEAST) * count:
        return as_float(0)
    gap += as_float(_SHADE) * (one - other) * (one - other) * count
    return as_float(1) - max(gap / (as_float(_UNLIKE) * power), uneven / (as_float(_UNEVEN) * power))


@kernel
def _span(
    grid: Cube[np.float32], known: Plane[np.uint8], profiles: Plane[np.float32], spans: Cube[np.float32]
) -> None:
    """Draw the rows of a grid through the hole where both ends agree: colours times trust, and trust."""
    height, width = known.shape
    for row in range(_ACROSS, height - _ACROSS):
        begin = 0
        while begin < width:
            if known[row, begin] != 0:
                begin += 1
                continue
            end = begin
            while end < width and known[row, end] == 0:
                end += 1
            inside = begin > 0 and end < width and known[row, begin - 1] == 1 and known[row, end] == 1
            first = _profile(grid, known, row, begin - 1, -1, profiles[0]) if inside else as_float(-1)
            second = _profile(grid, known, row, end, 1, profiles[1]) if first >= 0 else as_float(-1)
            trust = _trust(profiles, first + second) if second >= 0 else as_float(0)
            trust = min(as_float(1), as_float(2) * trust)
            if trust > 0:
                for channel in range(COLOURS):
                    before = as_float(0)
                    after = as_float(0)
                    for s in range(_BEGIN):
                        before += grid[row, max(begin - 1 - s, 0), channel] / as_float(_BEGIN)
                        after += grid[row, min(end + s, width - 1), channel] / as_float(_BEGIN)
                    for t in range(begin - 1, end + 1):
                        share = as_float(t - begin + 1) / as_float(end - begin + 1)
                        spans[row, t, channel] = trust * (before + share * (after - before))
                for t in range(begin - 1, end + 1):
                    spans[row, t, COLOURS] = trust
            begin = end


@kernel
def _look_up(
    spans: Cube[np.float32], rows: Flat[np.float32], columns: Flat[np.float32], drawn: Plane[np.float32]
) -> None:
    """Interpolate between the rows of a grid, where its trust exceeds what is drawn."""
    for i in range(len(rows)):
        row = as_int(rows[i])
        part = rows[i] - as_float(row)
        t = as_int(columns[i] + as_float(0.5))
        trust = spans[row, t, COLOURS] + part * (spans[row + 1, t, COLOURS] - spans[row, t, COLOURS])
        if trust <= drawn[i, COLOURS] or trust < as_float(_FAINT):
            continue
        for channel in range(COLOURS):
            mixed = spans[row, t, channel] + part * (spans[row + 1, t, channel] - spans[row, t, channel])
            drawn[i, channel] = mixed / trust
        drawn[i, COLOURS] = trust

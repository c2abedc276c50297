"""The shadow that an erased object leaves on its surroundings.

Masks cut close, and what an object casts around it (a drop shadow, the darkening where it touches the ground)
stays in the photo. Left alone it leaks into the fill, as boundary colours and as sources. Its form is known,
though: it is the hole's own silhouette, somewhat moved and blurred. So the brightness around the hole is
compared with such silhouettes; where one of them is there without doubt, the fill works with surroundings
from which it has been divided out. The photo itself keeps its pixels.

The comparison is a matched filter (Turin 1960) on gradients of the logarithm, which turns a shadow into a sum
and makes a photograph's content nearly white, with weights that let edges count little (iteratively
reweighted least squares; Holland, Welsch 1977).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_float, as_int, compile_second, inlined, kernel
from wuhen.compute.signature import Flat, Plane, Single
from wuhen.compute.team import Team
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE
from wuhen.fill.raster.pyramid import downsample
from wuhen.fill.raster.raster import AnyRaster, Raster, WideRaster
from wuhen.fill.raster.regions import grow
from wuhen.fill.raster.samples import white

__all__ = ["Cast", "Shadow", "divide_out", "find_shadow", "mark_cast", "remove_shadow"]

#: The search takes place at the finest scale whose longer side is no more than this.
_SIDE = 640
#: Shifts to try, and widths of blur, in pixels of that scale.
_FARTHEST = 8
_BLURS = (1.5, 3.0, 5.0)
#: How far apart shifts are tried, at first and then around the best of those.
_STRIDES = (4, 2)
#: How far from the hole the surroundings are looked at.
_REACH = 18
#: Room around the silhouettes for shifts and blur.
_PAD = 26
#: Added to brightness before the logarithm, in grey levels, so that noise in the dark stays small.
_LIFT = 8.0
#: The greatest value of a sample that grey levels are counted in.
_BYTE = 255
#: Gradients of the logarithm that count half.
_EDGE = 0.03
_MAX_SAMPLES = 12_000
_REFINEMENTS = 8
#: How many standard errors a shadow's strength is from none, and how dark it is, before it is believed.
_CERTAIN = 8.0
#: Certainty at a first, wide look below which no closer one is taken.
_HINT = 3.0
_VISIBLE = 0.17
#: Holes less deep than this share of their area's root are lettering or scratches, which cast no shadow.
_THIN = 0.13
#: Depth beyond which it is not counted, in pixels.
_FULL_DEPTH = 255
#: Corrections below this share of brightness are left out.
_FAINT = 0.004
#: Rows whose blurring, or dividing, takes longer than a thread takes to wake.
_BLURRED_AT_ONCE = 64
_DIVIDED_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Shadow:
    """A moved, blurred silhouette.

    Attributes
    ----------
    strength
        Natural logarithm of how many times darker the shadow's core is than what it falls on.
    certainty
        The strength's first estimate in standard errors.
    silhouette
        float32: coverage 0 to 1 by the blurred hole, padded by `_PAD`, at the scale of the search.
    origin
        Row and column of its first pixel in the raster, in pixels of that scale.
    scale
        How often that scale is halved.
    """

    strength: float
    certainty: float
    silhouette: Plane[np.float32]
    origin: tuple[int, int]
    scale: int


class Cast(NamedTuple):
    """A shadow, and where it is in a raster.

    Attributes
    ----------
    silhouette
        float32: see `Shadow`.
    top, left
        Its first pixel.
    block
        How many of the raster's pixels one of its pixels is wide.
    strength
        See `Shadow`.
    begin, end
        Columns of the raster that lie between those of the silhouette.
    first, last
        Rows likewise.
    """

    silhouette: Plane[np.float32]
    top: int
    left: int
    block: int
    strength: Single
    begin: int
    end: int
    first: int
    last: int


def remove_shadow(raster: Raster, hole: Hole, team: Team) -> Cast | None:
    """Divide the hole's shadow, if there surely is one, out of a raster's known pixels, and return it."""
    if hole.deepest < min(_THIN * len(hole.indices) ** 0.5, _FULL_DEPTH):
        return None
    shadow = find_shadow(raster, hole, team)
    if shadow is None or shadow.strength < _VISIBLE:
        return None
    block = 1 << shadow.scale
    top, left = shadow.origin
    height, width = shadow.silhouette.shape
    # Where four pixels of the silhouette surround a pixel of the raster.
    first, last = max(top * block + block, 0), min((top + height - 1) * block, raster.height)
    begin, end = max(left * block + block, 0), min((left + width - 1) * block, raster.width)
    strength = as_float(shadow.strength)
    cast = Cast(shadow.silhouette, top, left, block, strength, begin, end, first, last)
    divide_out(raster, cast, team)
    return cast


def divide_out(raster: AnyRaster, cast: Cast, team: Team) -> None:
    """Divide a shadow out of a raster's known pixels."""
    if isinstance(raster, WideRaster):
        compile_second(_divide)
    most, first = as_float(white(raster.pixels)), cast.first
    team.run_ranges(
        lambda start, stop: _divide(raster, cast, first + start, first + stop, most),
        cast.last - first,
        _DIVIDED_AT_ONCE,
    )


def mark_cast(raster: Raster, cast: Cast) -> Plane[np.bool_]:
    """Return which known pixels of a raster a shadow is divided out of, bool ``(height, width)``."""
    marked = np.zeros((raster.height, raster.width), np.bool_)
    _mark(raster, cast, marked)
    return marked


def find_shadow(raster: Raster, hole: Hole, team: Team) -> Shadow | None:
    """Find the most certain shadow of a raster's hole; None where none is certain."""
    coarse, scale = raster, 0
    while max(coarse.height, coarse.width) > _SIDE:
        coarse, scale = downsample(coarse, team), scale + 1
    cover = _coverage(raster, hole.indices, scale)
    rows, columns = (np.flatnonzero(cover.any(axis=axis)) for axis in (1, 0))
    top, left = max(int(rows[0]) - _REACH, 0), max(int(columns[0]) - _REACH, 0)
    around = slice(top, int(rows[-1]) + _REACH + 1), slice(left, int(columns[-1]) + _REACH + 1)
    cover = cover[around]
    grey = coarse.image(COLOURS)[around] @ np.array([0.25, 0.5, 0.25], np.float32)
    starts, ends, slopes = _gradients(np.log(grey + np.float32(_LIFT)), cover)
    if not len(slopes):
        return None
    padded = np.pad(cover, _PAD)
    width = padded.shape[1]
    silhouettes = {1: _blur(padded, _BLURS[1], team)}
    weights = _trust(slopes)

    def most_certain(places: list[tuple[int, int, int]]) -> tuple[float, tuple[int, int, int]]:
        found = [0.0] * len(places)

        def test(index: int) -> None:
            blur, down, right = places[index]
            move = -(down * width + right)
            found[index] = _certainty(silhouettes[blur].ravel(), starts, ends, move, slopes, weights)

        team.run_each(test, range(len(places)))
        return max(zip(found, places, strict=True))

    wide, narrow = _STRIDES
    steps = range(-_FARTHEST, _FARTHEST + 1, wide)
    places = [(1, y, x) for y in steps for x in steps if np.hypot(y, x) <= _FARTHEST]
    hint, near = most_certain(places)
    if hint < _HINT:
        return None
    silhouettes |= {blur: _blur(padded, _BLURS[blur], team) for blur in (0, 2)}
    places = [
        (b, near[1] + y, near[2] + x)
        for b in range(len(_BLURS))
        for y in (-narrow, 0, narrow)
        for x in (-narrow, 0, narrow)
    ]
    certain, (blur, down, right) = most_certain(places)
    if certain < _CERTAIN:
        return None
    flat, move = silhouettes[blur].ravel(), -(down * width + right)
    strength = _refine(flat, starts, ends, move, slopes)
    origin = top - _PAD + down, left - _PAD + right
    return Shadow(strength, certain, silhouettes[blur], origin, scale)


def _coverage(raster: Raster, indices: Flat[np.int32], scale: int) -> Plane[np.float32]:
    """Share of the hole in each pixel of a coarser scale."""
    block = 1 << scale
    cover = np.zeros((-(-raster.height // block), -(-raster.width // block)), np.float32)
    _count(indices, raster.pitch, scale, as_float(1 / block**2), cover)
    return cover


def _gradients(
    brightness: Plane[np.float32], cover: Plane[np.float32]
) -> tuple[Flat[np.int64], Flat[np.int64], Flat[np.float32]]:
    """List pairs of neighbours around the hole, as indices into the padded plane, and their differences."""
    ring = grow(cover > 0, _REACH) & (cover == 0)
    width = cover.shape[1] + 2 * _PAD
    starts, ends, slopes = [], [], []
    for down, right in ((0, 1), (1, 0)):
        height, length = ring.shape[0] - down, ring.shape[1] - right
        rows, columns = np.nonzero(ring[:height, :length] & ring[down:, right:])
        start = (rows + _PAD) * width + columns + _PAD
        starts.append(start)
        ends.append(start + down * width + right)
        slopes.append(brightness[rows + down, columns + right] - brightness[rows, columns])
    # A sample is enough of large surroundings.
    every = max(1, sum(map(len, slopes)) // _MAX_SAMPLES)
    start, end, slope = (np.concatenate(parts)[::every].copy() for parts in (starts, ends, slopes))
    return start, end, slope


def _blur(plane: Plane[np.float32], blur: float, team: Team) -> Plane[np.float32]:
    """Convolve with a Gaussian out to three standard deviations; so far from the edge the plane is empty."""
    weights = np.exp(-0.5 * (np.arange(int(np.ceil(3 * blur)) + 1) / blur) ** 2)
    weights[0] /= 2
    taps = (weights / (2 * weights.sum())).astype(np.float32)
    wide, result = np.zeros_like(plane), np.zeros_like(plane)
    rows = len(plane)
    team.run_ranges(lambda begin, end: _blur_rows(plane, taps, begin, end, wide), rows, _BLURRED_AT_ONCE)
    team.run_ranges(lambda begin, end: _blur_columns(wide, taps, begin, end, result), rows, _BLURRED_AT_ONCE)
    return result


def _trust(residuals: Flat[np.float32]) -> Flat[np.float32]:
    """Cauchy's weights."""
    one = np.float32(1)
    return one / (one + (residuals / np.float32(_EDGE)) ** 2)


@kernel
def _certainty(
    plane: Flat[np.float32],
    starts: Flat[np.int64],
    ends: Flat[np.int64],
    move: int,
    slopes: Flat[np.float32],
    weights: Flat[np.float32],
) -> float:
    """Strength in standard errors (White's, which need no even variance) of one silhouette at one place."""
    power = 1e-3
    match = 0.0
    noise = 0.0
    skew = 0.0
    tail = 0.0
    for i in range(len(slopes)):
        rise = plane[ends[i] + move] - plane[starts[i] + move]
        weighted = weights[i] * rise
        power += weighted * rise
        match += weighted * slopes[i]
        noise += weighted * weighted * slopes[i] * slopes[i]
        skew += weighted * weighted * slopes[i] * rise
        tail += weighted * weighted * rise * rise
    strength = -match / power
    spread = noise + 2 * strength * skew + strength * strength * tail
    return float(strength * power / np.sqrt(max(spread, 1e-12)))


@kernel
def _refine(
    plane: Flat[np.float32],
    starts: Flat[np.int64],
    ends: Flat[np.int64],
    move: int,
    slopes: Flat[np.float32],
) -> float:
    """Estimate the strength robustly: what is left when the shadow is taken away decides on the weights."""
    strength = 0.0
    for _ in range(_REFINEMENTS + 1):
        power = 1e-6
        match = 0.0
        for i in range(len(slopes)):
            rise = plane[ends[i] + move] - plane[starts[i] + move]
            residual = (slopes[i] + as_float(strength) * rise) / as_float(_EDGE)
            weighted = rise / (as_float(1) + residual * residual)
            match += weighted * slopes[i]
            power += weighted * rise
        strength = -match / power
    return strength


@kernel
def _count(indices: Flat[np.int32], pitch: int, scale: int, part: Single, cover: Plane[np.float32]) -> None:
    """Add up the hole's pixels in each block."""
    for i in range(len(indices)):
        at = as_int(indices[i])
        cover[at // pitch >> scale, at % pitch >> scale] += part


@inlined
def _mix(tap: float, first: Flat[np.float32], second: Flat[np.float32], into: Flat[np.float32]) -> None:
    """Add a tap's share of two rows. Slices, for an index that might be negative keeps loops from vectors."""
    for x in range(len(into)):
        into[x] += tap * (first[x] + second[x])


@kernel
def _blur_rows(
    plane: Plane[np.float32], taps: Flat[np.float32], begin: int, end: int, result: Plane[np.float32]
) -> None:
    """Convolve along the rows ``begin`` .. ``end``; what is nearer to an edge than the radius stays.

    ``taps`` are those from the middle on, the middle one halved.
    """
    radius = len(taps) - 1
    length = plane.shape[1] - 2 * radius
    for y in range(begin, end):
        into = result[y, radius : radius + length]
        for i in range(len(taps)):
            left, right = radius - i, radius + i
            _mix(taps[i], plane[y, left : left + length], plane[y, right : right + length], into)


@kernel
def _blur_columns(
    plane: Plane[np.float32], taps: Flat[np.float32], begin: int, end: int, result: Plane[np.float32]
) -> None:
    """Convolve along the columns, for the rows ``begin`` .. ``end`` likewise."""
    radius = len(taps) - 1
    for y in range(max(begin, radius), min(end, len(plane) - radius)):
        for i in range(len(taps)):
            _mix(taps[i], plane[y - i], plane[y + i], result[y])


@inlined
def _darkness(cast: Cast, y: int, x: int) -> float:
    """Natural logarithm of how much darker the shadow makes a pixel, interpolated bilinearly."""
    silhouette, half = cast.silhouette, as_float(0.5)
    v = (as_float(y) + half) / as_float(cast.block) - half - as_float(cast.top)
    top = as_int(v)
    below = v - as_float(top)
    u = (as_float(x) + half) / as_float(cast.block) - half - as_float(cast.left)
    left = as_int(u)
    beside = u - as_float(left)
    upper = silhouette[top, left] + beside * (silhouette[top, left + 1] - silhouette[top, left])
    lower = silhouette[top + 1, left]
    lower += beside * (silhouette[top + 1, left + 1] - lower)
    dark: float = cast.strength * (upper + below * (lower - upper))
    return dark


@kernel
def _divide(raster: AnyRaster, cast: Cast, first: int, last: int, most: Single) -> None:
    """Lighten the known pixels of the rows ``first`` .. ``last`` by the shadow.

    ``most`` is the greatest value of a sample.
    """
    pixels, state, pitch = raster.pixels, raster.state, raster.pitch
    half = as_float(0.5)
    lift = as_float(_LIFT) * (most / as_float(_BYTE))
    for y in range(first, last):
        for x in range(cast.begin, cast.end):
            at = y * pitch + x
            if state[at] == HOLE:
                continue
            dark = _darkness(cast, y, x)
            if dark < _FAINT:
                continue
            factor = np.exp(dark)
            for channel in range(COLOURS):
                p = at * CHANNELS + channel
                value = (as_float(pixels[p]) + lift) * factor - lift + half
                pixels[p] = min(max(value, as_float(0)), most)


@kernel
def _mark(raster: Raster, cast: Cast, marked: Plane[np.bool_]) -> None:
    """Mark the pixels that `_divide` lightens."""
    for y in range(cast.first, cast.last):
        for x in range(cast.begin, cast.end):
            dark = _darkness(cast, y, x)
            marked[y, x] = raster.state[y * raster.pitch + x] != HOLE and dark >= _FAINT

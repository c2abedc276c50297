"""Paint curves through a hole, with what is known of them on either side."""

# Numbers that mean something in one place only have no names.
# ruff: noqa: PLR2004

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, kernel
from wuhen.compute.signature import Cube, Flat, Plane, Single
from wuhen.fill.raster.layout import CHANNELS, COLOURS, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window
from wuhen.fill.structure.curves import Curve

__all__ = ["paint_curves"]

#: Width of what is painted on either side of a curve, px of the scale on which curves were found, and the
#: part of it, next to the curve, that is wholly trusted.
_BAND, _FULL = 8.0, 0.5
#: How much of a known edge its cross profile is the mean of, and how much at its end is left out, px of that
#: scale: it may be the erased object's.
_LEAD, _SKIP = 20, 1.0
#: Places of a profile per px, of the finest scale.
_FINE = 2
#: A side is painted as far as both ends' profiles agree by so many levels, and by that share of the contrast.
_AGREE, _AGREE_SHARE = 14.0, 0.25
#: Texture beside an edge, levels, at which a side is trusted half as much.
_ROUGH = 10.0


class _Profiles(NamedTuple):
    """Colours across a curve.

    Attributes
    ----------
    colours
        float32 ``(2, places, 3)``: where it enters the hole and where it leaves it; from left to right.
    trust
        float32 ``(places,)``.
    grain
        Standard deviation of the pixels beside the curve, levels of 255.
    """

    colours: Cube[np.float32]
    trust: Flat[np.float32]
    grain: Single


class _Course(NamedTuple):
    """A curve's pieces at the finest scale.

    Attributes
    ----------
    points
        float32 ``(n, 2)``: ``(x, y)``.
    shares
        float32 ``(n,)``: how far the colours at a point are those of the leaving end.
    first, last
        Where it enters and leaves the hole.
    """

    points: Plane[np.float32]
    shares: Flat[np.float32]
    first: int
    last: int


def paint_curves(
    raster: Raster, window: Window, curves: list[Curve], scale: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Paint curves that were found at a scale.

    Parameters
    ----------
    raster
        The finest scale.
    window
        What of it is painted.
    curves
        Their points are those of the scale.
    scale
        Its number.

    Returns
    -------
    colours
        float32 ``(h, w, 3)``, 0 to 255.
    trust
        float32 ``(h, w)``, 0 to 1.
    grain
        float32 ``(h, w)``: standard deviation of known pixels along the curves, levels of 255.
    """
    colours = np.zeros((*window.shape, COLOURS), np.float32)
    weight, trust, grain = np.zeros((3, *window.shape), np.float32)
    half = round(_BAND * 2**scale)
    for curve in curves:
        course = _course(curve, scale)
        profiles = _profiles(raster, course, curve, half, scale)
        if profiles is not None:
            _paint(window, course, profiles, half, colours, weight, trust, grain)
    _divide(colours, weight)
    return colours, trust, grain


def _course(curve: Curve, scale: int) -> _Course:
    """Carry a curve over to the finest scale."""
    points = (curve.points + 0.5) * 2.0**scale - 0.5
    at = np.arange(len(points), dtype=np.float64)
    if curve.ends[1] < 0:
        shares = np.zeros(len(points))
    elif curve.crossed:
        # Others change the colours beside it where they cross.
        steps = [np.clip((at - place) / 2 + 0.5, 0, 1) for place in curve.crossed]
        shares = np.mean(steps, axis=0)
    else:
        shares = np.clip((at - curve.first) / max(curve.last - curve.first, 1), 0, 1)
    return _Course(
        np.ascontiguousarray(points, np.float32), shares.astype(np.float32), curve.first, curve.last
    )


def _profiles(raster: Raster, course: _Course, curve: Curve, half: int, scale: int) -> _Profiles | None:
    """Measure the cross profiles at both ends; None where there is too little of one."""
    places = 2 * half * _FINE + 1
    colours = np.zeros((2, places, COLOURS), np.float32)
    rough = np.zeros((2, places), np.float32)
    both = curve.ends[1] >= 0
    for leaving in range(2 if both else 1):
        if leaving:
            begin, end = course.last, min(course.last + _LEAD, len(course.points) - 1)
        else:
            begin, end = max(course.first - _LEAD, 0), course.first
        sums, counts = np.zeros((places, 2 * COLOURS), np.float32), np.zeros(places, np.float32)
        _accumulate(raster, course.points, begin, end, half, sums, counts)
        known = counts > 0
        if known[half * _FINE - 4 : half * _FINE + 5].mean() < 0.7:
            return None
        at = np.arange(places)
        for channel in range(COLOURS):
            mean = sums[known, channel] / counts[known]
            spread = sums[known, COLOURS + channel] / counts[known] - mean**2
            colours[leaving, :, channel] = np.interp(at, at[known], mean)
            rough[leaving] += (
                np.interp(at, at[known], np.sqrt(np.maximum(spread, 0))).astype(np.float32) / COLOURS
            )
    if not both:
        colours[1], rough[1] = colours[0], rough[0]
    trust = _trust(colours, rough, curve, half, 2.0**scale)
    return _Profiles(colours, trust, as_float(np.median(rough)))


def _trust(
    colours: NDArray[np.float32], rough: NDArray[np.float32], curve: Curve, half: int, size: float
) -> NDArray[np.float32]:
    """Say how far from a curve what is painted is to be trusted."""
    places = len(rough[0])
    away = np.abs(np.arange(places) - half * _FINE) / _FINE
    trust = np.clip((1 - away / half) / (1 - _FULL), 0, 1)
    core = 2.5 * size**0.5
    sides = rough.mean(axis=0)
    trust *= np.where(away <= core, 1, 1 / (1 + (sides / _ROUGH) ** 2))
    if not curve.crossed and curve.ends[1] >= 0:
        signed = (np.arange(places) - half * _FINE) / _FINE
        # Light may change along the edge, and does not count; what lies beside it does.
        level = np.zeros_like(colours)
        for sign in (-1, 1):
            near = (sign * signed >= core / 2) & (sign * signed <= 2 * core)
            level[:, sign * signed >= 0] = colours[:, near].mean(axis=1, keepdims=True)
        relative = colours - level
        gap = np.sqrt(((relative[0] - relative[1]) ** 2).mean(axis=1))
        contrast = float(np.ptp(colours[:, np.abs(away) <= 4 * size], axis=1).max())
        differs = (gap > _AGREE + _AGREE_SHARE * contrast) & (away > core)
        middle = half * _FINE
        for side in (slice(middle, None), slice(middle, None, -1)):
            part = trust[side]
            part *= np.cumsum(differs[side]) == 0
    return (curve.trust * trust).astype(np.float32)


@kernel
def _accumulate(
    raster: Raster,
    points: Plane[np.float32],
    begin: int,
    end: int,
    half: int,
    sums: Plane[np.float32],
    counts: Flat[np.float32],
) -> None:
    """Add up the known pixels beside some of a curve's pieces, and their squares, by distance to it."""
    pixels, state, pitch = raster.pixels, raster.state, raster.pitch
    for piece in range(begin, end):
        x0 = points[piece, 0]
        y0 = points[piece, 1]
        dx = points[piece + 1, 0] - x0
        dy = points[piece + 1, 1] - y0
        length = np.sqrt(dx * dx + dy * dy)
        dx /= length
        dy /= length
        reach = as_float(half)
        left = as_int(np.floor(min(x0, points[piece + 1, 0]) - abs(dy) * reach)) - 1
        right = as_int(np.ceil(max(x0, points[piece + 1, 0]) + abs(dy) * reach)) + 1
        top = as_int(np.floor(min(y0, points[piece + 1, 1]) - abs(dx) * reach)) - 1
        bottom = as_int(np.ceil(max(y0, points[piece + 1, 1]) + abs(dx) * reach)) + 1
        for y in range(max(top, 0), min(bottom + 1, raster.height)):
            for x in range(max(left, 0), min(right + 1, raster.width)):
                u = as_float(x) - x0
                v = as_float(y) - y0
                along = u * dx + v * dy
                if along < 0 or along >= length:
                    continue
                place = (v * dx - u * dy + reach) * as_float(_FINE)
                if place < 0 or place >= as_float(len(counts) - 1) or state[y * pitch + x] != KNOWN:
                    continue
                low = as_int(place)
                share = place - as_float(low)
                for step in range(2):
                    weight = share if step == 1 else as_float(1) - share
                    counts[low + step] += weight
                    for channel in range(COLOURS):
                        value = as_float(pixels[(y * pitch + x) * CHANNELS + channel])
                        sums[low + step, channel] += weight * value
                        sums[low + step, COLOURS + channel] += weight * value * value


@kernel
def _paint(
    window: Window,
    course: _Course,
    profiles: _Profiles,
    half: int,
    colours: Cube[np.float32],
    weights: Plane[np.float32],
    trust: Plane[np.float32],
    grain: Plane[np.float32],
) -> None:
    """Add a curve's profile to the pixels beside it, the more the nearer they lie."""
    points = course.points
    reach = as_float(half)
    places = len(profiles.trust)
    height, width = trust.shape
    for piece in range(max(course.first - 1, 0), min(course.last + 1, len(points) - 1)):
        x0 = points[piece, 0] - as_float(window.left)
        y0 = points[piece, 1] - as_float(window.top)
        dx = points[piece + 1, 0] - points[piece, 0]
        dy = points[piece + 1, 1] - points[piece, 1]
        length = np.sqrt(dx * dx + dy * dy)
        dx /= length
        dy /= length
        left = as_int(np.floor(min(x0, x0 + dx * length) - abs(dy) * reach)) - 1
        right = as_int(np.ceil(max(x0, x0 + dx * length) + abs(dy) * reach)) + 1
        top = as_int(np.floor(min(y0, y0 + dy * length) - abs(dx) * reach)) - 1
        bottom = as_int(np.ceil(max(y0, y0 + dy * length) + abs(dx) * reach)) + 1
        for y in range(max(top, 0), min(bottom + 1, height)):
            for x in range(max(left, 0), min(right + 1, width)):
                u = as_float(x) - x0
                v = as_float(y) - y0
                along = u * dx + v * dy
                # Beyond the end of a curve that stops here, up to the middle of the next pixel.
                if along < 0 or along >= length:
                    continue
                aside = v * dx - u * dy
                place = (aside + reach) * as_float(_FINE)
                if place < 0 or place >= as_float(places - 1):
                    continue
                low = as_int(place)
                share = place - as_float(low)
                sure = profiles.trust[low] + share * (profiles.trust[low + 1] - profiles.trust[low])
                if sure <= 0:
                    continue
                weight = sure / (as_float(1) + aside * aside)
                leaving = course.shares[piece] + along / length * (
                    course.shares[piece + 1] - course.shares[piece]
                )
                weights[y, x] += weight
                if sure > trust[y, x]:
                    trust[y, x] = sure
                    grain[y, x] = profiles.grain
                for channel in range(COLOURS):
                    entered = profiles.colours[0, low, channel]
                    entered += share * (profiles.colours[0, low + 1, channel] - entered)
                    left_as = profiles.colours[1, low, channel]
                    left_as += share * (profiles.colours[1, low + 1, channel] - left_as)
                    colours[y, x, channel] += weight * (entered + leaving * (left_as - entered))


@kernel
def _divide(colours: Cube[np.float32], weights: Plane[np.float32]) -> None:
    for y in range(weights.shape[0]):
        for x in range(weights.shape[1]):
            if weights[y, x] > 0:
                for channel in range(COLOURS):
                    colours[y, x, channel] /= weights[y, x]

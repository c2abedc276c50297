"""Where the surroundings repeat themselves in perspective: floors of tiles, façades, blinds from the side.

On a plane that is not seen head-on, what is repeated shrinks towards the horizon, and no shift of the picture
leads from one tile to the next; but once perspective is divided out, repetitions are shifts again. So all
that is known of them, see `wuhen.fill.search.repetition`, is asked here of shifts of the plane: which of them
the surroundings repeat themselves under, in colours and in edges, and what they agree on in the hole. (Huang
et al. 2014 rectify patches by planes, and propose shifts of a plane one by one.)
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Flat, Plane, Single
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.texture import brightness
from wuhen.fill.search.offsets import resembling_shifts
from wuhen.fill.search.perspective import (
    LEAST_SCALE,
    MOST_SCALE,
    Perspective,
    colour_at,
    corner,
    light_at,
    rectify,
    scale_at,
    shifted,
)
from wuhen.fill.search.repetition import around, chance, some

__all__ = ["PlaneRepetition", "find_plane_shifts"]

#: Pixels of the rectified picture in which shifts are looked for, and how many are found in it.
_AREA, _SHIFTS = 16_000, 24
#: Known pixels that are compared: for all shifts, and for those that pass.
_FIRST_LOOK, _SECOND_LOOK = 300, 1500
_OVERLAP = 0.125
#: As for shifts of the picture.
_ALIKE, _EDGES_ALIKE = 0.15, 0.45
#: How many times their variance mean differences are squared at least not to be chance.
_CHANCE = 2.0
_MIN_AGREEING, _VOICES, _PERFECT = 3, 2, 0.02
#: Steps by which a shift is moved to where it fits best, in pixels, one after the other.
_MOVES = (0.5, 0.25)
_BESIDE = 9
#: How many of the shortest are multiplied, by what at most, how many are tried in all, and kept.
_STEPS, _MULTIPLES, _CANDIDATES, _MAX_KEPT = 8, 6, 120, 32
#: Shorter ones say only that pictures are smooth, px.
_MIN_LENGTH = 4.0


class _Fit(NamedTuple):
    """How well shifts fit.

    Attributes
    ----------
    errors
        float32 ``(n,)``: mean squared differences.
    steps
        float32 ``(n, 3)``: mean differences, for light falls off over a plane.
    """

    errors: Flat[np.float32]
    steps: Plane[np.float32]


class PlaneRepetition:
    """The repetitions of one scale on a plane.

    Parameters
    ----------
    raster, hole
        Of the scale.
    view
        Of the plane.
    shifts
        float32 ``(n, 2)``: shifts of the plane, rows and columns in the scale's pixels in the hole's middle,
        that may be repetitions.
    complete
        Whether differences and multiples of shifts are among them already.

    Attributes
    ----------
    shifts
        float32 ``(n, 2)``: those that are, moved to where they fit best, the best first.
    agreed
        float32 ``(m, 4)``: for each pixel of the hole what they agree on, 0 to 255 and somewhat beyond, and
        how far, 0 to 1; m is 0 if there are none.
    proposals
        int32 ``(0, 2)``: patches have no shifts to try.
    firm
        Whether a scale is drawn to what they agree on until it is done.
    """

    firm = True

    def __init__(
        self, raster: Raster, hole: Hole, view: Perspective, shifts: NDArray[np.float32], *, complete: bool
    ) -> None:
        near = around(raster, hole.indices)
        self.proposals = np.zeros((0, 2), np.int32)
        limit = _ALIKE * chance(raster, near)
        self.shifts, fit = _select(raster, near, view, shifts, limit)
        if len(self.shifts) >= _MIN_AGREEING and not complete:
            self.shifts, fit = _select(raster, near, view, _lattice(self.shifts), limit)
        self.shifts = self.shifts[: _MAX_KEPT if len(self.shifts) >= _MIN_AGREEING else 0]
        self.agreed = np.zeros((len(hole.indices) if len(self.shifts) else 0, CHANNELS), np.float32)
        if len(self.shifts):
            _agree(raster, hole.indices, view, self.shifts, fit, as_float(limit), self.agreed)

    @property
    def found(self) -> bool:
        """Whether there are any repetitions."""
        return len(self.shifts) > 0

    @property
    def cover(self) -> float:
        """Share of the hole that they agree on, 0 to 1."""
        return float(self.agreed[:, COLOURS].mean()) if self.found else 0.0

    def pull(self, raster: Raster, indices: Flat[np.int32]) -> None:
        """Move the colours of pixels to what repetitions agree on, if there are any, by how far they do."""
        if self.found:
            _pull(raster, indices, self.agreed)


def find_plane_shifts(raster: Raster, view: Perspective) -> NDArray[np.float32]:
    """Find the shifts of a plane under which a raster's usable pixels resemble each other most.

    Returns
    -------
    ndarray
        float32 ``(n, 2)``: rows and columns, in pixels in the middle of the view.
    """
    image, known, size = rectify(raster, view, _AREA)
    if not known.any():
        return np.zeros((0, 2), np.float32)
    shifts: NDArray[np.float32] = (resembling_shifts(image, known, _SHIFTS) * size).astype(np.float32)
    return shifts


def _select(
    raster: Raster, near: NDArray[np.int32], view: Perspective, shifts: NDArray[np.float32], limit: float
) -> tuple[NDArray[np.float32], _Fit]:
    """Move shifts to where they fit best; return those that are repetitions, and how they fit, best first."""
    count = len(shifts)
    better, fit = (
        shifts.copy(),
        _Fit(np.full(count, limit, np.float32), np.zeros((count, COLOURS), np.float32)),
    )
    first = some(near, _FIRST_LOOK)
    for move in _MOVES:
        _refine(raster, first, view, as_float(move), better.copy(), better, fit)
        alike = fit.errors < np.float32(limit)
        better, fit = better[alike], _Fit(fit.errors[alike], fit.steps[alike])
    alike = np.ones(len(better), np.bool_)
    if alike.any():
        ratios = np.full(len(better), np.inf, np.float32)
        _compare_edges(raster, some(near, _SECOND_LOOK), view, better, alike.view(np.uint8), ratios)
        alike &= ratios < _EDGES_ALIKE
    order = np.flatnonzero(alike)[np.argsort(fit.errors[alike], kind="stable")]
    return better[order], _Fit(fit.errors[order], fit.steps[order])


def _lattice(shifts: NDArray[np.float32]) -> NDArray[np.float32]:
    """List differences and multiples of shifts, shortest first: long ones lead out of the picture."""

    def shortest_first(every: NDArray[np.float32]) -> NDArray[np.float32]:
        every = np.unique(np.round(every * 2) / 2, axis=0)
        lengths = np.hypot(every[:, 0], every[:, 1])
        order = np.argsort(lengths, kind="stable")
        return every[order[lengths[order] >= _MIN_LENGTH]]

    steps = shortest_first(np.concatenate([shifts, (shifts[:, None] - shifts[None]).reshape(-1, 2)]))
    times = np.arange(-_MULTIPLES, _MULTIPLES + 1, dtype=np.float32)[None, :, None]
    every = shortest_first(np.concatenate([steps, (steps[:_STEPS, None] * times).reshape(-1, 2)]))
    return np.ascontiguousarray(every[:_CANDIDATES], np.float32)


@inlined
def _differ(
    raster: Raster,
    near: Plane[np.int32],
    view: Perspective,
    down: Single,
    right: Single,
    most: float,
) -> tuple[int, Single, Single, Single, Single]:
    """Add up how pixels differ from those that a shift leads to.

    Returned are the number of those that lead anywhere, the sum of squares, not beyond ``most``, and the sums
    for red, green and blue.
    """
    pixels, pitch = raster.pixels, raster.pitch
    total = as_float(0)
    red = as_float(0)
    green = as_float(0)
    blue = as_float(0)
    count = 0
    for i in range(len(near)):
        if total > most:
            break
        y = as_int(near[i, 0])
        x = as_int(near[i, 1])
        scale = scale_at(view, y, x)
        if scale < as_float(LEAST_SCALE) or scale > as_float(MOST_SCALE):
            continue
        v, u, ratio = shifted(view, y, x, scale, down, right)
        if ratio == 0:
            continue
        there = corner(raster, v, u)
        if there < 0:
            continue
        count += 1
        v -= as_float(as_int(v))
        u -= as_float(as_int(u))
        p = (y * pitch + x) * CHANNELS
        gap = as_float(pixels[p]) - colour_at(raster, there, v, u, 0)
        red += gap
        total += gap * gap
        gap = as_float(pixels[p + 1]) - colour_at(raster, there, v, u, 1)
        green += gap
        total += gap * gap
        gap = as_float(pixels[p + 2]) - colour_at(raster, there, v, u, 2)
        blue += gap
        total += gap * gap
    return count, total, red, green, blue


@kernel
def _refine(
    raster: Raster,
    near: Plane[np.int32],
    view: Perspective,
    move: Single,
    shifts: Plane[np.float32],
    better: Plane[np.float32],
    fit: _Fit,
) -> None:
    """Of each shift and those beside it, find the one with the least mean squared difference."""
    errors, steps = fit.errors, fit.steps
    for which in range(len(shifts)):
        for choice in range(_BESIDE):
            turn = (choice + _BESIDE // 2) % _BESIDE
            down = shifts[which, 0] + move * (turn // 3 - 1)
            right = shifts[which, 1] + move * (turn % 3 - 1)
            most = errors[which] * len(near)
            count, total, red, green, blue = _differ(
                raster, near, view, as_float(down), as_float(right), most
            )
            if count <= _OVERLAP * len(near):
                continue
            whole = as_float(1) / as_float(count)
            mean = red * red + green * green + blue * blue
            if total * whole < errors[which]:
                errors[which] = total * whole
                better[which, 0] = down
                better[which, 1] = right
                # Less, the more likely they are chance (James & Stein 1961).
                chance = as_float(_CHANCE) * total
                share = whole * max(as_float(0), as_float(1) - chance / max(mean, chance))
                steps[which, 0] = red * share
                steps[which, 1] = green * share
                steps[which, 2] = blue * share


@kernel
def _compare_edges(
    raster: Raster,
    near: Plane[np.int32],
    view: Perspective,
    shifts: Plane[np.float32],
    wanted: Flat[np.uint8],
    ratios: Flat[np.float32],
) -> None:
    """Mean squared difference of brightness gradients under each shift, as a share of what chance gives."""
    pixels, state, pitch = raster.pixels, raster.state, raster.pitch
    for which in range(len(shifts)):
        if not wanted[which]:
            continue
        down = shifts[which, 0]
        right = shifts[which, 1]
        total = as_float(0)
        power = as_float(1)
        for i in range(len(near)):
            y = as_int(near[i, 0])
            x = as_int(near[i, 1])
            at = y * pitch + x
            scale = scale_at(view, y, x)
            if scale < as_float(LEAST_SCALE) or scale > as_float(MOST_SCALE):
                continue
            if y + 1 >= raster.height or x + 1 >= raster.width:
                continue
            there = light_at(raster, view, y, x, down, right)
            if there < 0:
                continue
            for turn in range(2):
                step = pitch if turn else 1
                if state[at + step] != KNOWN:
                    continue
                beside = light_at(raster, view, y + turn, x + 1 - turn, down, right)
                if beside < 0:
                    continue
                one = as_float(brightness(pixels, at + step) - brightness(pixels, at))
                other = beside - there
                total += (one - other) * (one - other)
                power += one * one + other * other
        ratios[which] = total / power


@kernel
def _agree(
    raster: Raster,
    indices: Flat[np.int32],
    view: Perspective,
    shifts: Plane[np.float32],
    fit: _Fit,
    limit: Single,
    agreed: Plane[np.float32],
) -> None:
    """Mean of the pixels that the shifts lead to, and how far to believe it: less where they scatter."""
    pitch, errors, steps = raster.pitch, fit.errors, fit.steps
    for i in range(len(indices)):
        at = as_int(indices[i])
        y = at // pitch
        x = at - y * pitch
        scale = scale_at(view, y, x)
        if scale < as_float(LEAST_SCALE) or scale > as_float(MOST_SCALE):
            continue
        total = as_float(0)
        voices = 0
        squares = as_float(0)
        for which in range(len(shifts)):
            v, u, ratio = shifted(view, y, x, scale, shifts[which, 0], shifts[which, 1])
            there = corner(raster, v, u) if ratio > 0 else -1
            if there < 0:
                continue
            # What is farther away is blurred.
            sharp = min(ratio, as_float(1))
            weight = sharp * sharp * sharp * sharp / (errors[which] + as_float(_PERFECT) * limit)
            total += weight
            voices += 1
            v -= as_float(as_int(v))
            u -= as_float(as_int(u))
            for channel in range(COLOURS):
                value = colour_at(raster, there, v, u, channel) + steps[which, channel]
                agreed[i, channel] += weight * value
                squares += weight * value * value
        if voices == 0:
            continue
        scatter = squares / total
        for channel in range(COLOURS):
            agreed[i, channel] /= total
            scatter -= agreed[i, channel] * agreed[i, channel]
        if voices >= _VOICES:
            doubt = min(as_float(1), as_float(2) * scatter / limit)
            agreed[i, COLOURS] = as_float(1) - doubt * doubt * doubt * doubt


@kernel
def _pull(raster: Raster, indices: Flat[np.int32], agreed: Plane[np.float32]) -> None:
    """Move pixels to what is agreed on."""
    pixels = raster.pixels
    for i in range(len(indices)):
        strength = agreed[i, COLOURS]
        if strength <= 0:
            continue
        for channel in range(COLOURS):
            p = as_int(indices[i]) * CHANNELS + channel
            now = as_float(pixels[p])
            mixed = now + strength * (agreed[i, channel] - now)
            pixels[p] = np.uint8(min(max(mixed, as_float(0)), as_float(255)) + as_float(0.5))

"""The dark at an erased object's foot, where it keeps light from the ground that it stands on.

A contact shadow has a known form: darkest along the line where the object meets the ground, and fading off it
evenly. So the logarithm of brightness below the foot, which turns shading into a sum, is explained by such a
band, of several widths and heights, and a slope of light (least squares). It is believed where what is left
unexplained is little, where nothing like it is found beside, where both halves of the foot say the same in
all colours, and where no wider shade explains the ground better: dark things, edges and vignettes are not
even in all these ways. What is believed is divided out.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.signature import Cube, Plane
from wuhen.fill.raster.layout import COLOURS
from wuhen.fill.raster.regions import grow
from wuhen.fill.raster.samples import Pixels, white
from wuhen.fill.traces.correlation import smooth
from wuhen.fill.traces.scene import Scene, find_objects, reduce_around

__all__ = ["lighten_feet"]

#: Added to brightness before the logarithm, in grey levels, so that noise in the dark stays small.
_LIFT = 8.0
_BYTE = 255
#: How wide the shade is, as shares of the object's height. With the last it is no object's foot that shades.
_WIDTHS = (0.02, 0.035, 0.06, 0.1, 0.2)
#: How much wider it is along the foot than across.
_ALONG = 1.6
#: How far above the hole's end the object stands, in heights: masks are too large.
_RAISED = (0.0, 0.03, 0.07)
#: The foot is what reaches down into this share of the height.
_LOW = 0.12
#: What is looked at: above and below the foot, in heights, and aside, in widths.
_ABOVE, _BELOW, _ASIDE = 0.12, 0.42, 0.3
#: Pixels beside the hole that are left out: its mask may cut into the object.
_RIM = 1
#: Noise is averaged over this many pixels.
_FINE = 1.0
#: Least and greatest natural logarithm of how many times darker the core is.
_FAINTEST, _DARKEST = 0.15, 1.8
#: Least correlation, how much it must be above that beside, and what each half must have of it.
_CERTAIN, _MORE, _HALF = 0.58, 0.2, 0.6
#: How far the strengths of the halves, and of the colours, may lie apart, as a share of the mean.
_EVEN = 0.5
#: Fewest pixels that say something.
_FEWEST = 60
#: Corrections below this share of brightness are left out.
_FAINT = 0.004


class _Shade(NamedTuple):
    """A shade, and how well it explains what lies below the foot."""

    correlation: float
    strength: float
    plane: Plane[np.float32]


def lighten_feet(
    photo: Pixels,
    hole: NDArray[np.bool_],
    keep_out: NDArray[np.bool_] | None,
    check: Callable[[], None] = lambda: None,
) -> tuple[Pixels, NDArray[np.bool_] | None]:
    """Divide the dark at the foot of what is erased out of a photo, where it is certain.

    Parameters
    ----------
    photo
        uint8 or uint16 ``(H, W, 3)`` or ``(H, W, 4)``; it stays as it is.
    hole
        bool ``(H, W)``.
    keep_out
        bool ``(H, W)``: what stays as it is, if anything.
    check
        Called between two objects; may raise.

    Returns
    -------
    lightened
        Like ``photo``; the photo itself where nothing is certain.
    where
        bool ``(H, W)``: which pixels it was divided out of; None where nothing is certain.
    """
    barred = hole if keep_out is None else hole | keep_out
    result, where = photo, None
    for box in find_objects(hole):
        check()
        scene = reduce_around(photo, hole, barred, box)
        shade = None if scene is None else _find(scene)
        if scene is not None and shade is not None:
            if where is None:
                result, where = photo.copy(), np.zeros_like(hole)
            _divide(result, barred, scene, shade, where)
    return result, where


def _find(scene: Scene) -> _Shade | None:
    """Find the shade below an object's foot, if it is there beyond doubt."""
    height, width = scene.size
    _, bottom, left, right = scene.box
    rows = slice(max(bottom - round(_ABOVE * height), 0), bottom + round(_BELOW * height))
    columns = slice(max(left - round(_ASIDE * width), 0), right + round(_ASIDE * width))
    counts = ~grow(~scene.valid, _RIM)
    weights = counts.astype(np.float32)[..., None]
    given = np.log(scene.image + np.float32(_LIFT)) * weights
    mixed = smooth(np.concatenate([given, weights], axis=2), _FINE)
    light: Any = mixed[..., :COLOURS] / np.maximum(mixed[..., COLOURS:], np.float32(1e-3))
    window = rows, columns
    if counts[window].sum() < _FEWEST:
        return None
    shades = [
        (width_, _explain(light[window], counts[window], plane[window], plane))
        for width_ in _WIDTHS
        for plane in _draw(scene, width_)
    ]
    widest, best = max(shades, key=lambda one: one[1].correlation)
    if widest == _WIDTHS[-1] or best.correlation < _CERTAIN:
        return None
    if not _FAINTEST < best.strength < _DARKEST or not _is_even(light[window], counts[window], best, window):
        return None
    return best if _beside(light, counts, best, window) <= best.correlation - _MORE else None


def _draw(scene: Scene, width: float) -> list[Plane[np.float32]]:
    """Draw shades of a width, 0 to 1, at several heights: below a level foot, and below the outline."""
    top, bottom, _, _ = scene.box
    height = scene.size[0]
    across = width * height
    low = scene.inside[bottom - max(2, round(_LOW * height)) : bottom].any(axis=0)
    lowest = np.where(scene.inside.any(axis=0), len(scene.inside) - np.argmax(scene.inside[::-1], axis=0), 0)
    level = np.where(low, bottom, -1)
    outline = np.where(lowest > top + height * 2 // 3, lowest, -1)
    return [
        _band(foot - round(raised * height), foot >= 0, scene.inside.shape, across)
        for raised in _RAISED
        for foot in ((level,) if (level == outline).all() else (level, outline))
    ]


def _band(
    foot: NDArray[Any], there: NDArray[np.bool_], shape: tuple[int, ...], across: float
) -> Plane[np.float32]:
    """Blur a band along the rows ``foot``, where there is one, to a greatest value of 1."""
    rows = np.arange(shape[0])[:, None]
    band = ((rows >= foot - across) & (rows < foot + across) & there).astype(np.float32)
    soft = smooth(smooth(band[..., None], across), across * (_ALONG**2 - 1) ** 0.5, down=False)[..., 0]
    return soft / max(float(soft.max()), 1e-6)


def _explain(
    light: Cube[np.float32], counts: Plane[np.bool_], shade: Plane[np.float32], plane: Plane[np.float32]
) -> _Shade:
    """Explain logarithms of light by a shade and, for each colour, an even slope."""
    strengths, correlation = _regress(light, counts, shade)
    return _Shade(correlation, float(strengths.mean()), plane)


def _regress(
    light: Cube[np.float32], counts: Plane[np.bool_], shade: Plane[np.float32]
) -> tuple[NDArray[np.float64], float]:
    """Return each colour's strength, and the correlation of shade and light without their slopes."""
    down, right = np.nonzero(counts)
    if len(down) < _FEWEST // 2:
        return np.zeros(COLOURS), 0.0
    slopes = np.stack([np.ones(len(down)), down, right], axis=1).astype(np.float64)
    values = np.concatenate([light[counts], shade[counts][:, None]], axis=1).astype(np.float64)
    left = values - slopes @ np.linalg.lstsq(slopes, values, rcond=None)[0]
    own, power = -left[:, :COLOURS], float((left[:, COLOURS] ** 2).sum()) + 1e-9
    joint = left[:, COLOURS] @ own
    total = float((own**2).sum()) + 1e-9
    return joint / power, float(joint.sum() / np.sqrt(COLOURS * power * total))


def _is_even(
    light: Cube[np.float32], counts: Plane[np.bool_], shade: _Shade, window: tuple[slice, slice]
) -> bool:
    """Tell whether both halves of a shade, and all colours, say the same of it."""
    plane = shade.plane[window]
    columns = np.arange(plane.shape[1])
    middle = float((plane.sum(axis=0) * columns).sum() / plane.sum())
    whole, _ = _regress(light, counts, plane)
    if np.ptp(whole) > _EVEN * shade.strength:
        return False
    for half in (columns < middle, columns >= middle):
        strengths, correlation = _regress(light, counts & half, plane)
        if correlation < _HALF * shade.correlation:
            return False
        if abs(strengths.mean() - shade.strength) > _EVEN * shade.strength:
            return False
    return True


def _beside(
    light: Cube[np.float32], counts: Plane[np.bool_], shade: _Shade, window: tuple[slice, slice]
) -> float:
    """Return how well the shade explains the ground elsewhere, at the best: aside, and farther below."""
    rows, columns = window
    height, width = rows.stop - rows.start, columns.stop - columns.start
    plane, own = shade.plane[window], counts[window]
    best = 0.0
    for down in (0, height // 2):
        for right in (-width // 2, -width // 3, 0, width // 3, width // 2):
            first, start = rows.start + down, columns.start + right
            moved = slice(first, first + own.shape[0]), slice(start, start + own.shape[1])
            if (down, right) == (0, 0) or start < 0 or light[moved].shape[:2] != own.shape:
                continue
            shared = own & counts[moved]
            if shared.sum() > 0.6 * own.sum():
                best = max(best, _regress(light[moved], shared, plane)[1])
    return best


def _divide(
    photo: Pixels, barred: NDArray[np.bool_], scene: Scene, shade: _Shade, where: NDArray[np.bool_]
) -> None:
    """Lighten a photo by a shade, interpolated bilinearly, where nothing is barred, and mark where."""
    block = scene.block
    reach = np.flatnonzero((shade.plane * shade.strength > _FAINT).any(axis=1))
    window = (
        slice(scene.top + int(reach[0]) * block, scene.top + (int(reach[-1]) + 1) * block),
        slice(scene.left, scene.left + shade.plane.shape[1] * block),
    )
    rows = np.arange(window[0].start - scene.top, window[0].stop - scene.top)
    dark = _enlarge(_enlarge(shade.plane, rows, block).T, np.arange(shade.plane.shape[1] * block), block).T
    dark = dark * np.float32(shade.strength)
    into = photo[window][..., :COLOURS]
    most = white(photo)
    lift = np.float32(_LIFT * most / _BYTE)
    lightened = (into + lift) * np.exp(dark)[..., None] - lift
    free = (dark >= np.float32(_FAINT)) & ~barred[window]
    np.copyto(into, np.clip(np.rint(lightened), 0, most).astype(photo.dtype), where=free[..., None])
    where[window] |= free


def _enlarge(plane: Plane[np.float32], rows: NDArray[Any], block: int) -> Plane[np.float32]:
    """Interpolate a plane's rows for those of the photo."""
    at = ((rows + 0.5) / block - 0.5).clip(0, len(plane) - 1)
    first = np.floor(at).astype(np.int64).clip(0, max(len(plane) - 2, 0))
    share = (at - first).astype(np.float32)[:, None]
    last = np.minimum(first + 1, len(plane) - 1)
    mixed: Plane[np.float32] = plane[first] * (1 - share) + plane[last] * share
    return mixed

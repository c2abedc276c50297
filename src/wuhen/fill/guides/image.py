"""A guide's coarse image of a hole, which the fill follows at coarse scales.

Patches know how things look, but of structure only what their few pixels show. Whoever knows more may paint
the region small and blurred; at coarse scales the fill is then drawn towards that image, and patches are
looked for that continue it. The patches themselves are the photo's.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Single
from wuhen.fill.guides.guidance import Guidance
from wuhen.fill.guides.lines import cover_lines, find_lines
from wuhen.fill.guides.materials import Materials
from wuhen.fill.guides.protocol import Guide, find_max_side
from wuhen.fill.guides.resample import shrink_known
from wuhen.fill.guides.sharpness import compare_sharpness
from wuhen.fill.guides.view import Grid, choose_view
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window

__all__ = ["GuideImage", "paint"]

#: Pixels of the image per pixel of a scale from which on the image counts as no coarser than the scale.
_AS_FINE = 0.7
#: From which scale downwards an image counts as one of less than the photo's resolution.
_LESS = 0.95
#: A picture is blurred if it is less sharp than the photo beside it by this factor.
_BLURRED = 0.6
#: How often it is halved at most: its sides are multiples of eight.
_HALVINGS = 3
#: Up to which detail, as a logarithm, a colour is that of something flat, and from which on it is not at all.
_FLAT, _TEXTURED = 0.4, 0.9
#: How steady the contrast of a line must be for it to be followed to the end.
_STEADY = 0.9


class GuideImage:
    """What a guide painted for a region, to be looked at from any of the region's scales.

    Parameters
    ----------
    colours
        float32 ``(h, w, 3)``, 0 to 255.
    window
        What of the region it shows.
    trust
        float32 ``(h, w)``, 0 to 1: how far each pixel is believed; None for all of them wholly. Pixels of no
        trust may have any colour.
    firm
        float32 ``(h, w)``, 0 to 1: how far each pixel is followed to the end; None for none of them. The
        others are followed while the large shapes are found, and then let go of.
    shown
        Whether it is a picture that may itself be seen in the result, and no drawing.
    guessed
        Whether it is a guess, of which may be seen what is firm, and only that.

    Attributes
    ----------
    scale
        Pixels of it for one of the region's finest scale, along a side.
    home
        The finest scale of the region that is no finer than the image.
    is_firm
        Whether any of it is followed to the end.
    window, colours, trust
        As given; the trust as an array.
    shown
        Whether any of it may be seen in the result.
    sure
        float32 ``(h, w)``, 0 to 1: how far each pixel is seen in it; None where that is to be decided.
    preference
        How far the fill, which is made of the photo, is preferred to the image where it shows the same: 1
        where the image has the photo's resolution, 0 where it has less.
    """

    def __init__(
        self,
        colours: NDArray[np.float32],
        window: Window,
        trust: NDArray[np.float32] | None = None,
        firm: NDArray[np.float32] | None = None,
        *,
        shown: bool = False,
        guessed: bool = False,
    ) -> None:
        shape = colours.shape[:2]
        trusted = np.ones(shape, np.float32) if trust is None else trust
        held = np.zeros(shape, np.float32) if firm is None else firm
        # Colours are multiplied by their trust, or those of no trust would count where pixels are averaged.
        stack = np.empty((*shape, COLOURS + 2), np.float32)
        np.multiply(colours, trusted[..., None], out=stack[..., :COLOURS], casting="same_kind")
        stack[..., COLOURS], stack[..., COLOURS + 1] = trusted, held
        self._pyramid = [stack]
        self.is_firm = firm is not None
        self.shown = shown or (guessed and self.is_firm)
        self.sure = trusted * held if guessed else None
        self.window, self.colours, self.trust = window, colours, trusted
        height, width = window.shape
        self._top, self._left = window.top, window.left
        self._down = colours.shape[0] / height
        self._right = colours.shape[1] / width
        self.scale = float((self._down * self._right) ** 0.5)
        self.preference = min(max((self.scale - _LESS) / (1 - _LESS), 0.0), 1.0)
        self.home = 0
        while self.scale * 2**self.home < _AS_FINE:
            self.home += 1

    def pull(
        self, raster: Raster, indices: Flat[np.int32], scale: int, strength: float, firmness: float = 0.0
    ) -> None:
        """Move the colours of a scale's pixels towards the image by a share of the way, times its trust.

        The share is ``strength``, but at least ``firmness`` where the image is firm.

        The texture channel stays. Were it drawn to a smooth guess as far, any patch of the right mean and
        busyness would do, whatever it shows, and the fill would become a quilt of one of them.
        """
        if strength <= 0 and firmness <= 0:
            return
        halved = max(0, scale - self.home)
        while len(self._pyramid) <= halved:
            self._pyramid.append(_downsample(self._pyramid[-1]))
        step = 2.0 ** (scale - halved)
        grid = Grid(
            as_float(self._top / 2**scale), as_float(self._left / 2**scale),
            as_float(self._down * step), as_float(self._right * step),
        )  # fmt: skip
        _pull(self._pyramid[halved], grid, raster, indices, as_float(strength), as_float(firmness))


def paint(raster: Raster, hole: Hole, guide: Guide, guidance: Guidance) -> GuideImage | None:
    """Have a guide paint a region.

    Parameters
    ----------
    raster, hole
        The region's, at its finest scale.
    guide
        Who paints.
    guidance
        How much of the region it is shown, how large, and from which depth of a hole on it is asked.

    Returns
    -------
    GuideImage or None
        None where the hole is too thin, and where the guide does not trust its picture anywhere.
    """
    firm = find_max_side(guide, 0) > 0
    view = choose_view(raster, hole.indices, guidance, firm=firm)
    if hole.deepest * view.scale < guidance.depth:
        return None
    window = view.window
    image, unknown = shrink_known(raster, window, view.shape)
    painted = np.clip(guide(image, unknown), 0, 1)
    colours = (np.where(unknown[..., None], painted[..., :COLOURS], image) * 255).astype(np.float32)
    trust = None
    if painted.shape[2] > COLOURS:
        trust = np.where(unknown, painted[..., COLOURS], np.float32(1)).astype(np.float32)
        if not trust[unknown].any():
            return None
    if firm:
        return _hold(colours, window, trust, unknown)
    sure = None
    if painted.shape[2] > COLOURS + 1 and guidance.firm:
        sure = guidance.firm * _find_flat(colours, unknown) * painted[..., COLOURS + 1]
    return GuideImage(colours, window, trust, sure, guessed=True)


def _find_flat(colours: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Say where in a hole the colours are such as the photo has where it has no texture."""
    usual = Materials(colours, ~hole).look_up(colours)
    flat = np.clip((np.float32(_TEXTURED) - usual.middling) / np.float32(_TEXTURED - _FLAT), 0, 1)
    return np.asarray(flat * usual.common * hole, np.float32)


def _hold(
    colours: NDArray[np.float32],
    window: Window,
    trust: NDArray[np.float32] | None,
    hole: NDArray[np.bool_],
) -> GuideImage:
    """Have an image followed to the end: its lines at the photo's own resolution, all of it at less.

    One that is blurred is taken to be as small as it is sharp.
    """
    for _ in range(_HALVINGS):
        if compare_sharpness(colours, hole) > _BLURRED:
            break
        colours = _downsample(colours)
        trust = None if trust is None else _downsample(trust[..., None])[..., 0]
        hole = _downsample(hole[..., None].astype(np.float32))[..., 0] > 0
    image = GuideImage(colours, window, trust)
    firm = np.full(hole.shape, 1 - image.preference, np.float32)
    if image.preference > 0:
        lines = find_lines(image.colours, hole, _STEADY)
        firm = np.maximum(firm, cover_lines(lines, (lines.contrast != 0).astype(np.float32)))
    return GuideImage(colours, window, trust, firm, shown=True)


def _downsample(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of four pixels; an odd side's last pixel counts twice."""
    height, width, channels = image.shape
    half = np.empty(((height + 1) // 2, (width + 1) // 2, channels), np.float32)
    _halve(image, half)
    return half


@kernel
def _halve(image: Cube[np.float32], half: Cube[np.float32]) -> None:
    """Write the mean of four pixels."""
    height, width, channels = image.shape
    for row in range(half.shape[0]):
        above, below = image[2 * row], image[min(2 * row + 1, height - 1)]
        for column in range(half.shape[1]):
            left, right = 2 * column, min(2 * column + 1, width - 1)
            for channel in range(channels):
                first = above[left, channel] + below[left, channel]
                second = above[right, channel] + below[right, channel]
                half[row, column, channel] = (first + second) * as_float(0.25)


@inlined
def _between(
    image: Cube[np.float32], y: int, x: int, below: int, beside: int, v: Single, u: Single, channel: int
) -> Single:
    """Bilinear interpolation of one channel between four pixels."""
    upper = image[y, x, channel] + u * (image[y, beside, channel] - image[y, x, channel])
    lower = image[below, x, channel] + u * (image[below, beside, channel] - image[below, x, channel])
    between: Single = upper + v * (lower - upper)
    return between


@kernel
def _pull(
    image: Cube[np.float32],
    grid: Grid,
    raster: Raster,
    indices: Flat[np.int32],
    strength: Single,
    firmness: Single,
) -> None:
    """Bilinear interpolation at the pixels, of colours times trust, of trust and of firmness."""
    pixels, pitch = raster.pixels, raster.pitch
    height, width, _ = image.shape
    half = as_float(0.5)
    for i in range(len(indices)):
        at = as_int(indices[i])
        v = max((as_float(at // pitch) + half - grid.top) * grid.down - half, as_float(0))
        u = max((as_float(at % pitch) + half - grid.left) * grid.right - half, as_float(0))
        y = min(as_int(v), height - 1)
        x = min(as_int(u), width - 1)
        v -= as_float(y)
        u -= as_float(x)
        below = min(y + 1, height - 1)
        beside = min(x + 1, width - 1)
        trust = _between(image, y, x, below, beside, v, u, COLOURS)
        share = trust * max(strength, firmness * _between(image, y, x, below, beside, v, u, COLOURS + 1))
        if share <= 0:
            continue
        for channel in range(COLOURS):
            p = at * CHANNELS + channel
            now = as_float(pixels[p])
            there = _between(image, y, x, below, beside, v, u, channel) / trust
            pixels[p] = np.uint8(now + share * (there - now) + half)

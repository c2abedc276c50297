"""Pictures of few colours: a palette and an index for each pixel, kept while some pixels change.

What did not change keeps its index, and so its colour to the bit. What did takes colours of the palette where
it has them, then entries that are free or that nothing uses any more; where those are too few, they go to the
colours that stand for the new ones best (median cut: Heckbert, "Color image quantization for frame buffer
display", SIGGRAPH 1982), and where single colours do not do, dots of several are mixed (error diffusion:
Floyd and Steinberg, "An adaptive algorithm for spatial greyscale", 1976).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Indexed", "match_greys", "repaint"]

_TOLERANCE = 3.0
"""The error that passes, in levels: below what is seen in a smooth area."""
_REACH = 2  # pixels each way of which the error is averaged
_SAMPLE = 2**20  # pixels that a palette is made from
_ROWS = 2**14  # distinct colours that are compared with a palette at a time
_BAND = 256  # rows
_OPAQUE = 255


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """A picture with a palette.

    Attributes
    ----------
    indices : (H, W) ndarray of uint8
    colours : (N, 4) ndarray of uint8
        RGB and alpha of each index, 256 at most.
    """

    indices: NDArray[np.uint8]
    colours: NDArray[np.uint8]


def repaint(
    given: Indexed,
    pixels: NDArray[np.uint8],
    alpha: NDArray[np.uint8] | None,
    touched: NDArray[np.bool_],
    rooms: Sequence[int],
) -> Indexed | None:
    """Give the pixels that have changed their indices.

    Parameters
    ----------
    given
        The picture as it was.
    pixels : (H, W, 3) ndarray of uint8
    alpha : (H, W) ndarray of uint8, or None
        What it is to be; as it was outside of `touched`.
    touched : (H, W) ndarray of bool
        The pixels that have changed.
    rooms
        How many colours the palette may have, up to 256: what is tried first, and what else may be.

    Returns
    -------
    Indexed or None
        With the same indices outside of `touched`, and the same colour for each that is used there; None
        where no palette comes near enough to what is wanted.
    """
    if not touched.any():
        return given
    wanted = _Wanted(pixels, alpha, touched)
    goal = _with_one_transparent(_joined(pixels[touched], None if alpha is None else alpha[touched]), given)
    indices = given.indices.copy()
    for room in rooms:
        colours = _add_colours(given, goal, touched, room)
        indices[touched] = _nearest(colours, goal)
        if wanted.error(indices, colours) <= _TOLERANCE:
            return Indexed(indices, colours)
    if (goal[:, 3] == _OPAQUE).all() and (colours[:, 3] == _OPAQUE).any():
        indices[touched] = _diffuse(pixels, touched, colours)
        if wanted.error(indices, colours) <= _TOLERANCE:
            return Indexed(indices, colours)
    return None


def match_greys(wanted: NDArray[np.uint8], touched: NDArray[np.bool_], bits: int) -> NDArray[np.uint8] | None:
    """Round greys to those that few bits can have.

    Parameters
    ----------
    wanted : (H, W) ndarray of uint8
        Greys, outside of `touched` such that the bits can have.
    touched : (H, W) ndarray of bool
        The pixels that have changed.
    bits
        1, 2 or 4 a sample.

    Returns
    -------
    (H, W) ndarray of uint8, or None
        From 0 to ``2**bits - 1``; None where that comes not near enough to what is wanted.
    """
    greatest = 2**bits - 1
    levels = ((wanted.astype(np.uint16) * greatest + 127) // 255).astype(np.uint8)
    greys = np.repeat((np.arange(greatest + 1, dtype=np.uint16) * 255 // greatest)[:, None], 4, axis=1)
    colours = greys.astype(np.uint8)
    colours[:, 3] = _OPAQUE
    error = _Wanted(np.dstack([wanted] * 3), None, touched).error(levels, colours)
    return levels if error <= 255 / greatest / 8 else None


def _add_colours(
    given: Indexed, goal: NDArray[np.uint8], touched: NDArray[np.bool_], room: int
) -> NDArray[np.uint8]:
    """Return the palette with colours that are wanted and not there, the best ones if not all have room.

    Parameters
    ----------
    given, touched, room
        As for `repaint`.
    goal : (N, 4) ndarray of uint8
        The colours of the pixels that have changed.
    """
    colours, wanted = given.colours, _distinct(goal)
    used = np.bincount(given.indices[~touched], minlength=len(colours)) > 0
    # What is wanted again is used again.
    used |= np.isin(_packed(colours), _packed(wanted))
    free = [*range(len(colours), room), *np.flatnonzero(~used).tolist()]
    new = wanted[~np.isin(_packed(wanted), _packed(colours))]
    if len(new) > len(free) > 0:
        new = _choose(goal[np.isin(_packed(goal), _packed(new))], len(free))
    places = free[: len(new)]
    grown = np.zeros((max([len(colours) - 1, *places]) + 1, 4), np.uint8)
    grown[:, 3] = _OPAQUE
    grown[: len(colours)] = colours
    grown[places] = new[: len(places)]
    return grown


def _nearest(colours: NDArray[np.uint8], goal: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the index of the colour nearest to each of ``(N, 4)``."""
    packed, inverse = np.unique(_packed(goal), return_inverse=True)
    distinct = _unpacked(packed).astype(np.float32)
    entries = colours.astype(np.float32)
    # |a - b|^2 less |a|^2, which is the same for every entry; exact, as all is below 2^24.
    lengths = (entries**2).sum(axis=1)
    found = np.empty(len(distinct), np.uint8)
    for top in range(0, len(distinct), _ROWS):
        rows = slice(top, top + _ROWS)
        found[rows] = (lengths - 2 * (distinct[rows] @ entries.T)).argmin(axis=1)
    return found[inverse]


def _packed(colours: NDArray[np.uint8]) -> NDArray[np.uint32]:
    return np.ascontiguousarray(colours).view(np.uint32)[:, 0]


def _unpacked(packed: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return packed[:, None].view(np.uint8)


def _distinct(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return _unpacked(np.unique(_packed(colours)))


def _joined(colours: NDArray[np.uint8], alpha: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """Return RGB and alpha as the last of four channels."""
    result = np.full((*colours.shape[:-1], 4), _OPAQUE, np.uint8)
    result[..., :3] = colours
    if alpha is not None:
        result[..., 3] = alpha
    return result


def _with_one_transparent(goal: NDArray[np.uint8], given: Indexed) -> NDArray[np.uint8]:
    """Return the colours with one for all that is transparent, which the palette has if it has any."""
    clear = given.colours[given.colours[:, 3] == 0]
    goal[goal[:, 3] == 0] = clear[0] if len(clear) else 0
    return goal


def _choose(pixels: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    """Choose colours that stand for those of the pixels, ``(N, 4)``, by median cut."""
    pixels = pixels[:: -(-len(pixels) // _SAMPLE)]
    opaque = bool((pixels[:, 3] == _OPAQUE).all())
    row = Image.fromarray(np.ascontiguousarray(pixels[None, :, : 3 if opaque else 4]))
    method = Image.Quantize.MEDIANCUT if opaque else Image.Quantize.FASTOCTREE
    reduced = row.quantize(number, method=method, kmeans=2 if opaque else 0)
    return _distinct(np.asarray(reduced.convert("RGBA")).reshape(-1, 4))


def _diffuse(
    pixels: NDArray[np.uint8], touched: NDArray[np.bool_], colours: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return the indices of opaque colours that mixed are those wanted, ``(N,)`` for the N touched pixels."""
    top, bottom, left, right = _box(touched)
    # Filled up with the same again, or Pillow would take black for what is missing.
    opaque = np.resize(np.flatnonzero(colours[:, 3] == _OPAQUE), 256).astype(np.uint8)
    holder = Image.new("P", (1, 1))
    holder.putpalette(colours[opaque, :3].tobytes())
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    mixed = np.asarray(Image.fromarray(part).quantize(palette=holder, dither=Image.Dither.FLOYDSTEINBERG))
    indices: NDArray[np.uint8] = opaque[mixed[touched[top:bottom, left:right]]]
    return indices


def _box(touched: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(touched.any(axis=1)), np.flatnonzero(touched.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """What a picture is to be, and where it has changed."""

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    touched: NDArray[np.bool_]

    def error(self, indices: NDArray[np.uint8], colours: NDArray[np.uint8]) -> float:
        """Return how far a picture is off: the root mean square of means over a few pixels, as eyes take."""
        total, count = 0.0, 0
        for rows, inner in _strips(self.touched):
            seen = self.touched[rows]
            if not seen[inner].any():
                continue
            wanted = _joined(self.pixels[rows], None if self.alpha is None else self.alpha[rows])
            off = colours[indices[rows]].astype(np.int32) - wanted
            # A colour counts as far as it is seen.
            off[..., :3] = off[..., :3] * wanted[..., 3:].astype(np.int32) // _OPAQUE
            off[~seen] = 0
            means = _blurred(off)[inner][seen[inner]]
            total += float((means**2).sum())
            count += means.size
        return float(np.sqrt(total / max(count, 1)))


def _strips(touched: NDArray[np.bool_]) -> Iterator[tuple[slice, slice]]:
    """Yield slices of rows around what has changed, each with where its own rows lie within it."""
    top, bottom, *_ = _box(touched) if touched.any() else (0, 0)
    for start in range(top, bottom, _BAND):
        end = min(start + _BAND, bottom)
        outer = max(0, start - _REACH)
        yield slice(outer, end + _REACH), slice(start - outer, end - outer)


def _blurred(values: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the means over squares of ``2 * _REACH + 1`` pixels, zeros beyond the edges."""
    side = 2 * _REACH + 1
    height, width = values.shape[:2]
    running = (
        np.pad(values, [(_REACH + 1, _REACH), (_REACH + 1, _REACH), (0, 0)]).cumsum(axis=0).cumsum(axis=1)
    )
    rows = running[side:] - running[:height]
    means: NDArray[np.float64] = (rows[:, side:] - rows[:, :width]) / side**2
    return means

"""The two steps by which a mark repeats over a photo, told from its gradient's autocorrelation."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.planes import box_mean

__all__ = ["Lattice", "Step", "find_lattice"]

Step: TypeAlias = tuple[float, float]
"""Rightwards and downwards, in pixels."""

#: Frequencies around each that it is compared with, to either side, and by how much it may stand out.
_BAND, _COMB = 7, 12.0
#: Frequencies above count little, in cycles per pixel.
_FINEST = 0.14
#: The shortest step, in pixels.
_SHORTEST = 20.0
#: A peak is that much higher than what is this far from it on two opposite sides.
_AROUND = 5
_PEAKS = 36
#: What a place of the lattice must exceed, in deviations, to speak for it, and at what it speaks no louder.
_LEAST, _MOST = 3.0, 16.0


@dataclass(frozen=True, slots=True)
class Lattice:
    """Two steps, and how much speaks for them: below 0 by chance."""

    steps: tuple[Step, Step]
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """How far the autocorrelation stands out, for steps of up to `wide` to either side and `high` down."""

    values: NDArray[np.float32] = field(repr=False)
    wide: int
    high: int

    def at(self, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the values of steps."""
        return self.values[y, x + self.wide]


def find_lattice(directions: NDArray[np.complex64]) -> Lattice | None:
    """Find the two shortest steps under which a field of gradients repeats itself.

    Parameters
    ----------
    directions
        complex ``(h, w)``: compressed gradients.
    """
    found = _stands_out(*_correlated(directions))
    highest = _peaks(found)
    near = _Field(_dilated(found.values), found.wide, found.high)
    best: Lattice | None = None
    seen = set[tuple[Step, Step]]()
    for at, one in enumerate(highest):
        for other in highest[:at]:
            steps = _reduced(one, other)
            if steps is None or steps in seen:
                continue
            seen.add(steps)
            score = _rate(near, steps)
            if best is None or score > best.score:
                best = Lattice(steps, score)
    return best and Lattice(_adjusted(found, best.steps), best.score)


def _correlated(directions: NDArray[np.complex64]) -> tuple[NDArray[np.float32], int, int]:
    """Return how much what lies a step apart has in common, for all steps of at most half the photo.

    In the spectrum what repeats itself stands out from the frequencies around it as a comb; what is strong
    in a whole range of frequencies, as edges of the scene are, does not. So each frequency counts as far as
    it stands out.
    """
    height, width = directions.shape
    wide, high = width // 2, height // 2
    shape = (_fast(height + high), _fast(width + wide))
    spectrum = np.fft.fft2(directions, shape)
    power = np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32)
    mean = box_mean(np.pad(power, _BAND, "wrap"), _BAND)[_BAND:-_BAND, _BAND:-_BAND]
    fine = np.fft.fftfreq(shape[0])[:, None] ** 2 + np.fft.fftfreq(shape[1])[None, :] ** 2
    power = np.minimum(power / (mean + 1e-6), _COMB) * np.exp(-fine / (2 * _FINEST**2))
    common = np.fft.ifft2(power).real
    columns = np.arange(-wide, wide + 1)
    rows = np.arange(-high, high + 1)
    shared = (height - np.abs(rows))[:, None] * (width - np.abs(columns))[None, :]
    return np.asarray(common[rows][:, columns] / np.sqrt(shared), np.float32), wide, high


def _fast(length: int) -> int:
    """Return the next length that has no prime factors but 2, 3 and 5."""
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1


def _stands_out(whole: NDArray[np.float32], wide: int, high: int) -> _Field:
    """Return how far each value stands out from those around it, in deviations.

    What continues on two opposite sides, as the trace of a straight edge does, does not stand out.
    """
    inner = (slice(_AROUND, -_AROUND), slice(_AROUND, -_AROUND))
    most = np.full_like(whole[inner], -np.inf)
    for turn in range(8):
        dx = round(_AROUND * np.cos(turn * np.pi / 8))
        dy = round(_AROUND * np.sin(turn * np.pi / 8))
        sides = [
            whole[
                _AROUND + sign * dy : whole.shape[0] - _AROUND + sign * dy,
                _AROUND + sign * dx : whole.shape[1] - _AROUND + sign * dx,
            ]
            for sign in (1, -1)
        ]
        np.maximum(most, (sides[0] + sides[1]) / 2, out=most)
    values = np.zeros_like(whole)
    values[inner] = whole[inner] - most
    values = values[high:]
    rows, columns = np.ogrid[: values.shape[0], -wide : wide + 1]
    far = np.hypot(columns, rows) >= _SHORTEST
    values[~far] = 0
    sample = np.abs(values[:-_AROUND, _AROUND:-_AROUND][far[:-_AROUND, _AROUND:-_AROUND]][::5])
    return _Field(values / np.float32(1.48 * np.median(sample) + 1e-12), wide, high)


def _dilated(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the highest of each value and its eight neighbours."""
    framed = np.pad(values, 1, constant_values=-np.inf)
    across = np.maximum(np.maximum(framed[:, :-2], framed[:, 1:-1]), framed[:, 2:])
    return np.maximum(np.maximum(across[:-2], across[1:-1]), across[2:])


def _peaks(found: _Field) -> list[Step]:
    top = (found.values >= _dilated(found.values)) & (found.values >= _LEAST)
    top[0, : found.wide] = False
    rows, columns = np.nonzero(top)
    order = np.argsort(-found.values[rows, columns], kind="stable")[:_PEAKS]
    return [(float(columns[at] - found.wide), float(rows[at])) for at in order]


def _reduced(one: Step, other: Step) -> tuple[Step, Step] | None:
    """Return the shortest two steps of a lattice (Lagrange and Gauss); None where they lie on a line."""
    a, b = one, other
    while True:
        if np.hypot(*a) > np.hypot(*b):
            a, b = b, a
        times = round((a[0] * b[0] + a[1] * b[1]) / (a[0] ** 2 + a[1] ** 2))
        if times == 0:
            break
        b = (b[0] - times * a[0], b[1] - times * a[1])
        if np.hypot(*b) < _SHORTEST:
            return None
    area = abs(a[0] * b[1] - a[1] * b[0])
    return None if area < 0.5 * np.hypot(*a) * np.hypot(*b) else (a, b)


def _places(found: _Field, steps: tuple[Step, Step]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return multiples and places, (n, 2) each, of the lattice within the field, in half of the plane."""
    (ax, ay), (bx, by) = steps
    most = int(np.ceil(2 * (found.wide + found.high) / min(np.hypot(ax, ay), np.hypot(bx, by))))
    i, j = (grid.ravel() for grid in np.mgrid[-most : most + 1, -most : most + 1])
    x, y = i * ax + j * bx, i * ay + j * by
    inside = (y >= 0) & ((np.rint(y) > 0) | (x > 0))
    inside &= (np.abs(x) <= found.wide - 2 * _AROUND) & (y <= found.high - 2 * _AROUND)
    return np.stack([i, j], axis=1)[inside], np.stack([x, y], axis=1)[inside]


def _rate(near: _Field, steps: tuple[Step, Step]) -> float:
    _, places = _places(near, steps)
    at = np.rint(places).astype(np.int64)
    return float((near.at(at[:, 0], at[:, 1]).clip(0, _MOST) - _LEAST).sum())


def _adjusted(found: _Field, steps: tuple[Step, Step]) -> tuple[Step, Step]:
    """Fit the steps to all peaks that they lead to: over many steps a fraction of a pixel matters."""
    for _ in range(3):
        multiples, places = _places(found, steps)
        kept, peaks, weights = [], [], []
        for pair, place in zip(multiples, places, strict=True):
            x, y, value = _nearest(found, place)
            if value >= _LEAST:
                kept.append(pair)
                peaks.append(_centre(found, x, y))
                weights.append(value)
        if not kept or np.linalg.matrix_rank(np.array(kept)) < len(steps):
            break
        root = np.sqrt(np.array(weights))[:, None]
        fitted = np.linalg.lstsq(np.array(kept) * root, np.array(peaks) * root, rcond=None)[0]
        steps = (float(fitted[0, 0]), float(fitted[0, 1])), (float(fitted[1, 0]), float(fitted[1, 1]))
    return steps


def _nearest(found: _Field, place: NDArray[np.float64]) -> tuple[int, int, float]:
    """Return x, y and value of the highest value next to a place."""
    x, y = round(float(place[0])), round(float(place[1]))
    top, left = max(0, y - 2), x - 2 + found.wide
    window = found.values[top : y + 3, left : left + 5]
    row, column = divmod(int(window.argmax()), window.shape[1])
    return column + left - found.wide, row + top, float(window[row, column])


def _centre(found: _Field, x: int, y: int) -> Step:
    """Return where between the pixels a peak is: the top of parabolas."""
    at, column = found.values, x + found.wide

    def moved(before: float, value: float, after: float) -> float:
        bend = before - 2 * value + after
        return float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0

    value = float(at[y, column])
    across = moved(float(at[y, column - 1]), value, float(at[y, column + 1]))
    down = moved(float(at[y - 1, column]), value, float(at[y + 1, column])) if y > 0 else 0.0
    return x + across, y + down

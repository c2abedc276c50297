"""One repetition of a mark: what all repetitions have in common, and what of it is the mark."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.planes import gradients
from wuhen.finders.watermark.lattice import Step

__all__ = ["Cell", "relief"]

#: Cells have no more columns or rows.
_LONGEST = 640


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Where each pixel of a photo lies in the cell that repeats.

    Attributes
    ----------
    steps : tuple of Step
        By which it repeats.
    rows, columns : int
        Samples of the cell along the second and the first step.
    """

    steps: tuple[Step, Step]
    rows: int = field(init=False)
    columns: int = field(init=False)

    def __post_init__(self) -> None:
        one, other = (float(np.hypot(*step)) for step in self.steps)
        object.__setattr__(self, "columns", min(_LONGEST, int(np.ceil(one))))
        object.__setattr__(self, "rows", min(_LONGEST, int(np.ceil(other))))

    def place(self, height: int, width: int) -> NDArray[np.int32]:
        """Return the number of the cell's sample that each pixel lies on: int32 ``(height, width)``."""
        (ax, ay), (bx, by) = self.steps
        area = ax * by - ay * bx
        y, x = np.arange(height, dtype=np.float64)[:, None], np.arange(width, dtype=np.float64)[None, :]
        column = np.rint(self.columns / area * (x * by - y * bx)).astype(np.int32) % self.columns
        row = np.rint(self.rows / area * (y * ax - x * ay)).astype(np.int32) % self.rows
        return np.asarray(row * self.columns + column, np.int32)

    def medians(self, *planes: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return each plane's median over all repetitions: float32 ``(rows, columns)``."""
        (ax, ay), (bx, by) = self.steps
        height, width = planes[0].shape
        v, u = np.mgrid[: self.rows, : self.columns]
        x0 = u / self.columns * ax + v / self.rows * bx
        y0 = u / self.columns * ay + v / self.rows * by
        stacks: list[list[NDArray[np.float32]]] = [[] for _ in planes]
        for i, j in _repetitions(self.steps, height, width):
            x = np.rint(x0 + i * ax + j * bx).astype(np.int64)
            y = np.rint(y0 + i * ay + j * by).astype(np.int64)
            inside = (x >= 1) & (y >= 1) & (x < width - 1) & (y < height - 1)
            if not inside.any():
                continue
            x, y = x.clip(0, width - 1), y.clip(0, height - 1)
            for plane, stack in zip(planes, stacks, strict=True):
                stack.append(np.where(inside, plane[y, x], np.float32(np.nan)))
        return [_median(np.stack(stack)) for stack in stacks]

    def integrated(self, across: NDArray[np.float32], down: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what has these gradients over one repetition, by least squares."""
        (ax, ay), (bx, by) = self.steps
        area = ax * by - ay * bx
        p = np.fft.fftfreq(self.columns, 1 / self.columns)[None, :]
        q = np.fft.fftfreq(self.rows, 1 / self.rows)[:, None]
        fx = 2 * np.pi * (p * by - q * ay) / area
        fy = 2 * np.pi * (q * ax - p * bx) / area
        square = fx**2 + fy**2
        square[0, 0] = 1
        spectrum = -1j * (fx * np.fft.fft2(across) + fy * np.fft.fft2(down)) / square
        spectrum[0, 0] = 0
        return np.asarray(np.fft.ifft2(spectrum).real, np.float32)


def relief(plane: NDArray[np.float32], cell: Cell) -> NDArray[np.float32]:
    """Return by how many levels the mark changes a plane, float32, over one repetition."""
    return cell.integrated(*cell.medians(*gradients(plane)))


def _repetitions(steps: tuple[Step, Step], height: int, width: int) -> NDArray[np.int64]:
    """Return all multiples of the steps, ``(n, 2)``, whose cells touch the photo."""
    (ax, ay), (bx, by) = steps
    area = ax * by - ay * bx
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64)
    i = (corners[:, 0] * by - corners[:, 1] * bx) / area
    j = (corners[:, 1] * ax - corners[:, 0] * ay) / area
    grid = np.mgrid[
        int(np.floor(i.min())) - 1 : int(np.ceil(i.max())) + 1,
        int(np.floor(j.min())) - 1 : int(np.ceil(j.max())) + 1,
    ]
    return grid.reshape(2, -1).T


def _median(stack: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the median along the first axis of what is a number; 0 where nothing is."""
    stack.sort(axis=0)
    counts = np.sum(~np.isnan(stack), axis=0)
    lower, upper = np.maximum(counts - 1, 0) // 2, np.maximum(counts, 1) // 2
    upper = np.minimum(upper, np.maximum(counts - 1, 0))
    ends = [np.take_along_axis(stack, at[None], axis=0)[0] for at in (lower, upper)]
    return np.asarray(np.where(counts > 0, (ends[0] + ends[1]) / 2, 0), np.float32)

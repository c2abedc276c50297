"""Connected components of a mask, by the runs of its rows."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Runs", "find_runs"]


class Runs:
    """The runs of a mask's rows, in order, and which of them touch.

    Parameters
    ----------
    rows, starts, ends
        int, ``(n,)``: a run covers ``starts <= x < ends``.
    labels
        int, ``(n,)``: which component each belongs to, from 0.
    """

    def __init__(
        self,
        rows: NDArray[np.intp],
        starts: NDArray[np.intp],
        ends: NDArray[np.intp],
        labels: NDArray[np.intp],
    ) -> None:
        self.rows, self.starts, self.ends, self.labels = rows, starts, ends, labels
        self.count = int(labels.max()) + 1 if len(labels) else 0

    def areas(self) -> NDArray[np.intp]:
        """Return the pixels of each component."""
        return np.bincount(self.labels, self.ends - self.starts, self.count).astype(np.intp)

    def paint(self, shape: tuple[int, int], values: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return a picture of a shape in which each component has its value, and all else 0."""
        lengths = self.ends - self.starts
        image = np.zeros(shape, np.int32)
        firsts = np.repeat(self.rows * shape[1] + self.starts - (np.cumsum(lengths) - lengths), lengths)
        image.ravel()[firsts + np.arange(lengths.sum())] = np.repeat(values[self.labels], lengths)
        return image


def find_runs(mask: NDArray[np.bool_]) -> Runs:
    """Find the components of a mask, bool ``(H, W)``; pixels that touch by a corner are connected."""
    height, width = mask.shape
    edges = np.zeros((height, width + 2), np.int8)
    edges[:, 1:-1] = mask
    steps = np.diff(edges, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    # A run touches those of the row above that begin no later than one past its end, and end no earlier
    # than it begins. In one long line of rows these are neighbours, so two searches tell the first and the
    # last of them.
    stride = width + 2
    above = np.searchsorted((rows * stride + ends), (rows - 1) * stride + starts, "left")
    below = np.searchsorted((rows * stride + starts), (rows - 1) * stride + ends, "right")
    touching = np.maximum(below - above, 0)
    lower = np.repeat(np.arange(len(rows)), touching)
    offsets = np.arange(touching.sum()) - np.repeat(np.cumsum(touching) - touching, touching)
    return Runs(rows, starts, ends, _join(len(rows), lower, above[lower] + offsets))


def _join(count: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return numbers of the groups that pairs connect, in order of their first members."""
    parents = np.arange(count)
    while True:
        ends = parents[one], parents[other]
        least, most = np.minimum(*ends), np.maximum(*ends)
        open_ = least < most
        if not open_.any():
            break
        np.minimum.at(parents, most[open_], least[open_])
        while True:
            further = parents[parents]
            if np.array_equal(further, parents):
                break
            parents = further
    return np.unique(parents, return_inverse=True)[1]

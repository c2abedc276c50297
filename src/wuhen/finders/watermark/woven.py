"""Whether what repeats hangs together from one repetition to the next, as joints between bricks do."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["is_woven"]

#: Sides of the grid on which this is asked.
_GRID = 96


def is_woven(mark: NDArray[np.bool_]) -> bool:
    """Return whether one can walk on a mark from a repetition to the same place of another.

    Parameters
    ----------
    mark
        bool ``(h, w)``: one repetition, which goes on at the opposite side.
    """
    grid = _reduced(mark)
    height, width = grid.shape
    # How many repetitions away, down and across, each place was first reached.
    reached: dict[tuple[int, int], tuple[int, int]] = {}
    for first_row, first_column in np.argwhere(grid).tolist():
        start = (first_row, first_column)
        if start in reached:
            continue
        reached[start] = (0, 0)
        waiting = [(*start, 0, 0)]
        while waiting:
            row, column, down, across = waiting.pop()
            for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
                turn_y, y = divmod(row + dy, height)
                turn_x, x = divmod(column + dx, width)
                if not grid[y, x]:
                    continue
                away = (down + turn_y, across + turn_x)
                if (y, x) not in reached:
                    reached[y, x] = away
                    waiting.append((y, x, *away))
                elif reached[y, x] != away:
                    return True
    return False


def _reduced(mark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which fields of a coarser grid hold any of the mark."""
    height, width = (min(_GRID, side) for side in mark.shape)
    rows = np.arange(mark.shape[0]) * height // mark.shape[0]
    columns = np.arange(mark.shape[1]) * width // mark.shape[1]
    grid = np.zeros((height, width), np.bool_)
    marked = np.nonzero(mark)
    grid[rows[marked[0]], columns[marked[1]]] = True
    return grid

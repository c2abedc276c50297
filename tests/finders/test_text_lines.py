"""Components by runs, and the geometry of lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from wuhen.finders.runs import find_runs
from wuhen.finders.text.lines import find_lines


def flood(mask: np.ndarray) -> set[frozenset[tuple[int, int]]]:
    """Return components by a plain flood fill."""
    left = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    groups = set()
    while left:
        group, front = set(), {left.pop()}
        while front:
            group |= front
            near = {(y + dy, x + dx) for y, x in front for dy in (-1, 0, 1) for dx in (-1, 0, 1)}
            front = near & left
            left -= front
        groups.add(frozenset(group))
    return groups


@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 12))))
def test_components_are_those_of_a_flood(mask: np.ndarray) -> None:
    runs = find_runs(mask)
    labels = runs.paint(mask.shape, np.arange(1, runs.count + 1, dtype=np.int32))
    assert ((labels > 0) == mask).all()
    groups = {frozenset((int(y), int(x)) for y, x in np.argwhere(labels == n + 1)) for n in range(runs.count)}
    assert groups == flood(mask)
    assert sorted(runs.areas()) == sorted(map(len, groups))


@pytest.mark.parametrize("angle", [0, 15, 45, 80, 90, -30])
def test_the_rectangle_fits_a_turned_bar(angle: float) -> None:
    ys, xs = np.mgrid[:200, :200] - 100.0
    turned = np.radians(angle)
    along, across = xs * np.cos(turned) + ys * np.sin(turned), ys * np.cos(turned) - xs * np.sin(turned)
    bar = (abs(along) < 60) & (abs(across) < 10)
    (line,) = find_lines(np.where(bar, np.float32(0.9), np.float32(0.1)), 0.5)
    assert line.score == pytest.approx(0.9)
    # Shrunk by as much as the detector does, a bar of 120 by 20 stands for one that is larger all around.
    reach = 1.6 * 120 * 20 / (2 * (120 + 20))
    sides = [float(np.linalg.norm(line.corners[i] - line.corners[i - 1])) for i in range(1, 3)]
    assert sorted(sides) == pytest.approx([20 + 2 * reach, 120 + 2 * reach], abs=4)
    assert line.height == pytest.approx(20 + 2 * reach, abs=4)
    inside = np.zeros(bar.shape, bool)
    inside[line.top :, line.left :][: line.domain.shape[0], : line.domain.shape[1]] = line.domain
    assert (inside | ~bar).all()
    assert inside.sum() == pytest.approx(np.prod(sides), rel=0.15)


def test_faint_and_tiny_marks_are_no_lines() -> None:
    faint = np.zeros((60, 60), np.float32)
    faint[10:20, 10:50] = 0.4
    assert list(find_lines(faint, 0.5)) == []
    tiny = np.zeros((60, 60), np.float32)
    tiny[10:12, 10:50] = 0.9
    assert list(find_lines(tiny, 0.5)) == []

"""Every cell of the matrix is read as its standard has it, or refused for a reason: none is wrong."""

from collections.abc import Callable, Iterator

import pytest

from photo.matrix import bmp_cells, jpeg_cells, png_cells, webp_cells
from photo.matrix.cell import Cell, judge, judge_mask

Group = Callable[[], Iterator[Cell]]
GROUPS: tuple[Group, ...] = (
    *png_cells.GROUPS,
    *bmp_cells.GROUPS,
    *webp_cells.GROUPS,
    *jpeg_cells.GROUPS,
)


def name(group: Group) -> str:
    return f"{group.__module__.rpartition('.')[2].removesuffix('_cells')}-{group.__name__}"


@pytest.mark.parametrize("group", GROUPS, ids=name)
def test_each_cell_is_right_or_refused_for_its_reason(group: Group) -> None:
    outcomes = [(cell, judge(cell)) for cell in group()]
    failed = [f"{cell}: {outcome.detail}" for cell, outcome in outcomes if not outcome.expected]
    assert not failed, "\n".join([f"{len(failed)} of {len(outcomes)}", *failed[:20]])


@pytest.mark.parametrize("group", GROUPS, ids=name)
def test_as_a_mask_each_means_what_it_shows(group: Group) -> None:
    outcomes = [(cell, judge_mask(cell)) for cell in group() if cell.is_mask]
    failed = [f"{cell}: {outcome.detail}" for cell, outcome in outcomes if not outcome.expected]
    assert not failed, "\n".join([f"{len(failed)} of {len(outcomes)}", *failed[:20]])

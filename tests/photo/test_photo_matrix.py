"""Every cell of the matrix is read as its standard has it, or refused for a reason: none is wrong."""

from collections.abc import Callable, Iterator

import pytest

from photo.matrix import bmp_cells, jpeg_cells, png_cells, tiff_cells, tiff_colour_cells, webp_cells
from photo.matrix.cell import Cell, judge, judge_mask

Group = Callable[[], Iterator[Cell]]
GROUPS: tuple[Group, ...] = (
    *tiff_cells.GROUPS,
    *tiff_colour_cells.GROUPS,
    *png_cells.GROUPS,
    *bmp_cells.GROUPS,
    *webp_cells.GROUPS,
    *jpeg_cells.GROUPS,
)


def name(group: Group) -> str:
    return f"{group.__module__.rpartition('.')[2].removesuffix('_cells')}-{group.__name__}"


@pytest.mark.parametrize("group", GROUPS, ids=name)
def test_each_cell_is_right_or_refused_for_its_reason(group: Group) -> None:
    failed = []
    for cell in group():
        outcomes = {"photo": judge(cell), **({"mask": judge_mask(cell)} if cell.is_mask else {})}
        failed += [f"{cell} as a {use}: {it.detail}" for use, it in outcomes.items() if not it.expected]
    assert not failed, "\n".join([f"{len(failed)} wrong:", *failed[:20]])

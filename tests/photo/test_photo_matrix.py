"""Every cell of the matrix is read as its standard has it, or refused for a reason: none is wrong."""

import pytest

from photo.matrix.cell import judge, judge_mask
from photo.matrix.groups import GROUPS, Group, group_name


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS, ids=group_name)
def test_each_cell_is_right_or_refused_for_its_reason(group: Group) -> None:
    failed = []
    for cell in group():
        outcomes = {"photo": judge(cell), **({"mask": judge_mask(cell)} if cell.is_mask else {})}
        failed += [f"{cell} as a {use}: {it.detail}" for use, it in outcomes.items() if not it.expected]
    assert not failed, "\n".join([f"{len(failed)} wrong:", *failed[:20]])

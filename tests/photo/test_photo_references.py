"""Other decoders read from the cells what we do, but for differences that are known and have a reason."""

from collections import Counter

import pytest

from photo.matrix.cell import Cell
from photo.matrix.groups import GROUPS
from photo.matrix.references import REFERENCES, Answer, Reference

pytestmark = pytest.mark.service  # some run as programs of their own

# Which cells each is asked about: a program of its own takes longer to start than a cell to read.
EVERY = {"libtiff": 9, "tifffile": 1, "ImageMagick": 5}


@pytest.fixture(scope="module")
def read_cells() -> list[Cell]:
    """The cells that must be read; of the others there is nothing to compare."""
    return [cell for group in GROUPS for cell in group() if cell.truth is not None and cell.refusal is None]


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: str(reference.name))
def test_a_reference_reads_the_same(reference: Reference, read_cells: list[Cell]) -> None:
    if not reference.is_here():
        pytest.skip(f"{reference.name} is not installed: `make test` installs it where it may")
    step = EVERY[reference.name]
    answers = list(reference.ask(read_cells[::step]))
    failed = [f"{cell}: {detail}" for cell, answer, detail in answers if answer is Answer.DIFFERS]
    assert not failed, "\n".join([f"{len(failed)} differ:", *failed[:20]])
    assert Counter(answer for _, answer, _ in answers)[Answer.AGREES] > len(answers) / 3

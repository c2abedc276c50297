"""What a job makes of a JPEG photo."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pictures import decoded, encoded, scene, with_object
from wuhen.action import Job, perform
from wuhen.action.inspection import inspect
from wuhen.photo.jpeg.coefficients import read_coefficients
from wuhen.photo.jpeg.file import parse

PIXELS, MASK = with_object(scene(200, 160))
FILE = encoded(PIXELS, "JPEG", quality=70, subsampling="4:2:0", progressive=True)
JOB = Job(FILE, encoded(MASK))


def luma(file: bytes) -> Any:
    return read_coefficients(file, parse(file)).planes[0]


def test_blocks_without_hole_or_mark_are_as_they_were() -> None:
    result = perform(JOB).data
    changed = (luma(FILE) != luma(result)).any(axis=2)
    ys, xs = np.nonzero(MASK)
    hole = np.zeros_like(changed)
    hole[ys // 8, xs // 8] = True
    assert changed[hole].all()
    rows, columns = np.nonzero(changed & ~hole)
    # The mark, at the lower right.
    assert rows.min() > 15
    assert columns.min() > 10
    assert np.count_nonzero(changed) < changed.size / 4
    plain = perform(replace(JOB, marked=False)).data
    assert np.array_equal((luma(FILE) != luma(plain)).any(axis=2), hole)


def test_the_kind_of_file_stays_and_the_object_goes() -> None:
    result = perform(JOB).data
    old, new = parse(FILE), parse(result)
    assert (new.frame, new.components, len(new.scans)) == (old.frame, old.components, len(old.scans))
    assert np.abs(decoded(result).astype(int) - scene(200, 160))[MASK].mean() < 12


def test_a_result_says_that_it_is_made_by_a_machine() -> None:
    found = inspect(perform(JOB).data)
    assert [label.values["Label"] for label in found.aigc] == ["1"]
    assert found.source == "algorithmicallyEnhanced"


def test_a_quality_has_the_whole_picture_coded_anew() -> None:
    result = parse(perform(replace(JOB, quality=90)).data)
    assert (result.progressive, result.sampling) == (False, (1, 1))


def test_what_cannot_be_kept_is_remarked_on() -> None:
    out = io.BytesIO()
    Image.fromarray(PIXELS).convert("CMYK").save(out, "JPEG")
    outcome = perform(replace(JOB, photo=out.getvalue()))
    assert ["CMYK" in remark.en for remark in outcome.remarks] == [True]
    assert perform(JOB).remarks == ()


@pytest.mark.parametrize("engine", ["patch", "auto"])
def test_results_are_the_same_each_time(engine: str) -> None:
    job = replace(JOB, options=replace(JOB.options, engine=engine))
    assert perform(job).data == perform(job).data

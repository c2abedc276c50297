"""Jobs that cannot be done with the time or the memory that is left: refused before they are begun."""

import resource
from typing import Any

import numpy as np
import pytest

from pictures import encoded, scene
from wuhen import fill
from wuhen.action import Job, cost, find_effects, perform
from wuhen.wire import ApiError, Language

PHOTO = encoded(scene(600, 500))
HOLE = np.zeros((500, 600), bool)
HOLE[50:450, 50:550] = True
JOB = Job(PHOTO, encoded(HOLE))


@pytest.fixture
def fills(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the fills that are begun."""
    begun: list[int] = []
    real = fill.erase

    def counted(*arguments: Any, **options: Any) -> Any:
        begun.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(fill, "erase", counted)
    # As slow as it may be, it is always the same.
    monkeypatch.setattr(fill, "measure_speed", lambda: 100_000.0)
    return begun


def test_a_job_that_takes_longer_than_is_left_is_refused_at_once(fills: list[int]) -> None:
    with pytest.raises(ApiError) as caught:
        perform(JOB, threads=1, seconds=1.0)
    assert not fills
    assert caught.value.code == "FailedOperation.RequestTimeout"
    assert "0.2 megapixels of this image takes about 3 s" in caught.value.message(Language.ENGLISH)
    assert "a mask that erases 0.0" in caught.value.message(Language.ENGLISH)
    assert "消除该图片中的 20 万像素约需 3 秒" in caught.value.message(Language.CHINESE)


def test_what_would_be_refused_is_not_looked_at_for_effects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "find_effects", lambda *_, **__: pytest.fail("it was looked at"))
    monkeypatch.setattr(fill, "measure_speed", lambda: 100_000.0)
    with pytest.raises(ApiError, match="RequestTimeout"):
        find_effects(JOB, threads=1, seconds=1.0)
    monkeypatch.setattr(cost, "free_memory", lambda: 10 << 20)
    with pytest.raises(ApiError, match="ImageResolutionExceed"):
        find_effects(JOB, threads=1)


def test_a_mask_as_large_as_the_refusal_says_is_taken(fills: list[int]) -> None:
    small = np.zeros_like(HOLE)
    small[200:360, 200:400] = True  # 0.032 megapixels
    perform(Job(PHOTO, encoded(small)), threads=1, seconds=1.0)
    assert fills


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [60.0, None])
def test_a_job_with_time_enough_is_done(fills: list[int], seconds: float | None) -> None:
    assert perform(JOB, threads=1, seconds=seconds).hole == np.count_nonzero(HOLE)
    assert fills


def test_a_job_that_needs_more_memory_than_is_left_is_refused_at_once(
    fills: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "free_memory", lambda: 10 << 20)
    with pytest.raises(ApiError) as caught:
        perform(JOB, threads=1)
    assert not fills
    assert caught.value.code == "FailedOperation.ImageResolutionExceed"
    assert "and 10 MB are left for it" in caught.value.message(Language.ENGLISH)


def test_free_memory_is_what_the_limit_leaves() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if soft != resource.RLIM_INFINITY:
        pytest.skip("a limit is in force")
    assert cost.free_memory() is None
    resource.setrlimit(resource.RLIMIT_DATA, (64 << 30, hard))
    try:
        before = cost.free_memory()
        held = np.ones(100 << 20, np.uint8)
        after = cost.free_memory()
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    assert before is not None
    assert after is not None
    assert 90 << 20 < before - after < 110 << 20
    assert len(held)

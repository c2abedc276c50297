"""What is left of a job's pictures when it has ended."""

from pathlib import Path
from typing import Any

from wuhen.action import OWN_LIMITS
from wuhen.jobs import Done, Taken, picture_name, write_parcel
from wuhen.results import DirectoryObjects, LocalResults, SigningKey
from wuhen.service.jobs.bench import Bench

RESULT = "jobs/5c9f/5c9f7e0a-2f5c-4b52-9d4e-0c6d5c0f7a11.png"
OF_A_DEAD_HOLDER = "jobs/5c9f/5c9f7e0a-2f5c-4b52-9d4e-0c6d5c0f7a12.png"
ANOTHERS = "jobs/6c9f/photo"


async def left(folder: Path, attempt: int) -> set[str]:
    objects = DirectoryObjects(LocalResults(folder, SigningKey("id", "key")))
    pictures = [picture_name("5c9f", name) for name in ("photo", "mask")]
    stale = [OF_A_DEAD_HOLDER] if attempt > 1 else []
    for name in (*pictures, RESULT, ANOTHERS, *stale):
        await objects.put(name, b"picture", "image/png")
    parameters = write_parcel({"InputImage": "AAAA", "Mask": "AAAA"}, ("photo", "mask"))
    taken = Taken("5c9f", "a", "AKID", parameters, 14, "lease", attempt)
    unused: Any = None
    bench = Bench(objects, unused, unused, OWN_LIMITS, 60.0, audited=False)
    await bench.clear(taken, Done(RESULT, "image/png", 1, 1))
    return {one.name async for one in objects.list("jobs")}


async def test_nothing_is_left_but_the_result(tmp_path: Path) -> None:
    assert await left(tmp_path, 1) == {RESULT, ANOTHERS}


async def test_what_an_earlier_holder_died_with_is_deleted(tmp_path: Path) -> None:
    assert await left(tmp_path, 2) == {RESULT, ANOTHERS}

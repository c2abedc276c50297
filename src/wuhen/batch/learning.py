"""What the photos of a folder have in common, learned before anything is erased."""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from wuhen.action import PictureLimits
from wuhen.batch.errors import StoreFailed
from wuhen.wire import ApiError
from wuhen.workers import LocalWorkers, WorkerFailedError

if TYPE_CHECKING:
    from wuhen.finders.overlay import Overlays, Sketch

__all__ = ["choose", "learn_overlays"]

MOST_PHOTOS = 96
"""That are looked at: more than are learned from, as some may be alike, and some unreadable."""

T = TypeVar("T")


def choose(photos: Sequence[T]) -> list[T]:
    """Return the photos of a folder to learn from: the same for the same folder, from all over it."""
    if len(photos) <= MOST_PHOTOS:
        return list(photos)
    chosen = random.Random(0).sample(range(len(photos)), MOST_PHOTOS)
    return [photos[place] for place in sorted(chosen)]


async def learn_overlays(
    reads: Sequence[Callable[[], Awaitable[bytes]]], workers: LocalWorkers
) -> "Overlays":
    """Learn what lies over all photos of a folder.

    Parameters
    ----------
    reads
        What gives the file of each photo to learn from. One that cannot be read is passed over: what becomes
        of it is told when its turn comes.
    workers
        Who decodes them.

    Raises
    ------
    wuhen.finders.FinderError
        There are too few photos that differ.
    """
    from wuhen.finders.overlay import learn

    # One more than there are workers, so that none waits for a file to be read.
    places = asyncio.Semaphore(workers.capacity + 1)
    sketches: list[Sketch | None] = [None] * len(reads)

    async def look(number: int) -> None:
        async with places:
            try:
                sketched = await workers.sketch(await reads[number](), PictureLimits())
                sketches[number] = sketched.as_sketch()
            except (ApiError, WorkerFailedError, StoreFailed, OSError, ValueError):
                return

    async with asyncio.TaskGroup() as group:
        for number in range(len(reads)):
            group.create_task(look(number))
    seen = [one for one in sketches if one is not None]
    ended = threading.Event()
    try:
        return await asyncio.to_thread(learn, seen, cancelled=ended.is_set)
    finally:
        # Whoever does not wait any more does not want the thread to go on either.
        ended.set()

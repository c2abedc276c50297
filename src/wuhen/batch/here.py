"""A batch done by processes of this machine."""

import asyncio
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wuhen.batch.eraser import Eraser, Setup, fetch
from wuhen.batch.learning import learn_overlays
from wuhen.batch.places import open_folder
from wuhen.batch.rows import Row
from wuhen.batch.todo import Todo

if TYPE_CHECKING:
    from wuhen.finders.overlay import Overlays

__all__ = ["erase_here", "learn_here"]


def erase_here(setup: Setup, todos: Sequence[Todo], *, jobs: int, tell: Callable[[Row], None]) -> None:
    """Do what is to be done, and give `tell` what became of each photo as soon as it is known.

    Parameters
    ----------
    setup
        The batch.
    todos
        The photos.
    jobs
        Photos at a time.
    tell
        Is called in the order in which photos are finished.
    """
    asyncio.run(_erase(setup, todos, jobs, tell))


async def _erase(setup: Setup, todos: Sequence[Todo], jobs: int, tell: Callable[[Row], None]) -> None:
    waiting = iter(todos)
    workers = setup.template.workers(jobs, 1 if jobs > 1 else None)
    eraser = Eraser(setup, workers)

    async def work() -> None:
        for todo in waiting:
            tell(await eraser.erase(todo))

    async with workers, asyncio.TaskGroup() as group:
        # One more than there are workers, so that none waits for a file to be fetched.
        for _ in range(jobs + 1):
            group.create_task(work())


def learn_here(setup: Setup, todos: Sequence[Todo], *, jobs: int) -> "Overlays":
    """Learn what lies over all photos of a batch, from these of them.

    Raises
    ------
    wuhen.finders.FinderError
        There are too few photos that differ.
    """
    return asyncio.run(_learn(setup, todos, jobs))


async def _learn(setup: Setup, todos: Sequence[Todo], jobs: int) -> "Overlays":
    photos = open_folder(setup.folders.photos, patient=True)
    reads = [functools.partial(fetch, photos, todo.photo, todo.photo_version) for todo in todos]
    async with setup.template.workers(min(jobs, len(todos)), 1) as workers:
        return await learn_overlays(reads, workers)

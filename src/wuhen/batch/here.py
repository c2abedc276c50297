"""A batch done by processes of this machine."""

import asyncio
from collections.abc import Callable, Sequence

from wuhen.batch.eraser import Eraser, Setup
from wuhen.batch.rows import Row
from wuhen.batch.todo import Todo

__all__ = ["erase_here"]


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
